"""`python -m tests.integration.hosted routing`: desks in one process, of which one can be killed.

The file named by DIES holds the queue of a desk; the next time that desk publishes, a thread of
it raises, once.
"""

from foundation.runtime.patch import patch

patch()

import os  # noqa: E402 -- nothing may be imported before the patch
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from foundation.observability import log_context  # noqa: E402
from foundation.observability.fault_points import FaultPoints  # noqa: E402
from foundation.runtime import multi_tenant  # noqa: E402
from services.routing.service import Routing  # noqa: E402

multi_tenant.LOOK_EVERY = 0.5


def _die(point: str) -> None:
    doomed = Path(os.environ["DIES"])
    if point == "published" and doomed.exists() and doomed.read_text() == log_context.tenant():
        doomed.unlink()
        raise RuntimeError("a bug in a thread of the desk")


if __name__ == "__main__":
    FaultPoints.hook = _die
    sys.exit(multi_tenant.host(Routing, os.environ))
