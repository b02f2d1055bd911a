"""The officers' book on a real database: one chain whoever writes, and no hand in it unseen."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pymongo
import pytest

from cli.keeping.chains import AT_ONCE, flaws_of, is_ledger, length_of
from contracts.history import Entry, seal
from foundation.persistence.hash_chain import CHAINS, chain_entry, chain_id
from tests.platform_fixtures import Platform
from tests.processes import PATIENT, found_by

pytestmark = PATIENT

AGENCY = "so-xay-dung"  # as in tests/integration/ledgers.py, which no other process may import
NAME = "readings"
Tamper = Callable[[Any], object]


@pytest.fixture(scope="module")
def book(platform: Platform) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A database with a chain that two processes wrote, and what they say of it."""
    database = "test_ledger"
    with pymongo.MongoClient[dict[str, Any]](platform.mongo_url, tz_aware=True) as client:
        yield client[database], found_by("tests.integration.ledgers", platform.mongo_url, database)
        client.drop_database(database)


@pytest.fixture
def kept(book: tuple[Any, dict[str, Any]]) -> Iterator[Any]:
    """The database; what a test does to the book is undone."""
    database, _ = book
    before = {name: list(database[name].find()) for name in (NAME, CHAINS)}
    yield database
    for name, documents in before.items():
        database[name].delete_many({})
        database[name].insert_many(documents)


def flaws(database: Any) -> list[str]:
    return list(flaws_of(database, NAME, AGENCY))


def number(database: Any, seq: int) -> dict[str, Any]:
    found: dict[str, Any] = database[NAME].find_one({"agency": AGENCY, "link.seq": seq})
    return found


def test_two_processes_write_one_chain_without_a_gap(book: tuple[Any, dict[str, Any]]) -> None:
    database, said = book
    assert is_ledger(database, NAME, AGENCY)
    assert length_of(database, NAME, AGENCY) == said["written"]
    assert database[NAME].count_documents({}) == said["written"]
    assert flaws(database) == []
    assert said["read"] == 11  # by each of ten writers, and by the one that came after
    print(f"\n    a reading written down: {said['ms']:.1f} ms")


def _edit(database: Any) -> None:
    database[NAME].update_one({"link.seq": 7}, {"$set": {"officer": "somebody-else"}})


def _take_out(database: Any) -> None:
    database[NAME].delete_one({"link.seq": 50})


def _cut_off(database: Any) -> None:
    database[NAME].delete_many({"link.seq": {"$gt": 190}})


def _take_all(database: Any) -> None:
    database[NAME].delete_many({})


def _forget_the_end(database: Any) -> None:
    database[CHAINS].delete_many({})


def _slip_in(database: Any) -> None:
    forged = number(database, 9)
    database[NAME].insert_one({**forged, "_id": "forged", "officer": "framed"})


def _leave_out_of_the_chain(database: Any) -> None:
    forged = number(database, 9)
    later = forged["at"] + timedelta(days=1)
    link = {"seq": 0, "prev": "", "hash": ""}
    database[NAME].insert_one({**forged, "_id": "forged", "at": later, "link": link})


def _rewrite_the_last(database: Any) -> None:
    end = database[CHAINS].find_one({"_id": chain_id(NAME, AGENCY)})
    last = {**number(database, end["seq"]), "officer": "somebody-else"}
    sealed: Entry = seal(chain_entry(NAME, last))
    link = {**last["link"], "hash": sealed.hash}
    database[NAME].replace_one({"_id": last["_id"]}, {**last, "link": link})


def _move_on_the_end(database: Any) -> None:
    database[CHAINS].update_many({}, {"$set": {"seq": AT_ONCE * 3, "hash": "0" * 64}})


@pytest.mark.parametrize(
    "tamper",
    [
        _edit,
        _take_out,
        _cut_off,
        _take_all,
        _forget_the_end,
        _slip_in,
        _leave_out_of_the_chain,
        _rewrite_the_last,
        _move_on_the_end,
    ],
)
def test_no_hand_in_the_book_is_unseen(kept: Any, tamper: Tamper) -> None:
    tamper(kept)
    assert is_ledger(kept, NAME, AGENCY)
    assert flaws(kept)


def test_what_was_written_before_there_was_a_chain_is_no_fault(kept: Any) -> None:
    old = number(kept, 1)
    earlier = {**old, "_id": "old", "at": old["at"] - timedelta(days=1)}
    del earlier["link"]
    kept[NAME].insert_one(earlier)
    assert flaws(kept) == []


def test_an_entry_whose_writer_died_before_it_noted_the_end_is_no_fault(kept: Any) -> None:
    end = kept[CHAINS].find_one({"_id": chain_id(NAME, AGENCY)})
    before = number(kept, end["seq"] - 1)["link"]
    kept[CHAINS].update_one({}, {"$set": {"seq": before["seq"], "hash": before["hash"]}})
    assert flaws(kept) == []
