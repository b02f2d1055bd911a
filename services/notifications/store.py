"""Stores of contacts, of texts for applicants, of digests, of notices and of their receipts."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import islice, zip_longest
from threading import Lock

from foundation.outbox import Store
from foundation.persistence import Idempotency, Index, MomentQuery, Spread
from services.notifications.domain import digest as domain
from services.notifications.domain.applicant import ApplicantContact, Word
from services.notifications.domain.balance import ProviderShares
from services.notifications.domain.digest import Digest, DigestLine, DigestReader
from services.notifications.domain.notice import Notice, NoticeState
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.provider_token import ProviderToken
from services.notifications.domain.receipt import (
    BY_MAIL,
    ProviderReport,
    WaitingReceipt,
    spellings,
)
from services.notifications.domain.template import NoticeTemplate


class Applicants(Store[ApplicantContact]):
    """Store of applicants' contacts, by dossier."""

    entity = ApplicantContact
    collection = "applicants"


class ApplicantWords(Store[Word]):
    """Store of texts that wait for their event."""

    entity = Word
    collection = "words"


class Digests(Store[Digest]):
    """Store of digests: what people at an office are told with the next letter."""

    entity = Digest
    collection = "digests"
    indexes = (Index(name="waiting_due", keys=(("due", 1),), partial={"waiting": True}),)

    def setup(self) -> None:
        """A lock, so that one process adds one line at a time: hundreds may come for one digest."""
        super().setup()
        self._turn = Lock()

    def note(
        self, begun: Digest, reader: DigestReader, line: DigestLine, *, once: Idempotency
    ) -> None:
        """Add the line to the open digest, or begin one.

        Raises:
            Duplicate: the message was heard before.
            Stale: somebody sent it off just now; to be tried again at once.
        """
        add = partial(domain.add, reader=reader, line=line)
        with self._turn:
            self.change_or_create(begun.id, begun, add, once=once)

    def over(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of letters whose time is over (index `waiting_due`)."""
        return self.ids({"waiting": True, "due": {"$lte": now}}, limit=limit)


class Notices(Store[Notice]):
    """Store of notices: every message, with what became of it."""

    entity = Notice
    collection = "notices"
    indexes = (
        Index(name="by_state", keys=(("state", 1), ("channel", 1), ("due", 1))),
        Index(name="by_turn", keys=(("state", 1), ("channel", 1), ("agency", 1), ("due", 1))),
        Index(name="by_dossier", keys=(("dossier", 1), ("planned", 1))),
        Index(name="by_reference", keys=(("provider", 1), ("reference", 1))),
        Index(name="final_by", keys=(("final_by", 1),), partial={"awaiting": True}),
        Index(name="legible_until", keys=(("legible_until", 1),), partial={"legible": True}),
        Index(name="climb_at", keys=(("climb_at", 1),), partial={"climbing": True}),
    )

    def keep(self, notices: Sequence[Notice]) -> None:
        """Keep those that are new: an event that is told again finds its notices here.

        Raises:
            Duplicate: another worker keeps the same notice right now, and goes on with the rest.
        """
        for notice in notices:
            if self.find_one({"_id": notice.id}) is None:
                self.save(notice)

    def due(self, channel: NoticeChannel, now: datetime, *, limit: int) -> list[str]:
        """The ids of what a channel is to send by now: each agency in its turn (by_turn).

        Of each the longest waiting first; a sender of ten thousand holds up nobody else.
        """
        waiting = {"state": NoticeState.PLANNED.value, "channel": channel.value}
        turns, agency = list[list[str]](), ""
        while first := self.ids(
            {**waiting, "agency": {"$gt": agency}, "due": {"$lte": now}},
            sort=(("agency", 1),),
            limit=1,
        ):
            # Its agency alone: one that cannot be read hides no other.
            (named,) = self.values({"_id": first[0]}, ["agency"], limit=1)
            agency = named["agency"]
            turns.append(self.due_of(agency, channel, now, limit=limit))
        in_turn = (each for turn in zip_longest(*turns) for each in turn if each)
        return list(islice(in_turn, limit))

    def due_of(
        self, agency: str, channel: NoticeChannel, now: datetime, *, limit: int
    ) -> list[str]:
        """The ids of what a channel is to send by now for one agency, oldest first (by_turn)."""
        query = {
            "state": NoticeState.PLANNED.value,
            "channel": channel.value,
            "agency": agency,
            "due": {"$lte": now},
        }
        return self.ids(query, sort=(("due", 1),), limit=limit)

    def left_behind(self, channel: NoticeChannel, now: datetime, *, limit: int) -> list[str]:
        """The ids of what somebody began to send too long ago to be still at it (by_state)."""
        query = {"state": NoticeState.SENDING.value, "channel": channel.value, "due": {"$lte": now}}
        return self.ids(query, limit=limit)

    def unanswered(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose receipt did not come in time (index `final_by`)."""
        return self.ids({"awaiting": True, "final_by": {"$lte": now}}, limit=limit)

    def climbing(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of steps of a ladder whose next step is to be told (index `climb_at`)."""
        return self.ids({"climbing": True, "climb_at": {"$lte": now}}, limit=limit)

    def to_forget(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose words are not to be kept longer (index `legible_until`)."""
        return self.ids({"legible": True, "legible_until": {"$lte": now}}, limit=limit)

    def named_by(self, provider: str, report: ProviderReport) -> Notice | None:
        """The message that a provider reports of: by our own id, else by its own (by_reference).

        A report of a message that was never handed to anybody is none, nor is a mail that came
        back of an SMS.
        """
        if report.notice:
            found = self.find_one({"_id": report.notice})
            by_mail = provider == BY_MAIL and found and found.channel is not NoticeChannel.EMAIL
            return found if found and found.provider and not by_mail else None
        for each in spellings(report.reference):
            query = {"provider": provider, "reference": each}
            if found := next(iter(self.find(query, limit=1)), None):
                return found
        return None

    def of(
        self, dossier: str, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Notice], str]:
        """The messages about a dossier, oldest first; those behind the place `after`.

        Also where to go on. By the index `by_dossier`.
        """
        return self.page_by_moment(
            MomentQuery(
                filter={"dossier": dossier},
                key="planned",
                after=after,
                limit=limit,
                now=now,
                spread=Spread.FEW,
            )
        )


class Shares(Store[ProviderShares]):
    """Store of the shares of each channel's providers."""

    entity = ProviderShares
    collection = "shares"


class ProviderTokens(Store[ProviderToken]):
    """Store of the tokens that we renew, by provider."""

    entity = ProviderToken
    collection = "provider_tokens"

    def known(self, provider: str) -> ProviderToken | None:
        """What is stored of a provider's; None before the first renewal."""
        return self.find_one({"_id": provider})


class Templates(Store[NoticeTemplate]):
    """Store of the templates that the office published."""

    entity = NoticeTemplate
    collection = "templates"


class WaitingReceipts(Store[WaitingReceipt]):
    """Store of providers' reports that came before we knew of which message they speak."""

    entity = WaitingReceipt
    collection = "receipts"
    indexes = (Index(name="waiting_due", keys=(("due", 1),), partial={"waiting": True}),)

    def keep(self, receipt: WaitingReceipt) -> None:
        """Keep one, unless it is here already.

        Raises:
            Duplicate: another worker keeps the same one right now.
        """
        if self.find_one({"_id": receipt.id}) is None:
            self.save(receipt)

    def to_look_at(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those to be matched again by now (index `waiting_due`)."""
        return self.ids({"waiting": True, "due": {"$lte": now}}, limit=limit)
