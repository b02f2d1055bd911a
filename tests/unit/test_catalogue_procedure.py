from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.events import ProcedurePublished, ProcedureWithdrawn
from contracts.procedure import Paper, Stage, Task, TimeLimit, Unit
from foundation.errors import NotFound, Refused
from services.catalogue.domain import procedure as rules
from services.catalogue.domain.procedure import Content, Procedure, State

NOW = datetime(2020, 9, 14, 2, 0, tzinfo=UTC)
DECIDING = Task(agency="so-xay-dung", action="quyết định", amount=5, decides=True)
ASKED = Task(agency="ubnd-xa", action="có ý kiến", amount=7)
CONTENT = Content(
    name="Cấp giấy phép xây dựng",
    field="Xây dựng",
    agency="so-xay-dung",
    agency_name="Sở Xây dựng",
    time=TimeLimit(unit=Unit.WORKING_DAYS, amount=12),
    papers=(Paper(name="Đơn đề nghị"),),
    route=(Stage(tasks=(ASKED,)), Stage(tasks=(DECIDING,))),
    result="Giấy phép",
    legal_basis=("50/2014/QH13",),
)
OTHER = replace(CONTENT, name="Cấp giấy phép xây dựng mới")


def drafted(content: Content = CONTENT) -> Procedure:
    return rules.draft(None, "1.013236", content, NOW)


def published(content: Content = CONTENT) -> Procedure:
    return rules.publish(drafted(content), NOW)[0]


def states(procedure: Procedure) -> list[State]:
    return [version.state for version in procedure.versions]


def test_a_draft_is_not_public() -> None:
    assert not drafted().public
    assert drafted().words == ()
    with pytest.raises(NotFound):
        rules.in_force(drafted())


def test_publishing_tells_everything_that_intake_needs() -> None:
    procedure, messages = rules.publish(drafted(), NOW)
    assert procedure.public
    assert messages == (
        ProcedurePublished(
            agency="so-xay-dung",
            version=1,
            name=CONTENT.name,
            field="Xây dựng",
            time=TimeLimit(unit=Unit.WORKING_DAYS, amount=12),
            papers=CONTENT.papers,
            route=CONTENT.route,
            result="Giấy phép",
            legal_basis=("50/2014/QH13",),
        ),
    )


def test_a_draft_may_be_rewritten_until_it_is_published() -> None:
    procedure = rules.draft(drafted(), "1.013236", OTHER, NOW)
    assert [version.number for version in procedure.versions] == [1]
    assert procedure.versions[0].content == OTHER


def test_a_published_version_is_never_changed_but_replaced() -> None:
    procedure = rules.draft(published(), "1.013236", OTHER, NOW)
    assert rules.in_force(procedure).content == CONTENT
    procedure, messages = rules.publish(procedure, NOW)
    assert states(procedure) == [State.REPLACED, State.PUBLISHED]
    assert procedure.versions[0].content == CONTENT
    assert [message.write()["version"] for message in messages] == [2]


def test_writing_and_publishing_the_same_content_again_changes_nothing() -> None:
    procedure = published()
    assert rules.draft(procedure, "1.013236", CONTENT, NOW) is procedure
    assert rules.publish(procedure, NOW) == (procedure, ())


def test_a_draft_that_goes_back_to_what_is_in_force_is_dropped() -> None:
    procedure = rules.draft(published(), "1.013236", OTHER, NOW)
    assert rules.draft(procedure, "1.013236", CONTENT, NOW) == published()


def test_a_withdrawn_procedure_is_no_longer_public() -> None:
    procedure, messages = rules.withdraw(published(), NOW)
    assert messages == (ProcedureWithdrawn(agency="so-xay-dung", version=1),)
    assert not procedure.public
    assert rules.withdraw(procedure, NOW) == (procedure, ())


def test_what_was_never_published_cannot_be_withdrawn() -> None:
    with pytest.raises(Refused):
        rules.withdraw(drafted(), NOW)


def test_a_withdrawn_procedure_comes_back_as_a_new_version() -> None:
    procedure, _ = rules.withdraw(published(), NOW)
    with pytest.raises(Refused):
        rules.publish(procedure, NOW)
    procedure, _ = rules.publish(rules.draft(procedure, "1.013236", CONTENT, NOW), NOW)
    assert states(procedure) == [State.WITHDRAWN, State.PUBLISHED]


def test_calendar_days_are_never_taken_for_working_days() -> None:
    with pytest.raises(Refused) as caught:
        rules.publish(
            drafted(replace(CONTENT, time=TimeLimit(unit=Unit.CALENDAR_DAYS, amount=35))), NOW
        )
    assert "calendar" in caught.value.en
    assert "theo lịch" in caught.value.vi


@pytest.mark.parametrize(
    "route",
    [
        (),
        (Stage(tasks=(ASKED,)),),
        (Stage(tasks=(DECIDING,)), Stage(tasks=(ASKED,))),
        (Stage(tasks=(ASKED, DECIDING)),),
        (Stage(tasks=(DECIDING,)), Stage(tasks=(DECIDING,))),
        (Stage(tasks=(replace(ASKED, amount=8),)), Stage(tasks=(DECIDING,))),
    ],
    ids=["none", "nobody decides", "decided early", "in company", "twice", "too long"],
)
def test_a_route_that_cannot_be_followed_is_not_published(route: tuple[Stage, ...]) -> None:
    with pytest.raises(Refused):
        rules.publish(drafted(replace(CONTENT, route=route)), NOW)


def test_a_search_puts_the_name_that_says_the_words_together_first() -> None:
    loose = published(replace(CONTENT, name="Cấp bản sao giấy chứng nhận, giấy phép"))
    exact = published(replace(CONTENT, name="Điều chỉnh giấy phép xây dựng"))
    assert rules.ranked([loose, exact], "GIẤY PHÉP xây dựng") == [exact, loose]
