"""View model of the catalogue's pages: a procedure in the words of people, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from contracts.procedure import Collected, Fee, Paper, Session, StepClock, Task, TimeLimit, Unit
from foundation.settings.agency_names import Names
from foundation.web.html_pages import PageRenderer
from foundation.web.page_words import Words, money
from foundation.worktime import local_day
from services.catalogue.domain.content import Content, ContentPart, OnlineLevel
from services.catalogue.domain.listing import Page
from services.catalogue.domain.online import partial_reason
from services.catalogue.domain.procedure import Procedure, Version, in_force
from services.catalogue.schemas import ProcedureSearch

PAGES = PageRenderer(Path(__file__).resolve().parent / "templates")

_UNITS: Mapping[Unit, Words] = {
    Unit.WORKING_DAYS: ("{n} ngày làm việc", "{n} working days"),
    Unit.HALF_DAYS: ("{n} nửa ngày làm việc", "{n} half working days"),
    Unit.CALENDAR_DAYS: ("{n} ngày", "{n} days"),
    Unit.HOURS: ("{n} giờ làm việc", "{n} working hours"),
    Unit.SAME_DAY: ("trong ngày làm việc", "on the same working day"),
    Unit.NONE: ("không quy định thời hạn", "no time limit is set"),
}
_ONE: Mapping[Unit, str] = {
    Unit.WORKING_DAYS: "1 working day",
    Unit.HALF_DAYS: "half a working day",
    Unit.CALENDAR_DAYS: "1 day",
    Unit.HOURS: "1 working hour",
}
ONLINE: Mapping[OnlineLevel, Words] = {
    OnlineLevel.FULL: ("Trực tuyến toàn trình", "Online in full"),
    OnlineLevel.PARTIAL: ("Trực tuyến một phần", "Online in part"),
    OnlineLevel.INFORMATION: ("Cung cấp thông tin", "To read about online"),
}
CHANNELS: Mapping[str, Words] = {
    "counter": ("Tại quầy của Trung tâm", "At the counter of the centre"),
    "online": ("Trực tuyến", "Online"),
    "post": ("Qua bưu chính công ích", "By post"),
    "kiosk": ("Tại ki-ốt", "At a kiosk"),
}
SESSIONS: Mapping[Session, Words] = {
    Session.MORNING: ("buổi sáng", "in the morning"),
    Session.AFTERNOON: ("buổi chiều", "in the afternoon"),
}
UNVERIFIED: Mapping[ContentPart, Words] = {
    ContentPart.TIME: ("thời hạn", "the time limit"),
    ContentPart.PAPERS: ("thành phần hồ sơ", "the papers"),
    ContentPart.FEES: ("phí, lệ phí", "the fees"),
    ContentPart.ONLINE_LEVEL: ("mức độ trực tuyến", "how much is online"),
    ContentPart.AGENCIES: ("cơ quan tham gia", "the agencies that take part"),
}


@dataclass(frozen=True)
class CasePapers:
    """The papers of one case; the case "" is every case."""

    case: str
    papers: tuple[Paper, ...]


def searched(asked: ProcedureSearch, page: Page, query: Mapping[str, str]) -> dict[str, Any]:
    """What the page of a search shows; its links keep what was asked for, and the language."""
    kept = {name: query[name] for name in ("query", "lang") if query.get(name)}
    narrowed = kept | {name: query[name] for name in ("field", "agency") if query.get(name)}
    return {
        "asked": asked,
        "page": page,
        "kept": kept,
        "narrowed": narrowed,
        "view": VIEW,
    }


def explained(procedure: Procedure, names: Names, now: datetime) -> dict[str, Any]:
    """What the page of a procedure shows: the version in force.

    Raises:
        NotFound: none is in force.
    """
    return described(procedure.id, in_force(procedure), names, now)


def described(code: str, version: Version, names: Names, now: datetime) -> dict[str, Any]:
    """What the page of a version shows."""
    content = version.content
    return {
        "code": code,
        "version": version,
        "papers": by_case(content.papers),
        "unsure": unsure(content),
        "reason": partial_reason(content, now),
        "agency": lambda code: names.get(code, {}).get("vi", code),
        "view": VIEW,
    }


def day_of(at: datetime) -> str:
    """A day as people write it: `29/11/2026`."""
    return f"{local_day(at):%d/%m/%Y}"


def length(amount: int, unit: Unit) -> Words:
    """So many of a unit, as people say it."""
    vi, en = (text.format(n=amount) for text in _UNITS[unit])
    return vi, _ONE.get(unit, en) if amount == 1 else en


def time_of(time: TimeLimit) -> Words:
    """How long the procedure takes."""
    return length(time.amount, time.unit)


def task_time(task: Task) -> Words:
    """How long an agency has; what stops the clock says so."""
    vi, en = length(task.amount, task.unit)
    if task.clock is StepClock.PAUSED:
        return f"{vi}, không tính vào thời hạn", f"{en}, not counted"
    return vi, en


def copies_of(paper: Paper) -> Words:
    """How many of a paper are handed in, as originals and as copies."""
    counts = ((paper.originals, "bản chính", "original"), (paper.copies, "bản sao", "copy"))
    said = [(f"{n} {vi}", f"{n} {_plural(en, n)}") for n, vi, en in counts if n]
    return ", ".join(vi for vi, _ in said), ", ".join(en for _, en in said)


def when_paid(fee: Fee) -> Words:
    """When a fee is paid."""
    if fee.collected is Collected.BEFORE:
        return "nộp khi nộp hồ sơ", "paid when the dossier is handed in"
    return "nộp trước khi nhận kết quả", "paid before the result is handed over"


def by_case(papers: Sequence[Paper]) -> tuple[CasePapers, ...]:
    """The papers in groups, those of every case first."""
    first = sorted(papers, key=lambda each: each.case != "")
    return tuple(
        CasePapers(case, tuple(found)) for case, found in groupby(first, key=lambda each: each.case)
    )


def unsure(content: Content) -> tuple[Words, ...]:
    """The parts that no source confirms."""
    return tuple(UNVERIFIED[each] for each in content.unverified)


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


VIEW: Mapping[str, Any] = MappingProxyType(
    {
        "CHANNELS": CHANNELS,
        "ONLINE": ONLINE,
        "SESSIONS": SESSIONS,
        "copies_of": copies_of,
        "money": money,
        "task_time": task_time,
        "time_of": time_of,
        "when_paid": when_paid,
    }
)
"""What the templates say things with."""
