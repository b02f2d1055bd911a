"""Online in full is the rule; what is online in part only says publicly for which reason.

`LawRule.FULL_ONLINE` (NĐ 224/2026 Đ14) names four reasons, whose wording is data
(catalogue-data/law.csv).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.law import LawRule
from foundation.errors import Refused
from foundation.law import cite, holds, law_table
from services.catalogue.domain.content import Content, OnlineLevel

REASONS: Mapping[str, LawRule] = {
    "first": LawRule.PARTIAL_FIRST,
    "second": LawRule.PARTIAL_SECOND,
    "third": LawRule.PARTIAL_THIRD,
    "fourth": LawRule.PARTIAL_FOURTH,
}


@dataclass(frozen=True, kw_only=True)
class PartialReason:
    """Why a procedure is online in part only, as the public reads it; `vi` is "" if none is given.

    `verified` is whether the wording of the reason was compared with the law.
    """

    code: str
    vi: str
    en: str
    article: str
    verified: bool


def partial_reason(content: Content, at: datetime) -> PartialReason | None:
    """The reason on that day; None before there was such a law, and where none is needed."""
    if content.online_level is not OnlineLevel.PARTIAL or not holds(LawRule.FULL_ONLINE, at):
        return None
    rule = REASONS.get(content.partial_reason)
    row = law_table().row(rule, at) if rule else None
    return PartialReason(
        code=content.partial_reason,
        vi=row.vi if row else "",
        en=row.en if row else "",
        article=cite(LawRule.FULL_ONLINE, at),
        verified=bool(row and row.verified),
    )


def must_be_partial(content: Content, now: datetime) -> None:
    """Hold a reason for being online in part to what is online in part.

    Raises:
        Refused: the procedure is online in full, or for reading only.
    """
    if content.partial_reason and content.online_level is not OnlineLevel.PARTIAL:
        raise Refused(
            "Lý do chỉ trực tuyến một phần (partial_reason) dành cho thủ tục trực tuyến một phần: "
            "hãy bỏ lý do, hoặc đổi online_level thành partial.",
            "A reason for being online in part (partial_reason) belongs to what is online in "
            "part: take it out, or make online_level partial.",
            article=cite(LawRule.FULL_ONLINE, now),
            fields={"partial_reason": [content.partial_reason]},
        )
