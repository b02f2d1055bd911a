"""`python -m tests.sample teller`: runs a sample service, ill in the ways the environment says.

CRASH_AT names the point (foundation.observability.fault_points) at which it dies, after
CRASH_AFTER times; with CRASH_BY=bug a thread of it raises there instead.
HANDLER_LIMIT is a handler's limit in seconds.
With ILL set, the counter refuses what it else counts: coins whose note is "ill". With
RELEASE=following it is the next release of the service that runs.
"""

from foundation.runtime.patch import patch

patch()

import os  # noqa: E402
import sys  # noqa: E402

from foundation.consumer import dispatcher  # noqa: E402
from foundation.observability.fault_points import FaultPoints  # noqa: E402
from foundation.runtime.run import run  # noqa: E402
from tests.sample import following, services  # noqa: E402


def _die_at(point: str, after: int) -> None:
    left = [after]

    def hook(name: str) -> None:
        if name == point:
            left[0] -= 1
            if left[0] < 0 and os.environ.get("CRASH_BY") == "bug":
                raise RuntimeError("a bug in a thread of the process")
            if left[0] < 0:
                os._exit(137)

    FaultPoints.hook = hook


def main(name: str) -> int:
    """Run one of them."""
    if os.environ.get("CRASH_AT"):
        _die_at(os.environ["CRASH_AT"], int(os.environ.get("CRASH_AFTER", "0")))
    if os.environ.get("HANDLER_LIMIT"):
        dispatcher.LONGEST = float(os.environ["HANDLER_LIMIT"])
    release = following if os.environ.get("RELEASE") == "following" else services
    kinds = (services.Auditor, release.Counter, release.Teller)
    return run({each.name: each for each in kinds}[name], os.environ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
