"""View model of the desk's pages, in Vietnamese or English: lists, and a step on one page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from foundation.errors import Error
from foundation.settings.agency_names import names_of
from foundation.web.html_pages import PageRenderer
from foundation.web.page_words import PageWords, Words
from foundation.web.translations import Language, field_words
from foundation.worktime import Calendar, local_day, to_minute, working_minutes
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.step import OPEN, DeskStepState, Step
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.work import seen

PAGES = PageRenderer(Path(__file__).resolve().parent / "templates")

LISTS: Mapping[str, Words] = {
    "mine": ("Việc của tôi", "My work"),
    "division": ("Việc của phòng", "My division"),
    "untaken": ("Chưa ai nhận", "Not taken"),
    "due_today": ("Đến hạn hôm nay", "Due today"),
    "overdue": ("Quá hạn", "Overdue"),
    "due_soon": ("Sắp đến hạn", "Due soon"),
    "waiting_citizen": ("Chờ bổ sung giấy tờ", "Waiting for papers"),
    "waiting_agency": ("Chờ cơ quan khác", "Waiting for another agency"),
    "urged": ("Giám đốc đôn đốc", "Urged by the director"),
}
ROLES: Mapping[OfficerRole, Words] = {
    OfficerRole.CLERK: ("văn thư", "records clerk"),
    OfficerRole.SPECIALIST: ("chuyên viên", "specialist"),
    OfficerRole.HEAD: ("lãnh đạo phòng", "head of division"),
    OfficerRole.LEADER: ("lãnh đạo cơ quan", "head of the agency"),
    OfficerRole.SEAL: ("đóng dấu", "seal"),
    OfficerRole.WATCHER: ("theo dõi", "watcher"),
    OfficerRole.STAFF: ("quản trị", "administrator"),
}
STATES: Mapping[DeskStepState, Words] = {
    DeskStepState.RECEIVED: ("chưa ai nhận", "not taken"),
    DeskStepState.ASSIGNED: ("đang xử lý", "at work"),
    DeskStepState.WAITING: ("chờ bổ sung giấy tờ", "waiting for papers"),
    DeskStepState.COMPLETED: ("đã xong", "done"),
    DeskStepState.REFUSED: ("đã từ chối theo quy định", "refused by law"),
    DeskStepState.WITHDRAWN: ("đã rút", "withdrawn"),
}
_NOBODY = ("chưa ai nhận", "nobody yet")
_STANDS = ("dừng tính giờ: chờ bổ sung", "clock stands: papers awaited")


@dataclass(frozen=True, kw_only=True)
class DeskWords(PageWords):
    """The translator of one page, which knows the officers too."""

    people: Mapping[str, str] = field(default_factory=dict)

    def person(self, officer: str) -> str:
        """An officer by the name in the book; by the account where there is none."""
        return self.people.get(officer, officer)

    def role(self, role: OfficerRole) -> str:
        """The role in words."""
        return self.say(ROLES[role])

    def moment(self, at: datetime) -> str:
        """A moment as people write it: `16:30 29/11/2026`, `29 November 2026, 16:30`."""
        local = to_minute(at)
        return self.say((f"{local:%H:%M %d/%m/%Y}", f"{local.day} {local:%B %Y, %H:%M}"))

    def span(self, minutes: int, a_day: int) -> str:
        """Working time in days and hours, or in hours and minutes when it is short."""
        days, rest = divmod(minutes, a_day)
        hours, left = divmod(rest, 60)
        parts = [
            (days, f"{days} ngày", f"{days} working {'day' if days == 1 else 'days'}"),
            (hours, f"{hours} giờ", f"{hours} h"),
            (0 if days else left, f"{left} phút", f"{left} min"),
        ]
        there = [words for count, *words in parts if count] or [["0 phút", "0 min"]]
        vi, en = (" ".join(each) for each in zip(*there, strict=True))
        return self.say((f"{vi} làm việc", en if days else f"{en} of working time"))


@dataclass(frozen=True, kw_only=True)
class DueStanding:
    """How a step stands against the clock: `kind` is late, today or "", `said` in words."""

    kind: str
    said: str


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """A row of a work list; `mark` is what a form carries of what was seen of its step."""

    step: str
    code: str
    procedure: str
    action: str
    due: datetime
    standing: DueStanding
    holder: str
    instead_of: str
    state: str
    urged: bool
    mark: str


def spoken(language: str, agencies: str, office: OfficerBook) -> DeskWords:
    """The words for a page; `agencies` is the path of agencies.json, or ""."""
    people = {each.id: each.name for each in office.officers}
    return DeskWords(language=language, names=names_of(agencies), people=people)


def standing(step: Step, now: datetime, calendar: Calendar, words: DeskWords) -> DueStanding:
    """How much working time is left (`còn …`) or over (`quá …`)."""
    if step.state is DeskStepState.WAITING:
        return DueStanding(kind="", said=words.say(_STANDS))
    if step.state not in OPEN:
        return DueStanding(kind="", said=words.say(STATES[step.state]))
    a_day = calendar.minutes_a_day
    if now > step.due:
        over = words.span(working_minutes(step.due, now, calendar), a_day)
        return DueStanding(kind="late", said=words.say((f"quá {over}", f"late by {over}")))
    left = words.span(working_minutes(now, step.due, calendar), a_day)
    today = "today" if local_day(now) == local_day(step.due) else ""
    return DueStanding(kind=today, said=words.say((f"còn {left}", f"{left} left")))


def row(step: Step, docket: Docket, now: datetime, calendar: Calendar, words: DeskWords) -> WorkRow:
    """A step as a row of a list; it names no applicant."""
    return WorkRow(
        step=step.id,
        code=docket.code,
        procedure=docket.procedure_name or docket.procedure,
        action=step.action,
        due=step.due,
        standing=standing(step, now, calendar, words),
        holder=holder(step, words),
        instead_of=words.person(step.standing_in) if step.standing_in else "",
        state=words.say(STATES[step.state]),
        urged=step.is_urged,
        mark=seen.mark(step),
    )


def holder(step: Step, words: DeskWords) -> str:
    """Who has it: by name; where nobody has taken it, the role with which it stands."""
    if step.officer:
        return words.person(step.officer)
    return f"{words.say(_NOBODY)} ({words.role(step.role)})"


def rows(
    found: Sequence[tuple[Step, Docket]], show: Callable[[Step, Docket], WorkRow]
) -> tuple[WorkRow, ...]:
    """The rows of a page."""
    return tuple(show(step, docket) for step, docket in found)


def errors_of(error: Error | None, language: Language, form: str = "") -> dict[str, str]:
    """What is wrong with each field of a form, or under "" with the whole.

    A field of the form is named `FORM-FIELD`; `papers.0` is a line of `papers`.
    """
    if error is None:
        return {}
    found = {
        f"{form}-{name.partition('.')[0]}" if form else name: field_words(texts[0], language)
        for name, texts in reversed(error.fields.items())
        if texts
    }
    return found or {"": error.en if language == "en" else error.vi}
