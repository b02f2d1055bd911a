"""Who may say what: the broker vouches for the user and the key, the body must agree with both."""

from datetime import UTC, datetime

import pytest

from contracts.envelope import Envelope
from contracts.events import StepReceived
from foundation.delivery import OPERATOR, Delivery, UnknownKindError, opened
from foundation.errors import Forbidden

BUILDING, POLICE = "so-xay-dung", "cong-an-tinh"
KINDS = {StepReceived.TYPE: StepReceived}
NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)


def delivery(*, user: str, agency: str = BUILDING, key: str = "", type: str = "") -> Delivery:
    """A message that claims to be of `agency`, as the broker handed it over."""
    message = StepReceived(agency=agency, step="step-1", due=NOW)
    envelope = Envelope(
        id="message-1",
        source=f"motcua:routing:{agency}",
        type=type or message.TYPE,
        subject="dossier-1",
        time=NOW,
        seq=1,
        agency=agency,
        data=message.write(),
    )
    return Delivery(
        tag=1,
        channel=None,
        body=envelope.encode(),
        message_id=envelope.id,
        user=user,
        routing_key=key or message.routing_key,
        attempt=1,
        traceparent="",
    )


def test_an_agency_is_heard_in_its_own_name() -> None:
    message, about = opened(delivery(user=f"routing.{BUILDING}"), KINDS, "intake")
    assert message == StepReceived(agency=BUILDING, step="step-1", due=NOW)
    assert (about.id, about.agency) == ("message-1", BUILDING)


@pytest.mark.parametrize(
    ("user", "key"),
    [
        (f"routing.{POLICE}", ""),
        (f"routing.{POLICE}", f"step.received.{POLICE}"),
        (f"routing.{BUILDING}", f"step.received.{POLICE}"),
        (f"routing.{BUILDING}", "intake"),
        ("watch", ""),
        ("", ""),
    ],
)
def test_whoever_speaks_in_anothers_name_or_under_another_key_is_not_heard(
    user: str, key: str
) -> None:
    with pytest.raises(Forbidden):
        opened(delivery(user=user, key=key), KINDS, "intake")


def test_what_a_process_put_off_itself_comes_back_to_it_and_to_no_other() -> None:
    put_off = delivery(user="intake", key="intake")
    assert opened(put_off, KINDS, "intake")[1].id == "message-1"
    with pytest.raises(Forbidden):
        opened(put_off, KINDS, "feedback")


def test_what_the_operator_sends_again_is_heard_wherever_it_comes_from() -> None:
    for key in ("intake", f"step.received.{BUILDING}"):
        assert opened(delivery(user=OPERATOR, key=key), KINDS, "intake")[1].id == "message-1"


@pytest.mark.parametrize(
    ("user", "key"),
    [
        (OPERATOR, ""),
        ("intake", "intake"),
        (f"routing.{BUILDING}", f"step.invented.{BUILDING}"),
        (f"routing.{BUILDING}", BUILDING),
    ],
)
def test_a_type_without_handler_is_unknown_whoever_may_speak_of_it(user: str, key: str) -> None:
    with pytest.raises(UnknownKindError):
        opened(delivery(user=user, key=key, type="step.invented"), KINDS, "intake")


@pytest.mark.parametrize(
    ("user", "key"),
    [
        (f"routing.{POLICE}", f"step.invented.{BUILDING}"),
        (f"routing.{BUILDING}", f"step.invented.{POLICE}"),
        (f"routing.{BUILDING}", f"step.received.{BUILDING}"),
        ("feedback", BUILDING),
    ],
)
def test_what_is_forged_is_never_put_off_under_our_own_name(user: str, key: str) -> None:
    with pytest.raises(Forbidden):
        opened(delivery(user=user, key=key, type="step.invented"), KINDS, "intake")
