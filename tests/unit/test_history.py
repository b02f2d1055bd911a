"""The audit trail: whoever edits, deletes, moves or cuts off an entry is found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.history import BEGINNING, Entry, first_broken, seal
from tests.strategies import json_values, moments, said

happenings = st.fixed_dictionaries(
    {
        "id": said,
        "type": said,
        "time": moments,
        "actor": st.just("") | said,
        "data": st.dictionaries(said, json_values, max_size=2),
    }
)
FIELDS = ("seq", "id", "type", "time", "actor", "data", "prev", "hash")


def chained(happened: Sequence[Any]) -> list[Entry]:
    """The entries as the store writes them, each sealed over the one before."""
    entries: list[Entry] = []
    for number, what in enumerate(happened, 1):
        prev = entries[-1].hash if entries else BEGINNING
        entries.append(seal(Entry(seq=number, prev=prev, **what)))
    return entries


histories = st.lists(happenings, min_size=1, max_size=4).map(chained)
longer = st.lists(happenings, min_size=2, max_size=4).map(chained)


@given(st.lists(happenings, max_size=4).map(chained))
def test_an_untouched_history_is_whole(entries: list[Entry]) -> None:
    head = entries[-1].hash if entries else BEGINNING
    assert first_broken(entries, head=head) is None


@pytest.mark.parametrize("field", FIELDS)
@given(data=st.data())
def test_an_edit_of_any_field_is_found_where_it_was_made(field: str, data: st.DataObject) -> None:
    entries = data.draw(histories)
    place = data.draw(st.integers(0, len(entries) - 1))
    changed: Any = {field: another(entries[place], field)}
    entries[place] = replace(entries[place], **changed)
    assert (first_broken(entries) or "").startswith(f"entry {place + 1}: ")


def another(entry: Entry, field: str) -> object:
    """A value that the field did not have."""
    was = getattr(entry, field)
    if isinstance(was, datetime):
        return was + timedelta(milliseconds=1)
    if isinstance(was, int):
        return was + 1
    if isinstance(was, str):
        return was + "0"
    return {**was, "added": 1} if "added" not in was else {}


@given(data=st.data())
def test_an_edit_with_the_entry_sealed_anew_is_found_at_the_next_entry(
    data: st.DataObject,
) -> None:
    entries = data.draw(longer)
    place = data.draw(st.integers(0, len(entries) - 2))
    entries[place] = seal(replace(entries[place], actor=entries[place].actor + "x"))
    flaw = f"entry {place + 2}: does not follow the entry before it"
    assert first_broken(entries) == flaw


@given(histories)
def test_an_edit_of_the_last_entry_sealed_anew_is_found_by_the_head(entries: list[Entry]) -> None:
    head = entries[-1].hash
    entries[-1] = seal(replace(entries[-1], type=entries[-1].type + "x"))
    assert first_broken(entries, head=head) is not None


@given(data=st.data())
def test_a_deleted_entry_is_found_even_when_the_rest_is_renumbered(data: st.DataObject) -> None:
    entries = data.draw(longer)
    place = data.draw(st.integers(0, len(entries) - 2))
    del entries[place]
    renumbered = [replace(entry, seq=number) for number, entry in enumerate(entries, 1)]
    assert (first_broken(entries) or "").startswith(
        f"entry {place + 1}: carries number {place + 2}"
    )
    assert (first_broken(renumbered) or "").startswith(f"entry {place + 1}: ")


@given(data=st.data())
def test_two_swapped_entries_are_found_even_when_renumbered(data: st.DataObject) -> None:
    entries = data.draw(longer)
    first, second = sorted(data.draw(st.permutations(range(len(entries))))[:2])
    entries[first], entries[second] = entries[second], entries[first]
    renumbered = [replace(entry, seq=number) for number, entry in enumerate(entries, 1)]
    assert (first_broken(entries) or "").startswith(f"entry {first + 1}: ")
    assert (first_broken(renumbered) or "").startswith(f"entry {first + 1}: ")


@given(data=st.data())
def test_an_entry_put_in_or_doubled_is_found(data: st.DataObject) -> None:
    entries = data.draw(histories)
    place = data.draw(st.integers(0, len(entries) - 1))
    entries.insert(place, entries[place])
    assert first_broken(entries) is not None


@given(data=st.data())
def test_a_cut_off_end_is_found_by_the_head_alone(data: st.DataObject) -> None:
    entries = data.draw(histories)
    kept = entries[: data.draw(st.integers(0, len(entries) - 1))]
    assert first_broken(kept) is None
    flaw = f"entry {len(kept)}: the history ends here, but the thing remembers a later entry"
    assert first_broken(kept, head=entries[-1].hash) == flaw


def test_the_chain_is_the_documented_one() -> None:
    """The figure was computed once with sha256sum; anybody can check a history without us."""
    entry = Entry(
        seq=1,
        id="e1",
        type="dossier.submitted",
        time=datetime(2020, 9, 15, 2, 30, tzinfo=UTC),
        actor="citizen",
        data={"procedure": "1.009645", "channel": "trực tuyến"},
        prev=BEGINNING,
    )
    assert seal(entry).hash == ("a8b65a3931552bb98588c7b24f98d0113eec356c5515c84c90379843bfa58aa0")
