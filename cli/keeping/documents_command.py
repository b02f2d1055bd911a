"""`motcua documents …`: the commands about the files of dossiers."""

import click

from cli.keeping.documents_check import verify
from cli.keeping.dossier_hold import held, hold, release
from cli.keeping.orphans import orphans


@click.group(commands=(verify, orphans, hold, release, held))
def documents() -> None:
    """Tệp của hồ sơ. / The files of dossiers."""
