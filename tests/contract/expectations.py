"""What anybody may expect of a store: held against FakeStore and against Store on a database.

Each function takes a Box: a store for Chests, and a look at what was told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import product
from types import SimpleNamespace
from typing import Any

from contracts.envelope import write_time
from contracts.events import Event
from contracts.history import Revision, first_broken
from foundation.errors import Duplicate, Error, Invalid, NotFound, Refused, Stale, StoredResponse
from foundation.persistence import Idempotency
from foundation.persistence.by_moment import MomentQuery, Spread
from foundation.persistence.document import PROCESSED_MARKS_KEPT
from foundation.persistence.paging import PageQuery
from foundation.places import after_key, place_of

MOMENT = datetime(2026, 11, 23, 2, 0, 0, 123000, tzinfo=UTC)


class Wood(StrEnum):
    """What a chest is made of."""

    OAK = "oak"
    TEAK = "teak"


@dataclass(frozen=True, kw_only=True)
class Drawer:
    """A part of a chest."""

    name: str
    opened: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a chest stands; kept flat, in the chest's own document."""

    room: str = ""
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Chest:
    """Has every kind of field that a thing may have."""

    id: str
    wood: Wood = Wood.OAK
    drawers: tuple[Drawer, ...] = ()
    weight: float = 1.5
    locked: bool = False
    note: str = "Ngăn kéo"
    standing: Standing = field(default=Standing(), metadata={"stored": "flat"})
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class ChestMoved(Event):
    """What a chest tells."""

    TYPE = "chest.moved"
    to: str


@dataclass(frozen=True)
class Box:
    """A store and what it was given to tell, as (type, seq) in order, by the chest's id."""

    store: Any
    told: Callable[[str], list[tuple[str, int]]]


def moved(to: str = "attic") -> ChestMoved:
    return ChestMoved(agency="home", to=to)


def request(key: str, body: str = "body") -> Idempotency:
    return Idempotency(key, body, lambda chest: StoredResponse(201, {"wood": chest.wood.value}))


def refusal(kind: type[Error], do: Callable[[], object]) -> Any:
    """The refusal that `do` must end with."""
    try:
        do()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")


def what_is_saved_is_found_again_as_it_was(box: Box) -> None:
    drawers = Drawer(name="trên", opened=MOMENT), Drawer(name="dưới")
    chest = Chest(id="whole", wood=Wood.TEAK, drawers=drawers, locked=True)
    saved = box.store.save(chest, moved())
    assert box.store.get("whole") == saved == replace(chest, revision=saved.revision)
    assert saved.revision.version == 1


def a_thing_that_was_never_saved_is_not_found(box: Box) -> None:
    refusal(NotFound, lambda: box.store.get("nowhere"))
    refusal(NotFound, lambda: box.store.history("nowhere"))
    refusal(NotFound, lambda: box.store.change("nowhere", lambda chest: (chest, ())))


def a_new_thing_with_a_taken_id_is_a_duplicate(box: Box) -> None:
    box.store.save(Chest(id="twice"))
    error = refusal(Duplicate, lambda: box.store.save(Chest(id="twice", locked=True)))
    assert error.answer is None
    assert not box.store.get("twice").locked


def a_save_on_an_old_reading_is_stale_and_changes_nothing(box: Box) -> None:
    old = box.store.save(Chest(id="stale"))
    box.store.save(replace(old, locked=True), moved())
    refusal(Stale, lambda: box.store.save(replace(old, weight=9.0), moved()))
    assert box.store.get("stale").weight == old.weight
    assert box.told("stale") == [("chest.moved", 1)]


def a_save_of_what_is_gone_is_stale(box: Box) -> None:
    gone = Chest(id="gone", revision=Revision(version=3))
    refusal(Stale, lambda: box.store.save(gone, moved()))
    refusal(NotFound, lambda: box.store.get("gone"))


def a_change_decides_on_what_is_there_now(box: Box) -> None:
    box.store.save(Chest(id="changed"), moved())
    for _ in range(3):
        box.store.change(
            "changed", lambda chest: (replace(chest, weight=chest.weight * 2), [moved()])
        )
    assert box.store.get("changed").weight == 12.0
    assert box.store.get("changed").revision.version == 4
    assert box.told("changed") == [("chest.moved", number) for number in (1, 2, 3, 4)]


