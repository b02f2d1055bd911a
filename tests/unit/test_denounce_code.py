"""Denouncing without an account: sealed, followed by a secret code, added to, held to a rate."""

import json
import re
from dataclasses import asdict, replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import NotFound, Refused
from foundation.vault import FileKeys, Sealed
from foundation.vault.provider import NO_KEYS, Vault
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from foundation.web.rate_limit import (
    MISSED,
    SENT,
    LookupRateLimiter,
    SendingRateLimiter,
    TokenBuckets,
)
from foundation.web.responses import TooMany
from services.feedback.domain import adding, secret_code
from services.feedback.domain.adding import MOST_ADDITIONS
from services.feedback.domain.denunciation import (
    ENDED,
    Arrival,
    Denunciation,
    DenunciationState,
    Doing,
    take_in,
)
from services.feedback.domain.sealed_parts import Addition
from services.feedback.domain.visit import ALPHABET
from tests.fakes import FakeClock
from tests.markup import flaws
from tests.unit.test_feedback_pages import CITIZEN, SECRET, TRACES, Office

HANDLER = Identity("handler-1", frozenset({"denunciation"}))
NAMELESS: dict[str, Any] = {"accused": "Nguyễn Văn Bình", "text": SECRET["text"], "evidence": "yes"}
MORE = "Ông Bình lại nhận thêm một lần nữa."
TRACED = (*TRACES, "thêm một lần", "handler-1", "203.0.113")


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def send(office: Office, who: Identity = NOBODY, key: str = "k-1", **said: str) -> Any:
    words = {"key": key, **(said or SECRET)}
    return office.send("send_without_account", "/denounce/without-account", words, who)


def page_of(answer: Any) -> str:
    page = str(answer.get_data(as_text=True))
    assert flaws(page) == []
    return page


def code_in(answer: Any) -> str:
    assert answer.status_code == 200, page_of(answer)
    found = re.search(r'class="big code">([^<]+)<', page_of(answer))
    assert found
    return found.group(1)


def follow(office: Office, code: str, who: Identity = NOBODY) -> Any:
    return office.send("follow_by_code", "/denounce/follow", {"code": code}, who)


def add(office: Office, code: str, text: str = MORE, key: str = "a-1") -> Any:
    said = {"code": code, "text": text, "key": key}
    return office.send("add_by_code", "/denounce/follow/add", said, NOBODY)


def kept_in_clear(office: Office) -> str:
    """Everything the store holds, and what the idempotency records and messages say."""
    kept = [asdict(each) for each in office.denunciations.things]
    messages = [asdict(each) for each in office.denunciations.messages]
    return f"{kept} {messages} {office.denunciations.documents}"


def test_it_is_sealed_and_nothing_says_who_sent_it(office: Office) -> None:
    for who in (NOBODY, CITIZEN, HANDLER):
        office = Office()
        code = code_in(send(office, who))
        (kept,) = office.denunciations.things
        assert (kept.channel, kept.anonymous, kept.code_print) == (
            "online",
            False,
            secret_code.print_of(code),
        )
        assert office.denunciations.actor == "denouncer"
        clear = kept_in_clear(office)
        assert not [each for each in (*TRACED, code, code.replace("-", "")) if each in clear]
        secret = json.loads(office.service.vault.open(kept.sealed, kept.id))
        assert (secret["name"], secret["subject"]) == (SECRET["name"], "")


def test_the_code_is_shown_once_and_sending_again_makes_no_second_one(office: Office) -> None:
    first, again = send(office), send(office)
    code = code_in(first)
    assert (code_in(again), len(office.denunciations.things)) == (code, 1)
    page = page_of(follow(office, code))
    assert code in page, "the form to add has it, as it was typed"
    assert "chỉ hiện một lần:" not in page
    other = code_in(send(office, key="k-2"))
    assert other != code
    assert not first.headers.get("Location")
    assert "no-store" in first.headers["Cache-Control"]


