"""A hundred things that cannot be dealt with hold up no timer of any service."""

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from contracts.events import DossierConsentAssumed, DossierEscalated, DossierOverdue
from contracts.procedure import Silence, Stage, Task
from foundation.scheduling.job_runner import FIRST_DELAY
from services.intake.domain.counter import reception
from services.notifications.domain.notice import NoticeState
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.sending import take_up
from tests.builders import (
    LAND,
    PROCEDURE,
    PROVINCE,
    RECEIPT,
    Office,
    at,
    handed_in,
    known,
    published,
)
from tests.desks import OurDesk
from tests.fakes import FakeStore
from tests.unit.test_documents_forms import Archive
from tests.unit.test_intake_forms import accepting, only
from tests.unit.test_notifications_service import CONTACT, Desk, FakeProvider, submitted


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A traceback in colours takes the console's log a third of a second."""
    with capture_logs():
        yield


def handing_in(office: Office) -> str:
    identity: str = office.ask(office.service.submit, handed_in()).body["id"]
    return identity


def accepted(office: Office) -> str:
    dossier = handing_in(office)
    office.clerk(office.service.accept, dossier_id=dossier)
    return dossier


def told(store: FakeStore, kind: type) -> int:
    return sum(isinstance(each, kind) for each in store.messages)


@pytest.mark.parametrize(
    ("timer", "kind"), [("warn", DossierOverdue), ("remind", DossierEscalated)]
)
def test_dates_are_told_of(timer: str, kind: type) -> None:
    office = Office()
    accepted(office)
    office.dossiers.spoil("time")
    office.clock.moment = at("2020-12-05 09:00")
    getattr(office.service, timer)()
    assert told(office.dossiers, kind) > 0


def test_those_who_failed_are_tried_again() -> None:
    office = Office()
    accepted(office)
    good = dict(office.dossiers.documents)
    bad = office.dossiers.spoil("time")
    office.clock.moment = at("2020-12-05 09:00")
    office.service.warn()
    (mended,) = good.values()
    office.dossiers.documents[bad[7]] = {**mended, "_id": bad[7]}
    office.service.warn()
    assert told(office.dossiers, DossierOverdue) == 1
    office.clock.forward(seconds=FIRST_DELAY)
    office.service.warn()
    assert told(office.dossiers, DossierOverdue) == 2


def test_silence_becomes_consent() -> None:
    office = Office()
    asked = Task(agency=LAND, action="có ý kiến", amount=7, on_silence=Silence.CONSENT)
    decision = Task(agency=PROVINCE, action="ký", amount=3, decides=True)
    stages = (Stage(tasks=(asked,)), Stage(tasks=(decision,)))
    office.tell(office.service.learn, published(version=2, route=stages), subject=PROCEDURE)
    accepted(office)
    office.dossiers.spoil("time")
    office.clock.moment = at("2020-09-24 09:30")
    office.service.take_silence()
    assert told(office.dossiers, DossierConsentAssumed) == 1


def test_receipts_of_an_earlier_version_are_finished() -> None:
    office = Office()
    dossier = handing_in(office)
    in_force, now = office.procedures.get(PROCEDURE), office.clock.now()
    office.dossiers.change(
        dossier, lambda each: reception.receive(each, in_force, RECEIPT, now, known(each))
    )
    office.dossiers.spoil("time")
    for _ in range(3):
        office.clock.forward(minutes=3)
        office.service.finish_receipts()
    assert office.dossiers.get(dossier).code


@pytest.fixture
def desk() -> OurDesk:
    """A desk with two specialists of a division; one of them has a step."""
    desk = OurDesk()
    for name, roles in (("quan", ["staff"]), ("an", ["specialist"]), ("binh", ["specialist"])):
        body = {"name": name, "roles": roles, "division": "x" if name != "quan" else ""}
        desk.service.put_officer(desk.request(body, officer="quan"), name)
    way = {"roles": ["specialist"], "division": "x"}
    desk.service.put_way(desk.request(way, officer="quan"), "-")
    desk.order()
    return desk


def step(desk: OurDesk) -> Any:
    return desk.dockets.get("d1").steps[0]


def test_late_steps_are_told_of(desk: OurDesk) -> None:
    desk.dockets.spoil("heard")
    desk.clock.forward(days=12)
    desk.service.tell_of_late_steps()
    assert desk.told[-1] == "step.overdue"


def test_work_is_shared(desk: OurDesk) -> None:
    desk.dockets.spoil("heard")
    desk.service.share_work()
    assert step(desk).officer in {"an", "binh"}


def test_work_that_nobody_is_there_for_does_not_hold_up_the_rest(desk: OurDesk) -> None:
    """A hundred steps wait for a head, and the division has none."""
    way = {"roles": ["head"], "division": "x"}
    desk.service.put_way(desk.request(way, officer="quan"), "1.000001")
    for number in range(100):
        desk.order(f"h{number}", f"h{number}.1", procedure="1.000001")
    desk.dockets.documents = dict(reversed(desk.dockets.documents.items()))
    desk.service.share_work()
    assert step(desk).officer in {"an", "binh"}


def test_work_moves_with_absences(desk: OurDesk) -> None:
    desk.service.take(desk.request(officer="an"), "d1.1")
    bad = desk.dockets.spoil("heard")
    leave = {"first": "2026-11-23", "last": "2026-11-23"}
    desk.service.be_absent(desk.request(leave, officer="quan"), "an")
    desk.service.move_work()
    assert step(desk).officer == "binh"
    for each in bad:
        del desk.dockets.documents[each]
    desk.dockets.spoil("heard")
    desk.clock.forward(days=1)
    desk.service.move_work()
    assert step(desk).officer == "an"


def test_messages_are_sent() -> None:
    desk = Desk()
    desk.service.meet(CONTACT, desk.about())
    desk.tell(submitted())
    desk.notices.documents = dict(reversed(desk.notices.documents.items()))
    desk.notices.spoil("letter")
    provider = FakeProvider()
    desk.send(provider)
    assert [each.channel for each in provider.given] == [NoticeChannel.SMS]


def test_messages_that_were_left_half_sent_are_given_up() -> None:
    desk = Desk()
    desk.service.meet(CONTACT, desk.about())
    desk.tell(submitted())
    sms = desk.notices.things[1]
    desk.notices.save(take_up(sms, "fake", desk.clock.now()))
    desk.notices.documents = {sms.id: desk.notices.documents[sms.id]}
    desk.notices.spoil("letter")
    desk.clock.forward(hours=1)
    desk.send(FakeProvider())
    assert desk.notices.get(sms.id).state is NoticeState.UNKNOWN


def test_forms_are_printed() -> None:
    archive = Archive()
    form = only(accepting())
    archive.fill(form)
    archive.forms.spoil("tries")
    archive.service.print_forms()
    assert archive.documents.get(form.document).form == "receipt"
