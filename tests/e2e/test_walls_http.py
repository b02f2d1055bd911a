"""With one agency's key every door of every service is tried on another agency's things.

The doors are those of the code, so a new one is tried by itself: if it opens, it must be closed, or
named in OPEN or OWN with the reason; if it takes a body that is not in BODIES, the test says so.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import service_discovery
from cli.journey.scenario import REGISTRAR
from cli.journey.store_inspectors import StoreInspector
from cli.local_platform import ServiceInstance
from foundation.web import auth
from foundation.web.routes import Route
from tests.e2e.conftest import STRANGER
from tests.e2e.running import Running
from tests.processes import PLAIN, until

A, NEIGHBOUR = REGISTRAR, "bo-chqs-tinh"
NOBODY, SUBJECT = "", "officer-from-elsewhere"
EVERYTHING = (
    "desk centre counter cashier director dossier:submit dossier:read document:write document:read "
    "feedback:write calendar:write catalogue:write events:read events:admin"
)
CLOSED = frozenset((401, 403, 404))
HIDDEN = (
    r" /(desks/<agency>|counter|kiosk|mine|apply|uploads|centre|catalogue|files|message-templates"
    r"|messages|feedback/(new|own|centre|take-in)|denounce|rate/(?!visit)|webhooks)"
)

OPEN: Mapping[str, str] = {
    "catalogue GET /procedures": "published procedures are for everybody",
    "catalogue GET /procedures/<code>": "a published procedure is for everybody",
    "catalogue GET /coverage": "figures on the catalogue, of no agency's dossiers",
    "catalogue GET /codes/<table>": "code tables of the administration are for everybody",
    "catalogue GET /codes/<table>/<code>": "the same",
    "catalogue GET /places": "where a place lies today, by those tables",
    "intake GET /calendar": "the working days of the centre are for everybody",
    "feedback GET /answers": "what the centre published of feedback, in its own words",
    "feedback GET /satisfaction": "ratings of a month that is over, none over fewer than five",
    "intake GET /figures": "how many dossiers there are, and nothing of any of them",
    "feedback GET /feedback/own": "sends whoever typed a code to its page",
    "feedback GET /denounce": "how a denouncer is protected; the form is for who signed in",
    "feedback GET /denounce/own": "sends whoever typed a code to its page",
    "feedback GET /denounce/without-account": "who denounces without an account is asked for none",
    "feedback POST /denounce/without-account": "the same; it is sealed, and held to a rate",
    "feedback GET /denounce/follow": "where a secret code is typed in",
    "feedback GET /rate": "where the code of a visit is typed in",
    "intake GET /outages": "planned outages are announced to everybody (NĐ 224/2026 Đ13)",
    "documents GET /uploads/too-large": "says that a file is too large",
    "intake GET /": "the page where a code is typed in",
    "intake GET /booking": "the times that are free at the counter, and nobody's name",
    "intake GET /hall": "numbers on the screen of the hall, and nobody's name",
    "intake GET /booking/own": "sends whoever typed a code to its page",
    "intake POST /booking": "anybody may book; held back by number and by address",
    "intake GET /tracking": "sends whoever typed a code to its page",
    "intake GET /tracking/<code>": "code and percentage are for everybody (TT 01/2018 Đ16)",
    "intake POST /tracking/<code>/sign-in": "keeps a token that is looked at later",
    "intake POST /tracking/<code>/sign-out": "forgets a token",
    "intake POST /late/sign-in": "keeps a token that is looked at later",
    "intake POST /late/sign-out": "forgets a token",
    "subscriptions GET /asyncapi.json": "the document of the events, of no dossier",
    "documents POST /documents": "whoever is at a desk may keep a document of their own",
}
GUARDED: Mapping[str, str] = {
    "intake GET /late": "shows a browser where to sign in, and turns others away",
    "intake GET /late.csv": "the same",
    "intake GET /late/<dossier_id>": "the same",
    "intake POST /late/<dossier_id>/urge": "turns away whoever has not signed in",
    "catalogue GET /catalogue": "shows a keeper where to sign in; not there for anybody else",
    "catalogue GET /catalogue/<code>": "the same",
    "catalogue GET /catalogue/<code>/draft": "the same",
    "catalogue POST /catalogue/<code>/<name>": "the same",
    "intake GET /centre": "the director's figures, as /late; who has no right finds nothing",
    "intake GET /centre/screen": "the same",
    "intake GET /centre/dossiers": "the same",
    "intake GET /centre/readings": "the same",
    "intake GET /centre/urging-rules": "the same, and for who decides on the calendar",
    "intake GET /centre/calendar": "the same, for who decides on the calendar",
    "intake GET /centre/calendar/did/<name>": "the same",
    "intake POST /centre/calendar/<name>": "the same",
    "intake GET /mine": "shows a browser where to sign in; then one's own alone",
    "intake GET /mine/<dossier_id>": "the same; another's is as if it were not there",
    "intake GET /mine/<dossier_id>/did/<name>": "the same",
    "intake POST /mine/<dossier_id>/way": "the same",
    "intake POST /mine/<dossier_id>/withdraw": "the same",
    "intake POST /mine/<dossier_id>/supplement": "the same",
    "intake GET /mine/<dossier_id>/papers": "the same",
    "intake GET /mine/<dossier_id>/papers/<paper>": "the same",
    "intake POST /mine/<dossier_id>/papers/<paper>": "the same",
    "intake GET /mine/<dossier_id>/papers/<paper>/did/<name>": "the same",
    "intake GET /mine/<dossier_id>/papers/<paper>/file/<document>": "the same",
    "intake POST /mine/<dossier_id>/papers/<paper>/remove": "the same",
    "intake GET /mine/<dossier_id>/pay": "the same",
    "intake POST /mine/<dossier_id>/pay": "the same",
    "intake POST /mine/<dossier_id>/pay/check": "the same",
    "intake GET /mine/<dossier_id>/receipts/<fee>": "the same",
    "intake POST /payments/<platform>/notice": "the payment platform; known by its seal",
    "intake GET /hall/<ticket>": "a number of today, and nobody's name",
    "intake GET /booking/<code>": "known by its code, and names nobody",
    "intake POST /booking/<code>/move": "known by its code and telephone number",
    "intake POST /booking/<code>/cancel": "the same",
    "intake GET /apply": "shows a browser where to sign in; then one's own drafts alone",
    "intake GET /apply/for/<procedure>": "the same",
    "intake POST /apply/for/<procedure>": "the same",
    "intake GET /apply/<draft>": "the same; another's is as if it were not there",
    "intake GET /apply/<draft>/<task>": "the same",
    "intake POST /apply/<draft>/<task>": "the same",
    "intake POST /apply/<draft>/submit": "the same",
    "intake GET /apply/<draft>/receipt": "the same",
    "intake POST /apply/<draft>/throw-away": "the same",
    "intake GET /apply/<draft>/fill": "the same",
    "intake GET /apply/<draft>/fill/<paper>/<section>": "the same",
    "intake POST /apply/<draft>/fill/<paper>/<section>": "the same",
    "intake POST /apply/<draft>/fill/<paper>/remove": "the same",
    "intake GET /apply/<draft>/papers": "the same",
    "intake GET /apply/<draft>/papers/<paper>": "the same",
    "intake POST /apply/<draft>/papers/<paper>": "the same",
    "intake GET /apply/<draft>/papers/<paper>/did/<name>": "the same",
    "intake GET /apply/<draft>/papers/<paper>/file/<document>": "the same",
    "intake POST /apply/<draft>/papers/<paper>/remove": "the same",
    "documents GET /files/<id>": "as the file of the API; a browser without a session signs in",
    "documents GET /files/<id>/view": "the same",
    "documents GET /files/of/<dossier>": "the same, of a dossier",
    "documents GET /counter/quarantine": "as /counter",
    "documents GET /counter/quarantine/<id>": "the same",
    "documents POST /counter/quarantine/<id>": "the same",
    "documents GET /centre/readings/files": "as /centre",
    "documents GET /centre/holds": "as /counter, for who deals with holds",
    "documents GET /centre/holds/<kind>/<id>": "the same",
    "documents POST /centre/holds/<kind>/<id>": "the same",
    "documents POST /uploads/apply/<draft>/<paper>": "turns away whoever has not signed in",
    "documents POST /uploads/apply/<draft>/<paper>/again": "the same",
    "documents POST /uploads/mine/<dossier_id>/<paper>": "the same",
    "documents POST /uploads/counter/new": "the same, for clerks",
    "documents POST /uploads/counter/dossiers/<dossier_id>/<name>": "the same",
    "documents POST /uploads/desks/<desk>/steps/<step>/<name>": "the same, for officers",
    "intake GET /counter": "the clerks' pages, as /late; to who has no right they are not there",
    "intake GET /counter/search": "the same",
    "intake GET /counter/new": "the same",
    "intake GET /counter/new/<procedure>": "the same",
    "intake POST /counter/new": "the same",
    "intake GET /counter/dossiers/<dossier_id>": "the same",
    "intake GET /counter/dossiers/<dossier_id>/did/<name>": "the same",
    "intake POST /counter/dossiers/<dossier_id>/<name>": "the same",
    "intake GET /counter/dossiers/<dossier_id>/fill/<paper>": "the same",
    "intake POST /counter/dossiers/<dossier_id>/fill/<paper>": "the same",
    "intake GET /counter/dossiers/<dossier_id>/payments": "the same",
    "intake GET /counter/visits": "the same",
    "intake GET /counter/queue": "the same",
    "intake GET /counter/queue/<window>": "the same",
    "intake POST /counter/queue/<window>/<name>": "the same",
    "intake GET /kiosk": "the same, for the account of a kiosk too",
    "intake POST /kiosk": "the same",
    "intake GET /kiosk/<ticket>": "the same",
    "intake POST /counter/visits/<slot>/<name>": "the same",
    "intake POST /counter/dossiers/<dossier_id>/payments/<name>": "the same",
    "feedback GET /feedback/new/<kind>": "as /mine: a form for citizens who signed in",
    "feedback POST /feedback/new/<kind>": "the same",
    "feedback GET /feedback/own/<id>": "the same; another's is as if it were not there",
    "feedback GET /feedback/own/<id>/sent": "the same",
    "feedback POST /denounce": "the same",
    "feedback POST /denounce/follow": "known by a secret code in the form",
    "feedback POST /denounce/follow/add": "the same",
    "feedback GET /denounce/take-in": "as /counter, for the handlers of denunciations",
    "feedback POST /denounce/take-in": "the same",
    "feedback GET /denounce/own/<id>": "the same",
    "feedback GET /denounce/own/<id>/sent": "the same",
    "feedback GET /rate/<dossier>": "the same",
    "feedback POST /rate/<dossier>": "the same",
    "feedback GET /feedback/take-in": "as /counter, for clerks and for who deals with feedback",
    "feedback GET /feedback/take-in/<kind>": "the same",
    "feedback POST /feedback/take-in/<kind>": "the same",
    "feedback GET /feedback/take-in/<id>/done": "the same",
    "feedback GET /feedback/centre": "as /counter, for who deals with feedback",
    "feedback GET /feedback/centre/search": "the same",
    "feedback GET /feedback/centre/<id>": "the same",
    "feedback GET /feedback/centre/<id>/did/<name>": "the same",
    "feedback POST /feedback/centre/<id>/<name>": "the same",
    "feedback GET /rate/hand-out": "as /counter",
    "feedback POST /rate/hand-out": "the same",
    "feedback GET /rate/hand-out/<id>": "the same",
    "feedback GET /rate/visit/<code>": "known by a code that the counter hands out",
    "feedback POST /rate/visit/<code>": "the same",
    "feedback POST /visits/<code>/rating": "the same",
    "notifications GET /message-templates": "as /catalogue: for who keeps the words to people",
    "notifications GET /message-templates/<kind>/<language>": "the same",
    "notifications POST /message-templates/<kind>/<language>/<name>": "the same",
    "notifications GET /counter/messages/<dossier>": "as /counter",
    "notifications POST /counter/messages/<dossier>": "the same",
    "notifications GET /messages/<dossier>": "as /mine: a citizen's own alone",
    "notifications POST /messages/<dossier>": "the same",
    "notifications GET /unsubscribe/<dossier>/<seal>": "known by the seal of a letter",
    "notifications POST /unsubscribe/<dossier>/<seal>": "the same",
    "notifications GET /receipts/<secret>/<provider>": "gateways report; known by the secret",
    "notifications POST /receipts/<secret>/<provider>": "the same",
    "subscriptions GET /webhooks": "as /mine: an integrator's own alone",
    "subscriptions GET /webhooks/deleted": "the same",
    "subscriptions GET /webhooks/new": "the same",
    "subscriptions POST /webhooks/new": "the same",
    "subscriptions GET /webhooks/<id>": "the same; another's is as if it were not there",
    "subscriptions GET /webhooks/<id>/change": "the same",
    "subscriptions GET /webhooks/<id>/deliveries": "the same",
    "subscriptions GET /webhooks/<id>/did/<name>": "the same",
    "subscriptions POST /webhooks/<id>/<name>": "the same",
    "subscriptions GET /webhooks/all": "as /centre, for who runs the platform",
    "routing GET /desks/<agency>/work": "as /late; to who has no right it is not there",
    "routing POST /desks/<agency>/several/<name>": "the same",
    "routing GET /desks/<agency>/search": "the same",
    "routing GET /desks/<agency>/steps/<step>": "the same",
    "routing GET /desks/<agency>/steps/<step>/did/<name>": "the same",
    "routing POST /desks/<agency>/steps/<step>/<name>": "the same",
    "routing GET /desks/<agency>/routes": "the same",
    "routing GET /desks/<agency>/routes/<dossier>": "the same",
    "routing POST /desks/<agency>/routes/<dossier>/<name>": "the same",
    "routing GET /desks/<agency>/refusals": "the same",
    "routing POST /desks/<agency>/refusals/<dossier>/<number>": "the same",
    "routing GET /desks/<agency>/explanations": "the same",
    "routing GET /desks/<agency>/explanations/<feedback>": "the same",
    "routing POST /desks/<agency>/explanations/<feedback>": "the same",
    "routing GET /desks/<agency>/staff/way": "the same",
    "routing GET /desks/<agency>/staff": "the same",
    "routing GET /desks/<agency>/staff/officer": "the same",
    "routing GET /desks/<agency>/staff/desk": "the same",
    "routing GET /desks/<agency>/staff/readings": "the same",
    "routing GET /desks/<agency>/staff/readings/all": "the same",
    "routing POST /desks/<agency>/staff/<name>": "the same",
}
OWN: Mapping[str, str] = {
    "GET /steps": "the agency's own list",
    "GET /lists/<name>": "the agency's own lists",
    "GET /search": "finds in the agency's own dockets",
    "GET /gaps": "the agency's own gaps",
    "GET /explanations": "the questions put to the agency itself",
    "GET /readings/<dossier>": "who of the agency read it: nobody",
    "GET /turned-away": "who was turned away at the agency's own desk",
    "GET /routes": "the routes that the agency itself leads",
    "GET /refusals": "what the centre refused the agency itself",
    "GET /office": "the agency's own book",
    "GET /coverage": "the agency's own officers",
    "PUT /officers/<officer>": "the agency's own book",
    "PUT /desks/<desk>": "the agency's own book",
    "PUT /ways/<procedure>": "the agency's own book",
    "POST /officers/<officer>/absences": "the agency's own book",
    "POST /officers/<officer>/return": "the agency's own book",
}
BODIES: Mapping[str, Mapping[str, Any]] = {
    "give": {"to": "binh", "why": "nghỉ"},
    "notes": {"text": "x"},
    "await": {"agency": "ubnd-xa", "why": "x"},
    "answered": {"text": "x"},
    "complete": {"outcome": "agreed"},
    "supplement": {"papers": ["x"], "reason": "x"},
    "extend": {"due": "2030-01-01T00:00:00Z", "reason": "x"},
    "refuse": {"article": "Luật Đầu tư 2020 Đ33"},
    "proceed": {"stage": 1},
    "reroute": {
        "stage": 1,
        "stages": [{"tasks": [{"agency": "ubnd-xa", "action": "x", "amount": 1}]}],
    },
    "<urging>": {"reason": "x", "promised": "2030-01-01T00:00:00Z"},
    "<feedback>": {"explanation": "x"},
}


@dataclass(frozen=True)
class Way:
    """One door of one process, with the other agency's thing in its path."""

    instance: ServiceInstance
    door: Route
    path: str

    @property
    def name(self) -> str:
        return f"{self.door.method} {self.door.path}"

    def knock(self, token: str, **rest: Any) -> httpx.Response:
        headers = {"Idempotency-Key": "walls", **({"Authorization": token} if token else {})}
        url = self.instance.url + self.path
        return httpx.request(self.door.method, url, headers=headers, **PLAIN, **rest)


