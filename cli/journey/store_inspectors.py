"""Reads the services' databases and the broker's queues directly, without the services' APIs."""

import socket
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pymongo
from pymongo.errors import PyMongoError

from cli.dead_letters.list_and_replay import connect, count_messages
from cli.embedded.rabbitmq import OPERATOR
from cli.errors import CliError
from cli.local_platform import LocalPlatform
from contracts.history import Entry
from foundation.broker.integrator_queue import PREFIX as INTEGRATORS
from foundation.settings import database_of

ANSWER_WITHIN = 1.5
INTERNAL_COLLECTIONS = (
    *("leases", "log", "log_marks", "chains", "claims"),
    *("learnt", "dossier_procedures", "procedure_fields"),
)
"""Collections without histories, of the foundation's own; the rest hold entities."""


class StoreInspector:
    """Inspects the databases of all services and the queues of the broker."""

    def __init__(self, platform: LocalPlatform) -> None:
        """Connects at the first query."""
        self._platform = platform
        self._url = platform.servers.addresses().mongo_url
        self._client: Any = pymongo.MongoClient(self._url, tz_aware=True)

    def must_answer(self) -> None:
        """Make sure that the database answers.

        Raises:
            CliError: it does not answer in time.
        """
        host, _, port = urlsplit(self._url).netloc.rpartition("@")[2].partition(":")
        try:
            # A closed port is noticed at once; the client would retry until its time-out.
            socket.create_connection((host, int(port)), timeout=ANSWER_WITHIN).close()
            with pymongo.timeout(ANSWER_WITHIN):
                self._client.admin.command("ping")
        except (OSError, PyMongoError) as error:
            raise CliError(
                "Cơ sở dữ liệu không trả lời: hệ thống chưa chạy? Hãy `motcua up` rồi thử lại.",
                "The database does not answer: is the platform down? `motcua up`, then try again.",
            ) from error

    def history(self, service: str, agency: str, collection: str, thing: str) -> list[Entry]:
        """The history of one stored entity."""
        document = self.database(service, agency)[collection].find_one({"_id": thing})
        return history_entries(document or {})

    def database(self, service: str, agency: str = "") -> Any:
        """The database of a service, or of one agency's desk."""
        return self._client[database_of(service, agency)]

    def entities(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """All stored entities of all services, each with its `instance/collection`."""
        for instance in self._platform.instances:
            database = self.database(instance.service, instance.agency)
            for collection in database.list_collection_names():
                if collection not in INTERNAL_COLLECTIONS:
                    for document in database[collection].find():
                        yield f"{instance.name}/{collection}", document

    def logged(self) -> set[str]:
        """The ids of the events in the event log, which integrators read."""
        records = self.database("subscriptions")["log"].find({}, {"_id": 1})
        return {record["_id"].split(" ")[-1] for record in records}

    def queues(self) -> dict[str, int]:
        """The number of messages in each queue of the platform, by the broker's statistics.

        What waits for integrators in queues of their own is not on its way within the platform.
        """
        listed = self._platform.servers.broker.api("GET", "queues")
        own = (each for each in listed if not each["name"].startswith(INTEGRATORS))
        return {each["name"]: int(each.get("messages", 0)) for each in own}

    def dead_letter_counts(self) -> dict[str, int]:
        """The number of messages in each queue of dead or unroutable messages, at this moment.

        The statistics lag by seconds, so each queue is asked over AMQP.
        """
        names = sorted(name for name in self.queues() if holds_dead_letters(name))
        with connect(self._platform.servers.broker.amqp_url(OPERATOR)) as connection:
            return {name: count_messages(connection, name) for name in names}


def holds_dead_letters(queue: str) -> bool:
    """Whether the queue is one for dead or unroutable messages."""
    return queue.endswith((".dead", ".unrouted"))


def history_entries(document: Mapping[str, Any]) -> list[Entry]:
    """The history entries of a stored document."""
    return [Entry(**each) for each in document.get("history", ())]
