"""Agencies that end and those that take over: where a dossier received on a day is sent.

A dossier keeps the route that it was received with. An agency's end bears on what is handed in or
received after its last day; what the agency has at its desk stays there until it is finished.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.events import AgencyChanged
from contracts.history import Revision
from contracts.procedure import Stage, Task
from foundation.errors import Duplicate, Refused
from foundation.frozen import replace
from services.intake.domain.case.procedure import Procedure

DISTRICT = "district"
DISTRICTS_UNTIL = date(2025, 6, 30)
"""The last day of the districts: since 1/7/2025 there are provinces and communes alone."""
TWO_TIERS = "Luật Tổ chức chính quyền địa phương 2025"


@dataclass(frozen=True, kw_only=True)
class KnownAgency:
    """What the catalogue told of an agency, in its newest `edition`; `until` is its last day."""

    id: str
    edition: int = 0
    name_vi: str = ""
    name_en: str = ""
    level: str = ""
    until: date | None = None
    successors: tuple[str, ...] = ()
    revision: Revision = Revision()

    def ended(self, day: date) -> bool:
        """Whether it is gone on a day."""
        return self.until is not None and self.until < day


Agencies = Mapping[str, KnownAgency]


def learn_agency(known: KnownAgency, event: AgencyChanged) -> tuple[KnownAgency, tuple[()]]:
    """Learn what the catalogue says of an agency; editions may be told in any order.

    Raises:
        Duplicate: this edition or a newer one is known.
    """
    if event.edition <= known.edition:
        raise Duplicate(
            "Đã biết bản này hoặc bản mới hơn.", "This edition, or a newer one, is known already."
        )
    learnt = replace(
        known,
        edition=event.edition,
        name_vi=event.name_vi,
        name_en=event.name_en,
        level=event.level,
        until=date.fromisoformat(event.until) if event.until else None,
        successors=event.successors,
    )
    return learnt, ()


def succeeded_by(agencies: Agencies, code: str, day: date) -> tuple[str, ...]:
    """Who does an agency's work on a day: itself, its one successor, several, or nobody."""
    found: dict[str, None] = {}
    seen, going = {code}, [code]
    while going:
        at = going.pop(0)
        known = agencies.get(at)
        if known is None or not known.ended(day):
            found[at] = None
            continue
        going += [each for each in known.successors if each not in seen]
        seen |= {*known.successors}
    return tuple(found)


def as_of(procedure: Procedure, agencies: Agencies, day: date) -> Procedure:
    """The procedure with those who do its work on a day, for what is handed in or received then.

    Raises:
        Refused: it is a district's, and there are no districts any more; or an agency went and not
            one other took over. The message names who did, if anybody, for the procedure to be
            published anew.
    """
    _must_not_be_a_districts(procedure, agencies, day)
    agency = _one(agencies, procedure.agency, day)
    route = tuple(
        replace(stage, tasks=tuple(_task(agencies, task, day) for task in stage.tasks))
        for stage in procedure.route
    )
    if (agency, route) == (procedure.agency, procedure.route):
        return procedure
    return replace(procedure, agency=agency, route=_without_repeats(route))


def _must_not_be_a_districts(procedure: Procedure, agencies: Agencies, day: date) -> None:
    known = agencies.get(procedure.agency)
    district = procedure.level == DISTRICT or (known is not None and known.level == DISTRICT)
    if not district or day <= DISTRICTS_UNTIL:
        return
    after = succeeded_by(agencies, procedure.agency, day)
    left = [each for each in after if each != procedure.agency]
    vi, en = _names(agencies, left)
    raise Refused(
        "Từ ngày 1/7/2025 không còn cấp huyện, nên thủ tục này không được tiếp nhận nữa. "
        + (
            f"Nay do {vi} giải quyết: xin chọn thủ tục của cơ quan đó."
            if left
            else "Xin chọn thủ tục của cấp xã hoặc cấp tỉnh."
        ),
        "Since 1/7/2025 there are no districts, so this procedure is not taken any more. "
        + (
            f"It is now with {en}: please choose that agency's procedure."
            if left
            else "Please choose the procedure of the commune or the province."
        ),
        article=TWO_TIERS,
        fields={"agency": [procedure.agency], "successors": left},
    )


def _one(agencies: Agencies, code: str, day: date) -> str:
    after = succeeded_by(agencies, code, day)
    if len(after) == 1:
        return after[0]
    vi, en = _names(agencies, (code,))
    after_vi, after_en = _names(agencies, after)
    raise Refused(
        f"{vi} đã kết thúc hoạt động, "
        + (f"việc được chia cho {after_vi}" if after else "chưa có cơ quan kế nhiệm")
        + ": cần công bố lại thủ tục với cơ quan giải quyết mới.",
        f"{en} has ended, "
        + (f"and its work was divided among {after_en}" if after else "and nobody took over yet")
        + ": the procedure must be published anew with the agency that handles it.",
        fields={"agency": [code], "successors": list(after)},
    )


def _task(agencies: Agencies, task: Task, day: date) -> Task:
    return replace(task, agency=_one(agencies, task.agency, day))


def _without_repeats(route: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Route in which no stage gives one agency the very same task twice, as mergers may make it."""
    return tuple(replace(stage, tasks=tuple(dict.fromkeys(stage.tasks))) for stage in route)


def _names(agencies: Agencies, codes: tuple[str, ...] | list[str]) -> tuple[str, str]:
    known = [agencies.get(each, KnownAgency(id=each)) for each in codes]
    vi = [each.name_vi or each.id for each in known]
    en = [each.name_en or each.name_vi or each.id for each in known]
    return ", ".join(vi), ", ".join(en)
