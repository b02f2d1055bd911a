"""Intake's own copy of the published procedures: what a dossier needs and where it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contracts.events import ProcedurePublished, ProcedureWithdrawn
from contracts.history import Revision
from contracts.law import LawRule
from contracts.procedure import (
    AtCounter,
    Collected,
    Fee,
    Paper,
    Session,
    Stage,
    TimeLimit,
    Unit,
)
from foundation.errors import Duplicate, Invalid, Refused
from foundation.fillable import must_fit
from foundation.frozen import replace
from foundation.law import cite
from services.intake.domain.case.paper_names import each_spelled, spelled

UNTIMED = TimeLimit(unit=Unit.NONE)


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A procedure, in its newest version: `published` and `withdrawn` are the newest of each.

    `sessions` are those in which the counter takes it, by `sessions_article`; none is all day.
    `level` is whose procedure it is: central, province, district or commune; "" as older ones are.
    """

    id: str
    revision: Revision = Revision()
    published: int = 0
    withdrawn: int = 0
    agency: str = ""
    name: str = ""
    field: str = ""
    time: TimeLimit = UNTIMED
    fees: tuple[Fee, ...] = ()
    channels: tuple[str, ...] = ()
    at_counter: AtCounter = AtCounter.FORWARDED
    result: str = ""
    papers: tuple[Paper, ...] = ()
    route: tuple[Stage, ...] = ()
    sessions: tuple[Session, ...] = ()
    sessions_article: str = ""
    level: str = ""

    @property
    def in_force(self) -> bool:
        """Whether new dossiers may be handed in."""
        return self.published > self.withdrawn


def publish(procedure: Procedure, event: ProcedurePublished) -> tuple[Procedure, tuple[()]]:
    """Learn a version; the versions may be told in any order.

    Raises:
        Duplicate: this or a newer version is known.
        Invalid: the version names no agency to go to, or a form that cannot be shown here.
    """
    if event.version <= procedure.published:
        raise Duplicate(
            "Đã có phiên bản này hoặc mới hơn.", "This version, or a newer one, is known already."
        )
    forwarded = event.at_counter is AtCounter.FORWARDED
    if (forwarded and not event.route) or not all(stage.tasks for stage in event.route):
        raise Invalid(
            "Quy trình của thủ tục có giai đoạn không giao cho cơ quan nào.",
            "A stage of the procedure's route is given to no agency.",
        )
    for paper in (each for each in event.papers if each.form):
        must_fit(paper.form)
    learnt = replace(
        procedure,
        published=event.version,
        agency=event.agency,
        name=event.name,
        field=event.field,
        time=event.time,
        fees=event.fees,
        channels=event.channels,
        at_counter=event.at_counter,
        result=event.result,
        papers=event.papers,
        route=event.route,
        sessions=event.sessions,
        sessions_article=event.sessions_article,
        level=event.level,
    )
    return learnt, ()


def withdraw(procedure: Procedure, event: ProcedureWithdrawn) -> tuple[Procedure, tuple[()]]:
    """Take no more dossiers on this version or an older one.

    Raises:
        Duplicate: it is known to be out of force.
    """
    if event.version <= procedure.withdrawn:
        raise Duplicate(
            "Phiên bản này đã được bãi bỏ.", "This version was taken out of force before."
        )
    return replace(procedure, withdrawn=event.version), ()


def must_be_in_force(procedure: Procedure, now: datetime) -> None:
    """Hold a submission to a procedure that is in force.

    Raises:
        Refused: it is not.
    """
    if not procedure.in_force:
        raise Refused(
            f"Thủ tục {procedure.id} không còn hiệu lực; xin chọn thủ tục khác.",
            f"The procedure {procedure.id} is not in force; please choose another.",
            article=cite(LawRule.COMPLETE, now),
        )


def must_take(procedure: Procedure, channel: str, now: datetime) -> None:
    """Hold a submission to the channels the procedure is open to (Đ16).

    Raises:
        Refused: it is not open to this one; says which it is open to.
    """
    # A kiosk hands in by file: what may come online may come from there.
    open_to = {*procedure.channels, *("kiosk" for each in procedure.channels if each == "online")}
    if procedure.channels and channel not in open_to:
        listed = ", ".join(procedure.channels)
        raise Refused(
            f"Thủ tục này không nhận qua kênh đã chọn; xin nộp qua: {listed}.",
            f"This procedure is not open to that channel; please hand in by: {listed}.",
            article=cite(LawRule.CHANNELS, now),
            fields={"channel": list(procedure.channels)},
        )


def required_papers(procedure: Procedure, case: str) -> tuple[str, ...]:
    """The papers a dossier must hold, in the procedure's order.

    Raises:
        Invalid: the procedure does not know the case, or has several and none was named.
    """
    cases = cases_of(procedure)
    named = _named(cases, case)
    if named not in cases and (named or cases):
        listed = "; ".join(cases)
        raise Invalid(
            f"Xin chọn trường hợp của hồ sơ: {listed}.",
            f"Please name the case of the dossier: {listed}.",
            fields={"case": cases},
        )
    return tuple(
        spelled(paper.name)
        for paper in procedure.papers
        if paper.required and spelled(paper.case) in ("", named)
    )


def fees_of(procedure: Procedure, case: str, collected: Collected) -> tuple[Fee, ...]:
    """The fees of a case that are to be paid before, or after; what is free is no fee."""
    named = _named(cases_of(procedure), case)
    return tuple(
        fee
        for fee in procedure.fees
        if fee.amount and fee.collected is collected and spelled(fee.case) in ("", named)
    )


def cases_of(procedure: Procedure) -> tuple[str, ...]:
    """The cases the procedure tells apart, in its order."""
    named = [paper.case for paper in procedure.papers] + [fee.case for fee in procedure.fees]
    return tuple(case for case in each_spelled(named) if case)


def _named(cases: tuple[str, ...], case: str) -> str:
    """A procedure that knows one case only does not ask which it is."""
    return spelled(case) or (cases[0] if len(cases) == 1 else "")


def must_know_papers(procedure: Procedure, names: Iterable[str]) -> None:
    """Hold the papers handed in to those the procedure speaks of.

    Raises:
        Invalid: a name is not the procedure's.
    """
    known = {spelled(paper.name) for paper in procedure.papers}
    strange = [name for name in names if spelled(name) not in known]
    if strange:
        raise Invalid(
            "Có giấy tờ không thuộc thành phần hồ sơ của thủ tục này.",
            "A paper is not one that this procedure asks for.",
            fields={"documents": strange},
        )
