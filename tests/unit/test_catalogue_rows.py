import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.catalogue.csv_and_json import rows_of
from contracts.procedure import (
    AtCounter,
    CountedFrom,
    Fee,
    Paper,
    Session,
    Stage,
    Supplement,
    Task,
    TimeLimit,
    Unit,
)
from foundation.errors import Invalid
from services.catalogue.domain.agency_names import agency_code, agency_of
from services.catalogue.domain.content import Content, ContentPart, Level, OnlineLevel, Period
from services.catalogue.domain.rows import Known, draft_from_row

DATA = Path(__file__).parents[2] / "catalogue-data"


def read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


KNOWN = Known(
    routes=read("routes.json"), readings=read("readings.json"), names=read("agency-names.json")
)
PROCEDURES: list[dict[str, Any]] = read("procedures.json")


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "code": "1.009645",
        "name_vi": "Chấp thuận chủ trương đầu tư",
        "field": "Kế hoạch và Đầu tư",
        "agency": "Sở Kế hoạch và Đầu tư",
        "time_value": 17,
        "time_unit": "ngày làm việc",
        "documents": [{"name": "Văn bản đề nghị", "originals": 1, "copies": 2, "case": None}],
        "lien_thong": None,
        "result": "Quyết định",
        "legal_basis": ["61/2020/QH14"],
    } | changes


def content_of(**changes: Any) -> Content:
    return draft_from_row(a_row(**changes), Known()).content


def test_a_row_is_known_by_its_code_without_the_tail_of_a_province() -> None:
    assert draft_from_row(a_row(code="1.009645.000.00.00.H41"), KNOWN).code == "1.009645"


def test_a_row_becomes_a_draft() -> None:
    draft = draft_from_row(a_row(), KNOWN)
    assert draft.code == "1.009645"
    assert draft.lack is None
    assert draft.content.time == TimeLimit(unit=Unit.WORKING_DAYS, amount=17)
    assert draft.content.papers == (Paper(name="Văn bản đề nghị", originals=1, copies=2),)
    assert draft.content.legal_basis == ("61/2020/QH14",)


def test_the_route_of_the_journey_takes_its_seventeen_days_and_ends_in_a_decision() -> None:
    route = draft_from_row(a_row(), KNOWN).content.route
    days = [max(task.amount for task in stage.tasks) for stage in route]
    assert days == [2, 7, 5, 3]
    assert [len(stage.tasks) for stage in route] == [1, 5, 1, 1]
    assert [task.agency for task in route[-1].tasks if task.decides] == ["ubnd-tinh"]


@pytest.mark.parametrize(
    ("changes", "amount", "unit"),
    [
        ({}, 17, Unit.WORKING_DAYS),
        ({"time_unit": "ngày"}, 17, Unit.CALENDAR_DAYS),
        ({"time_value": None, "time_unit": "trong ngày"}, 0, Unit.SAME_DAY),
    ],
)
def test_a_procedure_of_one_agency_has_one_step_of_the_whole_time(
    changes: dict[str, Any], amount: int, unit: Unit
) -> None:
    task = Task(
        agency="so-ke-hoach-dau-tu",
        action="giải quyết hồ sơ và quyết định",
        amount=amount,
        unit=unit,
        decides=True,
    )
    assert content_of(**changes).route == (Stage(tasks=(task,)),)


def test_what_is_done_at_the_counter_has_no_route() -> None:
    chain = {"steps": [{"agency": "Quầy tư pháp", "action": "ký", "duration": 0.5}]}
    draft = draft_from_row(a_row(at_counter="ủy quyền", lien_thong=chain), KNOWN)
    assert (draft.content.at_counter, draft.content.route) == (AtCounter.DELEGATED, ())
    assert [step.who for step in draft.content.internal_process] == ["Quầy tư pháp"]
    assert draft.lack is None


def test_calendar_days_stay_calendar_days() -> None:
    content = content_of(time_value=35, time_unit="ngày")
    assert content.time == TimeLimit(unit=Unit.CALENDAR_DAYS, amount=35)


def test_a_paper_keeps_the_case_it_is_required_in() -> None:
    papers = [{"name": "A", "case": "Đối với trường hợp 1"}, {"name": "B", "case": None}]
    content = content_of(documents=papers)
    assert [paper.case for paper in content.papers] == ["Đối với trường hợp 1", ""]


def test_a_paper_to_be_given_if_there_is_one_is_not_required() -> None:
    papers = [{"name": "Giấy ủy quyền (nếu có)"}, {"name": "Đơn"}]
    content = content_of(documents=papers)
    assert [paper.required for paper in content.papers] == [False, True]


