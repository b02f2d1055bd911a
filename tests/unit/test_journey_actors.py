"""The people of the journey wait when a busy service asks them to, and do nothing twice."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import httpx
import pytest

from cli.errors import CliError
from cli.journey.actors import Actor

Answers = Callable[[httpx.Request], httpx.Response]


def person(monkeypatch: pytest.MonkeyPatch, answers: Answers) -> Actor:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    made = object.__new__(Actor)
    made.agency = ""
    url = SimpleNamespace(url="http://intake.example")
    vars(made)["_platform"] = SimpleNamespace(instance=lambda *_: url)
    vars(made)["_client"] = httpx.Client(transport=httpx.MockTransport(answers))
    return made


def test_a_busy_service_is_asked_again_under_the_same_key(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, bytes]] = []

    def answers(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers["Idempotency-Key"], request.content))
        if len(seen) < 3:
            return httpx.Response(503, headers={"Retry-After": "2"})
        return httpx.Response(200, json={"id": "x"})

    assert person(monkeypatch, answers).post("intake", "/dossiers", {"a": 1}) == {"id": "x"}
    assert len(seen) == 3
    assert len(set(seen)) == 1


def test_a_list_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ["a", "b", "c", "d", "e"]

    def answers(request: httpx.Request) -> httpx.Response:
        assert request.url.params["limit"] == "2"
        begin = int(request.url.params["after"].removeprefix("+ ") or 0)
        following = f"+ {begin + 2}" if begin + 2 < len(rows) else ""
        return httpx.Response(200, json={"rows": rows[begin : begin + 2], "next": following})

    someone = person(monkeypatch, answers)
    assert list(someone.each("intake", "/dossiers?limit=2", "rows")) == rows


@pytest.mark.parametrize(
    ("status", "headers", "most"),
    [(503, {"Retry-After": "20"}, 4), (503, {}, 1), (409, {"Retry-After": "20"}, 4), (409, {}, 1)],
    ids=["busy for ever", "no word of when", "never there", "refused"],
)
def test_patience_has_an_end(
    monkeypatch: pytest.MonkeyPatch, status: int, headers: dict[str, str], most: int
) -> None:
    asked: list[str] = []
    moment = 0.0

    def pass_time(seconds: float) -> None:
        nonlocal moment
        moment += seconds

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(status, headers=headers)

    someone = person(monkeypatch, answers)
    monkeypatch.setattr(time, "sleep", pass_time)
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    with pytest.raises(CliError, match=str(status)):
        someone.get("intake", "/dossiers/x")
    assert 1 <= len(asked) <= most
    assert (len(asked) > 1) is (most > 1)
