"""The services that `bench cost` counts, where one dossier has gone all the way."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from bench.acts import OFFICER, ROUTING, SERVICES, Controlled, Office
from bench.child_process import ChildProcess
from bench.filling import Patterns, collections
from bench.intake_platform import DESK, IntakePlatform, intake_platform
from foundation.persistence.document import PROCESSED_MARKS_KEPT, revision_fields, to_fields
from services.routing.domain.staff.officers import Officer, OfficerBook
from services.routing.domain.staff.roles import OfficerRole

# One stage at one desk, which decides: a dossier goes all the way through one agency.
ROUTE = (({"agency": DESK, "action": "thẩm định, quyết định", "amount": 17, "decides": True},),)


@contextmanager
def counted_office(*, one_at_a_time: bool = False) -> Iterator[Office]:
    """The services in counting processes, with the patterns of a dossier that went all the way.

    They handle messages one at a time on demand: of two at once about one dossier, whoever comes
    second reads and writes once more.
    """
    with (
        counted_platform() as setup,
        counted_services(setup, one_at_a_time=one_at_a_time) as services,
    ):
        yield prepared(setup, services)


@contextmanager
def counted_platform() -> Iterator[IntakePlatform]:
    """The servers, and a desk with an officer."""
    with intake_platform(route=ROUTE) as setup:
        setup.platform.supervisor.stop(["intake"])
        _write_book(setup)
        yield setup


@contextmanager
def counted_services(
    setup: IntakePlatform, *, one_at_a_time: bool = False
) -> Iterator[dict[str, Controlled]]:
    """The services in counting processes."""
    with ExitStack() as stack:
        services = {}
        for name in SERVICES:
            child = _child(setup, name, {"MAX_WORKERS": "1"} if one_at_a_time else {})
            stack.callback(child.end)
            services[name] = Controlled(child)
            stack.callback(services[name].go_on)
        yield services


def prepared(setup: IntakePlatform, services: Mapping[str, Controlled]) -> Office:
    """The office, after one dossier has gone all the way."""
    office = Office(setup, services)
    office.patterns = _patterns(office)
    _fill_tallies(setup)
    return office


@contextmanager
def weightless_office() -> Iterator[Office]:
    """The same, but commands are only counted: to size and explain each would take its time."""
    with counted_office() as office:
        office.weigh(on=False)
        yield office


def _fill_tallies(setup: IntakePlatform) -> None:
    """Let the tallies of the month carry as many marks of handled events as they ever will.

    A month begins with none and keeps the last two hundred: what a rating costs then is the most.
    """
    marks = [{"key": f"{number:036}"} for number in range(PROCESSED_MARKS_KEPT)]
    tallies = setup.collection("feedback", "rating_tallies")
    if not tallies.update_many({}, {"$set": {"handled": marks}}).matched_count:
        raise RuntimeError("the rating was not counted: feedback keeps no tallies")


def _write_book(setup: IntakePlatform) -> None:
    """The desk's book of officers, so that the centre is told who has a step."""
    roles = (OfficerRole.SPECIALIST, OfficerRole.LEADER)
    officer = Officer(id=OFFICER, name="Trần Thị Bình", roles=roles)
    book = OfficerBook(id=DESK, agency=DESK, officers=(officer,))
    document = {"_id": DESK, **revision_fields(replace(book.revision, version=1))}
    kept: dict[str, Any] = {"history": [], "outbox": [], "handled": []}
    setup.collection(f"{ROUTING}.{DESK}", "offices").insert_one(document | to_fields(book) | kept)


def _child(setup: IntakePlatform, service: str, more: Mapping[str, str]) -> ChildProcess:
    told = setup.environment(service, DESK if service == ROUTING else "")
    log = setup.platform.folder.log(f"counted-{service}")
    return ChildProcess(
        "counted_service", "run", told | {"SERVICE": service, "GREEN": "1", **more}, log
    )


def _patterns(office: Office) -> Patterns:
    """One dossier on its way; what the services stored of it in each state."""
    found, seen = collections(office.setup), dict[str, dict[str, Any]]()

    def look(state: str) -> None:
        for name in ("dossiers", "dockets"):
            seen.setdefault(name, {})[state] = found[name].find_one({"_id": office.dossier})

    office.journey(look)
    return Patterns(
        dossier=office.dossier,
        code=office.code,
        dossiers=seen["dossiers"],
        dockets=seen["dockets"],
        known=found["known"].find_one({"_id": office.dossier}),
        rating=found["ratings"].find_one({"_id": office.dossier}),
    )
