"""The part of the platform that the dossier benchmarks need, with procedure 1.009645 in force."""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import amqp
import bson
from pymongo import MongoClient

from bench.amqp_channel import open_channel
from bench.child_process import ChildProcess
from bench.http_client import MinimalHttpClient
from bench.work_folder import named_database, remove_databases, work_folder
from cli import tokens
from cli.catalogue.csv_and_json import known_beside, rows_of
from cli.catalogue.importer import import_row, open_catalogue
from cli.embedded.data_folder import ROOT, DataFolder
from cli.embedded.database import DATABASE
from cli.embedded.ports import free_ports
from cli.embedded.rabbitmq import BROKER, EPMD
from cli.embedded.supervisor import Program
from cli.local_platform import DESKS, LocalPlatform
from contracts.envelope import Envelope
from contracts.message import CENTRE
from contracts.orders import DocumentGiven

PROCEDURE = "1.009645"
DESK = "so-ke-hoach-dau-tu"
CATALOGUE, INTAKE, DOCUMENTS = "catalogue", "intake", "documents"
CITIZEN = "citizen-1"
WRITING = "7d1f9f3c-0000-4000-8000-999999999999"
"""The document by which the desk decides, and which it uploaded."""
LEARNT_WITHIN = 30.0  # seconds
LIFETIME = 24 * 3600  # seconds
APPLICANT = {
    "name": "Nguyễn Văn An",
    "phone": "0912345677",
    "email": "an.nguyen@example.vn",
    "language": "vi",
}
Route = Sequence[Sequence[Mapping[str, Any]]]
"""The stages of a procedure, each with its tasks, as catalogue-data/routes.json has them."""
_DATA = ROOT / "catalogue-data"


@dataclass(frozen=True)
class IntakePlatform:
    """The running servers and services of one benchmark, and the dossier that clients submit."""

    platform: LocalPlatform
    body: Mapping[str, Any]
    prefix: str
    """What the names of this run's databases begin with; the server may have others too."""

    def server(self) -> Any:
        """A client of the database server."""
        client: MongoClient[dict[str, Any]] = MongoClient(
            self.platform.servers.addresses().mongo_url, tz_aware=True
        )
        return client

    def collection(self, service: str, name: str) -> Any:
        """A collection of the database of a service; of a desk, `routing.AGENCY`."""
        return self.server()[self.database_of(service)][name]

    def database_of(self, service: str) -> str:
        """The name of a service's database in this run."""
        return f"{self.prefix}_{re.sub('[.-]', '_', service)}"

    def environment(self, service: str, agency: str = "") -> dict[str, str]:
        """The environment variables of one instance, with the database of this run."""
        name = self.platform.instance(service, agency).name
        known = self.platform.environment(service, agency)
        return known | {"MONGO_DATABASE": self.database_of(name)}

    def client(self, module: str, role: str, **settings: Any) -> ChildProcess:
        """Start a child process with the plan, addresses and tokens that a load needs."""
        plan = self.platform.folder.path("plan.json")
        if not plan.exists():
            self.platform.folder.write(plan.name, self.plan())
        intake = self.platform.instance(INTAKE)
        told = {
            "PLAN": str(plan),
            "PORT": str(intake.http),
            "AMQP_URL": self.platform.servers.broker.amqp_url(INTAKE),
            "OPERATOR_URL": self.platform.servers.broker.amqp_url("operator"),
            "MONGO_URL": self.platform.servers.addresses().mongo_url,
            "BARE_DATABASE": self.database_of("bare"),
        }
        log = self.platform.folder.log(f"{module}-{role}")
        return ChildProcess(
            module, role, told | {name: str(each) for name, each in settings.items()}, log
        )

    def empty(self) -> None:
        """Purge all queues, so that those without a consumer do not grow from round to round."""
        for queue in self.platform.servers.broker.api("GET", "queues?columns=name,messages"):
            if queue.get("messages"):
                path = f"queues/%2F/{queue['name']}/contents"
                self.platform.servers.broker.api("DELETE", path)

    def start(self, *names: str) -> None:
        """Start these programs of the platform and wait until they are ready."""
        for wave in self.platform.start_order():
            chosen = [self._ours(each) for each in wave if each.name in names]
            for program in chosen:
                self.platform.supervisor.start(program)
            self.platform.supervisor.wait(*chosen)

    def _ours(self, program: Program) -> Program:
        """The program, on a database of this run; hosted desks have settings of their own."""
        if program.name in (EPMD, BROKER, DATABASE, DESKS):
            return program
        told = {"MONGO_DATABASE": self.database_of(program.name)}
        return replace(program, environment={**program.environment, **told})

    @property
    def database(self) -> str:
        """The name and version of the database server."""
        servers = self.platform.servers
        url = servers.addresses().mongo_url
        return named_database(url, external=bool(servers.external_database))

    def plan(self) -> dict[str, Any]:
        """What every load is told; a benchmark whose load needs more writes plan.json itself."""
        folder, body = self.platform.folder, json.dumps(self.body)
        citizen = tokens.sign_token(folder, "citizen", CITIZEN, lifetime=LIFETIME)
        clerk = tokens.sign_token(folder, "clerk", "clerk-1", lifetime=LIFETIME)
        first = MinimalHttpClient(self.platform.instance(INTAKE).http, citizen).post(
            "/dossiers", body
        )["id"]
        document = self.collection(INTAKE, "dossiers").find_one({"_id": first})
        return {
            "body": body,
            "citizen": citizen,
            "clerk": clerk,
            "document": bson.encode(_as_inserted(document)).hex(),
        }


