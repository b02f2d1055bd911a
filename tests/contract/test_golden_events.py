"""What is on the wire stays as it is: no subscriber is surprised, no waiting message is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from cloudevents.core.bindings.common import get_event_factory_for_version
from cloudevents.core.formats.json import JSONFormat

from contracts.envelope import Envelope, decode
from tests.contract.golden import FOLDER, declared, envelopes, kinds

FILES = sorted(FOLDER.glob("*.json"))
ENVELOPES = sorted(envelopes(), key=lambda envelope: envelope.type)

every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
every_envelope = pytest.mark.parametrize("envelope", ENVELOPES, ids=lambda each: each.type)


def test_every_declared_kind_of_message_has_a_golden_example() -> None:
    assert declared() == set(kinds())


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len({kind.TYPE for kind in kinds()}) == len(kinds())


def test_every_golden_file_is_of_a_kind_we_know() -> None:
    known = {kind.TYPE for kind in kinds()}
    assert {file.stem.partition(".was-")[0] for file in FILES} == known


@every_envelope
def test_what_we_send_is_byte_for_byte_the_golden_file(envelope: Envelope) -> None:
    golden = FOLDER / f"{envelope.type}.json"
    assert golden.read_bytes() == envelope.encode() + b"\n"


@every_file
def test_every_golden_file_old_or_new_is_readable(file: Path) -> None:
    envelope = decode(file.read_bytes())
    kind = next(kind for kind in kinds() if envelope.type == kind.TYPE)
    message = kind.read(envelope.data)
    again = replace(envelope, data=message.write())
    assert decode(again.encode()) == again


@every_file
def test_the_official_sdk_parses_every_golden_file(file: Path) -> None:
    body = file.read_bytes()
    ours = decode(body)
    theirs = JSONFormat().read(get_event_factory_for_version("1.0"), body)
    assert theirs.get_id() == ours.id
    assert theirs.get_source() == ours.source
    assert theirs.get_type() == ours.type
    assert theirs.get_subject() == ours.subject
    assert theirs.get_time() == ours.time
    assert theirs.get_datacontenttype() == "application/json"
    assert theirs.get_data() == ours.data
    extensions = {name: theirs.get_extension(name) for name in ("seq", "agency", "traceparent")}
    assert extensions == {
        "seq": ours.seq,
        "agency": ours.agency,
        "traceparent": ours.traceparent,
    }


@every_envelope
def test_no_public_event_has_room_for_a_person(envelope: Envelope) -> None:
    personal = {"name", "phone", "email", "applicant", "owner", "text", "question", "reason"}
    kind = next(kind for kind in kinds() if envelope.type == kind.TYPE)
    if kind.EXCHANGE == "events" and not envelope.type.startswith("procedure."):
        assert not personal & set(envelope.data)