def many_are_saved_together_as_each_alone(box: Box) -> None:
    chests = [box.store.save(Chest(id=f"many-{number}"), moved()) for number in range(3)]
    decided = [(each, replace(each, weight=5.0), [moved()]) for each in chests]
    assert box.store.save_all(decided)
    for number, before in enumerate(chests):
        after = box.store.get(f"many-{number}")
        assert replace(after, revision=before.revision) == replace(before, weight=5.0)
        assert after.revision.version == before.revision.version + 1
        assert box.told(f"many-{number}") == [("chest.moved", 1), ("chest.moved", 2)]


def one_that_is_stale_among_many_is_left_and_said(box: Box) -> None:
    old, other = (box.store.save(Chest(id=f"among-{number}")) for number in range(2))
    box.store.save(replace(old, locked=True))
    decided = [(each, replace(each, weight=5.0), [moved()]) for each in (old, other)]
    assert not box.store.save_all(decided)
    assert (box.store.get("among-0").weight, box.told("among-0")) == (old.weight, [])
    assert (box.store.get("among-1").weight, box.told("among-1")) == (5.0, [("chest.moved", 1)])


def a_change_begins_with_what_was_read_unless_somebody_wrote_since(box: Box) -> None:
    box.store.save(Chest(id="looked at"))
    found, seen = box.store.read("looked at"), []

    def heavier(chest: Chest) -> tuple[Chest, list[Event]]:
        seen.append(chest.weight)
        return replace(chest, weight=chest.weight + 1), [moved()]

    assert found.entity == box.store.get("looked at")
    for _ in range(2):
        box.store.change("looked at", heavier, found=found)
    assert seen == [1.5, 1.5, 2.5]
    assert box.store.get("looked at").weight == 3.5
    assert len(box.store.history("looked at")) == 2


def what_was_read_tells_of_a_request_that_was_answered(box: Box) -> None:
    box.store.save(Chest(id="answered", wood=Wood.TEAK))
    before = box.store.read("answered")
    change = partial(
        box.store.change, "answered", lambda chest: (chest, [moved()]), once=request("k3")
    )
    change(found=before)
    for found in (before, box.store.read("answered")):
        again = refusal(Duplicate, partial(change, found=found))
        assert again.answer == StoredResponse(201, {"wood": "teak"})
    assert box.told("answered") == [("chest.moved", 1)]


def what_follows_at_once_keeps_what_others_wrote_meanwhile(box: Box) -> None:
    box.store.save(Chest(id="followed"))
    for number in range(3):
        box.store.change("followed", heavier, once=Idempotency(f"own {number}"))
        other = box.store.get("followed")
        box.store.save(replace(other, drawers=(*other.drawers, Drawer(name=f"{number}"))))
    assert box.store.get("followed").weight == 4.5
    assert [each.name for each in box.store.get("followed").drawers] == ["0", "1", "2"]


def what_follows_at_once_is_refused_only_by_what_is_there(box: Box) -> None:
    def open_it(chest: Chest) -> tuple[Chest, list[Event]]:
        if chest.locked:
            raise Refused("Ngăn kéo khóa.", "It is locked.")
        return replace(chest, note="open"), [moved()]

    box.store.save(Chest(id="unlocked", locked=True))
    box.store.change("unlocked", heavier, once=Idempotency("own"))
    box.store.save(replace(box.store.get("unlocked"), locked=False))
    assert box.store.change("unlocked", open_it, once=Idempotency("next")).note == "open"
    box.store.save(replace(box.store.get("unlocked"), locked=True))
    refusal(Refused, lambda: box.store.change("unlocked", open_it, once=Idempotency("last")))
    assert box.told("unlocked") == [("chest.moved", 1), ("chest.moved", 2)]


def heavier(chest: Chest) -> tuple[Chest, list[Event]]:
    return replace(chest, weight=chest.weight + 1), [moved()]


def a_version_is_known_without_the_rest(box: Box) -> None:
    refusal(NotFound, lambda: box.store.version("nowhere"))
    box.store.save(Chest(id="numbered"))
    assert box.store.version("numbered") == 1
    box.store.change("numbered", lambda chest: (replace(chest, locked=True), ()))
    assert box.store.version("numbered") == 2


def a_change_of_nothing_writes_nothing(box: Box) -> None:
    before = box.store.save(Chest(id="same"))
    assert box.store.change("same", lambda chest: (chest, ())) == before
    assert box.store.get("same").revision.version == 1