def test_all_that_a_row_says_of_a_procedure_is_read() -> None:
    content = content_of(
        level="cấp xã",
        channels=["trực tuyến", "bưu chính công ích"],
        online_level="toàn trình",
        sessions=["sáng"],
        time_note="không kể thời gian chờ",
        fee_note="miễn phí",
        at_centre_since="2019-12-31",
        at_centre_until="2021-06-30",
        supplement="pause_then_fixed",
        fixed=18,
        holds_others=True,
        counted_from="deciding_office",
        illustrative=True,
    )
    assert content.level is Level.COMMUNE
    assert content.channels == ("online", "post")
    assert content.online_level is OnlineLevel.FULL
    assert content.sessions == (Session.MORNING,)
    assert (content.time_note, content.fee_note) == ("không kể thời gian chờ", "miễn phí")
    assert content.at_centre == (Period(since=date(2019, 12, 31), until=date(2021, 6, 30)),)
    assert (content.time.supplement, content.time.fixed) == (Supplement.PAUSE_THEN_FIXED, 18)
    assert content.time.holds_others
    assert content.time.counted_from is CountedFrom.DECIDING_OFFICE
    assert content.illustrative


@pytest.mark.parametrize(
    ("changes", "fees"),
    [
        ({"fee_vnd": 50_000, "fee_verified": True}, (50_000,)),
        ({"fee_vnd": 50_000, "fee_verified": False}, ()),
        ({"fee_vnd": 50_000}, (50_000,)),
        ({"fee_vnd": 0, "fee_verified": True}, ()),
        ({"fee_vnd": None, "fee_verified": False}, ()),
    ],
)
def test_nobody_is_asked_for_a_fee_that_no_source_confirms(
    changes: dict[str, Any], fees: tuple[int, ...]
) -> None:
    content = content_of(**changes)
    assert content.fees == tuple(Fee(name="Phí, lệ phí", amount=amount) for amount in fees)
    assert (ContentPart.FEES in content.unverified) == (changes.get("fee_verified") is False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", None),
        ("code", "9645"),
        ("name_vi", " "),
        ("agency", 5),
        ("time_value", None),
        ("time_value", True),
        ("time_unit", None),
        ("time_unit", "tuần"),
        ("documents", ["Đơn"]),
        ("legal_basis", [1]),
        ("level", "cấp liên bang"),
        ("channels", ["bồ câu"]),
        ("online_level", "mức 5"),
        ("fee_vnd", -1),
        ("fee_verified", "yes"),
        ("at_centre_since", "31/12/2019"),
        ("at_centre_since", "2019-02-29"),
        ("at_centre_until", "2019-01-01"),
        ("supplement", "later"),
        ("lien_thong", "Sở"),
    ],
)
def test_a_bad_row_says_which_field_is_bad(field: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        draft_from_row(a_row(**{field: value}), KNOWN)
    assert list(caught.value.fields) == [field]


ALL_FIELDS = {
    *a_row(),
    *("level", "channels", "online_level", "fee_vnd", "fee_verified", "sessions", "at_counter"),
    *("at_centre_since", "at_centre_until", "supplement", "fixed", "ask_within", "counted_from"),
    *("illustrative", "holds_others", "partial_reason"),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(ALL_FIELDS)), JSON)
def test_whatever_stands_in_a_row_is_read_or_refused(field: str, value: object) -> None:
    with suppress(Invalid):
        draft_from_row(a_row(**{field: value}), Known())


@given(st.sampled_from(["order", "agency", "action", "duration", "unit", "clock", "mode"]), JSON)
def test_whatever_stands_in_a_chain_is_read_or_refused(field: str, value: object) -> None:
    step = {"order": 1, "agency": "Sở", "action": "xem", "duration": 1, "unit": "ngày"}
    with suppress(Invalid):
        draft_from_row(a_row(lien_thong={"steps": [step | {field: value}]}), Known())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Sở Tài nguyên và Môi trường", "so-tai-nguyen-moi-truong"),
        ("Sở Lao động - Thương binh và Xã hội", "so-lao-dong-thuong-binh-xa-hoi"),
        ("Sở Nông nghiệp và Phát triển nông thôn", "so-nong-nghiep-phat-trien-nong-thon"),
        ("Công an tỉnh (PC07)", "cong-an-tinh"),
    ],
)
def test_an_agencys_code_follows_from_its_name(name: str, code: str) -> None:
    assert agency_code(name) == code


# What a person read out of the notes.


