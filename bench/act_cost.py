"""What an act cost the process that does it, and the servers beside it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.command_counter import Counted, totals

OURS = "ours"


@dataclass
class Cost:
    """What an act cost one process, `times` times: counts, CPU seconds, and seconds in all."""

    act: str
    service: str
    times: int = 0
    seconds: float = 0.0
    cpu: Counter[str] = field(default_factory=Counter)
    messages: float = 0.0
    confirms: float = 0.0
    commands: list[Counted] = field(default_factory=list)

    def add(self, said: Mapping[str, Any], times: int) -> None:
        """The act was done so many times more."""
        self.times += times
        self.cpu[OURS] += said["cpu"]
        self.messages += said["messages"]
        self.confirms += said["confirms"]
        self.commands += [Counted(**each) for each in said["commands"]]

    def each(self) -> dict[str, float]:
        """Of one act: reads, writes, bytes and documents examined, messages, confirms."""
        mine = [each for each in self.commands if not each.of_the_sweep]
        whole = totals(mine) | {"messages": self.messages, "confirms": self.confirms}
        return {name: value / self.times for name, value in whole.items()}

    def milliseconds(self, idle: "Cost") -> dict[str, float]:
        """CPU of one act, ours and of the servers, less what they use to stand by for as long."""
        share = self.seconds / idle.seconds
        return {
            name: max(0.0, used - idle.cpu[name] * share) / self.times * 1000
            for name, used in self.cpu.items()
        }


Costs = Mapping[tuple[str, str], Cost]
"""By act and service."""