@dataclass(frozen=True)
class Things:
    """What agency A has: by the name of a path's part, and what must never be seen of it."""

    by_part: Mapping[str, str]
    secrets: tuple[str, ...]

    def path(self, service: str, path: str) -> str:
        parts = {**self.by_part}
        if service == "documents":
            parts["id"] = self.by_part["document"]
        for name in [part.partition(">")[0] for part in path.split("<")[1:]]:
            path = path.replace(f"<{name}>", parts[name])
        return path


@pytest.fixture(scope="module")
def things(running: Running) -> Things:
    inspector = StoreInspector(running.platform)
    desk = inspector.database("routing", A)
    # Only A was asked about this dossier so far.
    taken = running.take_in()
    docket = until(
        lambda: desk["dockets"].find_one({"_id": taken, "steps.0": {"$exists": True}}), within=30
    )
    document = inspector.database("documents")["documents"].find_one({"uploader.agency": A})
    dossier = inspector.database("intake")["dossiers"].find_one({"_id": docket["_id"]})
    feedback = inspector.database("feedback")["feedback"].find_one()["_id"]
    by_part = {
        "agency": A,
        "step": docket["steps"][0]["id"],
        "dossier": docket["_id"],
        "dossier_id": docket["_id"],
        "feedback": feedback,
        "id": feedback,
        "document": document["_id"],
        "code": dossier["code"],
        "fee": "1",
        "kind": "receipt",
        "number": "1",
        "urging": "1",
        "year": "2026",
        "name": "mine",
        "officer": "an",
        "desk": "d1",
        "procedure": "-",
        "table": "provinces",
        "draft": dossier["_id"],
        "task": "person",
        "paper": "0123456789ab",
        "section": "1",
        "seal": "forged",
        "secret": "forged",
        "provider": "nobody",
        "platform": "nobody",
        "slot": "2026-12-01T09:00",
        "window": "1",
        "ticket": "2026-12-01-A001",
        "language": "vi",
    }
    return Things(by_part, (docket["applicant"], docket["_id"], document["sha256"]))