def test_the_same_form_with_other_words_shows_no_code(office: Office) -> None:
    send(office)
    other: dict[str, Any] = SECRET | {"text": "Khác hẳn."}
    answer = send(office, **other)
    assert answer.status_code == 422
    assert 'class="big code"' not in page_of(answer)


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), str])
def test_it_is_followed_by_its_code_however_that_is_typed(office: Office, typed: Any) -> None:
    code = code_in(send(office))
    page = page_of(follow(office, typed(code), CITIZEN))
    assert "đang xử lý ban đầu" in page
    assert not [each for each in TRACES if each in page]


def test_what_is_no_code_is_not_there_and_guessing_ends(office: Office) -> None:
    code = code_in(send(office))
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for each in ("", wrong, "x" * 40):
        with pytest.raises(NotFound):
            follow(office, each)
    for number in range(MISSED.burst - 3):
        with pytest.raises(NotFound):
            follow(office, f"{number}")
    with pytest.raises(TooMany):
        follow(office, code)


def test_it_is_added_to_once_sealed_under_a_key_of_its_own(office: Office) -> None:
    code = code_in(send(office))
    assert "Đã bổ sung và mã hóa" in page_of(add(office, code))
    add(office, code)
    add(office, code, "Có ảnh chụp.", key="a-2")
    (kept,) = office.denunciations.things
    assert [(each.by, each.what) for each in kept.acts] == [("denouncer", "add")] * 2
    assert len({each.sealed.key for each in kept.additions} | {kept.sealed.key}) == 3
    assert not [each for each in TRACED if each in kept_in_clear(office)]
    assert office.denunciations.actor == "denouncer"
    office.denunciations.change(kept.id, lambda each: (replace(each, handlers=("handler-1",)), ()))
    request = Request(query={"reason": "verify"}, who=HANDLER)
    opened = office.service.read_sealed(request, id=kept.id)
    assert [each["text"] for each in opened["additions"]] == [MORE, "Có ảnh chụp."]


def test_an_addition_that_is_empty_is_said_and_the_code_stays(office: Office) -> None:
    code = code_in(send(office))
    answer = add(office, code, " ")
    page = page_of(answer)
    assert (answer.status_code, 'id="text-error"' in page, code in page) == (422, True, True)


def test_without_a_name_the_law_is_said_and_evidence_is_asked_for(office: Office) -> None:
    form = office.page("write_without_account", "/denounce/without-account", NOBODY)
    assert "Luật Tố cáo" in form
    assert "không được thụ lý như một tố cáo" in unescape(form)
    bare = send(office, **{name: NAMELESS[name] for name in ("accused", "text")})
    assert (bare.status_code, 'id="name-error"' in page_of(bare)) == (422, True)
    assert SECRET["text"] in page_of(bare), "what was typed is not lost"
    page = page_of(send(office, **NAMELESS))
    assert "chỉ được dùng làm thông tin" in page
    assert office.denunciations.things[0].anonymous


def test_who_sends_too_much_waits_and_loses_nothing_that_was_typed(office: Office) -> None:
    for number in range(SENT.burst):
        assert send(office, key=f"k-{number}").status_code == 200
    held = send(office, key="one-more")
    page = page_of(held)
    assert (held.status_code, SECRET["accused"] in page) == (429, True)
    assert int(held.headers["Retry-After"]) > 0
    assert len(office.denunciations.things) == SENT.burst
    office.clock.forward(minutes=1)
    assert send(office, key="one-more").status_code == 200


def test_no_limit_counts_by_an_address_or_an_account() -> None:
    guard, sending = LookupRateLimiter(lambda: 0.0), SendingRateLimiter(lambda: 0.0)
    asked = Request(address="203.0.113.77"), Request(who=CITIZEN, address="203.0.113.77")
    for request in asked:
        with guard.against_guessing(request):
            sending.too_much(request)
    buckets = [each for limit in (guard, sending) for each in vars(limit).values()]
    counted = str([vars(each) for each in buckets if isinstance(each, TokenBuckets)])
    assert len(re.findall("[0-9a-f]{64}", counted)) == 6
    for each in ("203.0.113", CITIZEN.subject):
        assert each not in counted


