"""Stores of feedback, of denunciations, of ratings, and of what is known of dossiers."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from contracts.envelope import write_time
from contracts.message import Message
from foundation.outbox import CHAIN_INDEX, AuditLog, Store, WordSearch, in_narrow_windows
from foundation.persistence import Idempotency, Index, MomentQuery, PageQuery
from foundation.places import BEGINNING, after_key, counted_back, id_at, moment_of
from services.feedback.domain import finding, secret_code
from services.feedback.domain.denunciation import Denunciation, DenunciationState
from services.feedback.domain.feedback import ComplaintStage, Feedback, FeedbackState
from services.feedback.domain.finding import FeedbackSearch
from services.feedback.domain.rating import KnownDossier, Rating
from services.feedback.domain.sealed_parts import SealedReading
from services.feedback.domain.tally import RatingTally
from services.feedback.domain.visit import Visit

A_DAY = timedelta(days=1)
MOST_AGENCIES = 10_000
MOST_COUNTED = 10_000
"""A figure of what is late says no more than this many."""


DATED = (FeedbackState.RECEIVED, FeedbackState.FORWARDED)
STAGES_DATED = (ComplaintStage.LODGED, ComplaintStage.ACCEPTED, ComplaintStage.SUSPENDED)
APPEALED_WITHIN = timedelta(days=60)
"""A time to appeal that ran out so long ago is not counted again."""
DENUNCIATIONS_DATED = (
    DenunciationState.RECEIVED,
    DenunciationState.ACCEPTED,
    DenunciationState.SUSPENDED,
    DenunciationState.CONCLUDED,
)

RETENTION_INDEX = Index(name="by_retention", keys=(("removed", 1), ("retention_due", 1)))

NOT_LISTED = frozenset(("words", "public_words", "revision", "person", "demand"))
SHOWN = tuple(each.name for each in fields(Feedback) if each.name not in NOT_LISTED)
"""What is read for a list: its words, up to two hundred, are half of what reading costs."""


class Feedbacks(WordSearch[Feedback]):
    """Store of reflections, petitions and complaints."""

    entity = Feedback
    collection = "feedback"
    indexes = (
        Index(name="by_state", keys=(("state", 1), ("received", 1))),
        Index(name="by_edition", keys=(("state", 1), ("counted_by", 1))),
        Index(name="by_pass_on", keys=(("state", 1), ("pass_on_by", 1))),
        Index(name="by_stage", keys=(("proceeding.stage", 1), ("counted_by", 1))),
        Index(name="by_stage_due", keys=(("proceeding.stage", 1), ("proceeding.due", 1))),
        Index(name="by_urging", keys=(("state", 1), ("urge_at", 1))),
        Index(name="word_found_at", keys=(("words", 1), ("found_at", 1))),
        Index(name="public_word_at", keys=(("public_words", 1), ("public_at", 1))),
        Index(name="by_public_at", keys=(("public", 1), ("public_at", 1))),
        Index(name="by_agency_public_at", keys=(("public", 1), ("about", 1), ("public_at", 1))),
        Index(name="by_answer", keys=(("state", 1), ("answer_by", 1))),
        RETENTION_INDEX,
    )

    def save(
        self,
        entity: Feedback,
        *messages: Message,
        once: Idempotency | None = None,
        before: Feedback | None = None,
    ) -> Feedback:
        """As Store.save, with what it is found by as it is now."""
        return super().save(finding.findable(entity), *messages, once=once, before=before)

    def searched(
        self, asked: FeedbackSearch, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Feedback], str]:
        """What a search finds, the oldest first, and where to go on (index `word_found_at`)."""
        query = PageQuery(filter={}, key="found_at", after=after, limit=limit, now=now)
        query = in_narrow_windows(self, query, finding.EVERYTHING, only=SHOWN)
        return self.having(finding.words_of(asked), query, only=SHOWN)

    def saying(
        self, words: str, now: datetime, *, limit: int, after: str = "", agency: str = ""
    ) -> tuple[list[Feedback], str]:
        """What is public and says all of the words, the latest first, and where to go on.

        By the index `public_word_at`; without a word it is `published`.
        """
        sought = finding.public_words_of(words, agency)
        if not sought:
            return self.published(now, limit=limit, after=after, agency=agency)
        page = _latest_first({}, now, limit, after)
        return self.having(sought, page, only=SHOWN, field="public_words")

    def not_findable(self, *, limit: int) -> list[str]:
        """The ids of those from before there was a search, of all or of what is public.

        By the indexes `word_found_at`, `public_word_at` and `by_public_at`.
        """
        found = self.ids({"words": None}, limit=limit)
        found += self.ids({"public_words": None}, limit=limit)
        return (found + self.ids({"public": True, "public_at": None}, limit=limit))[:limit]

    def standing(
        self, state: FeedbackState, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Feedback], str]:
        """Those in an open state, the longest waiting first; those behind the place `after`.

        Also where to go on. By the index `by_state`.
        """
        query = MomentQuery(
            filter={"state": state.value}, key="received", after=after, limit=limit, now=now
        )
        return self.page_by_moment(query, only=SHOWN)

    def to_pass_on(
        self, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Feedback], str]:
        """What is still where it came in and should have gone on by now; where to go on.

        By the index `by_pass_on`.
        """
        query = MomentQuery(
            filter={"state": FeedbackState.RECEIVED.value},
            key="pass_on_by",
            after=after,
            limit=limit,
            until=now,
            now=now,
        )
        return self.page_by_moment(query, only=SHOWN)

    def published(
        self, now: datetime, *, limit: int, after: str = "", agency: str = ""
    ) -> tuple[list[Feedback], str]:
        """What is public, the latest first, and where to go on; about one agency, if named.

        By the indexes `by_public_at` and `by_agency_public_at`.
        """
        own = {"about": agency} if agency else {}
        query = _latest_first({"public": True, **own}, now, limit + 1, after)
        found: list[Feedback] = self.page(query, only=SHOWN)
        return found[:limit], found[limit - 1].public_at if len(found) > limit else ""

    def to_urge(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of questions whose agency is to be urged now, or whose moment is not known.

        By the index `by_urging`.
        """
        asked = {"state": FeedbackState.FORWARDED.value}
        reached = {**asked, "urge_at": {"$gt": BEGINNING, "$lte": now}}
        found = self.ids(reached, limit=limit)
        found += self.ids({**asked, "urge_at": None, "urged": None}, limit=limit)
        return found[:limit]

    def undated(self, *, limit: int) -> list[str]:
        """The ids of what came in before it was kept until when it is to be passed on.

        By the index `by_pass_on`.
        """
        return self.ids({"state": FeedbackState.RECEIVED.value, "pass_on_by": None}, limit=limit)

    def retention_due(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose term is to be looked at (index `by_retention`)."""
        return _retention_due(self, now, limit)

    def overdue(self, now: datetime) -> dict[str, int]:
        """How many are late, by what is: up to a bound, each by its own index."""
        late = {"$gt": BEGINNING, "$lte": now}
        queries = {
            "pass_on": {"state": FeedbackState.RECEIVED.value, "pass_on_by": late},
            "explain": {"state": FeedbackState.FORWARDED.value, "answer_by": late},
        }
        return {name: len(self.ids(each, limit=MOST_COUNTED)) for name, each in queries.items()}

    def counted_otherwise(self, edition: int, now: datetime, *, limit: int) -> list[str]:
        """The ids of those with an open date by another edition of the calendar.

        By the indexes `by_edition`, `by_stage` and, for the time to appeal, `by_stage_due`.
        """
        open_ones: list[dict[str, Any]] = [{"state": each.value} for each in DATED]
        open_ones += [{"proceeding.stage": each.value} for each in STAGES_DATED]
        lately = {"$gt": now - APPEALED_WITHIN}
        open_ones.append(
            {"proceeding.stage": ComplaintStage.DECIDED.value, "proceeding.due": lately}
        )
        found: dict[str, None] = {}
        for each in open_ones:
            for other in _other_editions(edition):
                found |= dict.fromkeys(self.ids({**each, "counted_by": other}, limit=limit))
        return list(found)[:limit]


class Ratings(Store[Rating]):
    """Store of ratings: one for each dossier."""

    entity = Rating
    collection = "ratings"
    indexes = (Index(name="by_term", keys=(("removed", 1), ("given", 1))),)

    def is_given(self, dossier: str) -> bool:
        """Whether the dossier was rated."""
        return bool(self.ids({"_id": dossier}, limit=1))

    def given_by(self, moment: datetime, *, limit: int) -> list[str]:
        """The ids of those given then or before that still have their words (index `by_term`)."""
        until = {"$gt": BEGINNING, "$lte": moment}
        return self.ids({"removed": None, "given": until}, limit=limit)


class Visits(Store[Visit]):
    """Store of visits without a dossier that may be rated by a code."""

    entity = Visit
    collection = "visits"
    indexes = (
        Index(name="by_code", keys=(("code", 1),)),
        Index(name="by_term", keys=(("removed", 1), ("handed_out", 1))),
    )

    def by_code(self, code: str) -> Visit | None:
        """The visit with this code (index `by_code`)."""
        return self.find_one({"code": code})

    def handed_out_by(self, moment: datetime, *, limit: int) -> list[str]:
        """The ids of those of then or before that still have their words (index `by_term`)."""
        until = {"$gt": BEGINNING, "$lte": moment}
        return self.ids({"removed": None, "handed_out": until}, limit=limit)


class RatingTallies(Store[RatingTally]):
    """Store of how many were how satisfied: one for each agency and month."""

    entity = RatingTally
    collection = "rating_tallies"
    indexes = (Index(name="by_month", keys=(("month", 1), ("agency", 1))),)

    def of_month(self, month: str, agency: str = "") -> list[RatingTally]:
        """The tallies of a month, of one agency if named (index `by_month`)."""
        own = {"agency": agency} if agency else {}
        return self.find({"month": month, **own}, limit=MOST_AGENCIES)


class KnownDossiers(Store[KnownDossier]):
    """Store of dossiers: whose each is, and whether its result was handed over."""

    entity = KnownDossier
    collection = "dossiers"


class Denunciations(Store[Denunciation]):
    """Store of denunciations, apart from all other feedback: what is in them is sealed."""

    entity = Denunciation
    collection = "denunciations"
    indexes = (
        Index(name="by_state", keys=(("state", 1), ("received", 1))),
        Index(name="by_edition", keys=(("state", 1), ("counted_by", 1))),
        Index(name="by_code_print", keys=(("code_print", 1),)),
        Index(name="by_handler", keys=(("handlers", 1), ("state", 1), ("received", 1))),
        RETENTION_INDEX,
    )

    def by_code(self, code: str) -> Denunciation | None:
        """The denunciation that its denouncer follows by this code (index `by_code_print`)."""
        return self.find_one({"code_print": secret_code.print_of(code)})

    def standing(
        self,
        state: DenunciationState,
        now: datetime,
        *,
        limit: int,
        after: str = "",
        handler: str = "",
    ) -> tuple[list[Denunciation], str]:
        """Those in a state, the oldest first, and where to go on; of one handler, if named.

        By the index `by_state` or `by_handler`.
        """
        own = {"handlers": handler} if handler else {}
        query = MomentQuery(
            filter={**own, "state": state.value}, key="received", after=after, limit=limit, now=now
        )
        return self.page_by_moment(query)

    def counted_otherwise(self, edition: int, *, limit: int) -> list[str]:
        """The ids of open ones counted by another edition of the calendar (by_edition)."""
        found: dict[str, None] = {}
        for state in DENUNCIATIONS_DATED:
            for other in _other_editions(edition):
                query = {"state": state.value, "counted_by": other}
                found |= dict.fromkeys(self.ids(query, limit=limit))
        return list(found)[:limit]

    def retention_due(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose term is to be looked at (index `by_retention`)."""
        return _retention_due(self, now, limit)


class SealedReadings(AuditLog[SealedReading]):
    """Audit log of who opened which denunciation and why; append-only, hash-chained."""

    entity = SealedReading
    collection = "sealed_readings"
    indexes = (
        CHAIN_INDEX,
        Index(name="by_denunciation", keys=(("denunciation", 1), ("at", 1))),
    )

    def of(
        self, denunciation: str, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[SealedReading], str]:
        """Who opened it, the latest first (index `by_denunciation`); where to go on."""
        return self.latest({"denunciation": denunciation}, now, limit=limit, after=after)


def _retention_due(store: Store[Any], now: datetime, limit: int) -> list[str]:
    """Those that are due, the longest waiting first, then those that were never looked at."""
    reached = {"removed": None, "retention_due": {"$gt": BEGINNING, "$lte": now}}
    found = store.ids(reached, sort=(("retention_due", 1),), limit=limit)
    found += store.ids({"removed": None, "retention_due": None}, limit=limit - len(found) or 1)
    return found[:limit]


def _other_editions(edition: int) -> tuple[object, ...]:
    return None, {"$lt": edition}, {"$gt": edition}


def _latest_first(filter_: Mapping[str, Any], now: datetime, limit: int, after: str) -> PageQuery:
    """A page of what is public: its places count back, so moments do that are held against them."""
    if after and not id_at(after):
        after = after_key(counted_back(moment_of(after)))
    since, back = write_time(counted_back(now + A_DAY)), counted_back(now)
    return PageQuery(
        filter=filter_, key="public_at", after=after, since=since, limit=limit, now=back
    )
