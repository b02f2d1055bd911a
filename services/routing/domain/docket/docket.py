"""The docket: everything an agency's desk has of one dossier.

An agency that stands twice in a route (it receives, later it appraises) has two steps in one
docket, so that what it says about the dossier is numbered without gaps.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.history import Revision
from contracts.law import LawRule
from contracts.message import Message
from foundation.errors import NotFound, Refused
from foundation.frozen import replace
from foundation.law import cite
from foundation.places import END, place_of
from services.routing.domain.docket import lists
from services.routing.domain.docket.lists import lists_of
from services.routing.domain.docket.route import LedRoute
from services.routing.domain.docket.search_words import words_of
from services.routing.domain.docket.step import IN_HAND, OPEN, DeskStepState, Step
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import OF_A_DIVISION


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Receipt of the centre's numbered orders about this dossier: the last one, and the gaps.

    All up to `last` but `missing`; `since` is when the oldest of the missing was first missed.
    """

    last: int = 0
    missing: tuple[int, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerRefusal:
    """One answer of the agency that the centre could not take: by which article, and why.

    `number` is that of the order that said so, `answer` the kind of message, `said` when the
    agency gave it, `at` when the refusal reached the desk. `step` is "" when it was about the
    whole route, `officer` whose answer it was, `seen` when somebody had read it.
    """

    number: int
    answer: str
    said: datetime
    at: datetime
    article: str
    vi: str
    en: str
    step: str = ""
    officer: str = ""
    seen: datetime | None = None
    seen_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Docket:
    """What one agency has of one dossier; `id` is the dossier's.

    What it is found by follows from the rest: `lists` are the work lists that one of its steps
    stands on, `place` where it stands on them, "" when on none, `alarm` when somebody must be
    told of a step, `words` what it can be searched by, `came` its beginning.
    `named` is the number of the order that corrected the applicant's name, 0 if none has.
    `route` is what the agency leads, if it does; `refusals` are answers that the centre refused.
    """

    id: str
    agency: str
    code: str
    procedure: str
    procedure_name: str
    steps: tuple[Step, ...]
    applicant: str = ""
    named: int = 0
    place: str = ""
    alarm: datetime | None = None
    lists: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    came: datetime | None = None
    heard: Heard = Heard()
    route: LedRoute | None = None
    refusals: tuple[AnswerRefusal, ...] = ()
    revision: Revision = field(default_factory=Revision)

    @property
    def arrival(self) -> str:
        """Its place in the order of arrival."""
        return place_of(self.came or END, self.id)

    def by(self, rule: LawRule, now: datetime) -> str:
        """The rule by the edition in force at the dossier's receipt, which its code names.

        A code of another shape names no day: then when the docket was opened, at the latest now.
        """
        return cite(rule, _day_of(self.code) or self.came or now)


_CODE = re.compile(r".+-(\d\d)(\d\d)(\d\d)-\d{4,}", re.ASCII)


def _day_of(code: str) -> date | None:
    """The day of receipt in a dossier's code, `000.00.00.H41-200915-0001`; None if it has none."""
    found = _CODE.fullmatch(code)
    year, month, day = (int(each) for each in found.groups()) if found else (0, 0, 0)
    real = 1 <= month <= 12 and 1 <= day <= monthrange(2000 + year, month)[1]  # noqa: PLR2004 -- months
    return date(2000 + year, month, day) if real else None


@dataclass(frozen=True)
class ListRow:
    """A row of a work list: a step; the next page begins after its `place`."""

    place: str
    step: Step
    docket: Docket


Change = tuple[Docket, tuple[Message, ...]]


def find(docket: Docket, step_id: str) -> Step:
    """The step of that id; NotFound when this desk does not have it (yet)."""
    for step in docket.steps:
        if step.id == step_id:
            return step
    raise NotFound("Không tìm thấy bước này.", "There is no such step.")


def rows(docket: Docket, sought: lists.Sought) -> list[ListRow]:
    """The docket's steps of that part of the lists."""
    return [
        ListRow(place_of(step.due, docket.id, step.id), step, docket)
        for step in docket.steps
        if sought.has(step)
    ]


def in_hand(docket: Docket, step_id: str, act: OfficerAct) -> Step:
    """The step, if the officer may work on it now.

    Raises:
        NotFound: there is no such step here.
        Refused: it is closed, waits for papers, stands elsewhere, or is another officer's.
    """
    step = find(docket, step_id)
    if step.state is DeskStepState.WAITING:
        raise Refused(
            "Bước này đang chờ bổ sung hồ sơ.",
            "This step is waiting for papers.",
            article=docket.by(LawRule.SUPPLEMENT, act.now),
        )
    if step.state not in IN_HAND:
        raise Refused(
            "Bước này đã kết thúc.",
            "This step is closed.",
            article=docket.by(LawRule.ROUTE, act.now),
        )
    if step.officer not in {"", act.officer}:
        raise Refused(
            "Bước này do cán bộ khác đang xử lý.", "Another officer is working on this step."
        )
    if act.roles is not None and not stands_with(step, act):
        raise Refused(
            f"Bước này đang ở vai trò hoặc phòng khác ({step.role} {step.division}).",
            f"The step stands with another role or division ({step.role} {step.division}).",
        )
    return step


def stands_with(step: Step, act: OfficerAct) -> bool:
    """Whether the step is at the officer's place: the role, and for some the division too."""
    within = step.division in {"", act.division} or step.role not in OF_A_DIVISION
    return step.role in (act.roles or ()) and within


def with_step(docket: Docket, changed: Step) -> Docket:
    """The docket with one of its steps changed."""
    return with_steps(
        docket, tuple(changed if step.id == changed.id else step for step in docket.steps)
    )


def with_steps(docket: Docket, steps: tuple[Step, ...]) -> Docket:
    """The docket with these steps, and with its derived fields."""
    return settled(replace(docket, steps=steps))


def with_words(docket: Docket) -> Docket:
    """The docket with all words that it is found by; an older one was found by fewer."""
    words = words_of(docket.code, docket.procedure, docket.procedure_name, docket.applicant)
    return replace(docket, words=tuple(dict.fromkeys((*docket.words, *words))))


def settled(docket: Docket) -> Docket:
    """The docket with its derived fields worked out anew: place, alarm, lists and words."""
    docket = with_words(docket)
    alarms = [step.alarm for step in docket.steps if step.alarm]
    found = {*lists_of(docket.steps), *_led(docket), *_unread(docket)}
    return replace(
        docket,
        place=place_of(_pressing(docket), docket.id) if found else "",
        alarm=min(alarms, default=None),
        lists=tuple(sorted(found)),
    )


def _pressing(docket: Docket) -> datetime:
    """The earliest deadline: of its own open steps, else of the branches that it leads."""
    out = docket.route.out if docket.route else ()
    own = [step.due for step in docket.steps if step.state in OPEN]
    return min(own or [each.due for each in out if each.due], default=docket.came or END)


def _led(docket: Docket) -> frozenset[str]:
    """A route that is left to lead is on the lists of those who may decide on it."""
    if docket.route is None or not docket.route.alive:
        return frozenset()
    officers = (step.officer for step in docket.steps)
    return lists.shared(lists.LED, (docket.route.division,), officers)


def _unread(docket: Docket) -> frozenset[str]:
    """What nobody has read is on the lists of whose answer it was and of their division."""
    unread = [each for each in docket.refusals if not each.seen]
    if not unread:
        return frozenset()
    spoken_of = {each.step for each in unread}
    divisions = (step.division for step in docket.steps if step.id in spoken_of)
    return lists.shared(lists.REFUSED, divisions, (each.officer for each in unread))
