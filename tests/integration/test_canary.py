"""What people tell of themselves is found nowhere but where it belongs.

A denouncer's name, numbers and address come out of nothing but the vault. An applicant's, whose
dossier goes all its way, stand with the dossier, with who works on it and with who writes to them.
"""

import base64
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import bson
import httpx
import pymongo
import pytest

from cli import tokens
from cli.__main__ import run
from cli.embedded.data_folder import DataFolder
from cli.keeping import chains
from foundation.web.page_cookies import TOKEN
from services.catalogue.service import Catalogue
from services.documents.service import DocumentsService
from services.feedback.service import FeedbackService
from services.intake.service import Intake
from services.notifications.service import NotificationsService
from services.routing.service import Routing
from services.subscriptions.service import SubscriptionsService
from tests.builders import REGISTRAR
from tests.integration.applicant_journey import (
    APPLIED,
    BELONGS,
    QUEUE,
    ZALO_SAYS,
    ApplicantJourney,
    zalo_url,
)
from tests.integration.canaries import SAID, SPEAKER, SPOKEN, Canaries
from tests.integration.collector import Collector, collecting
from tests.integration.webhook_targets import Targets, receiving
from tests.platform_fixtures import Platform
from tests.processes import Bench, Process, bench, until
from tests.unit.test_notifications_gateways import answering

NAME, PHONE, NUMBER = "Quàng Thị Xuyến Chi", "0987604321", "079199887766"
REFUSING = "/500/canary"
SUBJECT, HANDLER, HEAD = f"vneid|{NUMBER}", "handler-1", "head-1"
WORDS = {
    "text": "Phong bì màu xanh lơ ở quán Mây Hồng.",
    "accused": "Tạ Vĩnh Khoát",
    "name": NAME,
    "address": "47 hẻm Kỳ Đồng, phường 9",
    "phone": PHONE,
    "email": "xuyenchi.q@vidu.example",
    "number": NUMBER,
    "dossier": "000.00.00.H41-261129-8841",
}
NETWORK, ADDED = "198.51.100.234", "Thêm: biên nhận giấu ở chợ Vườn Trầu."
"""Where the one without an account sends from, and what they add."""
CANARIES = (
    NETWORK,
    "chợ Vườn Trầu",
    NAME,
    "Xuyến Chi",
    PHONE,
    PHONE[1:],
    NUMBER,
    "xuyenchi.q",
    "Kỳ Đồng",
    "quán Mây Hồng",
    "Vĩnh Khoát",
    "H41-261129-8841",
)
CLEAN = "Nội dung tố cáo đúng một phần; đề nghị xử lý kỷ luật."


DENOUNCED = Canaries.of(CANARIES)
WHERE_CONTACTS_ARE: Mapping[str, tuple[str, ...]] = {
    "applicants": ("name", "phone", "email"),
    "notices": ("to",),
}


def hits(haystack: bytes) -> list[bytes]:
    return DENOUNCED.hits(haystack)


