"""One address for all pages: nginx from the system's packages, in front of the services.

Which path leads where is taken from the code (cli/page_routes.py). Without nginx the platform runs
as well; then each service's pages are at its own address.
"""

import os
import shutil
from collections.abc import Callable, Iterable

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program
from cli.page_routes import AGENCY, PagePath, page_paths

NAME = "reverse-proxy"
_CONF = "nginx.conf"
# The data folder is its owner's alone; as root, nginx would read and write there as another user.
_AS_ROOT = "user root;\n"
_HEAD = """\
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    server_tokens off;
    client_max_body_size 30m;
    client_body_temp_path {folder}/nginx/body;
    proxy_temp_path {folder}/nginx/proxy;
    fastcgi_temp_path {folder}/nginx/fastcgi;
    uwsgi_temp_path {folder}/nginx/uwsgi;
    scgi_temp_path {folder}/nginx/scgi;
    proxy_http_version 1.1;
    # The services look at Host to tell their own forms from those of other sites.
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_read_timeout 65s;
    error_page 413 /uploads/too-large;
    server {{
        listen {address};
"""
# A path that is no page: the front of intake says so, as a page and in the reader's language.
_TAIL = """\
        location / {{ rewrite ^ /no-such-page break; proxy_pass {front}; }}
    }}
}}
"""

Address = Callable[[str, str], str]
"""The address of a service, and of an agency's desk: ("routing", "so-xay-dung") → http://…"""


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
    folder.path("nginx").mkdir(parents=True, exist_ok=True)
    locations = [
        line for each in page_paths() for line in _locations(each, list(agencies), address)
    ]
    tail = _TAIL.format(front=address("intake", ""))
    head = _HEAD.format(folder=folder.root, address=f"{HOST}:{ports.pages}")
    head = (_AS_ROOT if os.geteuid() == 0 else "") + head
    folder.write_text(_CONF, head + "".join(f"        {line}\n" for line in locations) + tail)


def _locations(page: PagePath, agencies: list[str], address: Address) -> Iterable[str]:
    if AGENCY in page.path:
        for agency in agencies:
            own = PagePath(page.path.replace(AGENCY, agency), page.service)
            yield _location(own, address(page.service, agency))
    else:
        yield _location(page, address(page.service, ""))


def _location(page: PagePath, upstream: str) -> str:
    where = f"= {page.path}" if page.exact else f'~ "{page.pattern}"'
    return f"location {where} {{ proxy_pass {upstream}; }}"
