"""`bench bus`: the sides take turns, round by round, on one broker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from bench.bus.event import PREFETCH
from bench.child_process import Child, children
from bench.report import Report, median_of_ratios
from bench.servers import Platform, platform

OURS = "motcua"
VHOST = "quorum"
WARM = 500
TRIAL = 2000
LONGEST = 120.0  # seconds for one round of one side
GOALS = {"nameko": 2.0, "faststream": 2.0, "bare": 0.6}


@dataclass(frozen=True)
class Side:
    """One contestant: its module and how its two processes connect."""

    name: str
    writer: dict[str, str]
    reader: dict[str, str]

    def run(
        self, where: Platform, count: int, look: Callable[[Child, int], None] | None = None
    ) -> float:
        """Publish and handle `count` events; how many were handled per second.

        `look` is called with the consumer and what it has handled so far, every so often.
        """
        numbers = {"WARM": str(WARM), "COUNT": str(count)}
        with children(
            lambda: self._child(where, "consume", self.reader | numbers),
            lambda: self._child(where, "publish", self.writer | numbers),
        ) as (reader, _):
            while "rate" not in (said := reader.hear(LONGEST)):
                if look:
                    look(reader, int(said["handled"]))
            return float(said["rate"])

    def _child(self, where: Platform, role: str, settings: Mapping[str, str]) -> Child:
        log = where.folder.log(f"{self.name}-{role}")
        return Child(f"bus.{self.name}", role, settings, log)


def measure(rounds: int, seconds: float) -> Report:
    """Each side `rounds` times, about `seconds` each time."""
    with platform() as where:
        sides = prepare(where)
        counts = {side.name: int(side.run(where, TRIAL) * seconds) for side in sides}
        rates: dict[str, list[float]] = {side.name: [] for side in sides}
        for _ in range(rounds):
            for side in sides:
                rates[side.name].append(side.run(where, counts[side.name]))
                empty(where)
    return report(rates)


def report(rates: Mapping[str, list[float]]) -> Report:
    """Rates in events per second, and ours divided by each other's."""
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


def prepare(where: Platform) -> list[Side]:
    """The queues, users and rights that each side needs."""
    from bench.bus.motcua import MotcuaReader, MotcuaWriter  # noqa: PLC0415 -- imports the framework: seconds
    from foundation.broker.topology import definitions, users  # noqa: PLC0415 -- as above

    services: list[type] = [MotcuaReader, MotcuaWriter]
    passwords = where.passwords(users(services, []))
    where.load(definitions(services, [], passwords, (2, 10)))
    where.api(
        "PUT", f"vhosts/{VHOST}", {"default_queue_type": "quorum", "defaultqueuetype": "quorum"}
    )
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    where.api("PUT", f"permissions/{VHOST}/operator", rights)
    return [*_with_our_topology(where), *_with_their_own(where)]


def _with_our_topology(where: Platform) -> list[Side]:
    settings = {
        user: where.settings(user, f"bench_{user}", index)
        for index, user in enumerate(("writer", "reader"))
    }
    tuned = {"PREFETCH": str(PREFETCH), "GREEN": "yes"}
    return [
        Side(OURS, settings["writer"] | tuned, settings["reader"] | tuned),
        Side("bare", settings["writer"], settings["reader"]),
    ]


def _with_their_own(where: Platform) -> list[Side]:
    settings = {"AMQP_URL": where.amqp_url(vhost=VHOST)}
    green = settings | {"GREEN": "yes"}
    return [Side("nameko", green, green), Side("faststream", settings, settings)]


def empty(where: Platform) -> None:
    """Nothing of a round may be left for the next one; and every queue must be a quorum queue."""
    for queue in where.api("GET", "queues"):
        if queue["type"] != "quorum":
            raise RuntimeError(f"{queue['name']} is a {queue['type']} queue: this would be unfair")
        path = f"queues/{queue['vhost'].replace('/', '%2F')}/{queue['name']}/contents"
        where.api("DELETE", path)
