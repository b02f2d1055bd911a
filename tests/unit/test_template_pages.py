"""Pages of message templates: what is in use, how it reads, and publishing on what was seen."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.errors import NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.notifications.schemas import LANGUAGES, kinds
from tests.markup import Markup, flaws
from tests.unit.test_notifications_service import Desk

KEEPER = Identity("mai", frozenset({"catalogue:write"}), "")
BROWSER = {"accept": "text/html"}
GOOD = {"subject": "Hồ sơ {{ code }}", "mail": "Kính gửi {{ name }} <b>", "sms": "Ho so {{ code }}"}


@pytest.fixture(name="desk")
def _desk() -> Desk:
    return Desk()


def html(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def look(
    desk: Desk, kind: str = "accepted", language: str = "vi", who: Identity = KEEPER, **query: str
) -> str:
    path = f"/message-templates/{kind}/{language}"
    request = Request(path=path, query=query, who=who, headers=BROWSER)
    return html(desk.service.look_at_words_of(request, kind, language))


def send(desk: Desk, name: str, said: dict[str, str], who: Identity = KEEPER) -> Any:
    request = Request(
        method="POST",
        path=f"/message-templates/accepted/vi/{name}",
        headers={"content-type": "application/x-www-form-urlencoded"},
        stream=BytesIO(urlencode(said).encode()),
        who=who,
    )
    return desk.service.keep_words(request, "accepted", "vi", name)


def seen(page: str) -> dict[str, str]:
    found = re.search('name="seen" value="([^"]*)"', page)
    return {"seen": unescape(found.group(1)) if found else ""}


def editions(desk: Desk) -> list[int]:
    return [each.number for one in desk.templates.things for each in one.editions]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_template_is_on_the_list_and_is_a_page_with_how_it_reads(
    desk: Desk, lang: str
) -> None:
    request = Request(path="/", query={"lang": lang}, who=KEEPER, headers=BROWSER)
    page = html(desk.service.look_at_words(request))
    for kind in kinds():
        for language in LANGUAGES:
            assert f'href="/message-templates/{kind}/{language}?lang={lang}"' in page
    shown = Markup(look(desk, lang=lang)).text
    assert "Trần Thị An" in shown
    assert ("as shipped" if lang == "en" else "mẫu có sẵn") in Markup(page).text


def test_a_preview_shows_what_would_be_read_and_stores_nothing(desk: Desk) -> None:
    text = html(send(desk, "preview", GOOD | seen(look(desk))))
    shown = Markup(text).text
    assert "Hồ sơ 000.00.00.H41-261123-0001" in shown
    assert "<b>" not in text
    assert "GSM-7" in shown
    assert editions(desk) == []


def test_what_is_published_is_in_use_and_the_same_again_is_no_second_edition(desk: Desk) -> None:
    said = GOOD | seen(look(desk))
    for _ in range(2):
        answer = send(desk, "publish", said)
        assert answer.headers["Location"] == "/message-templates/accepted/vi?done=1"
    assert editions(desk) == [1]
    page = look(desk, done="1")
    assert "dùng từ bây giờ" in Markup(page).text
    assert "Đang dùng bản 1" in Markup(page).text


def test_who_was_overtaken_publishes_nothing_and_keeps_what_was_typed(desk: Desk) -> None:
    mine = seen(look(desk))
    send(desk, "publish", GOOD | seen(look(desk)))
    answer = send(desk, "publish", GOOD | mine | {"subject": "Khác"})
    text = html(answer)
    assert answer.status_code == 409
    assert 'value="Khác"' in text
    assert "đã thay đổi" in Markup(text).text
    assert editions(desk) == [1]
    assert send(desk, "publish", GOOD | seen(text) | {"subject": "Khác"}).status_code == 303
    assert editions(desk) == [1, 2]
    assert 'value="Hồ sơ {{ code }}"' in look(desk, edition="1")


@pytest.mark.parametrize("name", ["preview", "publish"])
@pytest.mark.parametrize(
    ("wrong", "field"), [({"mail": "{{ salary }}"}, "mail"), ({"subject": ""}, "subject")]
)
def test_what_is_wrong_stands_beside_its_field(
    desk: Desk, name: str, wrong: dict[str, str], field: str
) -> None:
    answer = send(desk, name, GOOD | seen(look(desk)) | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in html(answer)
    assert editions(desk) == []


def test_without_what_was_seen_nothing_is_published(desk: Desk) -> None:
    assert send(desk, "publish", GOOD).status_code == 409
    assert editions(desk) == []


def test_nobody_and_other_acts_and_other_kinds_do_nothing(desk: Desk) -> None:
    assert "Trần Thị An" not in look(desk, who=NOBODY)
    with pytest.raises(Unknown):
        send(desk, "publish", GOOD, who=NOBODY)
    with pytest.raises(NotFound):
        send(desk, "erase", GOOD)
    with pytest.raises(NotFound):
        look(desk, "no-such-kind")
    with pytest.raises(Unknown):
        desk.service.look_at_words(Request(path="/", who=NOBODY))
