"""Who may be signed in as on a platform of this machine, and where each of them begins."""

from collections.abc import Iterator

from cli.embedded import identity_provider
from cli.language import localized

_BEGIN = {
    "": ("/mine", "công dân", "citizen"),
    "clerk": ("/counter", "cán bộ một cửa", "clerk at the counter"),
    "director": ("/centre", "Giám đốc Trung tâm", "director of the centre"),
}


def told(url: str, *, running: bool) -> Iterator[str]:
    """The address of the pages, and three people to sign in as, each with the page they begin at.

    A platform that does not run any more is started first.
    """
    if running:
        yield localized(f"Các trang cho mọi người: {url}", f"The pages for everybody: {url}")
    else:
        yield localized(
            f"Xem các trang: chạy `motcua up`, rồi mở {url}",
            f"To look at the pages: run `motcua up`, then open {url}",
        )
    yield localized("Đăng nhập thử (không cần mật khẩu) là:", "Sign in to try it (no password) as:")
    for role, (place, vi, en) in _BEGIN.items():
        name = next(
            str(each["name"])
            for each in identity_provider.PEOPLE
            if each["roles"] == ([role] if role else [])
        )
        yield f"  {name} – {localized(vi, en)}: {url}{place}"
