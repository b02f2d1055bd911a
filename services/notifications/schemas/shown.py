"""What the counter sees of messages and sets for a person: addresses are masked, texts left out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from contracts.envelope import write_time
from foundation.web.fields import After
from foundation.web.text_fields import Line
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.balance import ProviderShares
from services.notifications.domain.keeping import masked
from services.notifications.domain.notice import Notice, NoticeState
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import NoticeReceipt

MOST_SHOWN = 200
NOT_REACHED = frozenset((NoticeState.FAILED, NoticeState.TEMPORARY_FAILURE, NoticeState.NO_MOBILE))


class MessagesQuery(Schema):
    """Query of the messages about a dossier: at most `limit`, after the `next` of a page."""

    limit = fields.Integer(load_default=MOST_SHOWN, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class MessagesPage(MessagesQuery):
    """Query of a page of messages that people read; `done` after a choice was kept."""

    limit = fields.Integer(load_default=25, validate=validate.Range(1, MOST_SHOWN))
    done = Line(1, load_default="")


class ChoiceSchema(Schema):
    """What a person asked for: channels in order, language, and `quiet`: only what law requires."""

    channels = fields.List(
        fields.Enum(NoticeChannel, by_value=True), load_default=(), validate=validate.Length(max=3)
    )
    language = Line(2, load_default="vi", validate=validate.OneOf(["vi", "en"]))
    quiet = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the domain has it; a channel named twice is a slip of the hand."""
        if len(set(data["channels"])) < len(data["channels"]):
            raise ValidationError("Mỗi kênh chỉ nêu một lần. / Name each channel once.", "channels")
        return {"chosen": data["channels"], "language": data["language"], "quiet": data["quiet"]}


def listed(found: Sequence[Notice], following: str) -> dict[str, object]:
    """A page of messages; `next` is the `after` of the page to come, "" if there is none.

    `not_reached` are the channels whose last message on this page did not arrive: ask the person.
    """
    rows = [shown(each) for each in found]
    return {
        "messages": rows,
        "not_reached": [each.value for each in not_reached(found)],
        "more": bool(following),
        "next": following,
    }


def not_reached(found: Sequence[Notice]) -> list[NoticeChannel]:
    """The channels whose last message of these did not arrive."""
    last = {each.channel: each.state for each in found if each.state not in _UNTRIED}
    return sorted(channel for channel, state in last.items() if state in NOT_REACHED)


def shown(notice: Notice) -> dict[str, object]:
    """What became of a message: when, over which provider, with which receipt; not its text."""
    return {
        "id": notice.id,
        "kind": notice.kind,
        "channel": notice.channel.value,
        "to": masked(notice.to),
        "state": notice.state.value,
        "tries": notice.tries,
        "planned": write_time(notice.planned),
        "provider": notice.provider,
        "reference": notice.reference,
        "reason": notice.reason,
        "handed": _time(notice.handed),
        "receipt": _receipt(notice.receipt),
        "final": not notice.awaiting and notice.state not in _UNTRIED,
    }


def contact(applicant: ApplicantContact) -> dict[str, object]:
    """How a person is reached, masked, and what they chose."""
    return {
        "reached_at": {each.value: masked(to) for each, to in applicant.channels().items()},
        "channels": [each.value for each in applicant.chosen],
        "language": applicant.language,
        "quiet": applicant.unsubscribed,
    }


def carriers(
    found: Mapping[NoticeChannel, tuple[Sequence[str], ProviderShares]],
) -> dict[str, object]:
    """The providers of each channel with their shares, and the changes, the newest first."""
    return {
        channel.value: {
            "shares": {name: shares.shares.get(name, 0) for name in names},
            "changes": [
                {
                    "at": write_time(each.at),
                    "from": each.leaving,
                    "to": each.taking,
                    "reason": each.reason,
                }
                for each in reversed(shares.changes)
            ],
        }
        for channel, (names, shares) in found.items()
    }


_UNTRIED = frozenset(
    (NoticeState.PLANNED, NoticeState.SENDING, NoticeState.HELD, NoticeState.SPARED)
)


def _receipt(receipt: NoticeReceipt | None) -> dict[str, str] | None:
    if receipt is None:
        return None
    return {
        "result": receipt.result.value,
        "code": receipt.code,
        "at": write_time(receipt.at),
    }


def _time(moment: datetime | None) -> str:
    return write_time(moment) if moment else ""
