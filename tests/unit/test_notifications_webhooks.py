"""The owner of a webhook that does not work gets one letter about it, in both languages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.message import CENTRE
from contracts.orders import WebhookTrouble
from services.notifications.domain.notice_channel import NoticeChannel
from tests.fakes import FakeClock
from tests.unit.test_notifications_service import Desk

NOW = FakeClock().now()
TROUBLE = WebhookTrouble(
    agency=CENTRE,
    email="ops@example.vn",
    target="https://hook.example.vn/motcua",
    because="failing",
    since=NOW - timedelta(days=4),
    disables=NOW + timedelta(days=1),
    disabled=False,
)
DISABLED = replace(TROUBLE, disabled=True, disables=NOW)
GONE = replace(DISABLED, because="gone", since=NOW)


@pytest.mark.parametrize(
    ("trouble", "subject", "words"),
    [
        (TROUBLE, "Your webhook takes no events", "will be disabled at"),
        (DISABLED, "Your webhook is disabled", "motcua events resume s-1"),
        (GONE, "Your webhook is disabled", "answered that it is gone (410)"),
    ],
    ids=["failing", "disabled", "gone"],
)
def test_the_owner_reads_what_is_wrong_and_what_to_do(
    trouble: WebhookTrouble, subject: str, words: str
) -> None:
    desk = Desk()
    for _ in range(2):  # told twice, it is one letter
        desk.service.tell_owner(trouble, desk.about("s-1"))
    (letter,) = desk.notices.things
    assert (letter.channel, letter.to) == (NoticeChannel.EMAIL, "ops@example.vn")
    assert letter.letter.subject.endswith(f" / {subject}")
    assert words in letter.letter.text
    assert "Kính gửi" in letter.letter.text
    assert "https://hook.example.vn/motcua" in letter.letter.text
