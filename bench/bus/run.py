"""`bench bus`: the throughput of motcua and other libraries, in turns on one broker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from bench.bus.event import PREFETCH
from bench.child_process import ChildProcess, child_processes
from bench.report import Report, median_of_ratios
from bench.servers import BenchServers, bench_servers

OURS = "motcua"
VHOST = "quorum"
WARM = 500
TRIAL = 2000
LONGEST = 120.0  # seconds for one round of one side
GOALS = {"nameko": 3.0, "faststream": 2.5, "bare": 0.6}


@dataclass(frozen=True)
class Side:
    """One side of the comparison: its module, and the settings of its two processes."""

    name: str
    writer: dict[str, str]
    reader: dict[str, str]

    def run(
        self,
        setup: BenchServers,
        count: int,
        look: Callable[[ChildProcess, int], None] | None = None,
    ) -> float:
        """Publish and handle `count` events; returns how many were handled per second.

        `look` is called now and then with the consumer and the number of handled events.
        """
        numbers = {"WARM": str(WARM), "COUNT": str(count)}
        with child_processes(
            lambda: self._child(setup, "consume", self.reader | numbers),
            lambda: self._child(setup, "publish", self.writer | numbers),
        ) as (reader, _):
            while "rate" not in (said := reader.receive(LONGEST)):
                if look:
                    look(reader, int(said["handled"]))
            return float(said["rate"])

    def _child(self, setup: BenchServers, role: str, settings: Mapping[str, str]) -> ChildProcess:
        log = setup.folder.log(f"{self.name}-{role}")
        return ChildProcess(f"bus.{self.name}", role, settings, log)


def measure(rounds: int, seconds: float) -> Report:
    """Measure each side `rounds` times, about `seconds` each time."""
    with bench_servers() as setup:
        sides = prepare(setup)
        counts = {side.name: int(side.run(setup, TRIAL) * seconds) for side in sides}
        rates: dict[str, list[float]] = {side.name: [] for side in sides}
        for _ in range(rounds):
            for side in sides:
                rates[side.name].append(side.run(setup, counts[side.name]))
                empty(setup)
        made = report(rates)
        made.database = setup.database
    return made


def report(rates: Mapping[str, list[float]]) -> Report:
    """The report: rates in events per second, and motcua's divided by each other side's."""
    made = Report("events of 1 kB, published and handled, per second", goals=GOALS)
    for name, seen in rates.items():
        made.rows.append(
            {
                "side": name,
                "median": median(seen),
                "least": min(seen),
                "most": max(seen),
                "rounds": len(seen),
            }
        )
        if name != OURS:
            made.ratios[name] = median_of_ratios(rates[OURS], seen)
    return made


def prepare(setup: BenchServers) -> list[Side]:
    """Declare the queues, users and rights that each side needs; returns the sides."""
    from bench.bus.motcua import MotcuaReader, MotcuaWriter  # noqa: PLC0415 -- imports the framework: seconds
    from foundation.broker.topology import definitions, users  # noqa: PLC0415 -- as above

    services: list[type] = [MotcuaReader, MotcuaWriter]
    passwords = setup.passwords(users(services, []))
    setup.load(definitions(services, [], passwords, (2, 10)))
    setup.api(
        "PUT", f"vhosts/{VHOST}", {"default_queue_type": "quorum", "defaultqueuetype": "quorum"}
    )
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    setup.api("PUT", f"permissions/{VHOST}/operator", rights)
    return [*_with_our_topology(setup), *_with_their_own(setup)]


def _with_our_topology(setup: BenchServers) -> list[Side]:
    settings = {
        user: setup.settings(user, f"bench_{user}", index)
        for index, user in enumerate(("writer", "reader"))
    }
    tuned = {"PREFETCH": str(PREFETCH), "GREEN": "yes"}
    return [
        Side(OURS, settings["writer"] | tuned, settings["reader"] | tuned),
        Side("bare", settings["writer"], settings["reader"]),
    ]


def _with_their_own(setup: BenchServers) -> list[Side]:
    settings = {"AMQP_URL": setup.amqp_url(vhost=VHOST)}
    green = settings | {"GREEN": "yes"}
    return [Side("nameko", green, green), Side("faststream", settings, settings)]


def empty(setup: BenchServers) -> None:
    """Purge all queues after a round, and make sure that every one is a quorum queue."""
    for queue in setup.api("GET", "queues"):
        if queue["type"] != "quorum":
            raise RuntimeError(f"{queue['name']} is a {queue['type']} queue: this would be unfair")
        path = f"queues/{queue['vhost'].replace('/', '%2F')}/{queue['name']}/contents"
        setup.api("DELETE", path)