class Denouncing:
    """Feedback with everything that hears of it, traced; and the callers."""

    def __init__(
        self, made: Bench, folder: DataFolder, collector: Collector, targets: Targets, zalo: int
    ) -> None:
        """`zalo` is the port of a stand-in."""
        self.made, self.folder, self.targets = made, folder, targets
        self.vault = folder.path("vault-keys.json")
        assert run(["vault-key", "--file", str(self.vault)]) == 0
        self.told = {
            "TOKEN_KEYS": str(tokens.public_keys_file(folder)),
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "TRUSTED_PROXIES": "1",
        }
        self.answers: list[bytes] = []
        self.code = ""
        local = {"WEBHOOK_NETWORKS": "127.0.0.0/8", "WEBHOOK_DELAYS": "1"}
        self.subscriptions = self.start("subscriptions", **local)
        self.webhook = self.subscribe(REFUSING)
        self.notifications = self.start(
            "notifications",
            SMTP_URL=made.platform.smtp_url,
            SMS_URL=made.platform.sms_url,
            ZALO_URL=zalo_url(folder.root, zalo),
            LETTER_KEY=made.platform.letter_key,
        )
        self.feedback = self.start("feedback", VAULT_KEYS=str(self.vault))

    def start(self, name: str, **settings: str) -> Process:
        started = self.made.start(name, module="services", **self.told, **settings)
        return started.wait_ready()

    def ask(
        self, who: str, path: str, body: Any = None, *, subject: str = "", **headers: str
    ) -> httpx.Response:
        token = tokens.sign_token(self.folder, who, subject or who)
        sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex} | headers
        if body is None:
            answer = self.feedback.http.get(path, headers=sent)
        elif isinstance(body, bytes):
            answer = self.feedback.http.post(path, headers=sent, content=body)
        else:
            answer = self.feedback.http.post(path, headers=sent, json=body)
        if not path.endswith("reason=verify"):
            self.answers.append(answer.content)
        return answer

    def subscribe(self, path: str, *types: str) -> str:
        """The id of a webhook to a target that behaves as its path says; of all types, or these."""
        wish: dict[str, Any] = {"target": self.targets.url(path), "email": "ops@vidu.example"}
        if types:
            wish["filters"] = [{"exact": {"type": each}} for each in types]
        headers = self.machine() | {"Idempotency-Key": uuid.uuid4().hex}
        made = self.subscriptions.http.post("/subscriptions", json=wish, headers=headers)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def machine(self) -> dict[str, str]:
        """As the owner of the webhook."""
        return {
            "Authorization": f"Bearer {tokens.sign_token(self.folder, 'integrator', 'machine')}"
        }

    def speak(self) -> str:
        """An open petition that is passed on: its giver is told so by letter and SMS. Its id."""
        body = {"kind": "petition", "about": REGISTRAR, "text": SAID, "person": SPEAKER}
        sent = self.ask("citizen", "/feedback", body, subject="speaker")
        assert sent.status_code == 201, sent.text
        id = str(sent.json()["id"])
        passed = self.ask("centre", f"/feedback/{id}/pass-on", {"to": "so-xay-dung"})
        assert passed.status_code == 200, passed.text
        return id

    def deliveries(self, webhook: str = "") -> str:
        """What the owner of the webhook is shown of it: dead letters with their attempts."""
        place = f"/subscriptions/{webhook or self.webhook}"
        get = partial(self.subscriptions.http.get, headers=self.machine())
        return get(place).text + get(f"{place}/deliveries?state=dead&limit=200").text

    def told_types(self) -> set[str]:
        """The types of the events that the webhook's target was sent."""
        calls = [each for each in self.targets.calls if each.method == "POST"]
        return {event["type"] for call in calls for event in call.events}

    def denounce(self, **changes: str) -> httpx.Response:
        return self.ask("citizen", "/denunciations", WORDS | changes, subject=SUBJECT)

    def denounce_by_page(self) -> None:
        """The same by the page: with a mistake, which its sender alone sees again; then twice."""
        token = tokens.sign_token(self.folder, "citizen", SUBJECT)
        headers = {
            "Accept": "text/html",
            "Cookie": f"{TOKEN}={token}",
            "Sec-Fetch-Site": "same-origin",
        }
        send = partial(self.feedback.http.post, "/denounce", headers=headers)
        assert send(data=WORDS | {"phone": NAME, "key": "p-1"}).status_code == 422
        assert send(data=WORDS | {"key": "p-2"}, params={"lang": NAME}).status_code == 303
        sent = [send(data=WORDS | {"key": "p-2"}) for _ in range(2)]
        (place,) = {each.headers["Location"] for each in sent}
        receipt = self.feedback.http.get(place, headers=headers)
        assert receipt.status_code == 200, receipt.text
        self.answers += [receipt.content, *(str(each.headers).encode() for each in sent)]

    def denounce_without_account(self) -> None:
        """By the page, signed in or not: sealed, followed by its code, added to, each twice."""
        token = tokens.sign_token(self.folder, "citizen", SUBJECT)
        headers = {
            "Accept": "text/html",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": NETWORK,
        }

        def send(path: str, said: dict[str, str], cookie: str = "") -> httpx.Response:
            known = {"Cookie": f"{TOKEN}={cookie}"} if cookie else {}
            return self.feedback.http.post(f"/denounce/{path}", data=said, headers=headers | known)

        assert send("without-account", WORDS | {"phone": NAME, "key": "n-1"}).status_code == 422
        sent = [
            send("without-account", WORDS | {"key": "n-2"}, cookie) for cookie in ("", token, "")
        ]
        shown = [re.findall(r'class="big code">([^<]+)<', each.text) for each in sent]
        ((self.code,),) = {tuple(each) for each in shown}
        assert send("follow", {"code": NAME}).status_code == 404
        added = {"code": self.code, "text": ADDED, "key": "n-3"}
        told = [send("follow/add", added) for _ in range(2)]
        told.append(send("follow", {"code": self.code}))
        assert {each.status_code for each in (*sent, *told)} == {200}
        self.answers += [each.content for each in told]
        self.answers += [str(each.headers).encode() for each in (*sent, *told)]

    def must_have_no_code(self, haystack: bytes) -> None:
        """The code is shown to who sent it, and stands nowhere else."""
        for each in (self.code, self.code.replace("-", ""), self.code.lower()):
            assert each.encode() not in haystack

    def handle(self, id: str, what: str, body: Mapping[str, Any] = {}) -> httpx.Response:
        return self.ask("handler", f"/denunciations/{id}/{what}", body, subject=HANDLER)

    def handled(self, id: str) -> None:
        """From the naming of a handler to the published conclusion, with readings between."""
        named = self.ask(
            "handlers-head", f"/denunciations/{id}/handlers", {"handlers": [HANDLER]}, subject=HEAD
        )
        assert named.status_code == 200, named.text
        path = f"/denunciations/{id}/sealed?reason=verify"
        opened = self.ask("handler", path, subject=HANDLER)
        assert opened.json()["name"] == NAME
        assert self.handle(id, "accept").status_code == 200
        leaking = {"outcome": "upheld", "text": f"Bà {NAME.upper()} ({PHONE}) nói đúng."}
        assert self.handle(id, "conclude", leaking).status_code == 422
        said = self.handle(id, "conclude", {"outcome": "partly", "text": CLEAN})
        assert said.status_code == 200, said.text
        assert self.handle(id, "publish").json()["state"] == "published"

    def stumble(self, id: str) -> None:
        """What goes wrong with the same words in hand."""
        assert self.denounce(phone=NAME).status_code == 422
        assert self.denounce(email=NAME, name="").status_code == 422
        assert self.denounce(**{NAME: PHONE}).status_code == 422
        torn = json.dumps(WORDS, ensure_ascii=False).encode()[:-9]
        as_json = {"Content-Type": "application/json"}
        for headers in (as_json, {"Content-Type": f"text/{quote(NAME)}"}):
            answer = self.ask("citizen", "/denunciations", torn, subject=SUBJECT, **headers)
            assert answer.status_code in {415, 422}
        asked = f"/denunciations/{quote(NAME)}?reason={quote(PHONE)}"
        assert self.ask("citizen", asked, subject=SUBJECT).status_code == 404
        other_door = WORDS | {"kind": "denunciation"}
        assert self.ask("citizen", "/feedback", other_door, subject=SUBJECT).status_code == 422
        refused = {
            "kind": "denunciation",
            "about": REGISTRAR,
            "text": str(WORDS),
            "person": {"name": NAME, "phone": PHONE},
        }
        assert self.ask("citizen", "/feedback", refused, subject=SUBJECT).status_code == 409
        assert self.ask("citizen", f"/denunciations/{id}", subject="x").status_code == 404
        assert self.ask("citizen", f"/denunciations/{id}/accept", {}, subject=SUBJECT).is_error
        mine = self.ask("citizen", f"/denunciations/{id}", subject=SUBJECT)
        assert mine.json()["state"] == "published"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


