"""The catalogue's pages for its keepers: versions, the draft as people would read it, and acts."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.errors import NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.catalogue.domain.procedure import VersionState
from tests.markup import flaws
from tests.unit.test_catalogue_service import CONTENT, Office

KEEPER = Identity("biên tập", frozenset({"catalogue:write"}), "")
BROWSER = {"accept": "text/html"}
CODE = "1.013236"
DRAFTED = CONTENT | {"name": "Cấp giấy phép xây dựng, bản mới"}


@pytest.fixture(name="office")
def _office() -> Office:
    """One procedure in force, with a newer draft."""
    office = Office()
    office.publish(CODE)
    office.service.draft(office.request(DRAFTED), CODE)
    return office


def look(office: Office, code: str = CODE, who: Identity = KEEPER, /, **query: str) -> str:
    request = Request(path=f"/catalogue/{code}", query=query, who=who, headers=BROWSER)
    return text_of(office.service.look_at_versions(request, code))


def text_of(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def form_of(page: str, name: str) -> dict[str, str]:
    (form,) = re.findall(rf'<form method="post" action="[^"]*/{name}">.*?</form>', page, re.DOTALL)
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {field: unescape(value) for field, value in found}


def send(office: Office, name: str, said: dict[str, str], who: Identity = KEEPER) -> Any:
    request = Request(
        method="POST",
        path=f"/catalogue/{CODE}/{name}",
        headers={**BROWSER, "content-type": "application/x-www-form-urlencoded"},
        stream=BytesIO(urlencode(said).encode()),
        who=who,
    )
    return office.service.keep_by_form(request, CODE, name)


def states(office: Office) -> list[VersionState]:
    return [each.state for each in office.procedures.get(CODE).versions]


def test_a_draft_is_read_as_the_public_would_and_published_once(office: Office) -> None:
    request = Request(path="/", who=KEEPER, headers=BROWSER)
    draft = text_of(office.service.look_at_draft(request, CODE))
    assert "bản mới" in draft
    assert "Bản nháp, chưa công bố" in draft
    said = form_of(look(office), "publish")
    answers = [send(office, "publish", said) for _ in range(2)]
    assert [each.headers["Location"] for each in answers] == [f"/catalogue/{CODE}?done=publish"] * 2
    assert states(office) == [VersionState.REPLACED, VersionState.PUBLISHED]
    page = look(office, CODE, done="publish")
    assert "Đã công bố" in page
    assert "/publish" not in page


def test_what_is_in_force_is_withdrawn(office: Office) -> None:
    send(office, "publish", form_of(look(office), "publish"))
    assert send(office, "withdraw", form_of(look(office), "withdraw")).status_code == 303
    assert states(office) == [VersionState.REPLACED, VersionState.WITHDRAWN]
    assert "<form method" not in look(office).partition("<main")[2]


def test_two_keepers_do_not_overwrite_one_another(office: Office) -> None:
    said = form_of(look(office), "publish")
    office.service.draft(office.request(CONTENT), CODE)  # drops the draft that was seen
    answer = send(office, "publish", said)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Đã thay đổi" in page
    assert re.search(r"Phiên bản: \d+, bản nháp, \d\d:\d\d [\d/]{10} → .*đang có hiệu lực", page)
    assert states(office) == [VersionState.PUBLISHED]


@pytest.mark.parametrize("seen", ["?", "1 draft then", "x draft 2026-11-30T00:00:00Z", "1 <b> x"])
def test_a_mark_that_no_page_of_ours_wrote_is_not_shown(office: Office, seen: str) -> None:
    answer = send(office, "publish", {"key": "k", "seen": seen})
    assert answer.status_code == 409
    assert "Phiên bản:  → " in text_of(answer)


def test_what_cannot_be_followed_is_refused_with_its_reason(office: Office) -> None:
    office.publish("1.004232")
    office.service.withdraw(office.request({}), "1.004232")
    request = Request(
        method="POST",
        path="/catalogue/1.004232/publish",
        headers={**BROWSER, "content-type": "application/x-www-form-urlencoded"},
        stream=BytesIO(urlencode(form_seen(office, "1.004232")).encode()),
        who=KEEPER,
    )
    answer = office.service.keep_by_form(request, "1.004232", "publish")
    assert answer.status_code == 409
    assert "đã bị bãi bỏ" in text_of(answer)


def form_seen(office: Office, code: str) -> dict[str, str]:
    found = office.procedures.get(code).versions[-1]
    moment = found.drafted.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"key": "k", "seen": f"{found.number} {found.state.value} {moment}"}


def test_procedures_are_found_and_any_is_opened_by_its_code(office: Office) -> None:
    office.service.draft(office.request(CONTENT), "1.004232")
    request = Request(path="/catalogue", query={"code": ""}, who=KEEPER, headers=BROWSER)
    page = text_of(office.service.look_at_catalogue(request))
    assert f'href="/catalogue/{CODE}"' in page
    drafts, _, in_force = page.partition("Thủ tục đang có hiệu lực</")
    assert "/catalogue/1.004232" in drafts  # nobody else finds it
    assert "/catalogue/1.004232" not in in_force
    request = Request(path="/catalogue", query={"code": "1.004232"}, who=KEEPER, headers=BROWSER)
    assert office.service.look_at_catalogue(request).headers["Location"] == "/catalogue/1.004232"
    assert "bản nháp" in look(office, "1.004232")


def test_nobody_else_keeps_the_catalogue(office: Office) -> None:
    page = look(office, CODE, NOBODY)
    assert "bản mới" not in page
    with pytest.raises(Unknown):
        send(office, "publish", {"key": "k"}, NOBODY)
    with pytest.raises(Unknown):
        office.service.look_at_catalogue(Request(path="/catalogue"))
    with pytest.raises(NotFound):
        send(office, "zzz", {"key": "k"})
    with pytest.raises(NotFound):
        look(office, "1.999999")
    assert states(office) == [VersionState.PUBLISHED, VersionState.DRAFT]
