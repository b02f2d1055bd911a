"""The services that have pages, with what lies in their stores: for tests/page_tour.py."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any

from werkzeug.wrappers import Response

from contracts.forms import FormKind
from contracts.procedure import Paper
from foundation.errors import Unknown
from foundation.sign_in.providers import IdentityProvider
from foundation.web import Request
from foundation.web.auth import Identity
from foundation.web.rate_limit import LookupRateLimiter
from services.feedback.domain.possible import CentreAct
from services.feedback.domain.rating import KnownDossier
from services.intake.domain.case.payment_attempt import AttemptState, PaymentAttempt
from services.intake.domain.counter.finding import findable
from services.intake.domain.counter.possible_acts import CounterAct
from services.intake.domain.drafts.filling import form_key
from services.intake.domain.drafts.progress import DraftTask, key_of
from services.intake.domain.payment.order import PaymentOutcome, PaymentReport
from services.intake.domain.visits.booking import NewBooking
from services.intake.handlers import calendar_view
from services.routing.domain.work.possible import StepAct
from services.subscriptions.domain.delivery import DeliveryAttempt
from services.subscriptions.domain.progress import note
from services.subscriptions.pages import ACTS as WEBHOOK_ACTS
from tests.builders import (
    OWNER,
    PROCEDURE,
    PROPOSAL,
    REQUEST_FORM,
    accepted,
    asked,
    at,
    published,
)
from tests.desks import OURS
from tests.journeys import charge, code
from tests.laid_out_counter import counter
from tests.laid_out_desk import desk
from tests.unit.fillable_forms import TEXT
from tests.unit.test_apply_pages import begun, filled, handed_in, told
from tests.unit.test_catalogue_service import CONTENT
from tests.unit.test_catalogue_service import Office as Catalogue
from tests.unit.test_documents_service import CLERK, OFFICER
from tests.unit.test_feedback_pages import Office as Voices
from tests.unit.test_feedback_pages import handed_out, id_of
from tests.unit.test_keeping_pages import kept_things
from tests.unit.test_message_pages import told_of
from tests.unit.test_notifications_service import Desk
from tests.unit.test_subscriptions_self_service import Owner as WebhookOwner

DECLARATION = "Tờ khai điện tử"

BOOKED = "2020-10-09T09:00"
BOOKINGS = tuple(
    NewBooking(code=each, name="Lê <b>", phone="+84912345678", category="dat-dai")
    for each in ("AAAAABBBBB", "CCCCCDDDDD")
)


@dataclass(frozen=True, kw_only=True)
class Toured:
    """A service with pages: what its addresses name, and questions to ask its pages besides."""

    service: Any
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def toured() -> Iterator[Toured]:
    """Every service that has pages, with what lies in its stores."""
    yield _intake()
    yield _routing()
    yield _catalogue()
    yield _documents()
    yield _feedback()
    yield _subscriptions()
    yield _notifications()


def _intake() -> Toured:
    office = counter()
    office.service.accounts = _accounts()
    told(office, "d-9")
    half, whole = begun(office, "half"), filled(office, "whole")
    handed_in(office, whole)
    papers = (*published().papers, Paper(name=DECLARATION, form=TEXT))
    changed = published(version=2, papers=papers)
    office.tell(office.service.learn, changed, subject=PROCEDURE)
    _payments(office)
    _awaited_papers(office)
    return Toured(
        service=office.service,
        named={
            "dossier_id": (
                "asked",
                "pays",
                "owes",
                "bare",
                "w00",
                "nothing",
                *(f"dossier-{n}" for n in range(1, 13)),
            ),
            "draft": (*[half] * 5, whole, half, "nothing"),
            "task": (*DraftTask, "zzz"),
            "paper": (key_of(REQUEST_FORM), key_of(PROPOSAL), form_key(DECLARATION), "zzz"),
            "section": ("1", "2", "9"),
            "document": ("d-9", "zzz"),
            "code": (*_booked(office), *(code(number) for number in range(1, 13))),
            "slot": (BOOKED,),
            "window": ("1", "2", "99"),
            "ticket": _numbers(office),
            "name": (*CounterAct, *calendar_view.TITLES, "ask", "paid-back", "next", "again"),
            "fee": ("f-1", "f-1", "zzz"),
            "procedure": (PROCEDURE, "1.000000"),
            "provider": ("vneid",),
        },
        asked={
            "/booking": ("day=2020-10-09", "day=zzz"),
            "/counter/visits": (f"day={BOOKED[:10]}",),
            "/counter": (
                "list=today",
                "list=apology",
                "list=resolved",
                "list=payment",
                "list=nothing",
            ),
            "/counter/search": ("q=hoa", "q=", "q=zzz"),
            "/counter/new": ("q=zzz", "q=chap+thuan"),
            "/centre/calendar": (
                "from=2020-10-01T09:00&unit=working_days&amount=5",
                "from=x&unit=zzz&amount=0",
                "from=1900-01-01T09:00&unit=working_days&amount=5",
            ),
            "/centre/dossiers": (
                *(f"list={each}" for each in ("soon", "running", "in", "out", "payment", "zzz")),
                "list=running&agency=so-ke-hoach-dau-tu",
                "list=late&field=zzz",
                "list=running&limit=1",
            ),
            "/centre/readings": ("by=lan", "day=2020-10-01", "day=zzz", "limit=1"),
            "/late": ("agency=so-xay-dung", "field=zzz", "agency=nowhere"),
            "/tracking": ("code=", f"code={code(1)}"),
        },
    )


def _routing() -> Toured:
    ours = desk()
    lists = ("mine", "division", "untaken", "due_today", "overdue", "due_soon", "urged", "zzz")
    return Toured(
        service=ours.service,
        named={
            "agency": (OURS, OURS, OURS, OURS, OURS, "so-y-te"),
            "step": ("d1.1", "d2.1", "d3.1", "m00.1", "nothing"),
            "name": (*StepAct, "officer", "absence", "return", "desk", "way", "proceed", "reroute"),
            "dossier": ("r1", "d3", "r1", "nothing"),
            "number": ("1", "2", "3"),
            "feedback": ("f1", "nothing"),
        },
        asked={
            "/desks/<agency>/work": tuple(f"list={each}" for each in lists),
            "/desks/<agency>/staff/officer": ("id=dung", "id=lan&done=officer", "id=zzz"),
            "/desks/<agency>/staff/desk": ("code=quay-5", "code=zzz"),
            "/desks/<agency>/staff/way": ("procedure=-", "procedure=zzz", "procedure=-&done=way"),
            "/desks/<agency>/refusals": ("limit=1",),
            "/desks/<agency>/staff/readings/all": ("by=dung", "day=zzz", "limit=1"),
            "/desks/<agency>/staff/readings": (
                "code=000.00.00.H41-261123-0001",
                "code=zzz",
                "limit=1",
            ),
            "/desks/<agency>/search": ("q=hoa", "q=", "q=zzz"),
        },
    )


def _catalogue() -> Toured:
    office = Catalogue()
    office.publish("1.013236")
    office.publish("1.004232", name="Cấp phép khai thác nước <b>", field="Tài nguyên nước")
    changed = CONTENT | {"name": "Bản nháp", "unverified": ["fees"]}
    office.service.draft(office.request(changed), "1.004232")
    return Toured(
        service=office.service,
        named={
            "code": ("1.013236", "1.004232", "1.000000", "1.004232"),
            "name": ("publish", "withdraw", "zzz"),
        },
        asked={
            "/procedures": ("query=cap", "query=zzz", "limit=1"),
            "/catalogue": ("query=cap", "code=", "query=zzz"),
            "/catalogue/<code>": ("done=publish",),
        },
    )


def _documents() -> Toured:
    archive, quarantined, held = kept_things()
    _files_of_a_dossier(archive, quarantined, held)
    return Toured(
        service=archive.service,
        named={
            "draft": ("draft-1",),
            "dossier": ("d-1", "nothing"),
            "dossier_id": ("d-1",),
            "paper": ("0123456789ab",),
            "id": (quarantined, held, "d-1", "nothing"),
            "desk": (OURS, "so-y-te"),
            "step": ("d1.1",),
            "name": ("complete",),
            "kind": ("document", "document", "dossier", "zzz"),
        },
        asked={
            "/counter/quarantine": ("done=1",),
            "/centre/readings/files": ("by=hoa", "day=zzz", "limit=1"),
            "/centre/holds": ("dossier=d-1", "document=zzz"),
        },
    )


def _files_of_a_dossier(archive: Any, quarantined: str, held: str) -> None:
    """A dossier of OWNER's with a paper, one with malware, the result, and a form of the centre."""
    made = {
        "result": archive.upload(OFFICER, b"%PDF-1.7 giay phep", "result"),
        "form": archive.upload(CLERK, b"%PDF-1.7 mau", "form"),
    }
    for each in (quarantined, held, *made.values()):
        form = FormKind.RECEIPT if each == made["form"] else ""
        found = archive.documents.get(each)
        archive.documents.save(replace(found, dossier="d-1", form=form))
    access = archive.accesses.get("d-1")
    archive.accesses.save(replace(access, owner=OWNER, results=(made["result"],)))


