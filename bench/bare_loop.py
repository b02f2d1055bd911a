"""The baselines: what `bench intake` and `bench arrival` write and publish, and nothing else."""

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
    documents = _database()["dossiers"]

    def work() -> Callable[[], object]:
        document, publish = bson.decode(bytes.fromhex(read_plan()["document"])), publisher()
        event = document["outbox"][-1]

        def both() -> None:
            documents.insert_one(document | {"_id": bson.ObjectId()})
            publish(event)

        return both

    run_concurrently(work)


def arrive() -> None:
    """The child process: CLIENTS threads write what a dossier is until it has reached its desk."""
    dossiers, dockets = _database()["dossiers"], _database()["dockets"]

    def work() -> Callable[[], object]:
        writes = {
            name: bson.decode(bytes.fromhex(each)) for name, each in read_plan()["writes"].items()
        }
        publish, event = publisher(), writes["insert"]["outbox"][-1]

        def whole() -> None:
            own = {"_id": str(bson.ObjectId())}
            dossiers.insert_one(writes["insert"] | own)
            publish(event)
            for step in ("accept", "arrive"):
                dossiers.find_one(own, {"history": 0, "outbox": 0})
                dossiers.update_one(own, writes[step])
                publish(event)
                if step == "accept":
                    dockets.insert_one(writes["docket"] | own)
                    publish(event)

        return whole

    run_concurrently(work)


def _database() -> Any:
    client: MongoClient[dict[str, Any]] = MongoClient(
        os.environ["MONGO_URL"], w="majority", journal=True
    )
    return client[os.environ["BARE_DATABASE"]]


def publisher() -> Callable[[dict[str, Any]], None]:
    """A function that publishes an event over a connection of its own."""
    opened = open_channel(os.environ["AMQP_URL"], confirm=True)

    def publish(event: dict[str, Any]) -> None:
        message = amqp.Message(event["body"], delivery_mode=PERSISTENT)
        opened.basic_publish(message, event["exchange"], event["key"], mandatory=True)

    return publish