def a_decision_that_refuses_changes_nothing(box: Box) -> None:
    def refuse(_chest: Chest) -> Any:
        raise Refused("Không.", "No.")

    box.store.save(Chest(id="firm"))
    refusal(Refused, lambda: box.store.change("firm", refuse))
    assert box.store.get("firm").revision.version == 1


def a_history_is_whole_and_ends_where_the_thing_remembers(box: Box) -> None:
    box.store.save(Chest(id="told"), moved("attic"), moved("cellar"))
    box.store.change("told", lambda chest: (replace(chest, locked=True), [moved("garden")]))
    entries = box.store.history("told")
    assert [entry.data["to"] for entry in entries] == ["attic", "cellar", "garden"]
    assert first_broken(entries, head=box.store.get("told").revision.head) is None


def a_repeated_request_gets_its_first_answer(box: Box) -> None:
    box.store.save(Chest(id="asked", wood=Wood.TEAK), moved(), once=request("k1"))
    again = refusal(
        Duplicate, lambda: box.store.save(Chest(id="asked"), moved(), once=request("k1"))
    )
    assert again.answer == StoredResponse(201, {"wood": "teak"})
    box.store.change("asked", lambda chest: (chest, [moved()]), once=request("k2"))
    again = refusal(
        Duplicate,
        lambda: box.store.change("asked", lambda chest: (chest, [moved()]), once=request("k2")),
    )
    assert again.answer == StoredResponse(201, {"wood": "teak"})
    assert box.told("asked") == [("chest.moved", 1), ("chest.moved", 2)]


def an_answer_is_stored_as_its_request_says(box: Box) -> None:
    hidden = replace(
        request("k1"),
        to_stored=lambda body: {"hidden": str(body["wood"])[::-1]},
        from_stored=lambda body: {"wood": body["hidden"][::-1]},
    )
    box.store.save(Chest(id="hid"), once=hidden)
    again = refusal(Duplicate, lambda: box.store.save(Chest(id="hid"), once=hidden))
    assert again.answer == StoredResponse(201, {"wood": "oak"})
    as_stored = refusal(Duplicate, lambda: box.store.save(Chest(id="hid"), once=request("k1")))
    assert as_stored.answer == StoredResponse(201, {"hidden": "kao"})


def a_field_of_kept_answers_is_taken_out(box: Box) -> None:
    box.store.save(Chest(id="said"), once=request("k1"))
    box.store.change("said", lambda chest: (chest, ()), once=Idempotency("event"))
    box.store.change("said", lambda chest: (chest, ()), once=request("k2"))
    for _ in range(2):
        box.store.forget_answered("said", "wood")
        for key in ("k1", "k2"):
            again = refusal(Duplicate, partial(ask_again, box, "said", key))
            assert again.answer == StoredResponse(201, {})
    assert box.store.get("said").revision.version == 3


def ask_again(box: Box, chest_id: str, key: str) -> None:
    box.store.change(chest_id, lambda chest: (chest, ()), once=request(key))


def another_request_under_the_same_key_is_invalid(box: Box) -> None:
    box.store.save(Chest(id="other"), once=request("k", "body"))
    refusal(Invalid, lambda: box.store.save(Chest(id="other"), once=request("k", "other body")))
    refusal(
        Invalid,
        lambda: box.store.change(
            "other", lambda chest: (chest, ()), once=request("k", "other body")
        ),
    )


def a_message_handled_before_is_a_duplicate_without_an_answer(box: Box) -> None:
    box.store.save(Chest(id="heard"))
    box.store.change("heard", lambda chest: (chest, ()), once=Idempotency("event"))
    again = refusal(
        Duplicate,
        lambda: box.store.change("heard", lambda chest: (chest, ()), once=Idempotency("event")),
    )
    assert again.answer is None
    assert box.store.get("heard").revision.version == 2


def a_refused_creation_still_answers_who_repeats_it(box: Box) -> None:
    def refuse() -> Any:
        raise Refused("Hết hạn.", "Too late.")

    box.store.create("late", lambda: (Chest(id="late"), [moved()]), once=request("k"))
    again = refusal(Duplicate, lambda: box.store.create("late", refuse, once=request("k")))
    assert again.answer == StoredResponse(201, {"wood": "oak"})
    refusal(Refused, lambda: box.store.create("never", refuse, once=request("k")))


