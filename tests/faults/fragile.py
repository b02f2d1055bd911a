"""`python -m tests.faults.fragile intake`: a service of the platform that is killed at its work.

CRASH_AT names the point (foundation.observability.fault_points) at which SIGKILL comes, after
CRASH_AFTER times.
"""

from foundation.runtime.patch import patch

patch()

import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

from foundation.observability.fault_points import FaultPoints  # noqa: E402
from services.__main__ import main  # noqa: E402


def _die_at(point: str, after: int) -> None:
    left = [after]

    def hook(name: str) -> None:
        if name == point:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    FaultPoints.hook = hook


if __name__ == "__main__":
    _die_at(os.environ["CRASH_AT"], int(os.environ.get("CRASH_AFTER", "0")))
    sys.exit(main(sys.argv[1:]))