def doors_of(service: str) -> list[Route]:
    """All but the pages of signing in, which are for everybody (test_sign_in.py)."""
    kind = service_discovery.service_class(service)
    return [
        door
        for name in dir(kind)
        for door in getattr(getattr(kind, name), "nameko_entrypoints", ())
        if isinstance(door, Route) and not door.path.startswith("/sign")
    ]


@pytest.fixture(scope="module")
def ways(running: Running, things: Things) -> list[Way]:
    """Every door of the centre's services and of A's desk."""
    return [
        Way(instance, door, things.path(instance.service, door.path))
        for instance in running.platform.instances
        if instance.agency in {"", A}
        for door in doors_of(instance.service)
    ]


def signed(running: Running, **claims: str) -> str:
    """What the stranger can make of the one key it has, for all services at once."""
    platform = running.platform
    key = platform.folder.read(f"token-key.{STRANGER}.json")
    audience = service_discovery.service_names()
    body = {"sub": SUBJECT, "aud": audience, "exp": 4102444800, "scope": EVERYTHING, **claims}
    return f"Bearer {auth.sign(body, key)}"


@pytest.fixture(scope="module")
def tokens_of_stranger(running: Running) -> Mapping[str, str]:
    return {
        "its own": signed(running, agency=STRANGER),
        "without saying whose": signed(running),
        "in the name of A": signed(running, agency=A),
        "none": "",
    }


