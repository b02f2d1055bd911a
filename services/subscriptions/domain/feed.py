"""Rules of the event feed: which events are kept, and which of them a reader is given."""

from dataclasses import dataclass

from foundation.errors import Forbidden
from services.subscriptions.domain.filters import Compares, Every, Facts


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A query of the feed: at most `limit` events after a position; "" is any.

    A `type` that ends in `*` is any that begins so. `wait` is for how many seconds.
    """

    after: int
    limit: int
    type: str = ""
    agency: str = ""
    procedure: str = ""
    field: str = ""
    wait: int = 0

    @property
    def filter(self) -> Every:
        """What is wanted, in the dialects of filters."""
        named = {name: getattr(self, name) for name in ("agency", "procedure", "field")}
        exact = [Compares("exact", name, value) for name, value in named.items() if value]
        kind = Compares("prefix" if self.type.endswith("*") else "exact", "type", self.prefix)
        return Every((*exact, kind) if self.type else tuple(exact))

    @property
    def prefix(self) -> str:
        """The type, or what it begins with."""
        return self.type.removesuffix("*")


LABELS = ("type", "agency", "procedure", "field")
"""What the log is told of each event beside it, to leave it out for who does not want it."""
EVERY_LABEL = Every(tuple(Compares("exact", name, "") for name in LABELS))


def labels_of(facts: Facts) -> dict[str, str]:
    """What of an event is known when it is written down; the rest has no label."""
    return {name: fact for name in LABELS if (fact := facts[name]) is not None}


def let_in(wanted: Wanted, agency: str) -> None:
    """See that a reader who speaks for an agency asks for the events of that agency.

    Raises:
        Forbidden: they ask for another's, or for everybody's.
    """
    if agency and wanted.agency != agency:
        raise Forbidden(
            f"Tài khoản này chỉ được đọc sự kiện của cơ quan mình: hãy thêm agency={agency}.",
            f"This account may only read its own agency's events: add agency={agency}.",
        )