def _as_inserted(document: dict[str, Any]) -> dict[str, Any]:
    """The document as intake inserts it: with two unsent messages, each as large as its entry."""
    entry = document["history"][-1]
    body = json.dumps(entry, default=str, ensure_ascii=False).encode()
    message = {
        "id": entry["id"],
        "at": entry["time"],
        "exchange": "events",
        "key": f"{entry['type']}.{DESK}",
        "body": body,
        "trace": "",
    }
    return document | {"outbox": [message, message]}


@contextmanager
def intake_platform(
    *services: str,
    prepare_folder: Callable[[DataFolder], None] = lambda _folder: None,
    route: Route | None = None,
) -> Iterator[IntakePlatform]:
    """Start broker, database, intake and the named services in a temporary data folder.

    `prepare_folder` is called first, for example to add agencies. With a `route` the procedure
    goes that way instead of its own.
    """
    with work_folder() as root:
        prepare_folder(DataFolder(root))
        platform = LocalPlatform(root, free_ports().base)
        made = IntakePlatform(platform, {}, f"bench_{uuid.uuid4().hex[:8]}")
        try:
            tokens.public_keys_file(platform.folder)
            platform.servers.prepare(platform.definitions())
            made.start(EPMD, BROKER, DATABASE, CATALOGUE, INTAKE, *services)
            body = _put_in_force(made, route)
            platform.supervisor.stop([CATALOGUE])
            yield replace(made, body=body)
        finally:
            running = list(platform.supervisor.running())
            servers = [BROKER, DATABASE, EPMD]
            platform.supervisor.stop([name for name in running if name not in servers])
            if platform.servers.external_database:
                remove_databases(platform.servers.addresses().mongo_url, made.prefix)
            platform.supervisor.stop(servers)


def _put_in_force(made: IntakePlatform, route: Route | None) -> dict[str, Any]:
    """Publish the procedure, wait until intake has it, and return a complete dossier for it."""
    file = _DATA / "procedures.json"
    line, row = next(each for each in rows_of(file) if each[1].get("code") == PROCEDURE)
    url = made.platform.instance(CATALOGUE).url
    token = tokens.sign_token(made.platform.folder, "publisher", "bench")
    with open_catalogue(made.platform.folder, url, token) as catalogue:
        known = known_beside(file)
        known = replace(known, routes={**known.routes, PROCEDURE: route}) if route else known
        import_row(catalogue, line, row, known)
        papers = catalogue.get(f"/procedures/{PROCEDURE}").json()["papers"]
    deadline = time.monotonic() + LEARNT_WITHIN
    while not made.collection(INTAKE, "procedures").find_one({"_id": PROCEDURE}):
        if time.monotonic() > deadline:
            raise TimeoutError(f"intake does not learn {PROCEDURE}")
        time.sleep(0.1)
    required = [paper["name"] for paper in papers if paper["required"]]
    documents = [
        {"paper": name, "id": f"7d1f9f3c-0000-4000-8000-{number:012}"}
        for number, name in enumerate(required)
    ]
    _tell_of_documents(made, [each["id"] for each in documents])
    _tell_of_documents(made, [WRITING], agency=DESK, owner="")
    return {
        "procedure": PROCEDURE,
        "channel": "online",
        "applicant": APPLICANT,
        "documents": documents,
    }


def _tell_of_documents(
    made: IntakePlatform, ids: Sequence[str], *, agency: str = CENTRE, owner: str = CITIZEN
) -> None:
    """Tell intake of the citizen's uploads in the name of documents, and wait until it has them.

    Without an owner they are the agency's own writings. That service does not run here, so the
    same documents may be handed in again and again.
    """
    opened = open_channel(made.platform.servers.broker.amqp_url(DOCUMENTS), confirm=True)
    for document in ids:
        given = DocumentGiven(agency=agency, owner=owner, clerk=False, sha256="5f" * 32)
        told = Envelope(
            id=uuid.uuid4().hex,
            source=f"motcua:{DOCUMENTS}",
            type=given.TYPE,
            subject=document,
            time=datetime.now(UTC),
            seq=1,
            agency=agency,
            data=given.write(),
        )
        message = amqp.Message(
            told.encode(), message_id=told.id, user_id=DOCUMENTS, delivery_mode=2
        )
        opened.basic_publish(message, given.EXCHANGE, given.routing_key)
    opened.connection.close()
    known, deadline = made.collection(INTAKE, "known_documents"), time.monotonic() + LEARNT_WITHIN
    while known.count_documents({"_id": {"$in": list(ids)}}) < len(ids):
        if time.monotonic() > deadline:
            raise TimeoutError("intake does not learn the documents")
        time.sleep(0.1)
