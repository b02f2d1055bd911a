import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.procedure import Paper, Stage, Task, TimeLimit, Unit
from foundation.errors import Invalid
from services.catalogue.domain.rows import agency_code, draft_from_row

ROUTES = json.loads((Path(__file__).parents[2] / "catalogue-data/routes.json").read_text())


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


def test_a_row_becomes_a_draft() -> None:
    code, content = draft_from_row(a_row(), ROUTES)
    assert code == "1.009645"
    assert content.time == TimeLimit(unit=Unit.WORKING_DAYS, amount=17)
    assert content.papers == (Paper(name="Văn bản đề nghị", originals=1, copies=2),)
    assert content.legal_basis == ("61/2020/QH14",)


def test_the_route_of_the_journey_takes_its_seventeen_days_and_ends_in_a_decision() -> None:
    route = draft_from_row(a_row(), ROUTES)[1].route
    days = [max(task.amount for task in stage.tasks) for stage in route]
    assert days == [2, 7, 5, 3]
    assert [len(stage.tasks) for stage in route] == [1, 5, 1, 1]
    assert [task.agency for task in route[-1].tasks if task.decides] == ["ubnd-tinh"]


def test_a_procedure_of_one_agency_has_a_route_of_one_step() -> None:
    route = draft_from_row(a_row(code="1.000703"), ROUTES)[1].route
    task = Task(
        agency="so-ke-hoach-dau-tu",
        action="giải quyết hồ sơ và quyết định",
        amount=17,
        decides=True,
    )
    assert route == (Stage(tasks=(task,)),)


def test_a_procedure_of_several_agencies_without_a_known_route_has_none() -> None:
    assert draft_from_row(a_row(code="1.009642", lien_thong={"steps": []}), ROUTES)[1].route == ()


def test_calendar_days_stay_calendar_days() -> None:
    content = draft_from_row(a_row(time_value=35, time_unit="ngày"), ROUTES)[1]
    assert content.time == TimeLimit(unit=Unit.CALENDAR_DAYS, amount=35)


def test_a_paper_keeps_the_case_it_is_required_in() -> None:
    papers = [{"name": "A", "case": "Đối với trường hợp 1"}, {"name": "B", "case": None}]
    content = draft_from_row(a_row(documents=papers), ROUTES)[1]
    assert [paper.case for paper in content.papers] == ["Đối với trường hợp 1", ""]


def test_a_paper_to_be_given_if_there_is_one_is_not_required() -> None:
    papers = [{"name": "Giấy ủy quyền (nếu có)"}, {"name": "Đơn"}]
    content = draft_from_row(a_row(documents=papers), ROUTES)[1]
    assert [paper.required for paper in content.papers] == [False, True]


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
    ],
)
def test_a_bad_row_says_which_field_is_bad(field: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        draft_from_row(a_row(**{field: value}), ROUTES)
    assert list(caught.value.fields) == [field]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(a_row())), JSON)
def test_whatever_stands_in_a_row_is_read_or_refused(field: str, value: object) -> None:
    with suppress(Invalid):
        draft_from_row(a_row(**{field: value}), {})


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
