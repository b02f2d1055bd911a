"""How much is handled at the centre: by a count that a child could check, and Đắk Lắk's figures."""

import io
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.catalogue.csv_and_json import rows_of
from contracts.procedure import TimeLimit, Unit
from services.catalogue.domain.content import Content, Period
from services.catalogue.domain.coverage import HandledShare, coverage
from services.catalogue.domain.feasible import must_be_feasible
from services.catalogue.domain.listing import Listing, listing
from services.catalogue.domain.rows import Known, draft_from_row
from tests import dak_lak

NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)

CONTENT = Content(
    name="Thủ tục",
    field="Y tế",
    agency="so-y-te",
    agency_name="Sở Y tế",
    time=TimeLimit(unit=Unit.WORKING_DAYS, amount=5),
)
DAY = date(2020, 1, 1)


@pytest.fixture(scope="module")
def province() -> list[Listing]:
    """Đắk Lắk, read from its file as an import reads it."""
    found = []
    for _, row in rows_of(dak_lak.FILE):
        draft = draft_from_row(row, Known())
        must_be_feasible(draft.content, NOW)
        assert draft.content.illustrative
        found.append(listing(draft.code, 1, draft.content))
    return found


def test_the_file_of_dak_lak_is_what_its_generator_writes() -> None:
    text = io.StringIO()
    dak_lak.write(text)
    assert dak_lak.FILE.read_text(encoding="utf-8") == text.getvalue()


@pytest.mark.parametrize(
    ("day", "procedures", "agencies", "percents"),
    [
        (date(2019, 12, 30), (0, 1275), (0, 21), (0.0, 0.0)),
        (date(2019, 12, 31), (956, 1275), (15, 21), (74.98, 71.43)),
        (date(2020, 3, 2), (956 + 278, 1275), (20, 21), (96.78, 95.24)),
        (date(2020, 6, 1), (956 + 278 + 8, 1275), (21, 21), (97.41, 100.0)),
        (date(2020, 12, 31), (956 + 278 + 8 + 33, 1275), (21, 21), (100.0, 100.0)),
    ],
)
def test_dak_laks_figures_come_out_of_its_data(
    province: list[Listing],
    day: date,
    procedures: tuple[int, int],
    agencies: tuple[int, int],
    percents: tuple[float, float],
) -> None:
    counted = coverage(province, day)
    assert counted.procedures == HandledShare(*procedures)
    assert counted.agencies == HandledShare(*agencies)
    assert (counted.procedures.percent, counted.agencies.percent) == percents


def test_by_agency_and_field_dak_lak_has_what_the_newspaper_names(province: list[Listing]) -> None:
    opening, later = coverage(province, date(2019, 12, 31)), coverage(province, date(2020, 12, 31))
    agencies = {group.key: group.procedures for group in later.by_agency}
    assert agencies["bao-hiem-xa-hoi-tinh"] == HandledShare(9, 9)
    assert agencies["cong-an-tinh"] == HandledShare(8, 8)
    fields = {group.name: group.procedures for group in opening.by_field}
    five = ("Nội vụ", "Giáo dục và Đào tạo", "Tư pháp", "Thanh tra", "Tài chính")
    assert sum(fields[name].total for name in five) == 278
    assert sum(fields[name].handled for name in (*five, "Công an")) == 0


def test_a_province_is_counted_in_less_than_a_second(province: list[Listing]) -> None:
    began = time.perf_counter()
    coverage(province, DAY)
    took = time.perf_counter() - began
    print(f"\n    coverage over {len(province)} procedures: {took * 1000:.1f} ms")
    assert took < 1


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        (HandledShare(0, 0), 0.0),
        (HandledShare(1, 3), 33.33),
        (HandledShare(2, 3), 66.67),
        (HandledShare(1, 800), 0.13),
    ],
)
def test_a_share_is_rounded_half_up_to_two_decimals(share: HandledShare, percent: float) -> None:
    assert share.percent == percent


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2019-12-30", False), ("2019-12-31", True), ("2020-06-30", True), ("2020-07-01", False)],
)
def test_the_first_and_the_last_day_belong_to_a_period(day: str, holds: bool) -> None:  # noqa: FBT001 -- a column of the table
    period = Period(since=date(2019, 12, 31), until=date(2020, 6, 30))
    assert period.holds(date.fromisoformat(day)) is holds


days = st.dates(date(2018, 1, 1), date(2022, 1, 1))
periods = st.lists(
    st.builds(
        lambda since, length: Period(
            since=since, until=None if length is None else since + timedelta(days=length)
        ),
        days,
        st.none() | st.integers(0, 400),
    ),
    max_size=2,
).map(tuple)
listings = st.lists(
    st.builds(
        lambda number, agency, at_centre, withdrawn: listing(
            f"1.{number:06}",
            1,
            replace(CONTENT, agency=agency, agency_name=agency, at_centre=at_centre),
            withdrawn,
        ),
        st.integers(1, 9),
        st.sampled_from(["a", "b", "c"]),
        periods,
        st.none() | days,
    ),
    max_size=12,
)


@given(listings, days)
def test_the_groups_add_up_to_the_whole(found: list[Listing], day: date) -> None:
    counted = coverage(found, day)
    for groups in (counted.by_field, counted.by_agency):
        assert _sum(group.procedures for group in groups) == counted.procedures
        assert all(0 <= group.procedures.handled <= group.procedures.total for group in groups)
    assert counted.agencies.total == len(counted.by_agency)
    assert 0 <= counted.procedures.percent <= 100


@given(listings, days)
def test_a_day_by_day_count_gives_the_same(found: list[Listing], day: date) -> None:
    known = [each for each in found if not (each.withdrawn and each.withdrawn <= day)]
    handled = [
        each
        for each in known
        if any(
            each_day == day for period in each.at_centre for each_day in _days_of(period, until=day)
        )
    ]
    counted = coverage(found, day)
    assert counted.procedures == HandledShare(len(handled), len(known))
    assert counted.agencies.handled == len({each.agency for each in handled})


def _sum(shares: Iterable[HandledShare]) -> HandledShare:
    listed = list(shares)
    return HandledShare(sum(each.handled for each in listed), sum(each.total for each in listed))


def _days_of(period: Period, until: date) -> list[date]:
    last = min(period.until or until, until)
    return [period.since + timedelta(days=n) for n in range((last - period.since).days + 1)]
