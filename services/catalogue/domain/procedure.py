"""A procedure and its versions: draft, published, withdrawn.

A dossier keeps the version in force when it was received, so versions are never changed or
removed once they were published; a draft may be rewritten until it is.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.envelope import write_time
from contracts.events import ProcedurePublished, ProcedureWithdrawn
from contracts.history import Revision
from contracts.message import Message
from foundation.errors import Invalid, NotFound, Refused, Stale
from foundation.frozen import replace
from foundation.worktime import local_day
from services.catalogue.domain.content import Content
from services.catalogue.domain.feasible import must_be_feasible
from services.catalogue.domain.listing import Listing, listing
from services.catalogue.domain.words import words

CODE = re.compile(r"[1-9]\.[0-9]{6}")


class VersionState(StrEnum):
    """The state of a version; at most one is in force."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Version:
    """One wording of the procedure; moments in UTC."""

    number: int
    content: Content
    drafted: datetime
    state: VersionState = VersionState.DRAFT
    published: datetime | None = None
    withdrawn: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A procedure of the national database; `id` is its code, e.g. `1.009645`.

    `words` are the folded words of the version in force, empty when there is none: the public
    search finds by them. `listing` is the brief of the newest version that was ever in force.
    """

    id: str
    versions: tuple[Version, ...]
    listing: Listing | None = None
    words: tuple[str, ...] = ()
    public: bool = False
    revision: Revision = field(default_factory=Revision)


Change = tuple[Procedure, tuple[Message, ...]]


def draft(procedure: Procedure | None, code: str, content: Content, now: datetime) -> Procedure:
    """Add a draft version; the very same object comes back when nothing is new.

    A draft that is not published yet is rewritten, or dropped when it would say again what is
    in force; otherwise a version is added.

    Raises:
        Invalid: the code is none of the national database, `N.NNNNNN`.
    """
    must_be_a_code(code)
    if procedure is None:
        first = Version(number=1, content=content, drafted=now)
        return Procedure(id=code, versions=(first,))
    latest, current = procedure.versions[-1], _current(procedure)
    if latest.content == content and latest.state is not VersionState.WITHDRAWN:
        return procedure
    if current and current.content == content:
        return replace(procedure, versions=procedure.versions[:-1])
    if latest.state is VersionState.DRAFT:
        return _with(procedure, replace(latest, content=content, drafted=now))
    return _with(procedure, Version(number=latest.number + 1, content=content, drafted=now))


def must_be_a_code(code: str) -> None:
    """Hold a code to the shape of the national database.

    Raises:
        Invalid: it has another.
    """
    if not CODE.fullmatch(code):
        said = f"{code!r:.40}"
        raise Invalid(
            f"Mã {said} không đúng dạng: hãy viết như 1.009645.",
            f"The code {said} has a wrong shape: write it like 1.009645.",
            fields={"code": [said]},
        )


def publish(procedure: Procedure, now: datetime) -> Change:
    """Put the draft in force; with no new draft, what is in force stays and nothing is told.

    Raises:
        Refused: there is neither, or the draft cannot be followed as it is written.
    """
    latest = procedure.versions[-1]
    if latest.state is VersionState.PUBLISHED:
        return procedure, ()
    if latest.state is VersionState.WITHDRAWN:
        raise Refused(
            "Thủ tục đã bị bãi bỏ; hãy soạn bản mới trước khi công bố.",
            "The procedure is withdrawn; write a new draft before publishing it.",
        )
    must_be_feasible(latest.content, now)
    event = _published(latest)
    procedure = _replaced(procedure)
    return _with(procedure, replace(latest, state=VersionState.PUBLISHED, published=now)), (event,)


def withdraw(procedure: Procedure, now: datetime) -> Change:
    """Take the procedure out of force; running dossiers go on. Again is the same.

    Raises:
        Refused: it was never published.
    """
    current = _current(procedure)
    if current is None:
        if any(version.state is VersionState.WITHDRAWN for version in procedure.versions):
            return procedure, ()
        raise Refused("Thủ tục chưa được công bố.", "The procedure has not been published.")
    event = ProcedureWithdrawn(agency=current.content.agency, version=current.number)
    return _with(procedure, replace(current, state=VersionState.WITHDRAWN, withdrawn=now)), (event,)


def mark(procedure: Procedure) -> str:
    """What its keeper sees of it, as one text for a form to carry: `2 draft 2026-11-29T…`."""
    latest = procedure.versions[-1]
    return f"{latest.number} {latest.state.value} {write_time(latest.drafted)}"


def must_be_as_seen(procedure: Procedure, seen: str) -> None:
    """Refuse an act on a procedure that is not as it was when its keeper looked at it.

    Raises:
        Stale: somebody has written since; without a mark nothing is compared.
    """
    if seen not in ("", mark(procedure)):
        raise Stale(
            "Trong lúc ông/bà xem, thủ tục đã được sửa; chưa có gì được ghi. Xem lại rồi gửi lại.",
            "The procedure was changed while you looked at it; nothing was done. Look at it "
            "again, then send.",
        )


def in_force(procedure: Procedure) -> Version:
    """The version that new dossiers follow; NotFound when there is none."""
    current = _current(procedure)
    if current is None:
        raise NotFound("Không có thủ tục này.", "There is no such procedure.")
    return current


def _current(procedure: Procedure) -> Version | None:
    published = (
        version for version in procedure.versions if version.state is VersionState.PUBLISHED
    )
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
        fees=content.fees,
        channels=content.channels,
        at_counter=content.at_counter,
        result=content.result,
        legal_basis=content.legal_basis,
        sessions=content.sessions,
        sessions_article=content.sessions_article,
        level=content.level.value,
        illustrative=content.illustrative,
    )


def _replaced(procedure: Procedure) -> Procedure:
    current = _current(procedure)
    return _with(procedure, replace(current, state=VersionState.REPLACED)) if current else procedure


def _with(procedure: Procedure, version: Version) -> Procedure:
    others = [each for each in procedure.versions if each.number != version.number]
    versions = tuple(sorted([*others, version], key=lambda each: each.number))
    procedure = replace(procedure, versions=versions)
    current = _current(procedure)
    found_by = _found_by(procedure.id, current.content) if current else ()
    listed = _listed(procedure)
    return replace(procedure, words=found_by, public=current is not None, listing=listed)


def _listed(procedure: Procedure) -> Listing | None:
    """The brief of what is in force, else of what was last."""
    once = [each for each in procedure.versions if each.published]
    if not once:
        return None
    last = _current(procedure) or once[-1]
    withdrawn = local_day(last.withdrawn) if last.withdrawn else None
    return listing(procedure.id, last.number, last.content, withdrawn)


def _found_by(code: str, content: Content) -> tuple[str, ...]:
    return words(code, content.name, content.field, content.agency_name, content.agency)
