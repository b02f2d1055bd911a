"""Who has subscriptions: the list of integrators that whoever runs the platform looks at."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.subscriptions.domain.subscription import SubscriptionState


@dataclass(frozen=True, kw_only=True)
class Integrator:
    """An account with its subscriptions, counted by state."""

    owner: str
    counts: Mapping[SubscriptionState, int]

    @property
    def total(self) -> int:
        """All of them but the deleted."""
        return sum(self.counts.values())


def integrators(
    owned: Iterable[tuple[str, SubscriptionState]], *, after: str, limit: int
) -> tuple[list[Integrator], str]:
    """The accounts behind `after`, by name, of (owner, state) of all subscriptions.

    With them where the next page begins; "" at the end.
    """
    counted: dict[str, Counter[SubscriptionState]] = {}
    for owner, state in owned:
        if owner > after:
            counted.setdefault(owner, Counter())[state] += 1
    names = sorted(counted)
    found = [Integrator(owner=each, counts=counted[each]) for each in names[:limit]]
    return found, found[-1].owner if len(names) > limit else ""