@pytest.mark.parametrize(
    ("code", "time"),
    [
        (
            "1.004232",
            TimeLimit(
                unit=Unit.WORKING_DAYS, amount=30, supplement=Supplement.PAUSE_THEN_FIXED, fixed=18
            ),
        ),
        ("1.010733", TimeLimit(unit=Unit.CALENDAR_DAYS, amount=35, supplement=Supplement.PAUSE)),
        ("1.011441", TimeLimit(unit=Unit.SAME_DAY, counted_from=CountedFrom.DECIDING_OFFICE)),
        ("2.000635", TimeLimit(unit=Unit.SAME_DAY)),
        ("1.013236", TimeLimit(unit=Unit.CALENDAR_DAYS, amount=20, ask_within=7)),
    ],
)
def test_what_the_notes_say_of_the_time_is_counted_with(code: str, time: TimeLimit) -> None:
    row = next(row for row in PROCEDURES if row["code"] == code)
    assert draft_from_row(row, KNOWN).content.time == time


def test_a_reading_of_a_note_that_has_changed_is_not_used() -> None:
    reading = {"1.009645": {"supplement": "pause", "because": "thời gian bổ sung không tính"}}
    with pytest.raises(Invalid) as caught:
        draft_from_row(a_row(time_note="17 ngày làm việc"), Known(readings=reading))
    assert list(caught.value.fields) == ["time_note"]


def test_every_reading_quotes_the_note_of_its_row() -> None:
    notes = {row["code"]: f"{row['time_note']}\n{row['fee_note']}" for row in PROCEDURES}
    for code, reading in KNOWN.readings.items():
        assert reading["because"] in notes[code], code


def test_the_rule_of_a_fee_is_read_out_of_the_note_that_names_it() -> None:
    row = next(each for each in PROCEDURES if each["code"] == "1.004756")
    (fee,) = draft_from_row(row, KNOWN).content.fees
    assert (fee.amount, fee.article) == (50_000, "TT 101/2020/TT-BTC")
    with pytest.raises(Invalid):
        draft_from_row({**row, "fee_note": "50.000đ/lần (TT 1/2030/TT-BTC)"}, KNOWN)


def test_every_name_of_an_agency_stands_for_one_that_is_known_by_its_full_name() -> None:
    full = {agency_code(row["agency"]) for row in PROCEDURES}
    desks = {agency["code"] for agency in read("agencies.json")}
    examples = rows_of(DATA / "examples" / "dak-lak.csv")
    example = {agency_code(row["agency"]) for _, row in examples}
    itself = {code for name, code in KNOWN.names.items() if agency_code(name) == code}
    outside = {"trung-tam", "bo-tu-phap", "van-phong-dang-ky-dat-dai"}
    assert set(KNOWN.names.values()) <= full | desks | example | itself | outside


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("UBND xã", "Ủy ban nhân dân xã", "Uỷ ban nhân dân Xã", "UBND cấp xã"), "ubnd-xa"),
        (("UBND tỉnh", "Ủy ban Nhân dân tỉnh", "Chủ tịch UBND tỉnh"), "ubnd-tinh"),
        (("Sở TNMT", "Sở Tài nguyên và Môi trường"), "so-tai-nguyen-moi-truong"),
        (("Cục Thuế / Thuế tỉnh", "Cục Thuế tỉnh"), "cuc-thue-tinh"),
        (("Sở Y tế",), "so-y-te"),
        (("Sở Văn hóa, Thể thao và Du lịch", "Sở VHTTDL"), "so-van-hoa-the-thao-du-lich"),
    ],
)
def test_one_agency_has_one_code_however_it_is_spelled(names: tuple[str, ...], code: str) -> None:
    assert {agency_of(each, KNOWN.names) for each in names} == {code}


def test_a_peoples_committee_has_one_code_where_no_names_are_known() -> None:
    assert agency_of("Ủy ban nhân dân xã", {}) == agency_of("UBND xã", {}) == "ubnd-xa"


@pytest.mark.parametrize(
    "cell",
    [
        "Sở Xây dựng; Sở Y tế",
        "Sở Xây dựng | Sở Y tế",
        "Sở A; Sở B",
        "Sở Xây dựng, Sở Y tế",
        "Sở Xây dựng và Sở Y tế",
        "Sở Xây dựng\nSở Y tế",
        "()",
    ],
)
def test_two_agencies_in_a_cell_are_no_third(cell: str) -> None:
    with pytest.raises(Invalid) as caught:
        draft_from_row(a_row(agency=cell), KNOWN)
    assert list(caught.value.fields) == ["agency"]


def test_every_agency_of_the_shipped_data_is_one_that_is_known() -> None:
    codes = {*KNOWN.names.values()} | {agency["code"] for agency in read("agencies.json")}
    for row in PROCEDURES:
        if row["code"]:
            content = draft_from_row(row, KNOWN).content
            tasks = {task.agency for stage in content.route for task in stage.tasks}
            assert {content.agency, *tasks} <= codes, row["code"]
