"""Cookies of pages: where a browser keeps a token or a session, out of reach of scripts and sites.

Each is HttpOnly, holds for the whole address and for no other, and goes over TLS alone where the
page came over TLS (then its name begins with `__Host-`, and browsers see to it). A token is
`Strict`; a session is `Lax`, or a link in a letter would open a page that knows nobody. What may
change something is a POST, and those are looked at for where they come from.
"""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Literal

from werkzeug.wrappers import Response

TOKEN, SESSION = "motcua", "motcua-session"
_SAFE = "__Host-"

SameSite = Literal["Strict", "Lax"]


def is_secure(headers: Mapping[str, str]) -> bool:
    """Whether the page that sends this form came over TLS: browsers say so in Origin."""
    return headers.get("origin", "").startswith("https://")


def keep_cookie(
    response: Response,
    name: str,
    value: str,
    *,
    seconds: int,
    secure: bool,
    same_site: SameSite = "Strict",
) -> None:
    """Let the browser keep the value for so long; 0 removes it."""
    response.set_cookie(
        f"{_SAFE}{name}" if secure else name,
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite=same_site,
    )


def forget_cookies(response: Response, *names: str) -> Response:
    """Remove the cookies of these names, over TLS or not."""
    for name in names:
        for secure in (True, False):
            keep_cookie(response, name, "", seconds=0, secure=secure)
    return response


def read_cookie(headers: Mapping[str, str], name: str) -> str:
    """The value the browser keeps under that name; the one that TLS protects counts more."""
    try:
        kept = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    found = kept.get(f"{_SAFE}{name}") or kept.get(name)
    return found.value if found else ""
