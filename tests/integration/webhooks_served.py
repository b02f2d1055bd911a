"""Pages of webhooks on a real socket over stores in memory: `python -m …webhooks_served`.

The argument is that of `served`. The owner `phòng` has one that fails, with two dead letters.
"""

from foundation.runtime.patch import patch

patch()

import json  # noqa: E402 -- nothing before the patch
from types import SimpleNamespace  # noqa: E402
from typing import Any  # noqa: E402

from foundation.web.auth import Identity  # noqa: E402
from services.subscriptions.domain.delivery import DeliveryAttempt  # noqa: E402
from services.subscriptions.domain.progress import note  # noqa: E402
from services.subscriptions.service import SubscriptionsService  # noqa: E402
from tests.builders import AGENCIES  # noqa: E402
from tests.integration.doors_served import doors_of  # noqa: E402
from tests.integration.served import serve  # noqa: E402
from tests.unit.test_subscriptions_api import WISH  # noqa: E402
from tests.unit.test_subscriptions_self_service import FakeLog, Owner  # noqa: E402

OWNER = Identity("phòng", frozenset({"events:read"}))


class _Calls:
    """A target that answers nothing but 500."""

    def ask(self, _: Any, now: Any) -> tuple[DeliveryAttempt, int]:
        return self.send(None, [], now), 0

    def send(self, _: Any, _events: Any, now: Any) -> DeliveryAttempt:
        return DeliveryAttempt(at=now, status=500, excerpt="<h1>broke</h1>", seconds=0.25)


def doors() -> type:
    """The doors over what an owner of the unit tests has."""
    owner = Owner()
    request = owner.request("POST", OWNER, {**WISH, "name": "Hỏng"}, key="served")
    owner.id = json.loads(json.dumps(owner.service.subscribe(request).body))["id"]
    bad = DeliveryAttempt(at=owner.clock.real(), status=502, excerpt="<p>bad gateway", seconds=1.5)
    owner.progresses.change(owner.id, lambda each: (note(each, bad, 1), ()))
    for position in (3, 4):
        owner.keep(position, "step.assigned", 500)
    owner.keep(5)
    return doors_of(
        SubscriptionsService,
        settings=SimpleNamespace(webhook_networks="", agencies=AGENCIES),
        subscriptions=owner.subscriptions,
        progresses=owner.progresses,
        deliveries=owner.deliveries,
        log=FakeLog(),
        calls=_Calls(),
        clock=owner.clock,
        vault=owner.service.vault,
        live=None,
        procedures=None,
        fields=None,
        claims=None,
        team=None,
        outcomes=None,
        dead_letters=None,
        states=None,
        lags=None,
        walk=None,
    )


if __name__ == "__main__":
    serve(doors())
