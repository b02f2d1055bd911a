"""Fills the stores of the services with copies of a dossier that went all the way.

A copy has ids, a code, people and moments of its own, so that the indexes are those of a store in
use; its history, and what its timers wait for, are those of the pattern.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import bson

from bench.bulk_insert import insert_together, let_settle
from bench.intake_platform import DESK, IntakePlatform
from contracts.envelope import write_time
from foundation.places import moment_of

BATCH = 500  # documents per command
# A store after years: most dossiers are closed. Of a hundred so many are in each state.
SHARES = {"returned": 90, "processing": 8, "submitted": 2}
OWNERS = 20_000
FIRST_DAY, MOST_A_DAY = date(2001, 1, 1), 9_000
EVENTS_APART = timedelta(minutes=5)
TIMERS = ("alarm", "silent", "remind", "ask_at")
# The pattern is due in some weeks; the copies before it and after it.
DUE_APART, DUE_WITHIN, DUE_BEFORE = timedelta(minutes=37), timedelta(days=60), timedelta(days=40)
Documents = Mapping[str, Any]


@dataclass(frozen=True)
class Patterns:
    """Documents of one dossier by state, as the services stored them, and its id and code."""

    dossier: str
    code: str
    dossiers: Mapping[str, Documents]
    dockets: Mapping[str, Documents]
    known: Documents
    rating: Documents

    def names(self, number: int, book: str) -> dict[str, str]:
        """What the copy with this number is called in place of the pattern."""
        return {self.dossier: str(uuid.uuid4()), self.code: f"{book}-{number:04}"}


def collections(setup: IntakePlatform) -> dict[str, Any]:
    """The collections that are filled, by their name here."""
    return {
        "dossiers": setup.collection("intake", "dossiers"),
        "dockets": setup.collection(f"routing.{DESK}", "dockets"),
        "known": setup.collection("feedback", "dossiers"),
        "ratings": setup.collection("feedback", "ratings"),
    }


def fill(setup: IntakePlatform, patterns: Patterns, count: int, *, of_today: int) -> None:
    """Fill up to `count` dossiers; `of_today` of them, at least, have a number of this day.

    These are 9,999 at most: numbers of four digits.
    """
    targets = collections(setup)
    there = targets["dossiers"].estimated_document_count()
    book = patterns.code.rpartition("-")[0]
    first = 1 + targets["dossiers"].count_documents({"code": {"$gt": book, "$lt": f"{book}."}})
    batch: dict[str, list[Documents]] = {name: [] for name in targets}
    for number in range(max(0, count - there)):
        today = first + number if first + number <= min(of_today, 9_999) else 0
        for name, document in _copy(patterns, there + number, today):
            batch[name].append(document)
        if len(batch["dossiers"]) >= BATCH:
            _insert(targets, batch)
    _insert(targets, batch)
    let_settle(targets["dossiers"])


def _copy(patterns: Patterns, number: int, today: int) -> Iterator[tuple[str, Documents]]:
    """The documents of one copy; with a number of today, or of one of the days before."""
    state = "returned" if today else _state(number)
    unit = patterns.code.rsplit("-", 2)[0]
    day = FIRST_DAY + timedelta(days=number // MOST_A_DAY)
    book = patterns.code.rpartition("-")[0] if today else f"{unit}-{day:%y%m%d}"
    names = patterns.names(today or 1 + number % MOST_A_DAY, book)
    apart = EVENTS_APART * (number + 1)
    dossier = _copied(patterns.dossiers[state], names)
    moved = () if today else ("submitted", "received")
    dossier |= {name: dossier[name] - apart for name in moved if dossier.get(name)}
    if dossier["press_order"]:
        dossier = _due_later(dossier, _due_in(number))
    owner = f"citizen-{number % OWNERS}"
    own = {"owner": owner, "owned": dossier["owned"].replace(dossier["owner"], owner, 1)}
    yield "dossiers", dossier | own | {"words": _words(dossier, number)}
    if state == "submitted":
        return
    docket = _copied(patterns.dockets[state], names)
    docket |= {"came": docket["came"] - apart, "words": _words(docket, number)}
    yield "dockets", _later(docket, apart) if docket["place"] else docket
    yield "known", _copied(patterns.known, names)
    if state == "returned":
        yield "ratings", _copied(patterns.rating, names)


def _later(docket: dict[str, Any], by: timedelta) -> dict[str, Any]:
    """The open docket with its steps due so much later, and its place on the lists with them."""
    steps = [{**step, "due": step["due"] + by} for step in docket["steps"]]
    alarm = docket["alarm"] + by if docket["alarm"] else None
    return docket | {"place": _moved(docket["place"], by), "steps": steps, "alarm": alarm}


def _due_later(dossier: dict[str, Any], by: timedelta) -> dict[str, Any]:
    """The open dossier with all that it dates so much later, but for what its timers wait for."""
    dated = {name: _dated(each, by) for name, each in dossier.items() if name not in TIMERS}
    return dossier | dated | {"press_order": _moved(dossier["press_order"], by)}


def _dated(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, Mapping):
        return {name: _dated(each, by) for name, each in value.items()}
    return [_dated(each, by) for each in value] if isinstance(value, list) else value


def _moved(place: str, by: timedelta) -> str:
    """The place on a list of what is due so much later."""
    moment = write_time(moment_of(place) + by)
    return moment + place[len(moment) :]


def _due_in(number: int) -> timedelta:
    """What runs is due at moments of sixty days; about a quarter of it is late."""
    return number * DUE_APART % DUE_WITHIN - DUE_BEFORE


def _state(number: int) -> str:
    place, first = number % 100, 0
    for state, share in SHARES.items():
        first += share
        if place < first:
            return state
    raise AssertionError(number)


def _words(document: Documents, number: int) -> list[str]:
    """The words it is found by: its code's, and those of another person each time."""
    code = document["code"].lower()
    return [word if code and word in code else f"{word}{number}" for word in document["words"]]


def _copied(document: Documents, names: Mapping[str, str]) -> dict[str, Any]:
    """The document with other names in place of its own, wherever they stand in a text.

    They are changed in its BSON, so they are as long as the old ones.
    """
    encoded = bson.encode(document)
    for before, after in names.items():
        if len(before) != len(after):
            raise ValueError(f"{after!r} is not as long as {before!r}")
        encoded = encoded.replace(before.encode(), after.encode()) if before else encoded
    copy: dict[str, Any] = bson.decode(encoded)
    return copy | {"outbox": []}


def _insert(targets: Mapping[str, Any], batch: dict[str, list[Documents]]) -> None:
    for name, documents in batch.items():
        if documents:
            insert_together(targets[name], documents)
        documents.clear()
