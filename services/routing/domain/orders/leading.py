"""Decisions of the agency that leads a dossier's route (NĐ 61/2018 Đ19.6).

The desk knows the route from the centre's orders; the centre has the last word, since an answer
or a new stage may be on its way. Until it has spoken, nothing else is asked of it.
"""

from datetime import datetime

from contracts.events import StageEnded, StageReordered
from contracts.law import LawRule
from contracts.orders import Branch, RouteOrder
from contracts.procedure import Join, Stage, deciding
from contracts.replies import ProceedReply, RerouteReply
from foundation.as_seen import Facts, SeenThing
from foundation.errors import Forbidden, Invalid, Refused
from foundation.frozen import replace
from services.routing.domain.docket.docket import Change, Docket, settled
from services.routing.domain.docket.route import LeadRequest, LedRoute
from services.routing.domain.orders.inward import opened
from services.routing.domain.staff.act import OfficerAct, must_be_ours
from services.routing.domain.staff.officers import SIMPLE, AgencyProcess
from services.routing.domain.staff.roles import Right


def lead(
    docket: Docket | None,
    dossier: str,
    order: RouteOrder,
    now: datetime,
    *,
    agency: str,
    number: int,
    way: AgencyProcess = SIMPLE,
) -> Change:
    """Note how the route stands now; of two such orders the later one counts.

    The lead may have no step of its own yet: then this opens the docket.

    Raises:
        Forbidden: the order is another agency's.
    """
    must_be_ours(order.agency, agency)
    docket = docket or opened(dossier, order, now)
    before = docket.route
    if before and number <= before.dated:
        return docket, ()
    route = LedRoute(
        dated=number,
        stage=order.stage,
        join=order.join,
        branches=order.branches,
        planned=order.planned,
        division=way.division,
    )
    asked = before.asked if before and not _done(before.asked, route, agency) else None
    return settled(replace(docket, route=replace(route, asked=asked))), ()


def proceed(docket: Docket, act: OfficerAct, stage: int) -> Change:
    """Ask the centre to go on without the branches that have not answered.

    What the lead itself has in the stage stays to be done.

    Raises:
        Forbidden: the officer is neither a head nor has a step of this dossier.
        Refused: the stage is over or not the lead's to end, nobody is out, or the centre is asked
            already.
    """
    route = must_end(docket, act, stage)
    asked = LeadRequest(officer=act.officer, at=act.now, stage=stage)
    return settled(replace(docket, route=replace(route, asked=asked))), (
        StageEnded(agency=docket.agency, stage=stage),
        ProceedReply(agency=docket.agency, stage=stage),
    )


def must_end(docket: Docket, act: OfficerAct, stage: int) -> LedRoute:
    """The route, if this officer may end its stage now.

    Raises:
        Forbidden, Refused: as `proceed`.
    """
    route = must_lead(docket, act, stage)
    out = _others(route, docket.agency)
    if not out:
        raise Refused(
            "Các cơ quan khác đã trả lời: không còn cơ quan nào để thôi chờ.",
            "The other agencies have answered: there is nobody to wait for no longer.",
            article=docket.by(LawRule.ROUTE, act.now),
        )
    if route.join is not Join.LEAD or any(each.decides for each in out):
        raise Refused(
            "Giai đoạn này không do cơ quan chủ trì quyết định kết thúc.",
            "This stage is not the lead agency's to end.",
            article=docket.by(LawRule.ROUTE, act.now),
        )
    return route


def reroute(docket: Docket, act: OfficerAct, stage: int, stages: tuple[Stage, ...]) -> Change:
    """Order anew what comes after the stage at work; what has begun stays as it is.

    Raises:
        Forbidden: as `proceed`.
        Refused: the stage is over, nothing is left that has not begun, that is the order already,
            or the centre is asked already.
        Invalid: the last stage is not the decision, alone, of the agency that was to decide.
    """
    route = must_order_anew(docket, act, stage)
    _must_keep_the_decision(docket, act, route.planned, stages)
    if stages == route.planned:
        raise Refused(
            "Thứ tự này đã có.",
            "That is the order already.",
            article=docket.by(LawRule.ROUTE, act.now),
        )
    asked = LeadRequest(officer=act.officer, at=act.now, stage=stage, stages=stages)
    agencies = tuple(task.agency for each in stages for task in each.tasks)
    return settled(replace(docket, route=replace(route, asked=asked))), (
        StageReordered(agency=docket.agency, stage=stage, agencies=agencies),
        RerouteReply(agency=docket.agency, stages=stages, stage=stage),
    )


