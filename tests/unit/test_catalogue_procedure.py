from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.events import ProcedurePublished, ProcedureWithdrawn
from contracts.procedure import Paper, Stage, Task, TimeLimit, Unit
from foundation.errors import Invalid, NotFound, Refused
from services.catalogue.domain import procedure as rules
from services.catalogue.domain.content import Content
from services.catalogue.domain.procedure import Procedure, VersionState

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


def states(procedure: Procedure) -> list[VersionState]:
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
            level="province",
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
    assert states(procedure) == [VersionState.REPLACED, VersionState.PUBLISHED]
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
    assert states(procedure) == [VersionState.WITHDRAWN, VersionState.PUBLISHED]


def test_what_cannot_be_followed_stays_a_draft() -> None:
    procedure = drafted(replace(CONTENT, route=()))
    with pytest.raises(Refused):
        rules.publish(procedure, NOW)
    assert states(procedure) == [VersionState.DRAFT]


def test_a_limit_of_calendar_days_is_published_as_calendar_days() -> None:
    _, messages = rules.publish(
        drafted(replace(CONTENT, time=TimeLimit(unit=Unit.CALENDAR_DAYS, amount=35))), NOW
    )
    assert messages[0].write()["time"]["unit"] == "calendar_days"


@pytest.mark.parametrize("code", ["", "1.00964", "1.0096455", "x", "0.009645", "1.009645.H41"])
def test_only_a_code_of_the_national_database_names_a_procedure(code: str) -> None:
    with pytest.raises(Invalid):
        rules.draft(None, code, CONTENT, NOW)


def test_the_brief_is_that_of_the_version_in_force_and_outlives_its_withdrawal() -> None:
    assert drafted().listing is None
    procedure = rules.draft(published(), "1.013236", OTHER, NOW)
    assert procedure.listing is not None
    assert (procedure.listing.version, procedure.listing.name) == (1, CONTENT.name)
    late = datetime(2020, 9, 14, 18, 0, tzinfo=UTC)  # past midnight in Viet Nam
    procedure, _ = rules.withdraw(published(), late)
    assert procedure.listing is not None
    assert procedure.listing.withdrawn == date(2020, 9, 15)
    again, _ = rules.publish(rules.draft(procedure, "1.013236", OTHER, NOW), NOW)
    assert again.listing is not None
    assert (again.listing.version, again.listing.withdrawn) == (2, None)


class Life(RuleBasedStateMachine):
    """Any order of drafting, publishing and withdrawing."""

    def __init__(self) -> None:
        super().__init__()
        self.procedure = drafted()
        self.told: list[object] = []
        self.was_public: dict[int, Content] = {}

    @rule(content=st.sampled_from([CONTENT, OTHER, replace(CONTENT, route=())]))
    def draft(self, content: Content) -> None:
        self.procedure = rules.draft(self.procedure, "1.013236", content, NOW)

    @rule(act=st.sampled_from([rules.publish, rules.withdraw]))
    def act(self, act: Any) -> None:
        before = self.procedure
        try:
            self.procedure, messages = act(before, NOW)
        except Refused:
            assert self.procedure == before
            return
        self.told += messages
        assert (self.procedure == before) == (not messages), "a change is told, and only a change"

    @invariant()
    def at_most_one_version_is_in_force_and_the_last_event_says_which(self) -> None:
        versions = self.procedure.versions
        in_force = [each for each in versions if each.state is VersionState.PUBLISHED]
        assert len(in_force) <= 1
        assert self.procedure.public == bool(in_force) == bool(self.procedure.words)
        last = self.told[-1] if self.told else None
        assert isinstance(last, ProcedurePublished) == bool(in_force)
        if isinstance(last, ProcedurePublished):
            assert last.version == in_force[0].number

    @invariant()
    def what_was_ever_in_force_is_never_changed_or_lost(self) -> None:
        now_there = {each.number: each for each in self.procedure.versions}
        for number, content in self.was_public.items():
            assert now_there[number].content == content
        self.was_public |= {
            each.number: each.content for each in now_there.values() if each.published
        }

    @invariant()
    def versions_are_numbered_without_gaps(self) -> None:
        numbers = [each.number for each in self.procedure.versions]
        assert numbers == list(range(1, len(numbers) + 1))


TestLife = Life.TestCase