@pytest.fixture(scope="module")
def targets() -> Iterator[Targets]:
    with receiving() as made:
        yield made


@pytest.fixture(scope="module")
def denouncing(
    platform: Platform,
    collector: Collector,
    targets: Targets,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Denouncing]:
    folder = tmp_path_factory.mktemp("canary")
    services: list[type] = [
        FeedbackService,
        NotificationsService,
        SubscriptionsService,
        Intake,
        DocumentsService,
        Routing,
        Catalogue,
    ]
    with bench(platform, services, folder, [REGISTRAR]) as made, answering(ZALO_SAYS) as zalo:
        yield Denouncing(made, DataFolder(folder), collector, targets, zalo.server_port)


@pytest.fixture(scope="module")
def denunciation(denouncing: Denouncing) -> str:
    """One that was sent twice, over the death of the process, handled and published."""
    taken = denouncing.denounce()
    assert taken.status_code == 201, taken.text
    denouncing.feedback.kill()
    denouncing.feedback = denouncing.start("feedback", VAULT_KEYS=str(denouncing.vault))
    id = str(taken.json()["id"])
    denouncing.handled(id)
    denouncing.stumble(id)
    denouncing.denounce_by_page()
    denouncing.denounce_without_account()
    log = denouncing.made.documents("subscriptions", "log")
    until(lambda: id in str(events(log.database)), why="the event log has that there is one")
    return id