def _feedback() -> Toured:
    office, citizen = Voices(), Identity(OWNER, frozenset({"feedback:write"}))
    # An hour goes by between two look-ups: nobody has asked too often.
    office.service.guard = LookupRateLimiter(partial(next, count(step=3600)))
    said = id_of(office.speak(who=citizen, key="one"))
    complained = id_of(office.speak("complaint", who=citizen, key="two", learned="2026-11-01"))
    denounced = id_of(office.denounce(who=citizen))
    office.dossiers.save(KnownDossier(id="d-1", owner=OWNER, returned_by="so-xay-dung"))
    visit = handed_out(office)
    made = office.visits.things[0].id
    return Toured(
        service=office.service,
        named={
            "id": (said, complained, denounced, made, "nothing"),
            "kind": ("reflection", "petition", "complaint", "zzz"),
            "name": (*CentreAct, "zzz"),
            "dossier": ("d-1", "nothing"),
            "code": (visit, "nothing"),
        },
        asked={
            "/feedback/centre": ("list=overdue", "list=forwarded", "list=zzz"),
            "/feedback/centre/search": ("words=cham", "words=zzz"),
            "/answers": ("words=zzz",),
            "/satisfaction": ("month=2020-09", "month=2031-01"),
        },
    )


def _booked(office: Any) -> tuple[str, ...]:
    """The codes of a booking that stands and of one that was cancelled."""
    for each in BOOKINGS:
        office.service._book(BOOKED, each)  # noqa: SLF001 -- as its form does
    office.service._give_back(BOOKINGS[1].code)  # noqa: SLF001 -- as its form does
    return tuple(each.code for each in BOOKINGS)


