"""The bare loop: insert the dossier durably, publish its event, wait for the confirm."""

import os
from collections.abc import Callable
from typing import Any

import amqp
import bson
from pymongo import MongoClient

from bench.amqp_channel import PERSISTENT, channel
from bench.closed_loop_load import plan, together


def insert() -> None:
    """CLIENTS threads insert and publish what intake inserted and published for one dossier."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        os.environ["MONGO_URL"], w="majority", journal=True
    )
    documents = client["bare"]["dossiers"]

    def work() -> Callable[[], object]:
        document, publish = bson.decode(bytes.fromhex(plan()["document"])), publisher()
        event = document["outbox"][-1]

        def both() -> None:
            documents.insert_one(document | {"_id": bson.ObjectId()})
            publish(event)

        return both

    together(work)


def publisher() -> Callable[[dict[str, Any]], None]:
    """A connection of its own for each thread."""
    opened = channel(os.environ["AMQP_URL"], confirm=True)

    def publish(event: dict[str, Any]) -> None:
        message = amqp.Message(event["body"], delivery_mode=PERSISTENT)
        opened.basic_publish(message, event["exchange"], event["key"], mandatory=True)

    return publish