def must_order_anew(docket: Docket, act: OfficerAct, stage: int) -> LedRoute:
    """The route, if this officer may order anew what comes after the stage.

    Raises:
        Forbidden, Refused: as `reroute`.
    """
    route = must_lead(docket, act, stage)
    if not route.planned:
        raise Refused(
            "Không còn bước nào chưa bắt đầu để sắp xếp lại.",
            "There is nothing left that has not begun.",
            article=docket.by(LawRule.ROUTE, act.now),
        )
    return route


def must_lead(docket: Docket, act: OfficerAct, stage: int) -> LedRoute:
    """The route, if this officer may decide of it and the centre is not asked already.

    Raises:
        Forbidden, Refused: as `proceed`.
    """
    has_step = any(step.officer == act.officer for step in docket.steps)
    if not act.may(Right.SHARE) and not (has_step and act.may(Right.WORK)):
        raise Forbidden(
            "Chỉ lãnh đạo hoặc cán bộ đang xử lý hồ sơ của cơ quan chủ trì được quyết định.",
            "Only a head of the lead agency, or the officer who has its step, may decide this.",
            article=docket.by(LawRule.ROUTE, act.now),
        )
    route = docket.route
    if route is None or route.stage != stage or not route.alive:
        raise Refused(
            "Cơ quan không chủ trì giai đoạn này, hoặc giai đoạn đã kết thúc; xin xem lại.",
            "The agency does not lead this stage, or the stage is over; look again.",
            article=docket.by(LawRule.ROUTE, act.now),
        )
    if route.asked:
        raise Refused(
            "Đã gửi quyết định cho Trung tâm; xin chờ trả lời.",
            "The centre was asked already; wait for its word.",
            article=docket.by(LawRule.ROUTE, act.now),
        )
    return route


def _must_keep_the_decision(
    docket: Docket, act: OfficerAct, planned: tuple[Stage, ...], stages: tuple[Stage, ...]
) -> None:
    """Refuse stages that would change who decides: the procedure says that, not the lead."""
    was, task = deciding(planned), deciding(stages)
    if task is None or (was and task.agency != was.agency):
        agency = was.agency if was else ""
        raise Invalid(
            f"Bước cuối phải do một mình cơ quan quyết định ({agency}) thực hiện.",
            f"The last stage must be the decision, alone, and of {agency}.",
            article=docket.by(LawRule.ROUTE, act.now),
            fields={"stages": [agency]},
        )


def _done(asked: LeadRequest | None, route: LedRoute, agency: str) -> bool:
    """Whether the centre has done what it was asked for, or can do it no more."""
    if asked is None or route.stage != asked.stage:
        return True
    return route.planned == asked.stages if asked.stages else not _others(route, agency)


def route_facts(docket: Docket) -> Facts:
    """What decides how the lead acts on its route, by name; nothing where it leads none."""
    route = docket.route
    if route is None or not route.alive:
        return {}
    return {
        "stage": str(route.stage),
        "join": route.join.value,
        "branches": ", ".join(f"{each.agency}: {each.state}" for each in route.branches),
        "planned": "; ".join(map(_in_short, route.planned)),
        "asked": route.asked.officer if route.asked else "",
    }


def _in_short(stage: Stage) -> str:
    tasks = (f"{task.agency} ({task.action}, {task.amount})" for task in stage.tasks)
    return " + ".join(" ".join(each.split()) for each in tasks)


def _others(route: LedRoute, agency: str) -> list[Branch]:
    return [each for each in route.out if each.agency != agency]


ROUTE_SEEN = SeenThing("tuyến xử lý", "The route", route_facts)
