"""The folder of one benchmark: its data and its logs, which are kept if it fails."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from pymongo import MongoClient
from pymongo.errors import PyMongoError

LOGS = "logs"


@contextmanager
def work_folder() -> Iterator[Path]:
    """A new folder, removed afterwards; after an error its logs stay where the error says."""
    root = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    try:
        yield root
    except BaseException:
        for each in root.iterdir():
            if each.is_dir() and each.name != LOGS:
                shutil.rmtree(each, ignore_errors=True)
            elif each.is_file() and each.suffix != ".log":
                each.unlink()
        click.echo(f"The logs of this run: {root / LOGS}", err=True)
        raise
    shutil.rmtree(root, ignore_errors=True)


def named_database(url: str, *, external: bool) -> str:
    """The name and version of a database server, and whose it is, as reports give it."""
    client: MongoClient[dict[str, Any]] = MongoClient(url)
    with client:
        said = client.server_info()
    ours = said.get("secantusVersion")
    name = f"SecantusDB {ours}" if ours else f"MongoDB {said['version']}"
    return f"{name}, {'by MONGO_URL' if external else 'embedded, sync on commit'}"


def remove_databases(url: str, prefix: str) -> None:
    """Remove what a run left on a server that is not its own.

    What cannot be removed is said: it must not cost the report of a run of an hour.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(url)
    with client:
        try:
            for name in client.list_database_names():
                if name.startswith(f"{prefix}_"):
                    client.drop_database(name)
        except PyMongoError as error:
            click.echo(f"Remove the databases {prefix}_… yourself: {error}", err=True)
