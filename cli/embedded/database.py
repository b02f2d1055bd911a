"""The embedded database: SecantusDB, a server with MongoDB's protocol and WiredTiger storage."""

from pathlib import Path

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program, python_command

DATABASE = "secantusdb"


def prepare(folder: DataFolder) -> None:
    """Write an empty configuration file, so that the server does not look for one elsewhere."""
    _settings(folder).write_text("", encoding="ascii")


def program(folder: DataFolder, ports: Ports, *, faults: bool = False) -> Program:
    """How to start the database; `faults` allows `configureFailPoint`, for tests only.

    With `--sync-on-commit` an acknowledged write survives a power cut.
    """
    command = (
        *python_command("cli.embedded.database_server"),
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
    """The connection string for services."""
    return f"mongodb://{HOST}:{ports.database}/?directConnection=true"


def _settings(folder: DataFolder) -> Path:
    return folder.path("secantusd.toml")
