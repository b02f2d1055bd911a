"""`teller` takes coins over HTTP and tells of them; `counter` counts what it is told.

`auditor` shows how many purses there are, and tells nobody.
"""

import os
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from contracts.history import Revision
from foundation.concurrency import green
from foundation.consumer import MessageMeta, on
from foundation.errors import NotFound, Refused, Unavailable
from foundation.observability.service_metrics import ServiceGauge
from foundation.outbox import Store
from foundation.persistence import Index
from foundation.scheduling import every
from foundation.web import get, post
from tests.sample.messages import CoinCounted, CoinPaid


@dataclass(frozen=True, kw_only=True)
class Purse:
    """Holds coins."""

    id: str
    coins: int = 0
    revision: Revision = Revision()


class Purses(Store[Purse]):
    """The purses of one sample service."""

    entity = Purse
    collection = "purses"
    indexes = (Index(name="coins", keys=(("coins", 1),)),)


class Teller:
    """Takes coins in."""

    name = "teller"
    publishes: ClassVar = {"events": r"^coin\.paid\."}

    purses = Purses()

    @post("/purses", scope="")
    def open_purse(self, request: Any) -> Any:
        """Open a purse with one coin in it."""
        once = request.once(201, shown)
        purse = Purse(id=request.new_id, coins=1)
        note, agency = request.json.get("note", ""), request.json.get("agency", "bank")
        return once.reply(self.purses.save(purse, CoinPaid(agency=agency, note=note), once=once))

    @post("/purses/<purse>/coins", scope="")
    def pay(self, request: Any, purse: str) -> Any:
        """Put one more coin in."""
        once = request.once(200, shown)
        note = request.json.get("note", "")
        return once.reply(self.purses.change(purse, lambda each: _paid(each, note), once=once))

    @get("/purses/<purse>", scope="")
    def show(self, request: Any, purse: str) -> Any:  # noqa: ARG002 -- a door's signature
        """One purse."""
        return shown(self.purses.get(purse))


class Counter:
    """Counts coins: what a note says decides how its handler behaves."""

    name = "counter"
    publishes: ClassVar = {"events": r"^coin\.counted\."}

    purses = Purses()

    @on(CoinPaid)
    def count(self, event: CoinPaid, about: MessageMeta) -> None:
        """Count one coin, or fail as the note asks."""
        _behave(event.note)
        purse = Purse(id=about.subject, coins=1)
        if about.seq == 1:
            self.purses.save(purse, CoinCounted(agency="bank"), once=about.once)
        else:
            self.purses.change(about.subject, counted, once=about.once)


class Auditor:
    """Looks on."""

    name = "auditor"
    publishes: ClassVar[dict[str, str]] = {}

    purses = Purses()
    shown = ServiceGauge("motcua_purses", "Purses there are", by="kind", every=1.0)

    @every(1.0)
    def count(self) -> None:
        """Show how many purses there are, full and empty."""
        full = self.purses.documents.count_documents({"coins": {"$gt": 0}})
        self.shown.show({"full": full, "empty": 0})


def _paid(purse: Purse, note: str) -> tuple[Purse, list[CoinPaid]]:
    return replace(purse, coins=purse.coins + 1), [CoinPaid(agency="bank", note=note)]


def counted(purse: Any) -> tuple[Any, list[CoinCounted]]:
    """One coin more, and that it was counted."""
    return replace(purse, coins=purse.coins + 1), [CoinCounted(agency="bank")]


def shown(purse: Purse) -> dict[str, object]:
    """A purse as its owner sees it."""
    return {"id": purse.id, "coins": purse.coins}


def _behave(note: str) -> None:
    if note == "hang":
        green.sleep(3600)
    if note == "ill" and "ILL" in os.environ:
        raise Refused("Không, hôm nay chưa được.", "No, not today.")
    if note == "timeout":
        with green.deadline(0.01):
            green.sleep(3600)
    if note == "bug":
        raise RuntimeError("a bug")
    if note == "refuse":
        raise Refused("Không.", "No.")
    if note == "away":
        raise Unavailable("Vắng.", "Away.")
    if note == "early":
        raise NotFound("Chưa có.", "Not yet.")
