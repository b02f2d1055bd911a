"""Who may say what: the broker vouches for the user and the key, the body must agree with both."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.envelope import Envelope, MalformedError
from contracts.events import ProcedurePublished, StepReceived
from contracts.message import UnknownWordError
from contracts.replies import SupplementReply
from foundation.consumer.delivery import OPERATOR, Delivery, UnknownKindError, decode_verified
from foundation.consumer.retry import Disposition, disposition_of, reason_of
from foundation.errors import Forbidden
from tests.contract import golden

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
    message, about = decode_verified(delivery(user=f"routing.{BUILDING}"), KINDS, "intake")
    assert message == StepReceived(agency=BUILDING, step="step-1", due=NOW)
    assert (about.id, about.agency) == ("message-1", BUILDING)


@pytest.mark.parametrize("agency", [f"{BUILDING}\n", "Sở", "a b", f"{BUILDING}\u200b"])
def test_what_is_no_agencys_code_comes_into_no_log(agency: str) -> None:
    with pytest.raises(MalformedError):
        decode_verified(delivery(user=f"routing.{BUILDING}", agency=agency), KINDS, "intake")


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
        decode_verified(delivery(user=user, key=key), KINDS, "intake")


def test_what_a_process_put_off_itself_comes_back_to_it_and_to_no_other() -> None:
    put_off = delivery(user="intake", key="intake")
    assert decode_verified(put_off, KINDS, "intake")[1].id == "message-1"
    with pytest.raises(Forbidden):
        decode_verified(put_off, KINDS, "feedback")


def test_what_the_operator_sends_again_is_heard_wherever_it_comes_from() -> None:
    for key in ("intake", f"step.received.{BUILDING}"):
        assert (
            decode_verified(delivery(user=OPERATOR, key=key), KINDS, "intake")[1].id == "message-1"
        )


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
        decode_verified(delivery(user=user, key=key, type="step.invented"), KINDS, "intake")


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
        decode_verified(delivery(user=user, key=key, type="step.invented"), KINDS, "intake")


def worded(word: object, **changed: Any) -> Delivery:
    """An event with a word of an enumeration, from the catalogue."""
    (example,) = (each for each in golden.envelopes() if each.type == "procedure.published")
    data = json.loads(json.dumps(dict(example.data)))
    data["time"]["unit"] = word
    source, key = "motcua:catalogue", f"{example.type}.{example.agency}"
    body = replace(example, data=data, source=source).encode()
    values: dict[str, Any] = {"body": body, "user": "catalogue", "routing_key": key}
    values |= {"tag": 1, "channel": None, "message_id": "m", "attempt": 1, "traceparent": ""}
    return Delivery(**(values | changed))


def test_what_an_agency_replies_is_cleaned_whatever_system_it_has() -> None:
    said = "Thiếu\u200b chữ ký\r\n\x07\u2028Xem lại"
    reply = SupplementReply(agency=BUILDING, step="s-1", papers=("Bản\u202e vẽ ",), reason=said)
    body = Envelope(
        id="message-1",
        source=f"motcua:routing:{BUILDING}",
        type=reply.TYPE,
        subject="dossier-1",
        time=NOW,
        seq=1,
        agency=BUILDING,
        data=reply.write(),
    ).encode()
    come = replace(
        delivery(user=f"routing.{BUILDING}"), body=body, routing_key=f"{reply.TYPE}.{BUILDING}"
    )
    message, _ = decode_verified(come, {reply.TYPE: SupplementReply}, "intake")
    assert message == replace(reply, papers=("Bản vẽ",), reason="Thiếu chữ ký\n\nXem lại")


def test_a_word_that_is_not_known_waits_for_who_knows_it() -> None:
    kinds = {"procedure.published": ProcedurePublished}
    assert decode_verified(worded("working_days"), kinds, "intake")
    with pytest.raises(UnknownWordError) as caught:
        decode_verified(worded("canary days"), kinds, "intake")
    assert disposition_of(caught.value, worded("canary days")) is Disposition.RETRIED
    assert "canary" not in reason_of(caught.value)


@pytest.mark.parametrize("word", [5, None, ["working_days"], {"a": 1}])
def test_what_is_no_word_at_all_is_buried_at_once(word: object) -> None:
    with pytest.raises(MalformedError) as caught:
        decode_verified(worded(word), {"procedure.published": ProcedurePublished}, "intake")
    assert disposition_of(caught.value, worded(word)) is Disposition.BURIED


def test_a_forged_message_does_not_wait_for_its_new_word() -> None:
    with pytest.raises(Forbidden):
        decode_verified(
            worded("moons", user="feedback"),
            {"procedure.published": ProcedurePublished},
            "intake",
        )