def only_the_latest_handled_messages_are_remembered(box: Box) -> None:
    box.store.save(Chest(id="busy"))
    for number in range(PROCESSED_MARKS_KEPT + 2):
        box.store.change("busy", lambda chest: (chest, ()), once=Idempotency(f"event {number}"))
    latest = Idempotency(f"event {PROCESSED_MARKS_KEPT + 1}")
    refusal(Duplicate, lambda: box.store.change("busy", lambda chest: (chest, ()), once=latest))
    box.store.change("busy", lambda chest: (chest, ()), once=Idempotency("event 0"))
    assert box.store.get("busy").revision.version == PROCESSED_MARKS_KEPT + 4


def what_is_not_there_yet_is_made_of_a_blank(box: Box) -> None:
    def heavier(chest: Chest) -> Any:
        return replace(chest, weight=chest.weight + 1), [moved()]

    for number in (1, 2):
        blank = Chest(id="begun", wood=Wood.TEAK, weight=0.0)
        kept = box.store.change_or_create(
            "begun", blank, heavier, once=Idempotency(f"event {number}")
        )
        assert (kept.wood, kept.weight, kept.revision.version) == (Wood.TEAK, number, number)
    assert box.told("begun") == [("chest.moved", 1), ("chest.moved", 2)]
    refusal(
        Duplicate,
        lambda: box.store.change_or_create("begun", None, heavier, once=Idempotency("event 1")),
    )
    assert box.store.get("begun").revision.version == 2


def of_two_who_begin_a_thing_the_later_changes_it(box: Box) -> None:
    seen = []

    def decide(chest: Chest | None) -> Any:
        seen.append(chest)
        if len(seen) == 1:
            box.store.save(Chest(id="twins", weight=7.0), moved())
        return replace(chest or Chest(id="twins"), locked=True), [moved("cellar")]

    box.store.change_or_create("twins", None, decide, once=request("k"))
    kept = box.store.get("twins")
    assert ([each and each.weight for each in seen], kept.weight) == ([None, 7.0], 7.0)
    assert (kept.locked, kept.revision.version) == (True, 2)
    again = refusal(
        Duplicate, lambda: box.store.change_or_create("twins", None, decide, once=request("k"))
    )
    assert again.answer == StoredResponse(201, {"wood": "oak"})


def a_begun_thing_that_is_refused_is_not_kept(box: Box) -> None:
    def refuse(_chest: Chest | None) -> Any:
        raise NotFound("Không có.", "There is none.")

    refusal(NotFound, lambda: box.store.change_or_create("never", None, refuse))
    refusal(NotFound, lambda: box.store.get("never"))


def page_of(box: Box, after: str = "", limit: int = 4, **changes: Any) -> list[str]:
    """The notes of chests of oak on a page."""
    query = PageQuery(
        filter={"wood": "oak"} | changes.pop("also", {}),
        key="note",
        after=after,
        limit=limit,
        now=MOMENT,
        **changes,
    )
    return [each.note for each in box.store.page(query)]


def listed(box: Box) -> list[str]:
    """Chests whose notes are places in a list; many stand at the same moment."""
    notes = []
    for number, hours in enumerate((-9000, -24, -24, -24, -1, 0, 0, 0, 0, 0, 30, 31, 9000, 9001)):
        note = f"{write_time(MOMENT + timedelta(hours=hours))} {number:02}"
        notes.append(note)
        box.store.save(Chest(id=f"listed {number}", note=note, locked=bool(number % 2)))
        box.store.save(Chest(id=f"other {number}", note=f"{note} b", wood=Wood.TEAK))
    return notes


def page_after_page_gives_all_once_and_in_order(box: Box) -> None:
    notes = listed(box)
    for limit in (1, 4, 5, len(notes), 50):
        found: list[str] = []
        while page := page_of(box, found[-1] if found else "", limit):
            found += page
        assert found == notes
    between = {"since": after_key(MOMENT - timedelta(hours=2)), "until": after_key(MOMENT)}
    assert page_of(box, limit=50, **between) == notes[4:10]
    assert page_of(box, notes[5], 2, **between) == notes[6:8]
    either = {"wood": {"$in": ["oak", "teak"]}}
    assert page_of(box, limit=5, also=either) == [
        *(f"{note}{more}" for note in notes[:2] for more in ("", " b")),
        notes[2],
    ]


