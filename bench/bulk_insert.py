"""Inserts many documents at once, with as few flushes of the server's log as it takes."""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pymongo

WITHIN = 3600.0  # seconds for one batch, beside whatever else the machine does
LONGEST_SETTLING = 120
SETTLED, LOOKS = 0.02, 50  # seconds for one document by its key; looks in a second


def insert_together(collection: Any, documents: Sequence[Any]) -> None:
    """Insert these documents; ours, the embedded database, takes them in one transaction.

    It writes its log to disk for each document of an `insert_many`, but once for a transaction:
    some 300 documents a second in place of 40. MongoDB writes once either way, and has transactions
    only as a member of a replica set.

    Raises:
        PyMongoError: some were not inserted.
    """
    client = collection.database.client
    with pymongo.timeout(WITHIN), client.start_session() as session:
        if not _is_embedded(client):
            collection.insert_many(documents, ordered=False, session=session)
            return
        with session.start_transaction():
            collection.insert_many(documents, ordered=False, session=session)


def let_settle(collection: Any) -> None:
    """Wait until the database has put away what was inserted, two minutes at most.

    Until then single answers take seconds (SecantusDB's server in Rust: more than five with
    100,000 entries): that would count as what the reading costs.
    """
    for _ in range(LONGEST_SETTLING):
        if max(_seconds_of_a_look(collection) for _ in range(LOOKS)) < SETTLED:
            return


def _seconds_of_a_look(collection: Any) -> float:
    began = time.perf_counter()
    with suppress(pymongo.errors.PyMongoError):
        collection.find_one({"_id": "nobody"})
    took = time.perf_counter() - began
    time.sleep(1 / LOOKS)
    return took


def _is_embedded(client: Any) -> bool:
    return "secantusVersion" in client.server_info()
