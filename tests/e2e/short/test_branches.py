"""What branches do to one another: late, refusing, silent, down for a day, waiting, taken back.

The chains are the file's; only their days are cut short, so that a day too late comes soon.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.agency_registry import ROUTING
from cli.dead_letters.list_and_replay import connect
from cli.embedded.rabbitmq import OPERATOR
from cli.errors import CliError
from contracts.envelope import decode, read_time
from contracts.orders import StepOrder, WithdrawOrder
from tests.e2e.short.chains import COMMUNE, Chain, chains
from tests.e2e.short.hastened import DAY, Hastened
from tests.e2e.short.travel import Journey, Region
from tests.processes import until

BLOCK = 1
OF_THREE, OF_FIVE, OF_TWO = (chains()[code] for code in ("1.013236", "1.009645", "1.005136"))
ESCALATE = {"on_silence": "escalate", "unit": "ngày làm việc", "clock": "counted"}
CONSENT = {**ESCALATE, "on_silence": "consent"}
WORKING = {"time_unit": "ngày làm việc"}
A_DAY = timedelta(days=1)

LATE = OF_THREE.cut("9.200001", task={**ESCALATE, "amount": 1}, **WORKING)
PATIENT = OF_THREE.cut("9.200002", task={**ESCALATE, "amount": 30}, **WORKING)
GOES_ON = OF_THREE.cut("9.200003", task={**ESCALATE, "amount": 30}, supplement="restart", **WORKING)
HOLDS = OF_THREE.cut(
    "9.200004", task={**ESCALATE, "amount": 30}, supplement="pause", holds_others=True, **WORKING
)
SILENT = OF_TWO.cut("9.200005", task={**CONSENT, "amount": 1}, **WORKING)
FOREIGN = OF_TWO.cut("9.200006", task={**ESCALATE, "amount": 30}, **WORKING)
AWAY = OF_FIVE.cut("9.200007", task={**ESCALATE, "amount": 30}, **WORKING)
(GONE,) = (at for at, task in enumerate(AWAY.stages[BLOCK]) if task["agency"] == COMMUNE)
THERE = sorted(set(range(5)) - {GONE})
PAPER = "Bản vẽ mặt bằng"


@pytest.fixture(scope="module")
def procedures(region: Region) -> Region:
    region.publish((LATE, PATIENT, GOES_ON, HOLDS, SILENT, FOREIGN, AWAY))
    return region


@pytest.fixture(scope="module")
def stories(procedures: Region) -> Iterator[dict[str, Future[None]]]:
    """All of them side by side, for they mostly wait; each test waits for its own."""
    told = {each.__name__: each for each in STORIES}
    with ThreadPoolExecutor(len(told)) as pool:
        yield {name: pool.submit(story, procedures) for name, story in told.items()}


def at_the_block(region: Region, chain: Chain) -> Journey:
    """A dossier whose branches have just begun."""
    journey = region.hand_in(chain)
    journey.pass_stage(0)
    journey.arrives(BLOCK)
    return journey


def wait_a_day(region: Region) -> None:
    scale = region.platform.time_scale
    end = scale.at(datetime.now(UTC)) + A_DAY
    until(lambda: scale.at(datetime.now(UTC)) > end, within=2 * DAY)


def used(shown: dict[str, Any]) -> dict[str, int]:
    return {each["who"]: each["minutes"] for each in shown["used"]}


def dues(journey: Journey) -> list[str]:
    return [each["due"] for each in journey.shown()["steps"] if each["stage"] == BLOCK]


# The stories.


def a_late_branch(region: Region) -> None:
    journey = at_the_block(region, LATE)
    journey.complete(BLOCK, 0)
    journey.complete(BLOCK, 1)
    until(lambda: journey.step(BLOCK, 2)["minutes_left"] < 0, within=5 * DAY, why="late")
    journey.complete(BLOCK, 2)
    journey.travel(since=BLOCK + 1)
    shown = journey.shown()
    late = [each["agency"] for each in shown["steps"] if each["timing"] == "late"]
    whose = LATE.stages[BLOCK][2]["agency"]
    assert late == [whose]
    assert max(used(shown), key=used(shown).__getitem__) == whose
    journey.must_be_whole(completed=5)


def a_silent_branch(region: Region) -> None:
    """Its silence is consent; what it says after that is too late, and dies nowhere."""
    journey = at_the_block(region, SILENT)
    silent = journey.desk(BLOCK, 1)
    journey.complete(BLOCK, 0)
    journey.told("dossier.consent_assumed", journey.named(BLOCK, 1))
    journey.told("step.received", journey.named(BLOCK + 1, 0))
    silent.complete(journey.dossier, journey.named(BLOCK, 1))
    silent.refuse(journey.dossier, journey.named(BLOCK, 1), "NĐ 61/2018 Đ19.8")
    silent.ask(journey.dossier, journey.named(BLOCK, 1), PAPER)
    journey.travel(since=BLOCK + 1)
    journey.must_be_numbered()


def a_refusing_branch(region: Region) -> None:
    journey = at_the_block(region, PATIENT)
    journey.complete(BLOCK, 0)
    refused = journey.named(BLOCK, 1)
    journey.desk(BLOCK, 1).refuse(journey.dossier, refused, "Luật Xây dựng 2014 Đ91")
    journey.told("step.withdrawn", journey.named(BLOCK, 2))
    journey.hand_over("refused")
    journey.must_be_whole(completed=2, refused=1, withdrawn=1)
    journey.must_be_told("da co ket qua")
    assert journey.shown()["steps"][-1]["state"] == "planned"


def a_refusal_that_crosses_another(region: Region) -> None:
    journey = at_the_block(region, FOREIGN)
    for place in (0, 1):
        journey.foreign(BLOCK, place).deaf.add(journey.dossier)
    for place in (0, 1):
        name = journey.named(BLOCK, place)
        journey.desk(BLOCK, place).refuse(journey.dossier, name, "Luật Quốc tịch 2008 Đ11")
    journey.hand_over("refused")
    journey.must_be_whole(completed=1, refused=2)


def papers_while_the_others_go_on(region: Region) -> None:
    was, now, shown = papers_for_one(region, GOES_ON)
    assert now[0] > was[0]
    assert now[1:] == was[1:]
    assert "restarted" in {each["kind"] for each in shown["ledger"]}


def papers_while_the_others_wait(region: Region) -> None:
    was, now, shown = papers_for_one(region, HOLDS)
    moved = [read_time(late) - read_time(early) for early, late in zip(was, now, strict=True)]
    assert moved[0] == moved[1] > timedelta(0)
    assert moved[2] == timedelta(0)  # it had answered before the papers came
    assert "paused" in {each["kind"] for each in shown["ledger"]}


def papers_for_one(region: Region, chain: Chain) -> tuple[list[str], list[str], dict[str, Any]]:
    """The due dates of the block before and after a day in which one agency waits for papers."""
    journey = at_the_block(region, chain)
    was, due = dues(journey), journey.shown()["due"]
    journey.desk(BLOCK, 0).ask(journey.dossier, journey.named(BLOCK, 0), PAPER)
    journey.told("dossier.supplement_requested", journey.named(BLOCK, 0))
    journey.complete(BLOCK, 2)
    wait_a_day(region)
    journey.supplement(BLOCK, 0)
    now, shown = dues(journey), journey.shown()
    assert journey.told("dossier.rescheduled")["data"] == {
        **journey.told("dossier.rescheduled")["data"],
        "was": due,
        "due": shown["due"],
    }
    assert shown["due"] > due
    assert used(shown)["applicant"] > 0
    holds = now[1] != was[1]
    if holds:
        told = journey.told("step.rescheduled", journey.named(BLOCK, 1))["data"]
        assert (told["was"], told["due"]) == (was[1], now[1])
    journey.complete(BLOCK, 1)
    journey.complete(BLOCK, 0)
    journey.travel(since=BLOCK + 1)
    journey.must_be_whole(completed=5)
    journey.must_be_told("can bo sung", "da co ket qua")
    assert len([e for e in journey.events if e["type"] == "step.rescheduled"]) == holds
    return was, now, shown


def a_withdrawal_in_the_middle(region: Region) -> None:
    journey = at_the_block(region, PATIENT)
    journey.complete(BLOCK, 0)
    journey.desk(BLOCK, 1).ask(journey.dossier, journey.named(BLOCK, 1), PAPER)
    journey.told("dossier.supplement_requested", journey.named(BLOCK, 1))
    journey.citizen.post("intake", f"/dossiers/{journey.dossier}/withdraw")
    for place in (1, 2):
        journey.told("step.withdrawn", journey.named(BLOCK, place))
        with pytest.raises(CliError, match="409"):
            journey.desk(BLOCK, place).complete(journey.dossier, journey.named(BLOCK, place))
    journey.must_be_whole(completed=2, withdrawn=2)
    journey.must_be_told("da duoc rut")
    assert journey.shown()["state"] == "withdrawn"


def a_withdrawal_that_crosses_what_agencies_say(region: Region) -> None:
    journey = at_the_block(region, FOREIGN)
    desks = [journey.foreign(BLOCK, place) for place in (0, 1)]
    for each in desks:
        each.deaf.add(journey.dossier)
    journey.citizen.post("intake", f"/dossiers/{journey.dossier}/withdraw")
    journey.told("dossier.withdrawn")
    desks[0].ask(journey.dossier, journey.named(BLOCK, 0), PAPER)
    desks[0].complete(journey.dossier, journey.named(BLOCK, 0))
    desks[1].refuse(journey.dossier, journey.named(BLOCK, 1), "Luật Quốc tịch 2008 Đ11")
    journey.told("step.completed", journey.named(BLOCK, 0))
    journey.told("step.refused", journey.named(BLOCK, 1))
    journey.must_be_whole(completed=2, refused=1)
    assert journey.shown()["state"] == "withdrawn"


def an_agency_that_is_down_for_a_day(region: Region) -> None:
    """Its orders wait in its queue, also one that was taken back; nobody else waits for it."""
    region.platform.supervisor.kill(f"{ROUTING}.{COMMUNE}")
    try:
        journeys = [region.hand_in(AWAY) for _ in range(3)]
        taken_back = while_it_is_away(region, journeys)
    finally:
        up = Hastened(region.platform.folder.root, region.platform.ports.base).motcua("up")
    assert up.returncode == 0, up.stderr
    for each in journeys:
        if each is not taken_back:
            each.arrives(BLOCK)
            each.complete(BLOCK, GONE)
            each.travel(since=BLOCK + 1)
            each.must_be_whole(completed=8)
    taken_back.told("step.withdrawn", taken_back.named(BLOCK, GONE))
    taken_back.must_be_whole(completed=5, withdrawn=1)


def while_it_is_away(region: Region, journeys: Sequence[Journey]) -> Journey:
    """The others get on; gives the dossier that was taken back."""
    for each in journeys:
        each.pass_stage(0)
        for place in THERE:
            each.told("step.received", each.named(BLOCK, place))
            each.complete(BLOCK, place)
    *staying, taken_back = journeys
    taken_back.citizen.post("intake", f"/dossiers/{taken_back.dossier}/withdraw")
    wait_a_day(region)
    waiting = [(StepOrder.TYPE, each.dossier) for each in journeys]
    taken = (WithdrawOrder.TYPE, taken_back.dossier)
    assert orders_waiting(region, f"{ROUTING}.{COMMUNE}") == {*waiting, taken}
    for each in staying:
        assert [step["stage"] for step in each.shown()["steps"] if step["state"] == "open"] == [1]
    return taken_back


def orders_waiting(region: Region, queue: str) -> set[tuple[str, str]]:
    """Type and dossier of the steps ordered and taken back in a queue, which keeps them.

    Each once, for an outbox may send twice; what else waits there (the calendar that is announced
    daily, a reminder of a date) depends on how long the machine took.
    """
    with (
        connect(region.platform.servers.broker.amqp_url(OPERATOR)) as connection,
        connection.channel() as channel,
    ):
        channel.auto_decode = False
        taken = iter(lambda: channel.basic_get(queue), None)
        orders = [decode(each.body) for each in taken]
    asked = {StepOrder.TYPE, WithdrawOrder.TYPE}
    return {(each.type, each.subject) for each in orders if each.type in asked}


STORIES: tuple[Callable[[Region], None], ...] = (
    an_agency_that_is_down_for_a_day,
    a_late_branch,
    a_silent_branch,
    a_refusing_branch,
    a_refusal_that_crosses_another,
    papers_while_the_others_go_on,
    papers_while_the_others_wait,
    a_withdrawal_in_the_middle,
    a_withdrawal_that_crosses_what_agencies_say,
)


@pytest.mark.parametrize("story", [each.__name__ for each in STORIES])
def test_what_branches_do_to_one_another(stories: dict[str, Future[None]], story: str) -> None:
    stories[story].result(200)
