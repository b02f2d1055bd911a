"""The applicant reads who has the dossier: from the desk, by the centre, on page and in letters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events import DossierRescheduled
from contracts.orders import ContactGiven
from contracts.replies import HandlerReply
from contracts.roles import LONGEST_NAME, ROLE_NAMES, named
from foundation.errors import Forbidden, Invalid, NotFound
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.route import holders
from services.notifications import schemas
from services.notifications.domain import situation as situations
from services.notifications.domain.applicant import ApplicantContact, meet, note_handler
from services.notifications.domain.notice_channel import NoticeChannel
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.step import DeskStepState, Step
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.officers import Officer, OfficerBook
from services.routing.domain.staff.roles import PLACES, OfficerRole
from services.routing.domain.work import handing_over, naming, step_work
from tests import builders
from tests.builders import BUILDING

# 1 July 2026 begins in Viet Nam at 17:00 UTC of the day before.
DAY_BEFORE = datetime(2026, 6, 30, 16, 59, 59, tzinfo=UTC)
FIRST_DAY = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)
AN = Officer(id="an", name="Nguyễn Văn An", roles=(OfficerRole.SPECIALIST,))
HEAD = Officer(id="head", name="Trần Thị Bình", roles=(OfficerRole.HEAD,))
OFFICE = OfficerBook(id=BUILDING, agency=BUILDING, officers=(AN, HEAD))


def docket() -> Docket:
    one = Step(
        id="s1",
        action="Cho ý kiến",
        due=FIRST_DAY + timedelta(days=9),
        received=DAY_BEFORE,
        way=(OfficerRole.SPECIALIST, OfficerRole.HEAD),
    )
    return Docket(
        id="d", agency=BUILDING, code="", procedure="1.1", procedure_name="", steps=(one,)
    )


def act(officer: Officer, now: datetime = FIRST_DAY) -> OfficerAct:
    return OfficerAct(officer.id, now, frozenset(officer.roles))


def said(
    before: Docket, decide: Callable[[Docket], Any], now: datetime = FIRST_DAY
) -> list[tuple[str, str]]:
    _, messages = naming.told(before, decide(before), OFFICE, now)
    return [(each.name, each.role) for each in messages if isinstance(each, HandlerReply)]


def test_the_desk_tells_who_took_the_step_from_the_day_of_the_law_on() -> None:
    for now, told in ((DAY_BEFORE, []), (FIRST_DAY, [(AN.name, "specialist")])):
        assert said(docket(), lambda each: step_work.take(each, "s1", act(AN)), now) == told
    taken, _ = step_work.take(docket(), "s1", act(AN))
    assert said(taken, lambda each: step_work.take(each, "s1", act(AN))) == []


def test_who_gets_it_next_is_told_and_that_nobody_has_it_after_the_end() -> None:
    taken, _ = step_work.take(docket(), "s1", act(AN))
    assert said(taken, lambda each: handing_over.pass_on(each, "s1", act(AN))) == [("", "head")]
    named_one = said(taken, lambda each: handing_over.pass_on(each, "s1", act(AN), to="head"))
    assert named_one == [(HEAD.name, "head")]
    over = replace(taken, steps=(replace(taken.steps[0], state=DeskStepState.WITHDRAWN),))
    assert said(taken, lambda _: (over, ())) == [("", "")]


def test_an_agency_without_a_book_tells_no_names() -> None:
    change = step_work.take(docket(), "s1", act(AN))
    empty = OfficerBook(id=BUILDING, agency=BUILDING)
    assert naming.told(docket(), change, empty, FIRST_DAY) == change


def test_every_place_of_an_agencys_process_has_a_name_that_people_read() -> None:
    assert set(ROLE_NAMES) == {each.value for each in PLACES}
    assert named("An", "specialist", "vi") == "An, chuyên viên"
    assert named("", "head", "en") == "head of division"
    assert named("An", "unheard of", "en") == "An"


# The centre.


def consulting() -> tuple[Dossier, str]:
    dossier = builders.consulting()
    return dossier, next(each.id for each in dossier.steps if each.agency == BUILDING)


def note(dossier: Dossier, step: str, name: str, at: datetime, role: str = "specialist") -> Dossier:
    reply = HandlerReply(agency=BUILDING, step=step, name=name, role=role)
    return holders.note(dossier, reply, AgencyAct(agency=BUILDING, at=at), at)[0]


def test_of_two_words_of_an_agency_the_later_one_counts() -> None:
    dossier, step = consulting()
    later = note(dossier, step, "Bình", FIRST_DAY + timedelta(hours=1))
    for whole in (later, note(later, step, "An", FIRST_DAY)):
        assert [each.name for each in holders.holders(whole)[BUILDING]] == ["Bình"]
    gone = note(later, step, "", FIRST_DAY + timedelta(hours=2), role="")
    assert gone.holders == ()


def test_who_had_a_step_is_not_named_once_it_is_done() -> None:
    dossier, step = consulting()
    known = note(dossier, step, "An", FIRST_DAY)
    place = step.removeprefix(f"{dossier.id}.")
    done, _ = builders.completed(known, place, FIRST_DAY + timedelta(hours=1))
    assert BUILDING not in holders.holders(done)


@pytest.mark.parametrize("name", ["An\nhttps://stranger.example", "A" * (LONGEST_NAME + 1)])
def test_a_name_that_no_line_can_show_is_refused(name: str) -> None:
    dossier, step = consulting()
    with pytest.raises(Invalid, match="one line"):
        note(dossier, step, name, FIRST_DAY)


def test_an_agency_names_people_for_its_own_steps_alone() -> None:
    dossier, step = consulting()
    reply = HandlerReply(agency="so-y-te", step=step, name="An", role="specialist")
    with pytest.raises(Forbidden):
        holders.note(dossier, reply, AgencyAct(agency="so-y-te", at=FIRST_DAY), FIRST_DAY)
    with pytest.raises(NotFound):
        note(dossier, "none", "An", FIRST_DAY)


# The letters.


def test_letters_name_who_has_the_dossier_on_one_line() -> None:
    contact = ContactGiven(agency="x", owner="", name="Hoa", phone="", email="hoa@example.vn")
    applicant = meet("d", contact)
    moved = DossierRescheduled(agency="x", due=FIRST_DAY, was=DAY_BEFORE, article="A1")
    situation = situations.situation_of(moved)
    assert situation

    def letter(now: ApplicantContact) -> str:
        return schemas.write(situation, now, vars(moved), "")[NoticeChannel.EMAIL].text

    assert "Người đang giải quyết" not in letter(applicant)
    told = HandlerReply(agency=BUILDING, step="s1", name="An\n\nhttps://x.example", role="head")
    applicant, _ = note_handler(applicant, told, FIRST_DAY)
    assert "hồ sơ: An https://x.example, lãnh đạo phòng, từ" in letter(applicant)
    earlier = replace(told, name="Chi")
    assert note_handler(applicant, earlier, DAY_BEFORE)[0] == applicant
    over = replace(told, name="", role="")
    applicant, _ = note_handler(applicant, over, FIRST_DAY + timedelta(hours=1))
    assert "Người đang giải quyết" not in letter(applicant)
