"""Zalo's access token, renewed: by one process at a time, stored before it is used, sealed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nameko.testing.services import worker_factory

from foundation.errors import Unavailable
from foundation.observability.fault_points import FaultPoints
from services.notifications.domain import provider_token as domain
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.provider_token import CLAIM, GivenTokens, ProviderToken
from services.notifications.domain.sending import SendOutcome
from services.notifications.outside.letter_seal import LetterSeal
from services.notifications.outside.zalo import ZaloNotification
from services.notifications.outside.zalo_token import RenewalAnswer
from services.notifications.service import NotificationsService
from services.notifications.store import ProviderTokens
from tests.desks import AskedStore
from tests.fakes import FakeClock
from tests.unit.test_notifications_gateways import FOR_ZALO, TEMPLATES, answering, at

KEY = "sixteen-or-more-characters"
LIFE = timedelta(hours=25)


class Died(BaseException):
    """The process was killed."""


class Zalo:
    """Zalo's two doors: a refresh token is taken once, and messages with the newest token."""

    def __init__(self, first: str) -> None:
        self.refresh, self.access, self.number = first, "", 0
        self.renewals: list[str] = []
        self.answering = True

    def ask(self, refresh: str) -> RenewalAnswer:
        if not self.answering:
            return RenewalAnswer(reason="no answer")
        self.renewals.append(refresh)
        if refresh != self.refresh:
            return RenewalAnswer(reason="zalo -14014", refused=True)
        self.number += 1
        self.refresh, self.access = f"refresh-{self.number}", f"access-{self.number}"
        return RenewalAnswer(access=self.access, refresh=self.refresh, lifetime=LIFE)


class FakeTokens(AskedStore):
    """The store; `away` is a database that takes no write."""

    known = ProviderTokens.known
    away = False

    def change(self, *told: Any, **rest: Any) -> Any:
        if self.away:
            raise Unavailable("Tạm dừng.", "Away.")
        return super().change(*told, **rest)


