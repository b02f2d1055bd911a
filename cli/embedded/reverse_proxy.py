"""One address for all pages: nginx from the system's packages, in front of the services.

Which path leads where is taken from the code (cli/page_proxy.py). Without nginx the platform runs
as well; then each service's pages are at its own address.
"""

import os
import shutil
from collections.abc import Iterable

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program
from cli.page_proxy import Address, PageProxy
from contracts.procedure import USUAL_LARGEST

NAME = "reverse-proxy"
_CONF = "nginx.conf"


def installed() -> str:
    """Where nginx is; "" if it is not on this machine."""
    # Debian keeps it where only root's path leads.
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""


def url(ports: Ports) -> str:
    """The address of all pages."""
    return f"http://{HOST}:{ports.pages}"


def program(folder: DataFolder, ports: Ports) -> Program:
    """How to start it."""
    return Program(
        name=NAME,
        command=(installed(), "-p", str(folder.root), "-c", str(folder.path(_CONF))),
        ready=lambda: accepts_connections(ports.pages),
        ports=(ports.pages,),
    )


def prepare(folder: DataFolder, ports: Ports, agencies: Iterable[str], address: Address) -> None:
    """Write the configuration; a running nginx reads it when it is told to (SIGHUP)."""
    scratch = folder.path("nginx")
    scratch.mkdir(parents=True, exist_ok=True)
    proxy = PageProxy(
        listen=f"{HOST}:{ports.pages}",
        scratch=str(scratch),
        address=address,
        as_root=os.geteuid() == 0,
        largest_upload=int(os.environ.get("LARGEST_UPLOAD") or USUAL_LARGEST),
    )
    folder.write_text(_CONF, proxy.configuration(agencies))