def _numbers(office: Any) -> tuple[str, ...]:
    """Numbers in the hall: one that is called, one that waits, one that is over; and none."""
    taken = [
        office.service._take_number(office.hall.plan().categories[0], each).id  # noqa: SLF001
        for each in ("", "cao-tuoi", "")
    ]
    for window in ("2", "1"):
        office.service._call_next(window)  # noqa: SLF001 -- as the form of a window does
    over = office.queue_tickets.at(taken[0][:10], "2")
    office.service._act_at("2", "end", {"ticket": over.id})  # noqa: SLF001 -- as above
    return (*taken, "nothing")


def _subscriptions() -> Toured:
    owner = WebhookOwner()
    bad = DeliveryAttempt(at=owner.clock.real(), status=502, excerpt="<html>bad", seconds=1.5)
    owner.progresses.change(owner.id, lambda each: (note(each, bad, 1), ()))
    owner.keep(3, "step.assigned", 500)
    owner.keep(4)
    quiet = owner.create(signing="hmac", name="Kho số liệu <2026>", agency="so-xay-dung")["id"]
    filters = [{"not": {"exact": {"type": "fee.paid"}}}]
    odd = owner.create(filters=filters, order="dossier")["id"]
    owner.post("pause", odd)
    return Toured(
        service=owner.service,
        named={
            "id": (owner.id, quiet, odd, "nothing"),
            "name": (*WEBHOOK_ACTS, "zzz"),
        },
        asked={
            "/webhooks/all": ("owner=statistics-office", "owner=zzz", "limit=1"),
            "/webhooks/<id>/deliveries": ("state=waiting", "limit=1", "state=zzz"),
        },
    )