@pytest.fixture(scope="module")
def spoken(denouncing: Denouncing, denunciation: str) -> str:
    """An open petition, told of and delivered as far as it goes; the denunciation was before."""
    id = denouncing.speak()
    notices = denouncing.made.documents("notifications", "notices")
    told = {"dossier": id, "kind": "feedback_passed_on", "state": {"$in": ["sent", "delivered"]}}
    until(lambda: notices.count_documents(told) >= 2, within=60, why="letter and SMS were sent")
    letters = denouncing.deliveries
    until(lambda: id in letters() and denunciation in letters(), within=180, why="dead letters")
    return id


@pytest.fixture(scope="module")
def applied(denouncing: Denouncing) -> ApplicantJourney:
    """An applicant's dossier went all its way, and all were told that there are to be told."""
    made, told = denouncing.made, denouncing.told
    denouncing.subscribe("/ok/canary")
    refusing = denouncing.subscribe("/500/one", "dossier.accepted")
    journey = ApplicantJourney(made, told, denouncing.notifications)
    dossier = journey.go()
    journey.break_a_contact()
    notices = made.documents("notifications", "notices")
    told_by = {"dossier": dossier, "state": {"$in": ["sent", "delivered"]}}
    until(
        lambda: {each["channel"] for each in notices.find(told_by)} == {"email", "sms", "zalo"},
        why="the person was told by all channels",
    )
    refused = {"dossier": dossier, "channel": "sms", "state": "failed"}
    until(lambda: notices.find_one(refused), why="the wrong number was refused")
    letters = partial(denouncing.deliveries, refusing)
    until(lambda: dossier in letters(), why="an event of it lies dead at one webhook")
    until(lambda: "dossier.returned" in denouncing.told_types(), why="another was sent all")
    for each in ("documents", "feedback", "notifications"):
        until(partial(made.messages, f"{each}.dead"), why="the broken message lies dead")
    journey.letters = letters()
    return journey


def events(database: Any) -> list[Any]:
    found = [each for name in database.list_collection_names() for each in database[name].find()]
    return [each for each in found if "feedback.received" in str(each)]


