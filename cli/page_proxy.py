"""The configuration of nginx by which all pages have one address, made from the code's own routes.

The platform on one machine (cli/embedded/reverse_proxy.py) and docker-compose.yml
(deploy/compose/prepare.py) have it from here, so a new page is behind both at once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cli.page_routes import AGENCY, PagePath, page_paths
from contracts.procedure import USUAL_LARGEST

Address = Callable[[str, str], str]
"""The address of a service, and of an agency's desk: ("routing", "so-xay-dung") → http://…"""

# What a form has around its file, and some more: the service's own page says what is too large.
_AROUND = 5
# The folder is its owner's alone; as root, nginx would read and write there as another user.
_AS_ROOT = "user root;\n"
# The services look at Host to tell their own forms from those of other sites.
_HEADERS = "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"
_TOO_LARGE = "/uploads/too-large"
# The page about a body that was not passed on is asked for without one. A place with headers of its
# own has no others.
_WITHOUT_BODY = f'{_HEADERS} proxy_set_header Content-Length ""; proxy_pass_request_body off; '
_HEAD = """\
worker_processes 1;
daemon off;
pid {scratch}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    server_tokens off;
    client_max_body_size {body}m;
    client_body_temp_path {scratch}/body;
    proxy_temp_path {scratch}/proxy;
    fastcgi_temp_path {scratch}/fastcgi;
    uwsgi_temp_path {scratch}/uwsgi;
    scgi_temp_path {scratch}/scgi;
    proxy_http_version 1.1;
    {headers}
    proxy_read_timeout 65s;
    error_page 413 {too_large}?$args;
{more}    server {{
        listen {listen};
"""
# A path that is no page: the front of intake says so, as a page and in the reader's language.
_TAIL = """\
        location / {{ rewrite ^ /no-such-page break; {front} }}
    }}
}}
"""
_IN_A_NETWORK = """\
    # Containers come and go: their names are asked for again and again.
    resolver {resolver} valid=10s ipv6=off;
    # Whoever asks is named by the proxy before this one, if there is one.
    set_real_ip_from 127.0.0.0/8;
    set_real_ip_from 10.0.0.0/8;
    set_real_ip_from 172.16.0.0/12;
    set_real_ip_from 192.168.0.0/16;
    real_ip_header X-Forwarded-For;
"""


@dataclass(frozen=True, kw_only=True)
class PageProxy:
    """Where nginx listens and keeps what is temporary, and where each service is.

    With a `resolver` (the address of a server of names) services are looked up by name each time:
    one that is not there yet, or has moved, keeps nothing from starting. Started `as_root`, it
    works as root too. `largest_upload` is the setting of that name, in MB.
    """

    listen: str
    scratch: str
    address: Address
    resolver: str = ""
    as_root: bool = False
    largest_upload: int = USUAL_LARGEST

    def configuration(self, agencies: Iterable[str]) -> str:
        """nginx.conf, for the desks of these agencies."""
        codes = list(agencies)
        more = _IN_A_NETWORK.format(resolver=self.resolver) if self.resolver else ""
        head = _AS_ROOT if self.as_root else ""
        body = self.largest_upload + _AROUND
        head += _HEAD.format(
            scratch=self.scratch,
            listen=self.listen,
            more=more,
            body=body,
            headers=_HEADERS,
            too_large=_TOO_LARGE,
        )
        locations = [f"        {each}\n" for page in page_paths() for each in self._of(page, codes)]
        return (
            head + "".join(locations) + _TAIL.format(front=self._pass(self.address("intake", "")))
        )

    def _of(self, page: PagePath, agencies: list[str]) -> Iterator[str]:
        if AGENCY in page.path:
            for agency in agencies:
                own = PagePath(page.path.replace(AGENCY, agency), page.service)
                yield self._location(own, self.address(page.service, agency))
        else:
            yield self._location(page, self.address(page.service, ""))

    def _location(self, page: PagePath, upstream: str) -> str:
        where = f"= {page.path}" if page.exact else f'~ "{page.pattern}"'
        alone = _WITHOUT_BODY if page.path == _TOO_LARGE else ""
        return f"location {where} {{ {alone}{self._pass(upstream)} }}"

    def _pass(self, upstream: str) -> str:
        if not self.resolver:
            return f"proxy_pass {upstream};"
        # nginx looks a name up when it is asked, not when it starts, if it stands in a variable.
        return f"set $there {upstream}; proxy_pass $there;"
