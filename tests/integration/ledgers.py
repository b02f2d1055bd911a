"""A ledger under contention: `python -m tests.integration.ledgers URL DATABASE`.

Two processes' worth of stores write into one chain at the same time, one is started anew, and
goes on where the chain ends. Prints how many entries were written, and how long one took (ms).
"""

from foundation.runtime.patch import patch

patch()

import json  # noqa: E402 -- nothing may be imported before the patch
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402

from foundation.concurrency import green  # noqa: E402
from foundation.runtime.run import make_container  # noqa: E402
from foundation.scheduling import now  # noqa: E402
from foundation.settings import AgencySettings, read_settings  # noqa: E402
from services.routing.domain.docket.reading import STEP, AccessRecord  # noqa: E402
from services.routing.store import AccessRecords  # noqa: E402

AGENCY = "so-xay-dung"
WRITERS, EACH = 5, 20
ALONE = 100


@contextmanager
def ledger(url: str, database: str) -> Iterator[AccessRecords]:
    """The readings of a desk, as one of its processes has them."""
    environ = {
        "AGENCY": AGENCY,
        "AMQP_URL": "amqp://127.0.0.1:1/",
        "MONGO_URL": url,
        "MONGO_DATABASE": database,
        "TOKEN_KEYS": "none",
    }
    service = type("Book", (), {"name": "routing", "readings": AccessRecords()})
    container = make_container(service, read_settings(AgencySettings, "routing", environ))
    container.start()
    try:
        yield next(each for each in container.dependencies if isinstance(each, AccessRecords))
    finally:
        container.kill()


def write(readings: AccessRecords, officer: str, times: int) -> None:
    for number in range(times):
        readings.append(
            AccessRecord(agency=AGENCY, officer=officer, at=now(), what=STEP, dossier=f"d{number}")
        )


def main(url: str, database: str) -> None:
    with ledger(url, database) as one, ledger(url, database) as other:
        one.create_indexes()
        at_work = [
            green.spawn(write, store, f"officer-{number}", EACH)
            for number in range(WRITERS)
            for store in (one, other)
        ]
        for each in at_work:
            each.wait()
    with ledger(url, database) as anew:
        write(anew, "an", 1)
        began = time.perf_counter()
        write(anew, "an", ALONE)
        took = (time.perf_counter() - began) * 1000 / ALONE
        read = len(anew.of("d1", now(), limit=50)[0])
    print(json.dumps({"written": 2 * WRITERS * EACH + 1 + ALONE, "read": read, "ms": took}))


if __name__ == "__main__":
    main(*sys.argv[1:])
