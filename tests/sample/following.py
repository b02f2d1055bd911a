"""The next release of the sample services: it keeps and tells more than the present one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from contracts.events import Event
from contracts.history import Revision
from foundation.consumer import MessageMeta, on
from foundation.outbox import Store
from foundation.web import post
from tests.sample import messages, services
from tests.sample.messages import CoinCounted


class Finish(StrEnum):
    """The same enumeration with a word more."""

    DULL = "dull"
    SHINY = "shiny"


@dataclass(frozen=True, kw_only=True)
class CoinPaid(messages.CoinPaid):
    """The same event with a field more, and a word more in another."""

    metal: str = ""
    finish: Finish = Finish.DULL  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True)
class CoinPolished(Event):
    """A kind that the present release has never heard of."""

    TYPE = "coin.polished"


@dataclass(frozen=True, kw_only=True)
class Polish:
    """A thing that the present release has never heard of."""

    id: str
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class Purse(services.Purse):
    """The same thing with fields more."""

    metal: str = ""
    coins_of: tuple[str, ...] = ()


class Purses(Store[Purse]):
    """The same collection."""

    entity = Purse
    collection = "purses"
    indexes = services.Purses.indexes


class Polishes(Store[Polish]):
    """A collection more."""

    entity = Polish
    collection = "polishes"


class Teller(services.Teller):
    """Takes coins in, and polishes some."""

    publishes: ClassVar = {"events": r"^coin\.(paid|polished)\."}

    purses = Purses()
    polishes = Polishes()

    @post("/purses", scope="")
    def open_purse(self, request: Any) -> Any:
        """Open a purse with one coin in it, of some metal."""
        once = request.once(201, services.shown)
        purse = Purse(id=request.new_id, coins=1, metal="silver", coins_of=("silver",))
        finish = Finish(request.json.get("finish", Finish.DULL))
        told = CoinPaid(agency="bank", metal="silver", finish=finish)
        return once.reply(self.purses.save(purse, told, once=once))

    @post("/polishes", scope="")
    def polish(self, request: Any) -> Any:
        """Polish a coin."""
        once = request.once(201, lambda polish: {"id": polish.id})
        told = CoinPolished(agency="bank")
        return once.reply(self.polishes.save(Polish(id=request.new_id), told, once=once))


class Counter(services.Counter):
    """Counts coins, and those that were polished."""

    purses = Purses()
    polishes = Polishes()

    @on(CoinPaid)
    def count(self, event: Any, about: MessageMeta) -> None:
        """Count one coin, and keep what it is made of."""
        purse = Purse(id=about.subject, coins=1, metal=event.metal, coins_of=(event.metal,))
        if about.seq == 1:
            self.purses.save(purse, CoinCounted(agency="bank"), once=about.once)
        else:
            self.purses.change(about.subject, services.counted, once=about.once)

    @on(CoinPolished)
    def polished(self, event: CoinPolished, about: MessageMeta) -> None:  # noqa: ARG002 -- a door's signature
        """Keep that a coin was polished."""
        self.polishes.save(Polish(id=about.subject), once=about.once)
