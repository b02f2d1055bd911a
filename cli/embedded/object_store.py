"""The embedded object store: nanio, an S3 server that keeps its objects in a folder."""

import os
import sysconfig
from pathlib import Path

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program

FILES = "nanio"
ACCESS_KEY = "motcua"
SECRET = "files"  # noqa: S105 -- the name a secret is kept under


def program(folder: DataFolder, ports: Ports) -> Program:
    """How to start the object store; it gets an access key of its own."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("NANIO_")}
    return Program(
        name=FILES,
        command=(
            str(Path(sysconfig.get_path("scripts"), "nanio")),
            "serve",
            *("--host", HOST),
            *("--port", str(ports.files)),
            *("--data-dir", str(folder.path("files"))),
            *("--log-level", "warning"),
            "--no-access-log",
        ),
        environment={
            **inherited,
            "NANIO_ACCESS_KEY": ACCESS_KEY,
            "NANIO_SECRET_KEY": secret_key(folder),
        },
        ready=lambda: accepts_connections(ports.files),
        ports=(ports.files,),
    )


def secret_key(folder: DataFolder) -> str:
    """The secret key that belongs to ACCESS_KEY."""
    return folder.secret(SECRET)


def url(ports: Ports) -> str:
    """The URL of its S3 API."""
    return f"http://{HOST}:{ports.files}"
