"""Verifies the hash chains of audit logs (foundation/persistence/hash_chain.py)."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.history import Entry, first_broken
from foundation.persistence.hash_chain import CHAINS, chain_entry, chain_id

AT_ONCE = 500


def is_ledger(database: Any, collection: str, agency: str) -> bool:
    """Whether this collection holds a chain, or is remembered to have held one."""
    known = database[CHAINS].find_one({"_id": chain_id(collection, agency)})
    return bool(known or database[collection].find_one({"agency": agency, "link.seq": 1}))


def flaws_of(database: Any, collection: str, agency: str) -> Iterator[str]:
    """What is wrong with the chain: the first bad entry, a lost end, or what stands beside it."""
    end = database[CHAINS].find_one({"_id": chain_id(collection, agency)})
    if end is None:
        yield "nobody remembers where the chain ends"
        return
    seen: dict[str, Any] = {"seq": 0, "hash": ""}
    flaw = first_broken(_watched(_entries(database[collection], collection, agency), end, seen))
    if flaw:
        yield flaw
    elif seen["hash"] != end["hash"]:
        yield f"entry {seen['seq']}: the chain ends here or differs, but entry {end['seq']} was"
    yield from _beside(database[collection], agency)


def length_of(database: Any, collection: str, agency: str) -> int:
    """How many entries the chain is remembered to have."""
    end = database[CHAINS].find_one({"_id": chain_id(collection, agency)}) or {}
    return int(end.get("seq", 0))


def _watched(
    entries: Iterator[Entry], end: Mapping[str, Any], seen: dict[str, Any]
) -> Iterator[Entry]:
    """The entries; `seen` says afterwards how many there were, and the hash where the end is.

    A process that died between an entry and the note of it leaves entries behind the end.
    """
    for each in entries:
        seen["seq"] = each.seq
        if each.seq == end["seq"]:
            seen["hash"] = each.hash
        yield each


def _entries(kept: Any, collection: str, agency: str) -> Iterator[Entry]:
    """All entries in order, read in windows: memory does not grow with the chain."""
    after = 0
    while True:
        window = {"$gt": after, "$lte": after + AT_ONCE}
        found = list(kept.find({"agency": agency, "link.seq": window}))
        for document in sorted(found, key=lambda each: int(each["link"]["seq"])):
            yield chain_entry(collection, document)
        if not found:
            return
        after += AT_ONCE


def _beside(kept: Any, agency: str) -> Iterator[str]:
    """What has no place in the chain although it is younger than its first entry."""
    first = kept.find_one({"agency": agency, "link.seq": 1}, {"at": 1})
    if first is None:
        return
    for each in kept.find({"agency": agency}, {"at": 1, "link.seq": 1}):
        if not each.get("link", {}).get("seq") and each["at"] > first["at"]:
            yield f"{each['_id']}: stands outside the chain"
