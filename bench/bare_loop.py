"""The baseline of `bench intake`: insert a document, publish its event, wait for the confirm."""

import os
from collections.abc import Callable
from typing import Any

import amqp
import bson
from pymongo import MongoClient

from bench.amqp_channel import PERSISTENT, open_channel
from bench.closed_loop_load import read_plan, run_concurrently


def insert() -> None:
    """The child process: CLIENTS threads insert and publish what intake would for one dossier."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        os.environ["MONGO_URL"], w="majority", journal=True
    )
    documents = client["bare"]["dossiers"]

    def work() -> Callable[[], object]:
        document, publish = bson.decode(bytes.fromhex(read_plan()["document"])), publisher()
        event = document["outbox"][-1]

        def both() -> None:
            documents.insert_one(document | {"_id": bson.ObjectId()})
            publish(event)

        return both

    run_concurrently(work)


def publisher() -> Callable[[dict[str, Any]], None]:
    """A function that publishes an event over a connection of its own."""
    opened = open_channel(os.environ["AMQP_URL"], confirm=True)

    def publish(event: dict[str, Any]) -> None:
        message = amqp.Message(event["body"], delivery_mode=PERSISTENT)
        opened.basic_publish(message, event["exchange"], event["key"], mandatory=True)

    return publish