def a_page_has_the_rows_that_are_made_of_what_is_found(box: Box) -> None:
    notes = listed(box)

    def rows(chest: Chest) -> list[SimpleNamespace]:
        return [SimpleNamespace(place=chest.note)] if chest.locked else []

    query = PageQuery(filter={"wood": "oak"}, key="note", limit=3, now=MOMENT)
    assert [each.place for each in box.store.page(query, rows=rows)] == notes[1:6:2]
    hidden = [Chest(id="hidden", note=notes[2] + " h", locked=True)]
    query = replace(query, after=notes[2])
    page = box.store.page(query, rows=rows, hidden=hidden)
    assert [each.place for each in page] == [notes[2] + " h", notes[3], notes[5]]


def pages_by_a_moment_give_all_once_though_many_have_the_same(box: Box) -> None:
    for number, hours in enumerate((-9000, -24, -24, -24, -1, 0, 0, 0, 0, 0, 30, 31, 9000, 9001)):
        standing = Standing(since=MOMENT + timedelta(hours=hours))
        # Their ids are in another order than they came.
        box.store.save(Chest(id=f"stands {number * 5 % 14:02}", standing=standing))
        box.store.save(Chest(id=f"other {number}", standing=standing, wood=Wood.TEAK))
    right = sorted(
        place_of(each.standing.since, each.id)
        for each in map(box.store.get, (f"stands {number:02}" for number in range(14)))
    )
    for newest, limit, spread in product((False, True), (1, 2, 3, 7, 14, 20), Spread):
        found: list[str] = []
        query = MomentQuery(
            filter={"wood": "oak"},
            key="since",
            attribute="standing.since",
            limit=limit,
            now=MOMENT,
            newest=newest,
            spread=spread,
        )
        after = ""
        while True:
            page, after = box.store.page_by_moment(replace(query, after=after))
            found += [place_of(each.standing.since, each.id) for each in page]
            if not after:
                break
        assert found == sorted(right, reverse=newest), (newest, limit, spread)


PAGES: tuple[Callable[[Box], None], ...] = (
    pages_by_a_moment_give_all_once_though_many_have_the_same,
    page_after_page_gives_all_once_and_in_order,
    a_page_has_the_rows_that_are_made_of_what_is_found,
)


def what_is_discarded_is_gone_if_it_still_fits(box: Box) -> None:
    box.store.save(Chest(id="kept"))
    box.store.save(Chest(id="gone"))
    box.store.discard({"_id": "kept", "version": 2})
    box.store.discard({"_id": "gone", "version": {"$lte": 1}})
    box.store.discard({"_id": "never"})
    assert box.store.get("kept").id == "kept"
    refusal(NotFound, lambda: box.store.get("gone"))


EXPECTATIONS: tuple[Callable[[Box], None], ...] = (
    what_is_discarded_is_gone_if_it_still_fits,
    what_is_saved_is_found_again_as_it_was,
    a_thing_that_was_never_saved_is_not_found,
    a_new_thing_with_a_taken_id_is_a_duplicate,
    a_save_on_an_old_reading_is_stale_and_changes_nothing,
    a_save_of_what_is_gone_is_stale,
    a_change_decides_on_what_is_there_now,
    many_are_saved_together_as_each_alone,
    one_that_is_stale_among_many_is_left_and_said,
    a_change_begins_with_what_was_read_unless_somebody_wrote_since,
    what_was_read_tells_of_a_request_that_was_answered,
    what_follows_at_once_keeps_what_others_wrote_meanwhile,
    what_follows_at_once_is_refused_only_by_what_is_there,
    a_version_is_known_without_the_rest,
    a_change_of_nothing_writes_nothing,
    a_decision_that_refuses_changes_nothing,
    a_history_is_whole_and_ends_where_the_thing_remembers,
    a_repeated_request_gets_its_first_answer,
    an_answer_is_stored_as_its_request_says,
    a_field_of_kept_answers_is_taken_out,
    another_request_under_the_same_key_is_invalid,
    a_message_handled_before_is_a_duplicate_without_an_answer,
    a_refused_creation_still_answers_who_repeats_it,
    only_the_latest_handled_messages_are_remembered,
    what_is_not_there_yet_is_made_of_a_blank,
    of_two_who_begin_a_thing_the_later_changes_it,
    a_begun_thing_that_is_refused_is_not_kept,
)
