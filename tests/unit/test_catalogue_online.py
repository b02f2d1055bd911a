"""Online in full is the rule; what is online in part only says publicly for which reason."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.catalogue.importer import ImportResult, ImportStatus, warn_of_missing_reasons
from cli.language import set_language
from contracts.law import LawRule
from foundation.errors import Refused
from foundation.law import law_table
from services.catalogue.domain.content import Content, OnlineLevel
from services.catalogue.domain.feasible import must_be_feasible
from services.catalogue.domain.online import REASONS, partial_reason
from services.catalogue.domain.procedure import Procedure, draft, publish
from services.catalogue.schemas import published
from tests.unit.test_catalogue_feasible import CONTENT

# 1 July 2026 begins in Viet Nam at 17:00 UTC of the day before.
DAY_BEFORE = datetime(2026, 6, 30, 16, 59, 59, tzinfo=UTC)
FIRST_DAY = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)
PART = replace(CONTENT, online_level=OnlineLevel.PARTIAL)


def shown(content: Content, now: datetime) -> Mapping[str, Any] | None:
    drafted: Procedure = draft(None, "1.009645", content, now)
    reason: Mapping[str, Any] | None = published(publish(drafted, now)[0], now)["online_reason"]
    return reason


def test_a_reason_is_published_from_the_day_of_the_law_on() -> None:
    content = replace(PART, partial_reason="third")
    assert shown(content, DAY_BEFORE) is None
    told = shown(content, FIRST_DAY)
    assert told
    assert (told["code"], told["article"]) == ("third", "NĐ 224/2026 Đ14")
    assert told["vi"]
    assert told["verified"] is False


def test_that_the_reason_is_missing_is_public_too() -> None:
    told = shown(PART, FIRST_DAY)
    assert told == {"code": "", "vi": "", "en": "", "article": "NĐ 224/2026 Đ14", "verified": False}


@pytest.mark.parametrize("level", [OnlineLevel.FULL, OnlineLevel.INFORMATION, None])
def test_what_is_not_online_in_part_needs_no_reason_and_may_not_name_one(
    level: OnlineLevel | None,
) -> None:
    other = replace(CONTENT, online_level=level)
    assert shown(other, FIRST_DAY) is None
    with pytest.raises(Refused) as wrong:
        must_be_feasible(replace(other, partial_reason="first"), FIRST_DAY)
    assert wrong.value.article == "NĐ 224/2026 Đ14"


def test_the_four_reasons_are_rows_that_a_lawyer_has_to_fill() -> None:
    opened = {row.rule for row, _ in law_table().unsettled()}
    assert {rule.value for rule in REASONS.values()} <= opened
    assert len(REASONS) == 4
    assert partial_reason(replace(PART, partial_reason="first"), FIRST_DAY)
    assert law_table().row(LawRule.FULL_ONLINE, FIRST_DAY)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


def test_an_import_says_how_many_name_no_reason(capsys: pytest.CaptureFixture[str]) -> None:
    lacking = ImportResult(2, "x", ImportStatus.PUBLISHED, without_reason=True)
    warn_of_missing_reasons([lacking, replace(lacking, without_reason=False)])
    assert "1 procedures online in part name no reason" in capsys.readouterr().err
    warn_of_missing_reasons([replace(lacking, without_reason=False)])
    assert capsys.readouterr().err == ""
