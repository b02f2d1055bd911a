"""A chain becomes a route only when every step of it can be ordered; nothing is added to it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.procedure import Join, Silence, StepClock, Task, Unit
from foundation.errors import Invalid, Refused
from services.catalogue.domain.chains import (
    internal_process,
    links,
    names_examples,
    stages,
    way,
)
from services.catalogue.domain.content import ContentPart
from services.catalogue.domain.feasible import must_be_feasible
from services.catalogue.domain.rows import Draft, Known, draft_from_row

NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)

DATA = Path(__file__).parents[2] / "catalogue-data"


def read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


KNOWN = Known(
    routes=read("routes.json"), readings=read("readings.json"), names=read("agency-names.json")
)
DRAFTS: dict[str, Draft] = {
    row["code"]: draft_from_row(row, KNOWN) for row in read("procedures.json") if row["code"]
}
CENTRE = {"agency": "Trung tâm PVHCC", "action": "tiếp nhận", "duration": 0.5}
APPRAISES = {"agency": "Sở Tư pháp (phòng 1)", "action": "thẩm định", "duration": 5}
DECIDES = {"agency": "UBND tỉnh", "action": "quyết định", "duration": 10}


def chain(*steps: dict[str, Any]) -> dict[str, Any]:
    unit = {"unit": "ngày làm việc", "clock": "counted", "mode": "sequential"}
    return {"steps": [unit | {"order": place} | step for place, step in enumerate(steps, 1)]}


def lack_of(*steps: dict[str, Any]) -> str:
    found = way(links(chain(*steps)), KNOWN.names)
    assert not found.route
    assert found.lack
    return found.lack[1]


def test_the_last_agency_decides_and_the_centres_own_part_is_no_step() -> None:
    found = way(links(chain(CENTRE, APPRAISES, DECIDES, CENTRE)), KNOWN.names)
    tasks = [stage.tasks[0] for stage in found.route]
    assert [(task.agency, task.amount, task.decides) for task in tasks] == [
        ("so-tu-phap", 5, False),
        ("ubnd-tinh", 10, True),
    ]


def test_the_order_of_the_steps_is_the_one_that_is_written() -> None:
    written = chain(DECIDES | {"order": 2}, APPRAISES | {"order": 1})
    assert [link.agency for link in links(written)] == ["Sở Tư pháp (phòng 1)", "UBND tỉnh"]


def test_silence_and_a_clock_that_stops_are_kept() -> None:
    tax = {"agency": "Cục Thuế", "action": "ý kiến; không trả lời = đồng ý", "duration": 2}
    posted = {
        "agency": "UBND cấp xã",
        "action": "niêm yết",
        "duration": 15,
        "unit": "ngày",
        "clock": "paused",
    }
    found = way(links(chain(tax, posted, DECIDES)), KNOWN.names)
    silent, paused, _ = (stage.tasks[0] for stage in found.route)
    assert silent.on_silence is Silence.CONSENT
    assert (paused.unit, paused.clock) == (Unit.CALENDAR_DAYS, StepClock.PAUSED)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (APPRAISES | {"duration": None}, "step 2 (Sở Tư pháp (phòng 1)): it has no time"),
        (APPRAISES | {"unit": None}, "it has no time"),
        (APPRAISES | {"duration": 0.25}, "0.25 is no whole number, nor half a working day"),
        (APPRAISES | {"duration": 0.5, "unit": "ngày"}, "0.5 is no whole number"),
        (APPRAISES | {"duration": 1.5, "unit": "giờ làm việc"}, "1.5 is no whole number"),
        (APPRAISES | {"agency": "các sở liên quan"}, "the agency is not a definite one"),
        (APPRAISES | {"mode": "parallel"}, "it is not said beside which it goes"),
    ],
)
def test_a_chain_that_leaves_something_open_makes_no_route_and_says_what(
    step: dict[str, Any], said: str
) -> None:
    assert said in lack_of(CENTRE, step, DECIDES)


def test_half_a_working_day_is_counted_in_halves_and_a_whole_one_as_it_is_written() -> None:
    steps = ({"duration": 0.5}, {"duration": 3.5}, {"duration": 2.0})
    found = way(links(chain(*(APPRAISES | each for each in steps), DECIDES)), KNOWN.names)
    assert [(task.amount, task.unit) for stage in found.route for task in stage.tasks] == [
        (1, Unit.HALF_DAYS),
        (7, Unit.HALF_DAYS),
        (2, Unit.WORKING_DAYS),
        (10, Unit.WORKING_DAYS),
    ]


def test_a_chain_of_the_centre_alone_makes_no_route() -> None:
    assert lack_of(CENTRE) == "the chain has no step"


def test_the_whole_chain_is_kept_as_the_internal_process() -> None:
    steps = internal_process(links(chain(CENTRE, APPRAISES | {"duration": None}, DECIDES)))
    assert [(step.who, step.amount) for step in steps] == [
        ("Trung tâm PVHCC", 0.5),
        ("Sở Tư pháp (phòng 1)", None),
        ("UBND tỉnh", 10),
    ]


def test_a_route_written_by_hand_says_how_a_stage_ends() -> None:
    task = {"agency": "so-tu-phap", "action": "ý kiến", "amount": 2, "on_silence": "consent"}
    plain, joined = stages([[task], {"tasks": [task, task], "join": "majority"}])
    assert (plain.join, joined.join) == (Join.ALL, Join.MAJORITY)
    assert joined.tasks[0].on_silence is Silence.CONSENT


@pytest.mark.parametrize("written", ["x", {"tasks": [1]}, [{"agency": "so-tu-phap"}]])
def test_a_route_written_wrongly_is_refused(written: object) -> None:
    with pytest.raises(Invalid):
        stages([written])


def test_a_mark_that_is_neither_true_nor_false_is_refused() -> None:
    with pytest.raises(Invalid, match="illustrative"):
        names_examples([[{"agency": "so-tu-phap", "illustrative": "yes"}]])


# The open data, as it is.


def test_of_the_open_data_59_can_be_put_in_force_and_11_lack_a_route() -> None:
    lacking = {code for code, draft in DRAFTS.items() if draft.lack}
    for code in DRAFTS.keys() - lacking:
        must_be_feasible(DRAFTS[code].content, NOW)
    assert (len(DRAFTS), len(lacking)) == (70, 11)


def test_chains_of_the_open_data_that_are_complete_are_followed() -> None:
    routes = {
        code: [(task.agency, task.amount, task.unit.value) for task in tasks(draft)]
        for code, draft in DRAFTS.items()
        if draft.content.internal_process and draft.content.route and code not in KNOWN.routes
    }
    assert routes == {
        "2.002023": [
            ("cuc-thue-tinh", 2, "working_days"),
            ("so-ke-hoach-dau-tu", 3, "working_days"),
        ],
        "2.002043": [
            ("so-ke-hoach-dau-tu", 1, "working_days"),
            ("cuc-thue-tinh", 1, "half_days"),
            ("so-ke-hoach-dau-tu", 1, "half_days"),
        ],
        "1.013834": [("so-tu-phap", 5, "working_days"), ("ubnd-tinh", 10, "working_days")],
        "1.011441": [("van-phong-dang-ky-dat-dai", 1, "working_days")],
    }


def tasks(draft: Draft) -> list[Task]:
    return [task for stage in draft.content.route for task in stage.tasks]


def test_agencies_that_the_source_only_describes_are_marked_as_examples() -> None:
    doubtful = {
        code for code, draft in DRAFTS.items() if ContentPart.AGENCIES in draft.content.unverified
    }
    assert doubtful == {"1.009645"}
    # The commune is named by the source; which departments are asked is not.
    written = read("routes.json")["1.009645"]
    marked = [task["agency"] for stage in written for task in stage if task.get("illustrative")]
    assert marked == ["so-xay-dung", "so-tai-nguyen-moi-truong", "cong-an-tinh", "bo-chqs-tinh"]


def test_a_task_marked_as_an_example_makes_the_agencies_unverified() -> None:
    tasks = [{"agency": "so-tu-phap"}, {"agency": "ubnd-tinh", "illustrative": True}]
    assert names_examples([tasks])
    assert names_examples([tasks[:1], {"tasks": tasks, "join": "lead"}])
    unmarked = {"agency": "ubnd-tinh", "illustrative": False}
    assert not names_examples([tasks[:1], [unmarked]])


def test_a_draft_that_lacks_its_route_cannot_be_put_in_force() -> None:
    for draft in (draft for draft in DRAFTS.values() if draft.lack):
        with pytest.raises(Refused):
            must_be_feasible(draft.content, NOW)


def test_examples_of_chains_are_recognisable_as_such() -> None:
    examples = {code for code, draft in DRAFTS.items() if draft.content.illustrative}
    assert examples == {"2.002043", "1.013831", "3.000333"}
