"""One address for all pages: which path leads to which service, taken from the code."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import page_proxy
from cli.embedded import reverse_proxy
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import Ports
from cli.page_routes import PagePath, page_paths
from foundation.web.html_pages import LOOK, PageRenderer
from foundation.web.page_routes import page

PAGES = PageRenderer(LOOK)


class Here:
    name = "here"

    @page("/same", PAGES)
    def same(self, request: object) -> None:
        raise NotImplementedError


class There(Here):
    name = "there"


def test_every_page_of_the_platform_has_one_service() -> None:
    found = {each.path: each.service for each in page_paths()}
    assert found["/"] == "intake"
    assert found["/late/<dossier_id>"] == "intake"
    assert found["/procedures/<code>"] == "catalogue"
    # The API is not behind the address of the pages.
    assert "/dossiers" not in found
    assert "/openapi.json" not in found


def test_two_services_with_one_path_are_refused() -> None:
    with pytest.raises(ValueError, match="/same"):
        page_paths([Here, There])


@pytest.mark.parametrize(
    ("path", "asked", "leads"),
    [
        ("/late/<id>", "/late/a", True),
        ("/late/<id>", "/late/a/b", False),
        ("/late/<id>", "/late/", False),
        ("/late.csv", "/lateXcsv", False),
        ("/late.csv", "/late.csv", True),
    ],
)
def test_a_pattern_leads_where_the_route_does(path: str, asked: str, leads: bool) -> None:  # noqa: FBT001
    assert bool(re.match(PagePath(path, "x").pattern, asked)) is leads


def test_a_desk_has_its_pages_under_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = PagePath("/desks/<agency>/work/<step>", "routing")
    monkeypatch.setattr(page_proxy, "page_paths", lambda: [desk])
    ports = SimpleNamespace(a=1, b=2)
    reverse_proxy.prepare(
        DataFolder(tmp_path),
        Ports(),
        ["a", "b"],
        lambda _, agency: f"http://{vars(ports).get(agency, 3)}",
    )
    text = (tmp_path / "nginx.conf").read_text()
    for agency, port in vars(ports).items():
        assert f'"^/desks/{agency}/work/[^/]+$" {{ proxy_pass http://{port}; }}' in text
    assert text.count("{") == text.count("}")
    assert "client_max_body_size 30m;" in text
    monkeypatch.setenv("LARGEST_UPLOAD", "60")
    reverse_proxy.prepare(DataFolder(tmp_path), Ports(), [], lambda *_: "http://x")
    assert "client_max_body_size 65m;" in (tmp_path / "nginx.conf").read_text()
