from contracts import events
from contracts.events import DossierAccepted, Event, StepCompleted
from foundation.broker.topology import work_queues
from services.subscriptions.domain.feed import Wanted, every_event, is_wanted
from services.subscriptions.service import SubscriptionsService

ACCEPTED = {"type": "dossier.accepted", "agency": "so-xay-dung"}


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
    assert queue.writes == {}


def test_who_asks_for_nothing_in_particular_wants_everything() -> None:
    assert is_wanted(ACCEPTED, Wanted(after=0, limit=1))


def test_type_and_agency_must_both_be_what_was_asked_for() -> None:
    for kind, agency, wanted in (
        ("dossier.accepted", "so-xay-dung", True),
        ("dossier.accepted", "", True),
        ("", "so-xay-dung", True),
        ("dossier.returned", "so-xay-dung", False),
        ("dossier.accepted", "ubnd-xa", False),
        ("dossier", "", False),
    ):
        asked = Wanted(after=0, limit=1, type=kind, agency=agency)
        assert is_wanted(ACCEPTED, asked) is wanted
