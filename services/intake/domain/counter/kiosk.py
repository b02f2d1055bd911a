"""The kiosk as a channel: from the day of its law on, and only for people it has identified."""

from datetime import datetime

from contracts.law import LawRule
from foundation.errors import Invalid, Refused
from foundation.law import cite, holds
from services.intake.domain.case.channel import Channel, IdentifiedBy


def must_be_identified(
    channel: Channel, by: IdentifiedBy | None, known: str, now: datetime
) -> None:
    """Hold what is handed in at a kiosk to VNeID or the card reader, and to that person.

    `known` is who signed in there or, without a sign-in, the number that VNeID or the card gave.

    Raises:
        Refused: there is no such channel yet.
        Invalid: nobody was identified, or another channel than a kiosk says so.
    """
    if channel is not Channel.KIOSK:
        if by:
            raise Invalid(
                "Chỉ hồ sơ nộp tại ki-ốt mới ghi cách định danh (identified).",
                "Only what is handed in at a kiosk says how the person was identified.",
                fields={"identified": [by.value]},
            )
        return
    if not holds(LawRule.KIOSK, now):
        raise Refused(
            "Ngày này chưa có quy định nộp hồ sơ tại ki-ốt; xin nộp qua kênh khác.",
            "No law lets a kiosk take dossiers on this day; please hand in by another channel.",
            fields={"channel": [channel.value]},
        )
    article = cite(LawRule.KIOSK, now)
    if by is None:
        raise Invalid(
            "Ki-ốt phải định danh người nộp bằng VNeID hoặc đầu đọc thẻ; xin ghi cách định danh.",
            "A kiosk must identify the person by VNeID or a card reader; please say by which.",
            article=article,
            fields={"identified": [each.value for each in IdentifiedBy]},
        )
    if not known:
        raise Invalid(
            "Xin ghi số định danh mà VNeID hoặc thẻ căn cước đã cho biết.",
            "Please give the number that VNeID or the identity card told the kiosk.",
            article=article,
            fields={"identity": ["bắt buộc / required"]},
        )
