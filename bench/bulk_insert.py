"""Inserts many documents at once, with as few flushes of the server's log as it takes."""

from collections.abc import Sequence
from typing import Any

import pymongo

WITHIN = 3600.0  # seconds for one batch, beside whatever else the machine does


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


def _is_embedded(client: Any) -> bool:
    return "secantusVersion" in client.server_info()