def _payments(office: Any) -> None:
    """A dossier with a payment in every state, and one that nobody has begun to pay."""
    office.payments.platform = SimpleNamespace(
        kind="paygov",
        ask=lambda reference: PaymentReport(reference=reference, outcome=PaymentOutcome.UNKNOWN),
    )
    now = office.clock.now()
    attempts = tuple(
        PaymentAttempt(
            reference=f"pays-{number}",
            fees=("f-1",),
            amount=150_000,
            begun=now,
            expires=now + timedelta(minutes=15),
            state=state,
            link="https://provider.example/leave",
            transaction=f"GD-{number}",
            surplus=150_000 if state is AttemptState.PAID else 0,
            said="149000 VND" if state is AttemptState.DISPUTED else "",
        )
        for number, state in enumerate(AttemptState, 1)
    )
    paid = charge(paid=now, receipt="GD-2", method="online")
    for name, charges, tried in (
        ("pays", (paid, charge(id="f-2")), attempts),
        ("owes", (charge(),), ()),
    ):
        dossier = replace(accepted(), id=name, code="", charges=charges, payments=tried)
        office.dossiers.save(findable(dossier))


def _awaited_papers(office: Any) -> None:
    """A dossier that waits for a paper of its owner."""
    waits, _ = asked(accepted(), "0.0", at("2020-09-16 09:30"), REQUEST_FORM)
    office.dossiers.save(findable(replace(waits, id="asked", code="", owner=OWNER)))


def _accounts() -> SimpleNamespace:
    """Signing in with two providers to choose from, none of which is asked anything."""
    provider = IdentityProvider(
        id="vneid", name_vi="Tài khoản VNeID", name_en="VNeID", issuer="https://x", client_id="x"
    )
    both = {each: replace(provider, id=each) for each in ("vneid", "staff")}
    return SimpleNamespace(
        providers=SimpleNamespace(all=lambda: both),
        leaving=lambda _: "https://provider.example/leave",
        leave=lambda _provider, _to: Response(status=303),
        come_back=_nobody_came,
    )


def _nobody_came(_request: Request) -> Response:
    raise Unknown("Chưa đăng nhập được.", "You are not signed in.")


def _notifications() -> Toured:
    office = Desk()
    told_of(office)
    office.applicants.save(replace(office.applicants.get("d-1"), owner=OWNER))
    return Toured(
        service=office.service,
        named={
            "kind": ("accepted", "submitted", "zzz"),
            "language": ("vi", "en", "vi"),
            "name": ("preview", "publish", "zzz"),
            "dossier": ("d-1", "nothing"),
            "seal": ("zzz",),
            "secret": ("zzz",),
            "provider": ("zzz",),
        },
        asked={
            "/message-templates/<kind>/<language>": ("edition=1", "done=1"),
            "/counter/messages/<dossier>": ("limit=1", "done=1"),
            "/messages/<dossier>": ("limit=1", "done=1"),
        },
    )