def test_no_database_holds_a_trace_of_them_in_clear(
    denouncing: Denouncing, denunciation: str
) -> None:
    client: Any = pymongo.MongoClient(denouncing.made.platform.mongo_url)
    looked_at = 0
    for database in client.list_database_names():
        for collection in client[database].list_collection_names():
            for document in client[database][collection].find():
                looked_at += 1
                assert hits(bson.encode(document)) == [], (database, collection)
                denouncing.must_have_no_code(bson.encode(document))
    assert looked_at > 5
    kept = denouncing.made.documents("feedback", "denunciations").find_one({"_id": denunciation})
    assert (kept["history"][0]["actor"], kept["sealed"]["master"]) == ("denouncer", "vault.1")


def test_no_queue_and_no_dead_letter_has_them(denouncing: Denouncing, denunciation: str) -> None:
    api = denouncing.made.platform.api
    taking = {"count": 1000, "ackmode": "ack_requeue_true", "encoding": "base64"}
    for queue in api("GET", "queues/%2F"):
        for message in api("POST", f"queues/%2F/{quote(queue['name'], safe='')}/get", taking):
            body = base64.b64decode(message["payload"])
            assert hits(body + json.dumps(message).encode()) == [], queue["name"]
            denouncing.must_have_no_code(body)
    assert denunciation


def test_notifications_keep_an_address_and_no_word_of_a_letter_in_clear(
    denouncing: Denouncing, spoken: str
) -> None:
    """Of who spoke openly: the contact, and where a notice went; texts are sealed, sent or not."""
    database = denouncing.made.documents("notifications", "notices").database
    (contact,) = database["applicants"].find({"_id": spoken})
    assert contact["phone"] == SPEAKER["phone"]
    looked_at: Counter[str] = Counter()
    for collection in database.list_collection_names():
        for document in database[collection].find():
            looked_at[collection] += 1
            known = WHERE_CONTACTS_ARE.get(collection, ())
            rest = {name: each for name, each in document.items() if name not in known}
            found = SPOKEN.hits(bson.encode(rest))
            assert found == [], (collection, sorted(rest))
    assert looked_at["notices"] >= 2


def test_no_event_webhook_attempt_or_dead_letter_has_anybody(
    denouncing: Denouncing, spoken: str, denunciation: str
) -> None:
    """Of both persons: the log of events, what targets were sent, attempts and dead letters."""
    calls = [each for each in denouncing.targets.calls if each.method == "POST"]
    assert {event["subject"] for call in calls for event in call.events} >= {spoken, denunciation}
    seen = [call.body + str(call.headers).encode() for call in calls]
    seen.append(denouncing.deliveries().encode())
    database = denouncing.made.documents("subscriptions", "log").database
    kept = Counter[str]()
    for collection in database.list_collection_names():
        for document in database[collection].find():
            kept[collection] += 1
            seen.append(bson.encode(document))
    assert kept["deliveries"] >= 2
    for each in seen:
        assert hits(each) == SPOKEN.hits(each) == []


def test_no_dead_queue_log_metric_or_trace_has_who_spoke_openly(
    denouncing: Denouncing, spoken: str, collector: Collector
) -> None:
    api, made = denouncing.made.platform.api, denouncing.made
    queues = [each for each in api("GET", "queues/%2F") if each["name"].endswith(".dead")]
    assert len(queues) >= 5
    taking = {"count": 1000, "ackmode": "ack_requeue_true", "encoding": "base64"}
    for queue in queues:
        for message in api("POST", f"queues/%2F/{quote(queue['name'], safe='')}/get", taking):
            body = base64.b64decode(message["payload"])
            assert SPOKEN.hits(body + json.dumps(message).encode()) == [], queue["name"]
    for log in sorted(made.logs.rglob("*.log")):
        assert SPOKEN.hits(log.read_bytes()) == [], log
    for process in (denouncing.feedback, denouncing.subscriptions, denouncing.notifications):
        assert SPOKEN.hits(process.watch.get("/metrics").content) == []
    until(lambda: collector.named("POST /feedback", "feedback"), why="spans came")
    spans = [each for each in collector.seen if each.process in {"feedback", "notifications"}]
    assert {each.process for each in spans} == {"feedback", "notifications"}
    assert SPOKEN.hits("".join(str(each.span) for each in collector.seen).encode()) == []
    assert spoken


