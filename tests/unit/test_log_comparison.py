"""`motcua verify` beside a working platform: no false alarm, and nothing that is lost passes."""

from hypothesis import given
from hypothesis import strategies as st

from cli.keeping.log_comparison import LogComparison

PLACE = "intake/dossiers/d"


class World:
    """Histories and a log, changed in between by what a platform does in its order."""

    def __init__(self, events: int) -> None:
        self.histories: list[str] = []
        self.log: list[str] = []
        self.coming = [f"motcua:intake {number}" for number in range(events)]

    def work(self, steps: list[bool]) -> None:
        """True writes the next state with its history entry, False logs the oldest unlogged."""
        for write in steps:
            if write and self.coming:
                self.histories.append(self.coming.pop(0))
            elif not write and len(self.log) < len(self.histories):
                self.log.append(self.histories[len(self.log)])

    def finish(self) -> None:
        self.work([False] * len(self.histories))


def verified(
    world: World, between: list[list[bool]], lost: str = "", forged: str = "", cut: str = ""
) -> tuple[list[str], list[str]]:
    """What verify names as missing and as extra; the platform works `between` its steps."""
    log = [*world.log, forged] if forged else world.log
    log = [each for each in log if each != lost]
    end = len(log)
    world.work(between[0])
    comparison = LogComparison()
    for entry in [each for each in world.histories if each != cut]:
        comparison.add({entry: PLACE}, {each for each in world.log if each != lost})
        world.work(between[1])
    world.finish()
    comparison.arrived(each for each in world.log if each != lost)
    extra = comparison.without_history((each, each) for each in log[:end])
    return list(comparison.pending), list(extra)


steps = st.lists(st.booleans(), max_size=20)
worlds = st.integers(0, 12).flatmap(
    lambda events: st.builds(lambda before: _after(events, before), steps)
)


def _after(events: int, before: list[bool]) -> World:
    world = World(events)
    world.work(before)
    return world


@given(world=worlds, between=st.tuples(steps, steps))
def test_a_working_platform_raises_no_alarm(
    world: World, between: tuple[list[bool], list[bool]]
) -> None:
    assert verified(world, list(between)) == ([], [])


@given(world=worlds, between=st.tuples(steps, steps), data=st.data())
def test_each_loss_and_forgery_is_named(
    world: World, between: tuple[list[bool], list[bool]], data: st.DataObject
) -> None:
    forged = "motcua:intake forged"
    lost = data.draw(st.sampled_from(world.histories)) if world.histories else ""
    missing, extra = verified(world, list(between), lost=lost, forged=forged)
    assert missing == ([lost] if lost else [])
    assert extra == [forged]


@given(world=worlds, between=st.tuples(steps, steps), data=st.data())
def test_an_event_whose_history_was_cut_is_named(
    world: World, between: tuple[list[bool], list[bool]], data: st.DataObject
) -> None:
    if not world.log:
        return
    cut = data.draw(st.sampled_from(world.log))
    assert verified(world, list(between), cut=cut) == ([], [cut])
