"""Every named query of every store, with an example of its arguments, to be explained.

A query that is missing here fails tests/integration/test_store.py.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from foundation.outbox import Store
from foundation.outbox.sweep import SweepWindow
from foundation.persistence import Idempotency
from foundation.places import BEGINNING, END
from foundation.timekeeping import CalendarCopies
from services.catalogue.store import Codes, Listings
from services.catalogue.store import Procedures as PublishedProcedures
from services.documents.store import Accesses, Allowances, Documents, IssuedForms, Readings, Sweeps
from services.feedback.domain.denunciation import DenunciationState
from services.feedback.domain.feedback import FeedbackState
from services.feedback.domain.finding import FeedbackSearch
from services.feedback.store import (
    Denunciations,
    Feedbacks,
    KnownDossiers,
    Ratings,
    RatingTallies,
    SealedReadings,
    Visits,
)
from services.intake.domain.case.dossier import State as DossierState
from services.intake.domain.visits import waiting
from services.intake.domain.visits.booking import VisitSlot
from services.intake.store import (
    Calendars,
    Dossiers,
    Drafts,
    Figures,
    KnownAgencies,
    KnownDocuments,
    Lookups,
    Procedures,
    QueueTickets,
    VisitSlots,
)
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.store import (
    Applicants,
    ApplicantWords,
    Digests,
    Notices,
    ProviderTokens,
    Shares,
    Templates,
    WaitingReceipts,
)
from services.routing.domain.docket.lists import Sought
from services.routing.store import AccessRecords, DeskCalendars, Dockets, Explanations, OfficerBooks
from services.subscriptions.domain.delivery import DeliveryState
from services.subscriptions.domain.subscription import SubscriptionState
from services.subscriptions.store import Progresses, Subscriptions, WebhookDeliveries
from tests.builders import VISIT_PLAN, submitted
from tests.sample.services import Purses

Queries = Mapping[str, Callable[[Any], object]]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AGENCY = "so-xay-dung"
ALWAYS = (BEGINNING, END)
PLACE = "2026-11-20T02:00:00.000Z x"

# What every store can do, asked of one that has nothing else.
EVERY: Queries = {
    "get": lambda store: store.get("x"),
    "history": lambda store: store.history("x"),
    "unsent in all": lambda store: store.unsent(SweepWindow().query(), 10),
    "unsent in a window": lambda store: store.unsent(SweepWindow(until=NOW).query(), 10),
}
COPIES: Queries = {
    "calendar": lambda store: store.calendar(),
    "now": lambda store: store.now(),
    "newest": lambda store: store.newest(),
    "learn": lambda store: store.newest(),
    "to_recount": lambda store: store.to_recount(NOW),
    "move_on": lambda store: store.newest(),
}
SLOT = VisitSlot(id="2026-11-23T09:00", day="2026-11-23", at=NOW)


def _ticket(number: int) -> waiting.QueueTicket:
    return waiting.take("2026-11-23", VISIT_PLAN.categories[0], number, NOW)


STORES: Mapping[str, tuple[type[Store[Any]], ...]] = {
    "sample": (Purses,),
    "catalogue": (PublishedProcedures, Listings, Codes),
    "documents": (Documents, Accesses, Allowances, IssuedForms, Readings, Sweeps),
    "feedback": (
        Feedbacks,
        Denunciations,
        SealedReadings,
        Ratings,
        RatingTallies,
        Visits,
        KnownDossiers,
        CalendarCopies,
    ),
    "intake": (
        Dossiers,
        Drafts,
        Procedures,
        KnownAgencies,
        Calendars,
        KnownDocuments,
        Lookups,
        VisitSlots,
        QueueTickets,
    ),
    "notifications": (
        Applicants,
        ApplicantWords,
        Notices,
        Digests,
        WaitingReceipts,
        Templates,
        Shares,
        ProviderTokens,
    ),
    "routing": (Dockets, Explanations, OfficerBooks, AccessRecords, DeskCalendars),
    "subscriptions": (Subscriptions, Progresses, WebhookDeliveries),
}
NAMED: Mapping[type[Store[Any]], Queries] = {
    Purses: EVERY,
    PublishedProcedures: {
        "known": lambda store: store.known("1.009645"),
        "drafted": lambda store: store.drafted(),
    },
    Listings: {
        "saying": lambda store: (
            store.saying(("a",)),
            store.saying(("a", "b")),
            store.saying((), agency=AGENCY),
            store.saying((), field="y-te"),
        ),
        "following": lambda store: (store.following("", 9), store.following("1.009645", 9)),
        "listed": lambda store: store.listed(),
    },
    Codes: {
        "known": lambda store: store.known("communes", "00004"),
        "coded": lambda store: store.coded("communes", "00004"),
        "rows": lambda store: store.rows(["communes:00004", "communes:00008"]),
        "provinces": lambda store: store.provinces(),
        "within": lambda store: store.within("communes", "01"),
        "leading_to": lambda store: store.leading_to("communes:00004"),
        "following": lambda store: store.following("communes", "00004", 10),
    },
    Documents: {
        "among": lambda store: store.among(["x", "y"]),
        "untold": lambda store: store.untold(limit=10),
        "to_be_scanned": lambda store: store.to_be_scanned(NOW, limit=10),
        "signatures_due": lambda store: store.signatures_due(NOW, limit=10),
        "retention_due": lambda store: store.retention_due(NOW, limit=10),
        "to_be_erased": lambda store: store.to_be_erased(limit=10),
        "superseding": lambda store: store.superseding(limit=10),
        "has_file": lambda store: store.has_file("x"),
        "of_dossier": lambda store: store.of_dossier("x", limit=10),
        "undecided": lambda store: (
            store.undecided(NOW, limit=10),
            store.undecided(NOW, limit=10, after=PLACE),
        ),
    },
    Allowances: {
        "known": lambda store: store.known("x"),
    },
    Accesses: {
        "known": lambda store: store.known("x"),
        "is_sent": lambda store: store.is_sent("x"),
    },
    Readings: {
        "looked": lambda store: (
            store.looked("", ALWAYS, NOW, limit=9),
            store.looked("an", ALWAYS, NOW, limit=9),
            store.looked("an", ALWAYS, NOW, limit=9, after=PLACE),
        ),
        "of": lambda store: store.of("x", NOW, limit=10, after=PLACE),
        "chained": lambda store: store.chained("", 1, limit=9),
        "before": lambda store: (store.before(None, limit=9), store.before(7, limit=9)),
    },
    Sweeps: {},
    IssuedForms: {"waiting": lambda store: store.waiting(NOW, limit=10)},
    Feedbacks: {
        "standing": lambda store: (
            store.standing(FeedbackState.RECEIVED, NOW, limit=10),
            store.standing(FeedbackState.RECEIVED, NOW, limit=10, after=PLACE),
        ),
        "counted_otherwise": lambda store: store.counted_otherwise(3, NOW, limit=10),
        "to_pass_on": lambda store: (
            store.to_pass_on(NOW, limit=10),
            store.to_pass_on(NOW, limit=10, after=PLACE),
        ),
        "saying": lambda store: (
            store.saying("cham", NOW, limit=10),
            store.saying("cham tra loi", NOW, limit=10, after=PLACE, agency=AGENCY),
        ),
        "published": lambda store: (
            store.published(NOW, limit=10),
            store.published(NOW, limit=10, after=PLACE, agency=AGENCY),
        ),
        "searched": lambda store: (
            store.searched(FeedbackSearch(words="cham", agency=AGENCY), NOW, limit=10),
            store.searched(FeedbackSearch(state="received"), NOW, limit=10, after=PLACE),
        ),
        "not_findable": lambda store: store.not_findable(limit=10),
        "to_urge": lambda store: store.to_urge(NOW, limit=10),
        "undated": lambda store: store.undated(limit=10),
        "retention_due": lambda store: store.retention_due(NOW, limit=10),
        "overdue": lambda store: store.overdue(NOW),
    },
    Denunciations: {
        "by_code": lambda store: store.by_code("K7M2"),
        "standing": lambda store: (
            store.standing(DenunciationState.RECEIVED, NOW, limit=10),
            store.standing(DenunciationState.RECEIVED, NOW, limit=10, after=PLACE, handler="x"),
        ),
        "counted_otherwise": lambda store: store.counted_otherwise(3, limit=10),
        "retention_due": lambda store: store.retention_due(NOW, limit=10),
    },
    SealedReadings: {
        "of": lambda store: store.of("x", NOW, limit=10, after=PLACE),
        "chained": lambda store: store.chained("", 5, limit=10),
        "before": lambda store: (store.before(None, limit=9), store.before(7, limit=9)),
    },
    Ratings: {
        "is_given": lambda store: (store.is_given("d1"),),
        "given_by": lambda store: store.given_by(NOW, limit=10),
    },
    Visits: {
        "by_code": lambda store: (store.by_code("ABCDE23456"),),
        "handed_out_by": lambda store: store.handed_out_by(NOW, limit=10),
    },
    RatingTallies: {
        "of_month": lambda store: (store.of_month("2026-11"), store.of_month("2026-11", "x")),
    },
    KnownDossiers: {},
    Lookups: {
        "looked": lambda store: (
            store.looked("", ALWAYS, NOW, limit=9),
            store.looked("an", ALWAYS, NOW, limit=9),
            store.looked("an", ALWAYS, NOW, limit=9, after=PLACE),
        ),
        "chained": lambda store: store.chained("", 1, limit=9),
        "before": lambda store: (store.before(None, limit=9), store.before(7, limit=9)),
    },
    CalendarCopies: COPIES,
    DeskCalendars: COPIES,
    Dossiers: {
        "saying": lambda store: (
            store.saying(("tel:0912345678",), NOW, limit=9),
            store.saying(("nguyen thi hoa", "hoa"), NOW, limit=9, after=PLACE),
        ),
        "not_findable": lambda store: store.not_findable(limit=9),
        "owned": lambda store: (
            store.owned("an", limit=9),
            store.owned("an", limit=9, after=PLACE),
        ),
        "by_code": lambda store: store.by_code("x"),
        "has": lambda store: store.has("x"),
        "by_code of an owner": lambda store: store.by_code("x", owner="y"),
        "in_state": lambda store: (
            store.in_state(DossierState.SUBMITTED, NOW, limit=10),
            store.in_state(DossierState.RETURNED, NOW, limit=10, after=PLACE),
        ),
        "in_book": lambda store: store.in_book("000.00.00.H41-261123", "", limit=10),
        "received_without_code": lambda store: store.received_without_code(NOW, limit=10),
        "numbered": lambda store: store.numbered("000.00.00.H41-261123", lambda _: submitted()),
        "alarmed": lambda store: store.alarmed(NOW, limit=10),
        "silent": lambda store: store.silent(NOW, limit=10),
        "awaiting_payment": lambda store: store.awaiting_payment(NOW, limit=10),
        "count_on": lambda store: store.count_on(NOW, NOW + timedelta(days=3)),
        "pressing": lambda store: (
            store.pressing("* *", "", ("", ""), NOW, lambda _: None, limit=10),
            store.pressing("x y", PLACE, (PLACE, PLACE), NOW, lambda _: None, limit=10),
        ),
        "resolved_since": lambda store: (
            store.resolved_since(NOW - timedelta(hours=9), NOW, limit=10),
            store.resolved_since(NOW - timedelta(hours=9), NOW, limit=10, after=PLACE),
        ),
        "day_counts": lambda store: store.day_counts("000.00.00.H41-261123", NOW, NOW),
        "reminding": lambda store: store.reminding(NOW, limit=10),
        "late": lambda store: store.late("* *", "", NOW, lambda _: None, limit=10),
        "under_way": lambda store: store.under_way(NOW),
        "oldest_under_way": lambda store: store.oldest_under_way(),
        "submitted_first": lambda store: store.submitted_first(DossierState.PROCESSING),
        "submitted": lambda store: store.submitted(
            DossierState.PROCESSING, NOW - timedelta(days=9), NOW, limit=10
        ),
    },
    Procedures: {
        "now": lambda store: store.now("x"),
        "learn": lambda store: store.learn("x", lambda each: (each, ()), once=Idempotency("x")),
        "lately": lambda store: store.lately("y"),
        "titles": lambda store: store.titles(),
    },
    KnownAgencies: {
        "lately": lambda store: store.lately(),
        "learn": lambda store: store.learn("x", lambda each: (each, ()), once=Idempotency("x")),
    },
    Calendars: {
        "now": lambda store: store.now(),
        "newest": lambda store: store.newest(),
        "decide": lambda store: store.decide(lambda each: (each, ())),
    },
    Figures: {"newest": lambda store: store.newest(), "keep": lambda store: store.newest()},
    Drafts: {
        "open_of": lambda store: store.open_of("công dân 1"),
        "of_dossier": lambda store: store.of_dossier("x"),
        "over": lambda store: store.over(NOW, limit=10),
        "forget": lambda store: store.get("x"),
        "throw_away": lambda store: store.get("x"),
    },
    VisitSlots: {
        "hold": lambda store: store.hold(SLOT, lambda each: (each, ())),
        "of_day": lambda store: store.of_day("2026-11-23"),
        "of_code": lambda store: store.of_code("AAAAABBBBB"),
        "held_by": lambda store: store.held_by("+84912345678", "2026-11-23"),
        "to_look_at": lambda store: store.to_look_at(NOW, limit=10),
        "over": lambda store: store.over("2026-11-23", limit=10),
        "forget": lambda store: store.get("x"),
    },
    QueueTickets: {
        "numbered": lambda store: store.numbered("2026-11-23", "A", _ticket),
        "first_of": lambda store: store.first_of("2026-11-23", ("tu-phap", "khac")),
        "ahead_of": lambda store: store.ahead_of(_ticket(7)),
        "waiting": lambda store: store.waiting("2026-11-23", "tu-phap"),
        "at": lambda store: store.at("2026-11-23", "1"),
        "shown_on": lambda store: store.shown_on("2026-11-23"),
        "over": lambda store: store.over("2026-11-23", limit=10),
        "forget": lambda store: store.get("x"),
    },
    KnownDocuments: {
        "among": lambda store: store.among(["x", "y"]),
        "learn": lambda store: store.learn("x", lambda each: (each, ()), once=Idempotency("x")),
    },
    Applicants: {},
    ApplicantWords: {},
    Digests: {
        "note": lambda store: store.find_one({"_id": "x"}),
        "over": lambda store: store.over(NOW, limit=10),
    },
    Shares: {},
    ProviderTokens: {"known": lambda store: store.known("zalo")},
    WaitingReceipts: {
        "keep": lambda store: store.get("x"),
        "to_look_at": lambda store: store.to_look_at(NOW, limit=10),
    },
    Templates: {"among": lambda store: store.among(["accepted.vi", "accepted.en"])},
    Notices: {
        "keep": lambda store: store.get("x"),
        "due": lambda store: store.due(NoticeChannel.SMS, NOW, limit=10),
        "due_of": lambda store: store.due_of(AGENCY, NoticeChannel.SMS, NOW, limit=10),
        "left_behind": lambda store: store.left_behind(NoticeChannel.SMS, NOW, limit=10),
        "unanswered": lambda store: store.unanswered(NOW, limit=10),
        "to_forget": lambda store: store.to_forget(NOW, limit=10),
        "climbing": lambda store: store.climbing(NOW, limit=10),
        "named_by": lambda store: (
            store.named_by("kannel", ProviderReport(result=ReceiptResult.FAILED, notice="x")),
            store.named_by("kannel", ProviderReport(result=ReceiptResult.FAILED, reference="12")),
        ),
        "of": lambda store: (
            store.of("x", NOW, limit=10),
            store.of("x", NOW, limit=10, after=PLACE),
        ),
    },
    Subscriptions: {
        "of_owner": lambda store: store.of_owner("x"),
        "count": lambda store: store.count(SubscriptionState.ACTIVE),
        "at_work": lambda store: store.at_work(),
        "owned": lambda store: store.owned(),
        "unsealed": lambda store: store.unsealed(10),
    },
    Progresses: {"of": lambda store: store.of(["x", "y"])},
    WebhookDeliveries: {
        "waiting": lambda store: store.waiting("x"),
        "listed": lambda store: store.listed("x", DeliveryState.DEAD, after=0, limit=10),
        "count": lambda store: store.count("x", DeliveryState.DEAD, most=10),
    },
    Dockets: {
        "receive": lambda store: store.find_one({"agency": AGENCY, "_id": "x"}),
        "holding": lambda store: store.holding("x"),
        "to_change": lambda store: store.to_change("x"),
        "about": lambda store: store.about("x"),
        "on_list": lambda store: (
            store.on_list(Sought(keys=("a",)), NOW, limit=10),
            store.on_list(Sought(keys=("a", "b"), after=NOW), NOW, limit=10),
        ),
        "in_order": lambda store: store.in_order(("a", "b"), NOW, limit=10),
        "placed_on": lambda store: store.placed_on("a", limit=10),
        "saying": lambda store: (
            store.saying(["a", "b"], NOW, limit=10),
            store.saying(["a"], NOW, limit=10, after=PLACE),
        ),
        "alarmed": lambda store: store.alarmed(NOW, limit=10),
        "with_gaps": lambda store: (
            store.with_gaps(NOW, limit=10),
            store.with_gaps(NOW, limit=10, after=PLACE),
        ),
    },
    Explanations: {
        "owed": lambda store: (
            store.owed(NOW, limit=10),
            store.owed(NOW, limit=10, after=PLACE),
        ),
        "asked": lambda store: store.asked("x"),
    },
    OfficerBooks: {
        "of": lambda store: store.of(AGENCY),
        "write": lambda store: store.of(AGENCY),
    },
    AccessRecords: {
        "of": lambda store: store.of("x", NOW, limit=10, after=PLACE),
        "those_turned_away": lambda store: (
            store.those_turned_away(NOW, limit=10),
            store.those_turned_away(NOW, limit=10, after=PLACE),
        ),
        "looked": lambda store: (
            store.looked("", ALWAYS, NOW, limit=9),
            store.looked("an", ALWAYS, NOW, limit=9),
            store.looked("an", ALWAYS, NOW, limit=9, after=PLACE),
        ),
        "chained": lambda store: store.chained(AGENCY, 5, limit=10),
    },
}
