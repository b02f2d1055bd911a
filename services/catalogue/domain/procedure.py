"""A procedure and its versions: draft, published, withdrawn.

A dossier keeps the version in force when it was received, so versions are never changed or
removed once they were published; a draft may be rewritten until it is.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.events import ProcedurePublished, ProcedureWithdrawn
from contracts.history import Kept
from contracts.message import Message
from contracts.procedure import Paper, Stage, TimeLimit, Unit
from foundation.errors import NotFound, Refused
from services.catalogue.domain.words import spelled, words


class State(StrEnum):
    """Where a version stands; at most one is in force."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a procedure says; `agency` is the code of the agency in charge."""

    name: str
    field: str
    agency: str
    agency_name: str
    time: TimeLimit
    papers: tuple[Paper, ...] = ()
    route: tuple[Stage, ...] = ()
    result: str = ""
    legal_basis: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Version:
    """One wording of the procedure; moments in UTC."""

    number: int
    content: Content
    drafted: datetime
    state: State = State.DRAFT
    published: datetime | None = None
    withdrawn: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A procedure of the national database; `id` is its code, e.g. `1.009645`.

    `words` are the folded words of the version in force, empty when there is none: the public
    search finds by them.
    """

    id: str
    versions: tuple[Version, ...]
    words: tuple[str, ...] = ()
    public: bool = False
    kept: Kept = field(default_factory=Kept)


Change = tuple[Procedure, tuple[Message, ...]]


def draft(procedure: Procedure | None, code: str, content: Content, now: datetime) -> Procedure:
    """Write down a new wording; the very same object comes back when nothing is new.

    A draft that is not published yet is rewritten, or dropped when it would say again what is
    in force; otherwise a version is added.
    """
    if procedure is None:
        first = Version(number=1, content=content, drafted=now)
        return Procedure(id=code, versions=(first,))
    latest, current = procedure.versions[-1], _current(procedure)
    if latest.content == content and latest.state is not State.WITHDRAWN:
        return procedure
    if current and current.content == content:
        return replace(procedure, versions=procedure.versions[:-1])
    if latest.state is State.DRAFT:
        return _with(procedure, replace(latest, content=content, drafted=now))
    return _with(procedure, Version(number=latest.number + 1, content=content, drafted=now))


def publish(procedure: Procedure, now: datetime) -> Change:
    """Put the draft in force; with no new draft, what is in force stays and nothing is told.

    Raises:
        Refused: there is neither, or the draft cannot be followed as it is written.
    """
    latest = procedure.versions[-1]
    if latest.state is State.PUBLISHED:
        return procedure, ()
    if latest.state is State.WITHDRAWN:
        raise Refused(
            "Thủ tục đã bị bãi bỏ; hãy soạn bản mới trước khi công bố.",
            "The procedure is withdrawn; write a new draft before publishing it.",
        )
    _must_be_countable(latest.content)
    _must_have_a_way(latest.content)
    event = _published(latest)
    procedure = _replaced(procedure)
    return _with(procedure, replace(latest, state=State.PUBLISHED, published=now)), (event,)


def withdraw(procedure: Procedure, now: datetime) -> Change:
    """Take the procedure out of force; running dossiers go on. Again is the same.

    Raises:
        Refused: it was never published.
    """
    current = _current(procedure)
    if current is None:
        if any(version.state is State.WITHDRAWN for version in procedure.versions):
            return procedure, ()
        raise Refused("Thủ tục chưa được công bố.", "The procedure has not been published.")
    event = ProcedureWithdrawn(agency=current.content.agency, version=current.number)
    return _with(procedure, replace(current, state=State.WITHDRAWN, withdrawn=now)), (event,)


def in_force(procedure: Procedure) -> Version:
    """The version that new dossiers follow; NotFound when there is none."""
    current = _current(procedure)
    if current is None:
        raise NotFound("Không có thủ tục này.", "There is no such procedure.")
    return current


def ranked(procedures: list[Procedure], query: str) -> list[Procedure]:
    """Those whose name says the query word for word first, then by name."""

    def place(procedure: Procedure) -> tuple[bool, str]:
        name = " ".join(spelled(in_force(procedure).content.name))
        return " ".join(spelled(query)) not in name, name

    return sorted(procedures, key=place)


def _current(procedure: Procedure) -> Version | None:
    published = (version for version in procedure.versions if version.state is State.PUBLISHED)
    return next(published, None)


def _published(version: Version) -> ProcedurePublished:
    content = version.content
    return ProcedurePublished(
        agency=content.agency,
        version=version.number,
        name=content.name,
        field=content.field,
        time=content.time,
        papers=content.papers,
        route=content.route,
        result=content.result,
        legal_basis=content.legal_basis,
    )


def _must_be_countable(content: Content) -> None:
    if content.time.unit is not Unit.WORKING_DAYS:
        raise Refused(
            f"Thời hạn {content.time.amount} ngày tính theo lịch; hiện chỉ công bố được thủ tục "
            "tính theo ngày làm việc. Thủ tục được giữ ở dạng bản soạn.",
            f"The limit of {content.time.amount} days is counted by the calendar; only procedures "
            "counted in working days can be published so far. It is kept as a draft.",
        )


def _must_have_a_way(content: Content) -> None:
    if not content.route:
        raise Refused(
            "Thủ tục chưa có quy trình qua các cơ quan.", "The procedure has no route yet."
        )
    deciding = [task for stage in content.route for task in stage.tasks if task.decides]
    last = content.route[-1].tasks
    if len(deciding) != 1 or deciding[0] not in last or len(last) != 1:
        raise Refused(
            "Đúng một cơ quan phải quyết định, một mình ở bước cuối.",
            "Exactly one agency must decide, alone in the last stage.",
        )
    days = sum(max(task.amount for task in stage.tasks) for stage in content.route)
    if days > content.time.amount:
        raise Refused(
            f"Các bước cần {days} ngày, thời hạn chỉ có {content.time.amount}.",
            f"The stages take {days} days, the limit is {content.time.amount}.",
        )


def _replaced(procedure: Procedure) -> Procedure:
    current = _current(procedure)
    return _with(procedure, replace(current, state=State.REPLACED)) if current else procedure


def _with(procedure: Procedure, version: Version) -> Procedure:
    others = [each for each in procedure.versions if each.number != version.number]
    versions = tuple(sorted([*others, version], key=lambda each: each.number))
    procedure = replace(procedure, versions=versions)
    current = _current(procedure)
    found_by = _found_by(procedure.id, current.content) if current else ()
    return replace(procedure, words=found_by, public=current is not None)


def _found_by(code: str, content: Content) -> tuple[str, ...]:
    return words(code, content.name, content.field, content.agency_name, content.agency)
