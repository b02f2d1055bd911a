"""The embedded database: SecantusDB, which speaks MongoDB's protocol over WiredTiger."""

import sysconfig
from pathlib import Path

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program

DATABASE = "secantusdb"


def prepare(folder: DataFolder) -> None:
    """Write its settings: none, so that it does not look for a file elsewhere."""
    _settings(folder).write_text("", encoding="ascii")


def program(folder: DataFolder, ports: Ports, *, faults: bool = False) -> Program:
    """The database; `faults` allows `configureFailPoint`, which only tests may have.

    `--sync-on-commit` is what makes an acknowledged write survive a power cut (promise P1).
    """
    command = (
        str(Path(sysconfig.get_path("scripts"), "secantusd-py")),
        *("--config", str(_settings(folder))),
        *("--host", HOST),
        *("--port", str(ports.database)),
        *("--storage-path", str(folder.path("database"))),
        *("--log-level", "WARNING"),
        "--sync-on-commit",
    )
    return Program(
        name=DATABASE,
        command=(*command, "--enable-test-commands") if faults else command,
        ready=lambda: accepts_connections(ports.database),
        ports=(ports.database,),
    )


def url(ports: Ports) -> str:
    """Where services find it."""
    return f"mongodb://{HOST}:{ports.database}/?directConnection=true"


def _settings(folder: DataFolder) -> Path:
    return folder.path("secantusd.toml")
