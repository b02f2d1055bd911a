from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events import FeedbackExplained
from contracts.orders import ExplainOrder, UrgeExplanationOrder
from contracts.replies import ExplanationReply, ReminderReply
from foundation.errors import Forbidden, Refused
from services.routing.domain.orders.explanation import (
    Explanation,
    ask,
    ask_anew,
    explain,
    urge,
)
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.officers import Officer, OfficerBook
from services.routing.domain.staff.roles import OfficerRole

OURS = "so-xay-dung"
NOW = datetime(2020, 9, 14, 2, 0, tzinfo=UTC)


def asked(agency: str = OURS) -> Explanation:
    order = ExplainOrder(
        agency=agency, dossier="d1", question="Vì sao chậm?", answer_by=NOW + timedelta(days=5)
    )
    return ask("f1", order, NOW, agency=OURS)


def test_a_question_is_kept_under_the_feedbacks_id() -> None:
    assert (asked().id, asked().question, asked().explained) == ("f1", "Vì sao chậm?", None)


def test_a_question_to_another_agency_is_forbidden() -> None:
    with pytest.raises(Forbidden):
        asked("ubnd-xa")


def test_the_words_of_the_explanation_go_to_the_centre_alone() -> None:
    done, messages = explain(asked(), OfficerAct("an", NOW), "Do thiếu bản vẽ.")
    assert (done.text, done.officer, done.explained) == ("Do thiếu bản vẽ.", "an", NOW)
    assert messages == (
        FeedbackExplained(agency=OURS),
        ExplanationReply(agency=OURS, explanation="Do thiếu bản vẽ."),
    )


def test_a_late_explanation_is_better_than_none() -> None:
    late = OfficerAct("an", NOW + timedelta(days=30))
    assert explain(asked(), late, "Xin lỗi ông bà.")[0].explained == late.now


def test_it_is_explained_once() -> None:
    done, _ = explain(asked(), OfficerAct("an", NOW), "Do thiếu bản vẽ.")
    with pytest.raises(Refused):
        explain(done, OfficerAct("an", NOW), "Nói lại.")


def test_what_the_centre_sends_back_is_owed_again_by_its_new_date() -> None:
    done, _ = explain(asked(), OfficerAct("an", NOW), "Do thiếu bản vẽ.")
    later = NOW + timedelta(days=9)
    order = ExplainOrder(agency=OURS, dossier="d1", question="Vì sao chậm?", answer_by=later)
    again, messages = ask_anew(done, "f1", order, later, agency=OURS)
    assert (again.text, again.explained, again.answer_by) == ("", None, later)
    assert (again.received, again.revision, messages) == (done.received, done.revision, ())


def office(*people: Officer) -> OfficerBook:
    return OfficerBook(id=OURS, agency=OURS, officers=people)


def person(id: str, role: OfficerRole, **reached: Any) -> Officer:
    return Officer(id=id, name=id, roles=(role,), division="tham-dinh", **reached)


HEAD = person("hoa", OfficerRole.HEAD, email="hoa@x.vn", language="en")
LEADER = person("tam", OfficerRole.LEADER, phone="+84912345678")


@pytest.mark.parametrize(
    ("whom", "people", "told"),
    [
        (("head",), (HEAD, LEADER), ["hoa"]),
        (("head", "leader"), (HEAD, LEADER), ["hoa", "tam"]),
        (("head",), (LEADER,), ["tam"]),
        (("director",), (HEAD, LEADER), []),
        (("head",), (person("lan", OfficerRole.HEAD),), []),
        ((), (HEAD, LEADER), []),
        (("head", "somebody new"), (HEAD,), ["hoa"]),
    ],
)
def test_whom_the_rules_name_is_written_to_once_per_urging(
    whom: tuple[str, ...], people: tuple[Officer, ...], told: list[str]
) -> None:
    order = UrgeExplanationOrder(agency=OURS, answer_by=NOW, number=1, whom=whom)
    noted, letters = urge(asked(), order, NOW, office=office(*people))
    assert all(isinstance(each, ReminderReply) for each in letters)
    said = [each for each in letters if isinstance(each, ReminderReply)]
    assert [each.officer for each in said] == told
    for each in said:
        assert (each.matter, each.dossier, each.due, each.late) == ("explanation", "d1", NOW, True)
        assert "Vì sao chậm" not in str(each.write()), "what the citizen said is in no letter"
    assert urge(noted, order, NOW, office=office(*people)) == (noted, ())


def test_an_urging_is_noted_until_the_answer_is_given() -> None:
    order = UrgeExplanationOrder(agency=OURS, answer_by=NOW, number=2, whom=("head",))
    noted, messages = urge(asked(), order, NOW)
    assert (noted.urgings, noted.urged_at, messages) == (2, NOW, ())
    done, _ = explain(asked(), OfficerAct("an", NOW), "Do thiếu bản vẽ.")
    assert urge(done, order, NOW) == (done, ())
    with pytest.raises(Forbidden):
        urge(asked(), UrgeExplanationOrder(agency="ubnd-xa", answer_by=NOW, number=1), NOW)