def test_without_a_key_none_is_taken_and_the_page_says_so() -> None:
    office = Office(vault=Vault(NO_KEYS))
    form = office.page("write_without_account", "/denounce/without-account", NOBODY)
    assert "Hiện không nhận tố cáo" in form
    assert send(office).status_code >= 400
    assert office.denunciations.things == []


def test_a_handler_enters_what_came_by_post_and_hands_the_code_over(office: Office) -> None:
    form = office.page("write_for_denouncer", "/denounce/take-in", HANDLER)
    assert 'name="channel"' in form
    words = {"key": "k-1", "channel": "post", "came": "2026-11-20T09:30", **SECRET}
    answer = office.send("send_for_denouncer", "/denounce/take-in", words, HANDLER)
    code = code_in(answer)
    (kept,) = office.denunciations.things
    assert (kept.channel, office.denunciations.actor) == ("post", "handler-1")
    assert kept.received.isoformat() == "2026-11-20T02:30:00+00:00"
    assert f"{kept.due:%Y-%m-%d}" == "2026-12-02", "seven working days from when it came"
    assert "Đã bổ sung" in page_of(add(office, code))
    late = office.send("send_for_denouncer", "/x", words | {"key": "2", "channel": ""}, HANDLER)
    assert (late.status_code, 'id="channel-error"' in page_of(late)) == (422, True)


def test_the_signed_out_page_leads_to_all_ways(office: Office) -> None:
    for who in (NOBODY, CITIZEN):
        page = office.page("write_denunciation", "/denounce", who)
        assert "/denounce/without-account" in page
        assert "/denounce/follow" in page
    assert 'action="/denounce/follow"' in office.page("ask_for_secret_code", "/x", NOBODY)


# The domain.


def doing() -> Doing:
    clock = FakeClock()
    return Doing(by="denouncer", now=clock.now(), calendar=clock_calendar())


def clock_calendar() -> Any:
    return Office().service.calendars.calendar()


def test_it_is_added_to_until_it_ends_and_not_without_end() -> None:
    act = doing()
    one = Addition(id="a", at=act.now, sealed=Sealed())
    for state in DenunciationState:
        taken, _ = take_in("d", Sealed(), Arrival(), act, anonymous=False)
        taken = replace(taken, state=state)
        if state in ENDED:
            with pytest.raises(Refused):
                adding.add(taken, one, act)
            continue
        for _ in range(MOST_ADDITIONS):
            taken, messages = adding.add(taken, one, act)
            assert messages == (), "nothing is told"
        with pytest.raises(Refused):
            adding.add(taken, one, act)


def test_erasing_takes_the_keys_of_all_that_was_added(office: Office) -> None:
    code = code_in(send(office))
    add(office, code)
    (kept,) = office.denunciations.things
    ended = {"state": DenunciationState.PUBLISHED}
    office.denunciations.change(kept.id, lambda each: (replace(each, **ended), ()))
    head = Identity("head-1", frozenset({"denunciation:head"}))
    said = {"content-type": "application/json", "idempotency-key": "e"}
    request = Request(method="POST", path="/e", headers=said, who=head)
    office.service.erase(replace(request), id=kept.id)
    (erased,) = office.denunciations.things
    assert erased.sealed.erased
    assert all(each.sealed.erased for each in erased.additions)
    assert "công khai kết luận" in page_of(follow(office, code)), "how it ended stays to be read"


@given(st.binary(min_size=32, max_size=32))
def test_a_code_is_twenty_signs_that_nobody_takes_for_one_another(mark: bytes) -> None:
    code = secret_code.made(mark.hex())
    assert len(code) == secret_code.LENGTH
    assert set(code) <= set(ALPHABET)
    assert secret_code.print_of(secret_code.shown(code).lower()) == secret_code.print_of(code)
    assert code not in secret_code.print_of(code)


def test_codes_differ_by_vault_and_by_request() -> None:
    vaults = [Vault(FileKeys({"vault.1": bytes([number]) * 32})) for number in range(2)]
    codes = {secret_code.made(vault.mark(f"code {n}")) for vault in vaults for n in range(50)}
    assert len(codes) == 100
    assert isinstance(Denunciation.__dataclass_fields__["code_print"].default, str)