def test_no_log_metric_trace_or_answer_has_them(
    denouncing: Denouncing, denunciation: str, collector: Collector
) -> None:
    made = denouncing.made
    logs = sorted(made.logs.rglob("*.log"))
    assert len(logs) >= 4
    for log in logs:
        assert hits(log.read_bytes()) == [], log
        denouncing.must_have_no_code(log.read_bytes())
    for process in (denouncing.feedback, denouncing.subscriptions, denouncing.notifications):
        assert hits(process.watch.get("/metrics").content) == []
    until(lambda: collector.named("POST /denunciations", "feedback"), why="spans came")
    until(lambda: collector.named("POST /denounce/follow/add", "feedback"), why="spans came")
    spans = "".join(str(each.span) for each in collector.seen).encode()
    assert hits(spans) == []
    denouncing.must_have_no_code(spans)
    for answer in denouncing.answers:
        assert hits(answer) == []
    assert denunciation


def test_no_file_of_the_platform_has_them(denouncing: Denouncing, denunciation: str) -> None:
    """The servers' own files, journals and logs; what mail and SMS stand-ins received."""
    platform, looked_at = denouncing.made.platform, 0
    for root in (platform.folder.root, Path(denouncing.folder.root)):
        for path in sorted(root.rglob("*")):
            if path.is_file() and path != denouncing.vault:
                looked_at += 1
                assert hits(path.read_bytes()) == [], path
                denouncing.must_have_no_code(path.read_bytes())
    assert looked_at > 20
    assert denunciation


def test_the_event_log_shows_nothing_but_that_there_is_one(
    denouncing: Denouncing, denunciation: str
) -> None:
    token = tokens.sign_token(denouncing.folder, "integrator", "machine")
    bearer = {"Authorization": f"Bearer {token}"}
    page = denouncing.subscriptions.http.get("/events?after=0&limit=500", headers=bearer).json()
    own = [each for each in page["events"] if each["subject"] == denunciation]
    assert [(each["type"], each["agency"]) for each in own] == [("feedback.received", "trung-tam")]
    assert own[0]["data"] == {"agency": "trung-tam", "kind": "denunciation", "dossier": ""}


def test_an_applicants_data_stand_where_they_belong_alone(
    denouncing: Denouncing, applied: ApplicantJourney
) -> None:
    """Messages that are not sent yet wait in an outbox, and go to those who need the data."""
    client: Any = pymongo.MongoClient(denouncing.made.platform.mongo_url)
    prefix, found = f"{denouncing.made.database}_", dict[tuple[str, str], set[str]]()
    for name in client.list_database_names():
        for collection in client[name].list_collection_names() if prefix in name else ():
            for document in client[name][collection].find():
                document.pop("outbox", None)
                held = {n for n, each in document.items() if APPLIED.hits(bson.encode({n: each}))}
                if held:
                    found.setdefault((name.removeprefix(prefix), collection), set()).update(held)
    assert found == BELONGS
    assert applied.dossier


def test_no_event_that_a_machine_is_told_has_an_applicant(
    denouncing: Denouncing, applied: ApplicantJourney
) -> None:
    """By webhook, with its attempts and dead letters, and in an integrator's own queue."""
    assert APPLIED.hits((applied.letters + denouncing.deliveries()).encode()) == []
    calls = [each for each in denouncing.targets.calls if each.method == "POST"]
    told = {"dossier.accepted", "dossier.supplement_requested", "dossier.returned"}
    assert told <= denouncing.told_types()
    for call in calls:
        assert APPLIED.hits(call.body + str(call.headers).encode()) == []
    own = lying(denouncing.made.platform, QUEUE)
    assert applied.dossier.encode() in b"".join(own)
    assert [each for each in own if APPLIED.hits(each)] == []


