from collections.abc import Mapping
from typing import Any

import pytest

from contracts import events
from contracts.events import DossierAccepted, Event, StepCompleted
from contracts.events.every import every_event
from foundation.broker.topology import work_queues
from services.subscriptions.domain import feed, topics
from services.subscriptions.domain.feed import Wanted
from services.subscriptions.domain.filters import is_wanted
from services.subscriptions.service import SubscriptionsService

ACCEPTED = {
    "type": "dossier.accepted",
    "source": "motcua:intake",
    "subject": "d-1",
    "agency": "so-xay-dung",
    "data": {},
}


def test_every_event_of_the_platform_is_kept() -> None:
    kinds = Event.__subclasses__()
    declared = {kind for kind in kinds if kind.__module__.startswith(events.__name__)}
    assert set(every_event()) == declared
    assert {DossierAccepted, StepCompleted} < declared


def test_events_are_listed_by_name_and_the_root_is_none_of_them() -> None:
    names = [kind.TYPE for kind in every_event()]
    assert names == sorted(set(names))
    assert Event not in every_event()


def test_the_queue_of_the_log_is_bound_to_every_event_and_nothing_private() -> None:
    (queue,) = work_queues([SubscriptionsService], [])
    assert queue.bindings == tuple(("events", f"{kind.TYPE}.*") for kind in every_event())
    assert queue.writes == {"contacts": r"^contact\.webhook\."}


def wants(event: Mapping[str, Any], **asked: Any) -> bool:
    wanted = Wanted(after=0, limit=1, **asked)
    facts = topics.facts_of(event, {"d-1": "1.004194"}, {"1.004194": "Đất đai"})
    return is_wanted(wanted.filter, facts)


def test_who_asks_for_nothing_in_particular_wants_everything() -> None:
    assert wants(ACCEPTED)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"type": "dossier.accepted", "agency": "so-xay-dung"}, True),
        ({"type": "dossier.accepted"}, True),
        ({"type": "dossier.*"}, True),
        ({"type": "step.*"}, False),
        ({"agency": "so-xay-dung"}, True),
        ({"type": "dossier.returned", "agency": "so-xay-dung"}, False),
        ({"type": "dossier.accepted", "agency": "ubnd-xa"}, False),
        ({"type": "dossier"}, False),
        ({"procedure": "1.004194"}, True),
        ({"procedure": "1.004195"}, False),
        ({"field": "Đất đai", "procedure": "1.004194"}, True),
        ({"field": "Hộ tịch"}, False),
    ],
)
def test_all_that_was_asked_for_must_be_so(asked: dict[str, str], *, wanted: bool) -> None:
    assert wants(ACCEPTED, **asked) is wanted


def test_what_is_not_known_of_an_event_hides_it_from_nobody_and_gets_no_label() -> None:
    unknown = {**ACCEPTED, "subject": "d-2"}
    assert wants(unknown, procedure="1.004194")
    assert wants(unknown, field="Đất đai")
    assert feed.labels_of(topics.facts_of(unknown, {}, {})) == {
        "type": "dossier.accepted",
        "agency": "so-xay-dung",
    }
    about_none = {**ACCEPTED, "type": "calendar.changed", "subject": "c"}
    assert not wants(about_none, procedure="1.004194")
    assert feed.labels_of(topics.facts_of(about_none, {}, {}))["procedure"] == ""
