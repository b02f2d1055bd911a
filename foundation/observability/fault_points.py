"""Fault injection points: named moments in the life of a message, for fault tests.

Production sets no hook. The points: stored, published, confirmed, marked, effect, acknowledging;
token.claimed and token.given where a provider's token is renewed.
"""

from collections.abc import Callable


class FaultPoints:
    """Holds the hook, so that a test can set one without patching names."""

    hook: Callable[[str], None] | None = None


def reached(name: str) -> None:
    """Tell the hook, if a test has set one, that this moment has come."""
    if FaultPoints.hook is not None:
        FaultPoints.hook(name)
