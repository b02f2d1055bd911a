"""A timer that takes long rests long, so that its calls take no more than their share."""

import time
from collections.abc import Callable
from typing import Any

from foundation.scheduling.timer import Timer

TAKES = 0.02  # seconds


class Held:
    """A lease that is always ours."""

    def hold(self) -> bool:
        return True


class Container:
    """Calls at once, and counts."""

    def __init__(self) -> None:
        self.calls = 0

    def spawn_worker(
        self, _entry: Timer, _args: Any, _kwargs: Any, *, handle_result: Callable[..., Any]
    ) -> None:
        self.calls += 1
        time.sleep(TAKES)
        handle_result(None, None, None)


def calls(share: float, within: float) -> int:
    """How often the method is called if it is its turn again and again."""
    timer, container = Timer(0.0, share=share), Container()
    timer.container = container
    until = time.monotonic() + within
    while time.monotonic() < until:
        timer._call_if_ours(Held())  # type: ignore[arg-type]  # noqa: SLF001 -- no lease, no loop
    return container.calls


def test_a_timer_takes_its_share_of_the_time_and_no_more() -> None:
    assert calls(share=0.01, within=10 * TAKES) == 1
    assert calls(share=1.0, within=10 * TAKES) > 1