@dataclass(frozen=True)
class Tried:
    """What came of all attempts, and what was written down of them."""

    answers: Mapping[tuple[str, str, str], httpx.Response]
    counted: Mapping[str, float]


def refused_by(instance: ServiceInstance) -> float:
    lines = httpx.get(f"{instance.watch_url}/metrics", timeout=30).text.splitlines()
    wanted = [line for line in lines if line.startswith("motcua_access_refused_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in wanted)


@pytest.fixture(scope="module")
def tried(running: Running, ways: list[Way], tokens_of_stranger: Mapping[str, str]) -> Tried:
    instances = [each for each in running.platform.instances if each.agency in {"", A}]
    before = {instance.name: refused_by(instance) for instance in instances}
    answers = {
        (way.instance.name, way.name, whose): way.knock(token)
        for way in ways
        if not (way.door.method == "POST" and f"{way.instance.service} {way.name}" in OPEN)
        for whose, token in tokens_of_stranger.items()
    }
    counted = {
        instance.name: refused_by(instance) - before[instance.name] for instance in instances
    }
    return Tried(answers, counted)


def test_every_door_is_closed_to_an_agency_on_what_is_anothers(
    tried: Tried, things: Things
) -> None:
    assert len(tried.answers) > 200
    opened = [
        (where, door, whose, answer.status_code)
        for (where, door, whose), answer in tried.answers.items()
        if answer.status_code not in CLOSED and f"{where} {door}" not in OPEN
    ]
    assert opened == []
    wrong = {
        key: answer.status_code
        for key, answer in tried.answers.items()
        if answer.status_code >= 500 or any(secret in answer.text for secret in things.secrets)
    }
    assert wrong == {}
    print(
        f"\n    tried: {len(tried.answers)}", Counter(a.status_code for a in tried.answers.values())
    )


def test_what_is_open_to_all_is_named_and_is_a_door(ways: list[Way]) -> None:
    doors = {f"{way.instance.service} {way.name}" for way in ways}
    assert set(OPEN) <= doors
    unlocked = {
        f"{way.instance.service} {way.name}"
        for way in ways
        if not way.door.scope or way.door.public
    }
    assert unlocked <= set(OPEN) | set(GUARDED)


def test_every_refusal_is_counted_at_its_service(tried: Tried) -> None:
    refused = Counter(
        where
        for (where, door, _), answer in tried.answers.items()
        # What does not exist for anybody is no refusal; documents are hidden, and so are the pages
        # of desks, of the counter and of citizens.
        if answer.status_code in {401, 403}
        or (answer.status_code == 404 and (where == "documents" or re.search(HIDDEN, door)))
    )
    assert {where: tried.counted[where] for where in refused} == dict(refused)


def test_every_refusal_stands_in_the_log_without_who_it_was(running: Running, tried: Tried) -> None:
    for where, times in tried.counted.items():
        log = running.platform.folder.log(where).read_text(encoding="utf-8")
        lines = [json.loads(line) for line in log.splitlines() if '"access_refused"' in line]
        assert len(lines) >= times
        assert SUBJECT not in log


def test_every_refusal_of_a_known_caller_stands_in_the_book_of_the_desk(
    running: Running, tried: Tried
) -> None:
    assert tried.answers
    book = StoreInspector(running.platform).database("routing", A)["readings"]
    written = list(book.find({"what": "turned_away", "sent_by": STRANGER, "officer": SUBJECT}))
    assert {each["door"] for each in written} == {
        f"{door.method} {door.path}" for door in doors_of("routing")
    }
    assert {each["reason"] for each in written} == {"another agency"}
    officer = f"officer:officer-{A}:{A}"
    read = running.call(officer, f"routing:{A}", "/turned-away").json()["readings"]
    assert {(each["sent_by"], each["officer"]) for each in read} >= {(STRANGER, SUBJECT)}


def test_at_its_own_desk_nobody_finds_anothers_things(running: Running, things: Things) -> None:
    """As whoever the agency lets in while its book is empty: no role may do more."""
    desk = running.platform.instance("routing", NEIGHBOUR)
    found = []
    for door in doors_of("routing"):
        way = Way(desk, door, things.path("routing", door.path))
        if door.method != "GET" and (way.name in OWN or door.page):
            continue  # forms of pages: tests/integration/test_desk_pages.py
        body = BODIES.get(door.path.rpartition("/")[2], {})
        query = {"q": "Trần Thị Ví Dụ"} if door.path == "/search" else {}
        answer = running.call(
            f"officer:an:{NEIGHBOUR}",
            f"routing:{NEIGHBOUR}",
            way.path,
            door.method,
            params=query,
            **({"json": body} if door.method != "GET" else {}),
        )
        right = 200 if way.name in OWN else 404
        if answer.status_code != right or things.by_part["step"] in answer.text:
            found.append((way.name, answer.status_code, answer.text[:200]))
    assert found == []
    assert set(OWN) <= {f"{door.method} {door.path}" for door in doors_of("routing")}


def test_the_settings_of_a_desk_lead_to_its_own_database_alone(running: Running) -> None:
    databases = {
        agency.code: running.platform.environment("routing", agency.code)["MONGO_DATABASE"]
        for agency in running.platform.agencies
    }
    assert set(databases.values()) == {""}  # each its own, which is named after it
    kept = StoreInspector(running.platform)
    for agency in running.platform.agencies:
        own = kept.database("routing", agency.code)
        assert own["dockets"].count_documents({"agency": {"$ne": agency.code}}) == 0
        assert own["readings"].count_documents({"agency": {"$ne": agency.code}}) == 0
    assert Path(running.data).stat().st_mode & 0o077 == 0