class Office:
    """Processes of notifications over one store, and Zalo behind their calls."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, FakeClock()
        (folder / "refresh").write_text("refresh-0\n", encoding="ascii")
        (folder / "secret").write_text("SECRET", encoding="ascii")
        (folder / "zalo.json").write_text(json.dumps(TEMPLATES), encoding="utf-8")
        self.store = FakeTokens(ProviderToken, clock=self.clock)
        self.zalo = Zalo("refresh-0")

    def process(self) -> Any:
        """Another process, with `provider` and `tend`."""
        named = {each: f"{self.folder}/{each}" for each in ("refresh", "secret")}
        query = f"?app=42&refresh={named['refresh']}&secret={named['secret']}"
        server = SimpleNamespace(server_port=1)
        query += f"&templates={self.folder}/zalo.json"
        provider = ZaloNotification(at(server, "zalo", query=query))
        provider.token.ask = self.zalo.ask  # type: ignore[union-attr, method-assign]
        letters = LetterSeal()
        letters.container = SimpleNamespace(config={"settings": SimpleNamespace(letter_key=KEY)})
        letters.setup()
        shown: dict[str, Mapping[str, float]] = {}
        service = worker_factory(
            NotificationsService,
            failures=SimpleNamespace(show=partial(shown.__setitem__, "failures")),
            ends=SimpleNamespace(show=partial(shown.__setitem__, "ends")),
            provider_tokens=self.store,
            providers=SimpleNamespace(of=lambda _: [provider]),
            letters=letters,
            clock=self.clock,
        )
        return SimpleNamespace(
            provider=provider, tend=service.tend_tokens, service=service, shown=shown
        )

    @property
    def stored(self) -> ProviderToken:
        token: ProviderToken
        (token,) = self.store.things
        return token

    def later(self, **time: float) -> None:
        self.clock.moment += timedelta(**time)


@pytest.fixture(name="office")
def _office(tmp_path: Path) -> Iterator[Office]:
    yield Office(tmp_path)
    FaultPoints.hook = None


def test_the_first_token_is_asked_for_and_kept_sealed(office: Office) -> None:
    process = office.process()
    process.tend()
    assert process.provider.token.value() == "access-1"
    kept = str(list(office.store.documents.values()))
    assert "access-1" not in kept
    assert "refresh-" not in kept
    process.tend()
    assert office.zalo.number == 1


def test_it_is_renewed_at_half_its_life_and_the_others_learn_it(office: Office) -> None:
    one, other = office.process(), office.process()
    one.tend()
    other.tend()
    office.later(hours=12)
    one.tend()
    assert office.zalo.number == 1
    office.later(hours=1)
    other.tend()
    assert office.zalo.number == 2
    one.tend()
    assert {each.provider.token.value() for each in (one, other)} == {"access-2"}
    assert office.zalo.renewals == ["refresh-0", "refresh-1"]


def test_two_processes_never_ask_at_once(office: Office) -> None:
    one, other = office.process(), office.process()

    def meanwhile(point: str) -> None:
        if point == "token.claimed":
            FaultPoints.hook = None
            other.tend()

    FaultPoints.hook = meanwhile
    one.tend()
    assert len(office.zalo.renewals) == 1
    other.tend()
    assert other.provider.token.value() == "access-1"


def test_who_dies_before_asking_is_followed_within_a_minute(office: Office) -> None:
    with pytest.raises(Died):
        killed_at(office, "token.claimed")
    other = office.process()
    other.tend()
    assert office.zalo.renewals == []
    office.later(seconds=CLAIM.total_seconds())
    other.tend()
    assert other.provider.token.value() == "access-1"


def test_who_dies_with_the_next_refresh_token_in_hand_leaves_hours_to_mend_it(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.process().tend()
    office.later(hours=13)
    with pytest.raises(Died):
        killed_at(office, "token.given")
    other = office.process()
    office.later(minutes=2)
    other.tend()
    assert other.provider.token.value() == "access-1"  # good for 12 hours more
    assert "provider_token_refused" in "".join(capsys.readouterr())
    assert office.stored.until
    assert office.stored.until - office.clock.real() > timedelta(hours=11)
    asked = len(office.zalo.renewals)
    other.tend()
    assert len(office.zalo.renewals) == asked  # after a pause only
    office.zalo.refresh = "refresh-by-hand"
    (office.folder / "refresh").write_text("refresh-by-hand", encoding="ascii")
    office.process().tend()
    assert office.stored.failures == 0
    assert office.stored.until > office.clock.real() + timedelta(hours=24)


def killed_at(office: Office, point: str) -> None:
    def die(reached: str) -> None:
        if reached == point:
            FaultPoints.hook = None
            raise Died

    FaultPoints.hook = die
    office.process().tend()


def test_what_cannot_be_stored_is_kept_and_stored_when_the_database_is_back(
    office: Office,
) -> None:
    process = office.process()

    def goes_away(point: str) -> None:
        office.store.away = point == "token.given"

    FaultPoints.hook = goes_away
    with pytest.raises(Unavailable):
        process.tend()
    FaultPoints.hook = None
    office.later(minutes=5)
    office.store.away = False
    other = office.process()
    other.tend()  # with the refresh token that is used up: refused
    process.tend()
    assert process.provider.token.value() == "access-1"
    office.later(hours=13)
    process.tend()
    assert process.provider.token.value() == "access-2"


def test_a_refused_token_is_renewed_once(office: Office) -> None:
    process = office.process()
    process.tend()
    for _ in range(5):
        process.provider.token.refuse()
        process.tend()
        office.later(minutes=10)
    assert office.zalo.number == 2
    assert process.provider.token.value() == "access-2"


def test_no_answer_is_asked_again_ever_more_seldom(office: Office) -> None:
    office.zalo.answering = False
    process, pauses = office.process(), []
    for _ in range(9):
        process.tend()
        assert office.stored.next_try
        pauses.append(office.stored.next_try - office.clock.real())
        office.clock.moment += pauses[-1]
    assert pauses[:3] == [timedelta(minutes=each) for each in (1, 2, 4)]
    assert max(pauses) == timedelta(hours=1)
    office.zalo.answering = True
    process.tend()
    assert process.provider.token.value() == "access-1"


def test_failed_renewals_and_the_end_of_the_token_are_shown_until_one_succeeds(
    office: Office,
) -> None:
    one, other = office.process(), office.process()
    other.service.show_tokens()
    assert other.shown == {}  # nothing is known yet, and nothing made up
    one.tend()
    end = office.clock.real() + LIFE
    office.later(hours=13)
    office.zalo.answering = False
    for minutes in (1, 2, 4):
        one.tend()
        office.later(minutes=minutes)
    other.service.show_tokens()  # by whom it was tried does not matter
    assert other.shown == {"failures": {"zalo": 3}, "ends": {"zalo": end.timestamp()}}
    one.provider.token.refuse()
    one.tend()
    other.service.show_tokens()
    assert other.shown["ends"] == {"zalo": 0}
    office.zalo.answering = True
    office.later(minutes=10)
    one.tend()
    other.service.show_tokens()
    assert other.shown["failures"] == {"zalo": 0}
    assert other.shown["ends"] == {"zalo": (office.clock.real() + LIFE).timestamp()}


def test_without_a_token_a_message_waits_and_minus_124_marks_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    provider = office.process().provider
    assert provider.send(FOR_ZALO).outcome is SendOutcome.BUSY
    with answering((200, '{"error":-124,"message":"Access token invalid"}')) as server:
        provider.address = replace(provider.address, port=server.server_port)
        provider.token.hold("access-9", 9)
        assert provider.send(FOR_ZALO).outcome is SendOutcome.BUSY
        assert "access-9" in server.asked[0][2].values()
    assert provider.token.refused


def test_zalo_is_asked_as_its_document_says(tmp_path: Path) -> None:
    office = Office(tmp_path)
    said = {"access_token": "A", "refresh_token": "R", "expires_in": "90000"}
    with answering((200, json.dumps(said))) as server:
        query = f"?app=42&refresh={tmp_path}/refresh&secret={tmp_path}/secret"
        query += f"&templates={tmp_path}/zalo.json"
        query += f"&oauth=zalo%2Bhttp://127.0.0.1:{server.server_port}"
        provider = ZaloNotification(at(server, "zalo", query=query))
        answer = provider.token.ask("refresh-0")  # type: ignore[union-attr]
        path, body, headers = server.asked[0]
    assert (answer.access, answer.refresh, answer.lifetime) == ("A", "R", LIFE)
    assert "access" not in repr(answer)
    assert zalo_refusal(tmp_path).refused
    assert path == "/v4/oa/access_token"
    assert "SECRET" in headers.values()
    assert dict(parse_qsl(body)) == {
        "refresh_token": "refresh-0",
        "app_id": "42",
        "grant_type": "refresh_token",
    }
    assert office.zalo.renewals == []
    assert provider.channel is NoticeChannel.ZALO


def zalo_refusal(folder: Path) -> RenewalAnswer:
    said = {"error": -14014, "error_name": "Invalid refresh token."}
    with answering((200, json.dumps(said))) as server:
        query = f"?app=42&refresh={folder}/refresh&secret={folder}/secret"
        query += f"&templates={folder}/zalo.json"
        query += f"&oauth=zalo%2Bhttp://127.0.0.1:{server.server_port}"
        provider = ZaloNotification(at(server, "zalo", query=query))
        return provider.token.ask("used")  # type: ignore[union-attr]


STEPS = st.lists(
    st.sampled_from(["claim a", "claim b", "given a", "given b", "fail a", "fail b", "refuse"]),
    max_size=30,
)


@given(STEPS, st.lists(st.integers(0, 40), min_size=30, max_size=30))
def test_whatever_happens_a_renewal_is_stored_once_and_counted(
    steps: list[str], minutes: list[int]
) -> None:
    """Of two processes: what was given for one refresh token never replaces a later one."""
    now = FakeClock().real()
    token = domain.begin("zalo", "s", "refresh-0")
    claims: dict[str, ProviderToken] = {}
    for step, pause in zip(steps, minutes, strict=False):
        now += timedelta(minutes=pause)
        kind, _, who = step.partition(" ")
        before = token
        if kind == "claim":
            token, _ = domain.claim(token, who, now)
            if token.claim == who and token != before:
                claims[who] = token
        elif kind == "given" and who in claims:
            next_one = f"refresh-{claims[who].renewal + 1}"
            tokens = GivenTokens(access="a", refresh=next_one, lifetime=LIFE)
            token, _ = domain.renew(token, claims.pop(who), tokens, now)
        elif kind == "fail":
            token, _ = domain.fail(token, who, now)
        elif kind == "refuse":
            token, _ = domain.refuse(token, token.renewal)
        assert token.refresh == f"refresh-{token.renewal}"
        assert token.renewal in {before.renewal, before.renewal + 1}
