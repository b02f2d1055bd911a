"""The kiosk: a channel from the day of its law on, for people it has identified."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import ValidationError

from foundation.errors import Invalid, Refused
from services.intake.domain.case.channel import Channel, IdentifiedBy
from services.intake.domain.case.dossier import Applicant, Dossier
from services.intake.domain.counter import reception
from services.intake.domain.forms import parts
from services.intake.schemas.inward import ReturnFields, SubmissionFields
from tests import builders
from tests.builders import CALENDAR, DOSSIER, OWNER

# 5 August 2026 begins in Viet Nam at 17:00 UTC of the day before.
DAY_BEFORE = datetime(2026, 8, 4, 16, 59, 59, tzinfo=UTC)
FIRST_DAY = datetime(2026, 8, 4, 17, 0, tzinfo=UTC)
CITED = "NĐ 118/2025 (sđ NĐ 309/2026) Đ3.9, Đ17.2a"


def hand_in(now: datetime = FIRST_DAY, owner: str = OWNER, **changes: Any) -> Dossier:
    given = {"channel": Channel.KIOSK, "identified": IdentifiedBy.VNEID} | changes
    known = builders.procedure()
    return reception.submit(
        DOSSIER, builders.submission(**given), known, now, CALENDAR, owner=owner
    )[0]


def test_a_kiosk_takes_dossiers_from_the_day_of_its_law_on() -> None:
    dossier = hand_in()
    assert (dossier.channel.number, dossier.identified, dossier.owner) == (4, "vneid", OWNER)
    assert dossier.answer_by
    with pytest.raises(Refused) as early:
        hand_in(DAY_BEFORE)
    assert early.value.fields == {"channel": ["kiosk"]}


def test_who_was_not_identified_hands_nothing_in() -> None:
    with pytest.raises(Invalid) as nobody:
        hand_in(identified=None)
    assert nobody.value.article == CITED
    assert nobody.value.fields == {"identified": ["vneid", "card_reader"]}


@pytest.mark.parametrize("by", IdentifiedBy)
def test_without_a_sign_in_the_number_that_was_read_is_noted(by: IdentifiedBy) -> None:
    with pytest.raises(Invalid) as unknown:
        hand_in(owner="", identified=by)
    assert (unknown.value.article, set(unknown.value.fields)) == (CITED, {"identity"})
    person = Applicant(name="An", phone="+84912345678", identity="040090001234")
    dossier = hand_in(owner="", identified=by, applicant=person)
    assert (dossier.owner, dossier.identified) == ("", by.value)
    assert dossier.answer_by


@pytest.mark.parametrize(("channel", "owner"), [(Channel.ONLINE, OWNER), (Channel.COUNTER, "")])
def test_only_a_kiosk_says_how_it_identified_the_person(channel: Channel, owner: str) -> None:
    with pytest.raises(Invalid) as wrong:
        hand_in(channel=channel, owner=owner)
    assert wrong.value.fields == {"identified": ["vneid"]}


def test_a_kiosk_takes_what_may_come_online_and_nothing_else() -> None:
    def take(channels: tuple[str, ...]) -> Dossier:
        known = replace(builders.procedure(), channels=channels)
        handed_in = builders.submission(channel=Channel.KIOSK, identified=IdentifiedBy.VNEID)
        return reception.submit(DOSSIER, handed_in, known, FIRST_DAY, CALENDAR, owner=OWNER)[0]

    assert take(("online",)).identified
    assert take(("counter", "kiosk")).identified
    with pytest.raises(Refused, match="counter, post"):
        take(("counter", "post"))


def test_its_papers_are_files_on_the_receipt() -> None:
    files = list(parts._papers(hand_in()))  # noqa: SLF001 -- a line of the form
    assert [(each.copies, each.electronic) for each in files] == [(0, 1), (0, 1)]


def test_the_api_takes_a_kiosk_for_handing_in_but_not_for_handing_over() -> None:
    body = {
        "procedure": "1.009645",
        "channel": "kiosk",
        "identified": "card_reader",
        "applicant": {"name": "An", "phone": "0912345678", "identity": "040090001234"},
        "documents": [],
    }
    assert SubmissionFields().load(body).identified is IdentifiedBy.CARD_READER
    with pytest.raises(ValidationError):
        SubmissionFields().load(body | {"identified": "face"})
    with pytest.raises(ValidationError) as over:
        ReturnFields().load({"channel": "kiosk"})
    assert "Ki-ốt không trả kết quả" in str(over.value)
