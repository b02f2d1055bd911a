"""The notice to the lead agency when its route of several parts changes (NĐ 61/2018 Đ19.6)."""

from collections.abc import Collection
from itertools import groupby

from contracts.orders import Branch, RouteOrder
from contracts.procedure import Join, Stage, Task
from services.intake.domain.case.dossier import UNDER_WAY, Dossier, Step, StepState
from services.intake.domain.route.stages import stage_at_work


def tell_lead(
    before: Dossier, after: Dossier, agencies: Collection[str] = ()
) -> tuple[RouteOrder, ...]:
    """The route as it stands now, if an act changed what its lead knows of it.

    `agencies` are those that there are, empty when they are not known: a lead that is none of
    them has no desk to be told at.
    """
    if agencies and after.agency not in agencies:
        return ()
    was, now = _route(before), _route(after)
    if was == now:
        return ()
    return (now or _order(after),)


def _route(dossier: Dossier) -> RouteOrder | None:
    """None when nothing is to be led: a single part, or nothing at work."""
    stage = stage_at_work(dossier) if dossier.state in UNDER_WAY else None
    if stage is None or len(dossier.steps) == 1:
        return None
    return _order(dossier, stage)


def _order(dossier: Dossier, stage: int = -1) -> RouteOrder:
    at_work = [step for step in dossier.steps if step.stage == stage]
    return RouteOrder(
        agency=dossier.agency,
        code=dossier.code,
        procedure=dossier.procedure,
        procedure_name=dossier.procedure_name,
        stage=stage,
        join=at_work[0].join if at_work else Join.ALL,
        branches=tuple(_branch(step) for step in at_work),
        planned=_planned(dossier) if at_work else (),
    )


def _branch(step: Step) -> Branch:
    return Branch(
        step=step.id,
        agency=step.agency,
        action=step.action,
        state=step.state.value,
        due=step.due,
        decides=step.decides,
    )


def _planned(dossier: Dossier) -> tuple[Stage, ...]:
    """What has not begun, in the words of a procedure: the inverse of `route.plan`."""
    left = (step for step in dossier.steps if step.state is StepState.PLANNED)
    stages = (list(steps) for _, steps in groupby(left, key=lambda step: step.stage))
    return tuple(Stage(tasks=tuple(map(_task, each)), join=each[0].join) for each in stages)


def _task(step: Step) -> Task:
    return Task(
        agency=step.agency,
        action=step.action,
        amount=step.amount,
        unit=step.unit,
        clock=step.clock,
        on_silence=step.on_silence,
        decides=step.decides,
    )
