"""`motcua documents …`: the commands about the files of dossiers."""

import click

from cli.keeping.documents_check import verify
from cli.keeping.orphans import orphans


@click.group(commands=(verify, orphans))
def documents() -> None:
    """Tệp của hồ sơ. / The files of dossiers."""