def test_no_queue_log_metric_or_trace_has_an_applicant(
    denouncing: Denouncing,
    applied: ApplicantJourney,
    collector: Collector,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A broken message lies dead as it came; what lists it shows no word of it."""
    made = denouncing.made
    queues = [each["name"] for each in made.platform.api("GET", "queues/%2F")]
    known = {each for each in queues if APPLIED.hits(b"".join(lying(made.platform, each)))}
    assert known == {"documents.dead", "feedback.dead", "notifications.dead"}
    shown = ["--lang", "en", "dead", "--broker", made.platform.amqp_url()]
    capsys.readouterr()
    assert run([*shown, "--queue", "notifications"]) == 0
    listed = capsys.readouterr().out
    assert applied.dossier in listed
    assert APPLIED.hits(listed.encode()) == []
    for log in sorted(made.logs.rglob("*.log")):
        assert APPLIED.hits(log.read_bytes()) == [], log
    others = (denouncing.feedback, denouncing.subscriptions, denouncing.notifications)
    for process in (*applied.processes, *others):
        assert APPLIED.hits(process.watch.get("/metrics").content) == []
    until(lambda: collector.named("POST /dossiers", "intake"), why="spans came")
    spans = "".join(str(each.span) for each in collector.seen)
    assert applied.dossier in spans
    assert APPLIED.hits(spans.encode()) == []


def lying(platform: Platform, queue: str) -> list[bytes]:
    """The messages of a queue, with their properties; they stay there."""
    taking = {"count": 1000, "ackmode": "ack_requeue_true", "encoding": "base64"}
    found = platform.api("POST", f"queues/%2F/{quote(queue, safe='')}/get", taking)
    return [base64.b64decode(each["payload"]) + json.dumps(each).encode() for each in found]


def test_each_opening_stands_in_a_chain_that_holds(
    denouncing: Denouncing, denunciation: str
) -> None:
    readings = denouncing.made.documents("feedback", "sealed_readings")
    rows = sorted(
        readings.find({"denunciation": denunciation}), key=lambda each: each["link"]["seq"]
    )
    reasons = [(each["by"], each["reason"]) for each in rows]
    assert reasons == [
        (HANDLER, "verify"),
        (HANDLER, "conclude"),
        (HANDLER, "conclude"),
        ("denouncer", "own"),
    ]
    assert list(chains.flaws_of(readings.database, "sealed_readings", "")) == []


def test_without_the_key_the_person_is_gone_and_the_history_whole(
    denouncing: Denouncing, denunciation: str
) -> None:
    kept = denouncing.made.documents("feedback", "denunciations")
    before = kept.find_one({"_id": denunciation})
    erased = denouncing.ask(
        "handlers-head", f"/denunciations/{denunciation}/erase", {}, subject=HEAD
    )
    assert erased.json()["erased"] is True
    after = kept.find_one({"_id": denunciation})
    assert (after["sealed"]["text"], after["sealed"]["key"]) == (b"", b"")
    assert (after["history"], after["head"]) == (before["history"], before["head"])
    path = f"/denunciations/{denunciation}/sealed?reason=court"
    assert denouncing.ask("handler", path, subject=HANDLER).status_code == 409


def test_without_a_master_key_the_api_takes_none_and_says_what_to_do(
    denouncing: Denouncing,
) -> None:
    open_one = denouncing.feedback
    denouncing.feedback = denouncing.start("feedback")
    try:
        refused = denouncing.ask(
            "citizen", "/denunciations", WORDS, subject=SUBJECT, **{"Accept-Language": "en"}
        )
        assert refused.status_code == 409
        assert "VAULT_KEYS" in refused.json()["detail"]
        assert "the_vault_is_closed" in denouncing.feedback.log.read_text()
    finally:
        denouncing.feedback.kill()
        denouncing.feedback = open_one
