"""The pages of webhooks: an owner helps themselves by forms, an administrator looks at all."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Hidden, NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.subscriptions.domain import plain_filter, seen
from services.subscriptions.domain.delivery import DeliveryState
from services.subscriptions.domain.filters import read_filters
from services.subscriptions.domain.overview import integrators
from services.subscriptions.domain.plain_filter import PlainFilter
from services.subscriptions.domain.subscription import SubscriptionState
from tests.markup import Markup, flaws
from tests.unit.test_subscriptions_api import OTHER, OWNER, WISH
from tests.unit.test_subscriptions_self_service import Owner, dead

ADMINISTRATOR = Identity("quản trị", frozenset({"events:admin"}))
BROWSER = {"accept": "text/html", "accept-language": "vi"}
FORM = {
    "key": "k1",
    "seen": "",
    "name": "Thống kê",
    "target": "https://hook.example.vn/motcua?token=hidden",
    "email": "ops@example.vn",
    "types": "dossier.*\nstep.assigned",
    "agency": "so-xay-dung",
    "procedure": "",
    "field": "",
    "more": "",
    "order": "yes",
    "batch": "10",
    "signing": "hmac",
    "begin": "beginning",
}


@pytest.fixture(name="owner")
def _owner() -> Owner:
    return Owner()


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def asked(path: str, who: Identity = OWNER, **query: str) -> Request:
    return Request(path=path, query=query, who=who, headers=BROWSER)


def sent(path: str, said: dict[str, str], who: Identity = OWNER) -> Request:
    return Request(
        method="POST",
        path=path,
        headers={**BROWSER, "content-type": "application/x-www-form-urlencoded"},
        stream=BytesIO(urlencode(said).encode()),
        who=who,
    )


def look(owner: Owner, who: Identity = OWNER, **query: str) -> str:
    path = f"/webhooks/{owner.id}"
    return text_of(owner.service.look_at_webhook(asked(path, who, **query), owner.id))


def letters(owner: Owner, **query: str) -> str:
    path = f"/webhooks/{owner.id}/deliveries"
    return text_of(owner.service.look_at_deliveries(asked(path, OWNER, **query), owner.id))


def act(owner: Owner, name: str, who: Identity = OWNER, /, **said: str) -> Any:
    return owner.service.act_by_form(
        sent(f"/webhooks/{owner.id}/{name}", said, who), owner.id, name
    )


def hidden_fields(page: str, act: str) -> dict[str, str]:
    """What the first form of an act carries."""
    form = re.search(rf'<form method="post" action="[^"]*/{act}">.*?</form>', page, re.DOTALL)
    assert form, f"no form of {act}"
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return {field: unescape(value) for field, value in found}


def state(owner: Owner) -> SubscriptionState:
    return SubscriptionState(owner.subscriptions.get(owner.id).state)


def test_a_webhook_is_made_by_a_form_and_its_secret_shown_by_that_answer_alone(
    owner: Owner,
) -> None:
    first, again = (owner.service.create_by_form(sent("/webhooks/new", FORM)) for _ in range(2))
    (secret,) = re.findall(r"whsec_[^<]+", text_of(first))
    assert re.findall(r"whsec_[^<]+", text_of(again)) == [secret]
    (made,) = (each for each in owner.subscriptions.things if each.id != owner.id)
    assert (made.wish.options.batch, made.wish.options.by_dossier) == (10, True)
    assert made.wish.filters == (
        '[{"any":[{"prefix":{"type":"dossier."}},{"exact":{"type":"step.assigned"}}]},'
        '{"exact":{"agency":"so-xay-dung"}}]'
    )
    assert owner.progresses.get(made.id).cursor == 0
    owner.id = made.id
    shown = [look(owner), text_of(owner.service.look_at_webhooks(asked("/webhooks")))]
    assert not any("whsec_" in each for each in shown)
    assert "Thống kê" in shown[1]


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("types", "dossier.acepted", "types"),
        ("target", "http://hook.example.vn/", "target"),
        ("email", "nobody", "email"),
        ("batch", "many", "batch"),
        ("batch", "0", "batch"),
        ("more", '[{"like": {"type": "x"}}]', "more"),
        ("more", '{"exact": {"type": "x"}}', "more"),
        ("procedure", "1." * 60, "procedure"),
        ("signing", "rsa", "signing"),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_field_and_kept(
    owner: Owner, field: str, value: str, place: str
) -> None:
    answer = owner.service.create_by_form(sent("/webhooks/new", FORM | {field: value}))
    page = text_of(answer, 422)
    assert f'id="{place}-error"' in page
    assert 'value="Thống kê"' in page
    assert len(owner.subscriptions.things) == 1


def test_filters_that_are_no_json_are_refused_in_words(owner: Owner) -> None:
    answer = owner.service.create_by_form(sent("/webhooks/new", FORM | {"more": "[{"}))
    assert "không phải JSON hợp lệ" in text_of(answer, 422)


def test_a_webhook_is_changed_once_and_not_on_what_another_changed(owner: Owner) -> None:
    path = f"/webhooks/{owner.id}/change"
    page = text_of(owner.service.rewrite_webhook(asked(path), owner.id))
    assert f'value="{WISH["target"]}"' in page
    said = FORM | hidden_fields(page, "change")
    answers = [act(owner, "change", **said) for _ in range(2)]
    there = f"/webhooks/{owner.id}/did/change"
    assert [each.headers["Location"] for each in answers] == [there] * 2
    assert owner.subscriptions.get(owner.id).wish.name == "Thống kê"
    assert "Đã ghi thay đổi" in text_of(
        owner.service.look_after_act(asked(there), owner.id, "change")
    )
    stale = text_of(act(owner, "change", **said | {"key": "k9", "name": "Khác"}), 409)
    assert "đã thay đổi" in stale
    assert 'value="Khác"' in stale
    assert owner.subscriptions.get(owner.id).wish.name == "Thống kê"


def test_what_changed_is_said_as_people_say_it_whatever_the_form_brought(owner: Owner) -> None:
    said = hidden_fields(look(owner), "pause")
    for before in ("state=active\twish=0\tkey=", "key=<b>\tstate=x", "key=9999-99-99"):
        page = text_of(act(owner, "pause", **said | {"key": "k8", "seen": before}), 409)
        shown = Markup(page).text.partition("Đã thay đổi trong lúc")[2].partition("Lỗi gần đây")[0]
        assert "như đã xem → đã sửa" in shown
        assert not re.search(r"\d{4}-\d\d|<b>|active", shown)


def test_it_is_paused_and_resumed_and_deleted_from_its_page(owner: Owner) -> None:
    paused = hidden_fields(look(owner), "pause")
    assert [act(owner, "pause", **paused).status_code for _ in range(2)] == [303, 303]
    assert state(owner) is SubscriptionState.PAUSED
    stale = text_of(act(owner, "pause", **paused | {"key": "k9"}), 409)
    assert "đã thay đổi" in stale
    assert "Trạng thái: chờ máy nhận đồng ý → tạm dừng" in Markup(stale).text
    assert act(owner, "resume", **hidden_fields(look(owner), "resume")).status_code == 303
    assert state(owner) is SubscriptionState.UNCONFIRMED
    gone = act(owner, "delete", **hidden_fields(look(owner), "delete"))
    assert gone.headers["Location"] == "/webhooks/deleted"
    assert "Đã xóa" in text_of(owner.service.look_after_deleting(asked("/webhooks/deleted")))
    with pytest.raises(Hidden):
        look(owner)


def test_a_new_key_is_shown_by_the_answer_that_made_it(owner: Owner) -> None:
    said = hidden_fields(look(owner), "rotate") | {"rotate-signing": "hmac"}
    pages = [text_of(act(owner, "rotate", **said)) for _ in range(2)]
    assert "whsec_" in pages[0]
    assert len({re.findall(r"whsec_[^<]+", each)[0] for each in pages}) == 1
    assert "Khóa trước" in look(owner)
    assert "whsec_" not in look(owner)
    wrong = act(owner, "rotate", key="k9", **{"rotate-overlap_hours": "999"})
    assert 'id="rotate-overlap_hours-error"' in text_of(wrong, 422)


def test_dead_letters_are_redriven_singly_by_filter_and_all(owner: Owner) -> None:
    for position, kind, status in ((1, "a", 500), (2, "b", 403), (3, "b", 500), (4, "c", 500)):
        owner.keep(position, kind, status)
    page = letters(owner)
    assert page.count("HTTP 500") >= 3
    single = hidden_fields(page.partition("letter-1")[2], "redrive")
    assert [act(owner, "redrive", **single).status_code for _ in range(2)] == [303, 303]
    assert dead(owner) == [2, 3, 4]
    act(owner, "redrive", key="k2", **{"redrive-reason": "403"})
    assert dead(owner) == [3, 4]
    act(owner, "redrive", key="k3", **{"redrive-type": "c"})
    assert dead(owner) == [3]
    act(owner, "redrive", key="k4")
    assert dead(owner) == []
    assert "Thư chết" in letters(owner)
    assert "gửi lại lúc" in letters(owner, state="waiting")


def test_many_dead_letters_are_read_page_by_page(owner: Owner) -> None:
    for position in range(1, 8):
        owner.keep(position, "step.assigned", 500)
    found, query = [], {"limit": "3"}
    while query:
        page = letters(owner, **query)
        found += re.findall(r"vị trí (\d+)", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        more = parse_qs(urlsplit(unescape(following[1])).query) if following else {}
        query = {"limit": "3", "after": more["after"][0]} if more else {}
    assert found == [str(each) for each in range(1, 8)]


def test_anothers_letter_is_not_redriven(owner: Owner) -> None:
    mine, theirs = owner.id, owner.create(who=OTHER)["id"]
    owner.id = theirs
    foreign = owner.keep(1, "step.assigned", 500)
    owner.id = mine
    with pytest.raises(NotFound):
        act(owner, "redrive", key="k", **{"redrive-deliveries": foreign})
    assert owner.deliveries.get(foreign).state is DeliveryState.DEAD


def test_a_replay_begins_at_a_moment_of_viet_nam(owner: Owner) -> None:
    said = hidden_fields(look(owner), "replay")
    answer = act(
        owner, "replay", **said, **{"replay-since": "2026-11-23T08:50", "replay-rate": "5"}
    )
    assert answer.status_code == 303
    progress = owner.progresses.get(owner.id)
    assert (progress.cursor, progress.replay_rate) == (20, 5)
    wrong = act(owner, "replay", key="k9", **{"replay-since": "hôm qua", "replay-rate": "x"})
    page = text_of(wrong, 422)
    assert 'id="replay-since-error"' in page
    assert 'id="replay-rate-error"' in page


def test_a_test_event_shows_the_answer_and_sent_twice_is_the_same_event(owner: Owner) -> None:
    said = hidden_fields(look(owner), "test")
    assert "Đã hỏi máy nhận" in text_of(act(owner, "test", **said))
    owner.subscriptions.change(owner.id, lambda each: (confirmed(each), ()))
    pages = [text_of(act(owner, "test", **said)) for _ in range(2)]
    assert "HTTP 500" in pages[0]
    assert "broke" in pages[0]
    assert len({each["id"] for each in owner.called.sent}) == 1


def confirmed(subscription: Any) -> Any:
    return replace(subscription, state=SubscriptionState.ACTIVE)


def test_nobody_else_sees_or_changes_it(owner: Owner) -> None:
    service, path = owner.service, f"/webhooks/{owner.id}"
    for method in ("look_at_webhook", "rewrite_webhook", "look_at_deliveries"):
        with pytest.raises(Hidden):
            getattr(service, method)(asked(path, OTHER), owner.id)
        assert "hook.example.vn" not in text_of(
            getattr(service, method)(asked(path, NOBODY), owner.id)
        )
    assert "hook.example.vn" not in text_of(service.look_at_webhooks(asked("/webhooks", OTHER)))
    for name in ("pause", "resume", "delete", "rotate", "replay", "redrive", "change", "test"):
        said = FORM | hidden_fields(look(owner), "pause") | {"replay-since": "2026-11-23T08:50"}
        with pytest.raises(Hidden):
            act(owner, name, OTHER, **said)
        with pytest.raises(Unknown):
            act(owner, name, NOBODY, **said)
    assert state(owner) is SubscriptionState.UNCONFIRMED
    with pytest.raises(NotFound):
        act(owner, "zzz", key="k")
    with pytest.raises(Unknown):
        service.look_at_webhooks(Request(path="/webhooks"))


def test_an_administrator_sees_whose_there_are_and_no_address(owner: Owner) -> None:
    owner.service.create_by_form(sent("/webhooks/new", FORM))
    owner.create(who=OTHER)
    owner.keep(3, "step.assigned", 500)
    page = text_of(owner.service.look_at_integrators(asked("/webhooks/all", ADMINISTRATOR)))
    assert re.findall(r'owner=([^"&]+)"', page) == [OTHER.subject, OWNER.subject]
    one = asked("/webhooks/all", ADMINISTRATOR, owner=OWNER.subject)
    shown = text_of(owner.service.look_at_integrators(one))
    assert "hook.example.vn" in shown
    assert "Thống kê" in shown
    assert "token=hidden" not in shown
    assert "ops@example.vn" not in shown


def test_integrators_are_read_page_by_page(owner: Owner) -> None:
    for number in range(7):
        owner.create(who=Identity(f"bên {number}", frozenset({"events:read"})))
    found: list[str] = []
    query = {"limit": "3"}
    while query:
        request = asked("/webhooks/all", ADMINISTRATOR, **query)
        page = text_of(owner.service.look_at_integrators(request))
        found += [unquote(each).replace("+", " ") for each in re.findall(r'owner=([^"&]+)"', page)]
        after = re.search(r'rel="next" href="[^"]*after=([^"&]+)"', page)
        query = {"limit": "3", "after": unquote(after[1]).replace("+", " ")} if after else {}
    assert found == sorted([OWNER.subject, *(f"bên {number}" for number in range(7))])


TYPES = st.sampled_from(["dossier.accepted", "dossier.*", "step.assigned", "fee.*"])
NAMES = st.sampled_from(["", "so-xay-dung", "1.013236", "Đầu tư"])
PLAIN = st.builds(
    PlainFilter,
    types=st.lists(TYPES, max_size=4).map(tuple),
    agency=NAMES,
    procedure=NAMES,
    field=NAMES,
)


@given(PLAIN)
def test_what_a_form_can_say_is_read_back_from_the_filters(plain: PlainFilter) -> None:
    written = plain_filter.write(plain)
    read_filters(written)
    assert plain_filter.read(written) == plain


LEAF = st.builds(
    lambda dialect, attribute, value: {dialect: {attribute: value}},
    st.sampled_from(["exact", "prefix", "suffix"]),
    st.sampled_from(["type", "agency", "procedure", "field", "subject"]),
    st.sampled_from(["dossier.", "dossier.*", "*", "x"]),
)
ANY = st.recursive(
    LEAF,
    lambda inner: (
        st.builds(lambda each: {"not": each}, inner)
        | st.builds(
            lambda name, parts: {name: parts},
            st.sampled_from(["all", "any"]),
            st.lists(inner, min_size=1, max_size=3),
        )
    ),
    max_leaves=6,
)


@given(st.lists(ANY, max_size=4))
def test_filters_that_a_form_cannot_say_are_never_shown_as_something_else(found: Any) -> None:
    read_filters(found)
    plain = plain_filter.read(found)
    assert plain is None or plain_filter.write(plain) == found


def test_a_mark_names_nobody_and_notices_what_owners_decide(owner: Owner) -> None:
    before = owner.subscriptions.get(owner.id)
    mark = seen.mark(before)
    assert "ops@" not in mark
    seen.must_be_as_seen(before, mark)
    owner.post("pause", owner.id)
    assert set(seen.differences(mark, owner.subscriptions.get(owner.id))) == {"state"}
    owner.put(owner.id, email="other@example.vn")
    assert set(seen.differences(mark, owner.subscriptions.get(owner.id))) == {"state", "wish"}


def test_integrators_are_counted_by_state() -> None:
    owned = [("b", SubscriptionState.ACTIVE), ("a", SubscriptionState.PAUSED)] * 2
    (first, second), more = integrators(owned, after="", limit=2)
    assert (first.owner, first.total, more) == ("a", 2, "")
    assert second.counts == {SubscriptionState.ACTIVE: 2}


def test_a_replay_without_a_moment_is_refused(owner: Owner) -> None:
    page = text_of(act(owner, "replay", key="k"), 422)
    assert 'id="replay-since-error"' in page
