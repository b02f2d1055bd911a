"""A dossier on its way from its applicant's hand back to it, over the running platform."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx

from cli.catalogue.csv_and_json import known_beside
from cli.catalogue.importer import ImportStatus, import_row, open_catalogue
from cli.embedded.ports import HOST
from cli.journey.actors import Actor, wait_for_files
from cli.local_platform import LocalPlatform
from contracts.envelope import read_time
from services.catalogue.domain.rows import Known
from tests.e2e.short.chains import FILE, Chain
from tests.e2e.short.desks import PAPER, Desk
from tests.e2e.short.feed import Events, Feed
from tests.e2e.short.foreign import ForeignDesk
from tests.processes import PLAIN, until

ENDS = {"completed": "step.completed", "refused": "step.refused", "withdrawn": "step.withdrawn"}


class Region:
    """The centre with its counter, and the desks of all agencies around it."""

    def __init__(self, platform: LocalPlatform, feed: Feed, desks: Mapping[str, Desk]) -> None:
        """Everybody is there; no procedure is known yet."""
        self.platform, self.feed, self.desks = platform, feed, desks
        self.clerk = Actor(platform, "clerk", "clerk-1")
        self._numbers = itertools.count(1)

    def publish(self, chains: Iterable[Chain]) -> None:
        """Put procedures in force, and wait until the counter knows them."""
        beside, chains = known_beside(FILE), list(chains)
        with open_catalogue(self.platform.folder) as client:
            for each in chains:
                known = Known(
                    routes={each.code: each.route}, readings=beside.readings, names=beside.names
                )
                outcome = import_row(client, 1, each.as_row, known)
                assert outcome.status is ImportStatus.PUBLISHED, outcome
        for each in chains:
            until(lambda: self.clerk.can_get("intake", f"/procedures/{each.code}"), why=each.code)  # noqa: B023 -- at once

    def hand_in(self, chain: Chain) -> "Journey":
        """A citizen hands in, the counter takes it in and gives it its code."""
        journey = Journey(self, chain, next(self._numbers))
        journey.hand_in()
        return journey


class Journey:
    """One dossier, and what may be done with it; steps are named by stage and place."""

    def __init__(self, region: Region, chain: Chain, number: int) -> None:
        """Nothing is handed in yet."""
        self.region, self.chain = region, chain
        self.citizen = Actor(region.platform, "citizen", f"citizen-{number}")
        # The stand-in treats numbers ending in 000, 001 and 002 in a way of its own.
        self.phone = f"0913{number:05}7"
        self.dossier, self.code = "", ""

    def hand_in(self) -> None:
        """All required papers, online; the receipt with its code."""
        papers = self.chain.row["documents"]
        case = papers[0]["case"] or ""
        document = self.citizen.upload("giay-to.pdf", PAPER)
        given = [each["name"] for each in papers if (each["case"] or "") in ("", case)]
        body = {
            "procedure": self.chain.code,
            "channel": "online",
            "case": case,
            "applicant": {"name": "Trần Thị Ví Dụ", "phone": self.phone},
            "documents": [{"paper": name, "id": document} for name in given],
        }
        self.dossier = self.citizen.post("intake", "/dossiers", body)["id"]
        wait_for_files(self.citizen, self.dossier)
        path = f"/dossiers/{self.dossier}/accept"
        self.code = self.region.clerk.post("intake", path)["code"]

    # What is known of it.

    @property
    def events(self) -> Events:
        """What was told of it so far."""
        return self.region.feed.of(self.dossier)

    def shown(self) -> dict[str, Any]:
        """As a clerk sees it."""
        seen: dict[str, Any] = self.region.clerk.get("intake", f"/dossiers/{self.dossier}")
        return seen

    def step(self, stage: int, place: int) -> dict[str, Any]:
        """One step as a clerk sees it."""
        name = self.named(stage, place)
        return next(each for each in self.shown()["steps"] if each["id"] == name)

    def named(self, stage: int, place: int) -> str:
        """The id of a step."""
        return f"{self.dossier}.{stage}.{place}"

    def told(self, kind: str, step: str = "", *, within: float = 300.0) -> dict[str, Any]:
        """Wait until this was told of it (and of this step); the event."""
        return self.region.feed.wait(
            self.dossier,
            lambda events: _of(events, kind, step),
            f"{kind} {step} of {self.chain.code}",
            within=within,
        )[0]

    # What happens on its way.

    def desk(self, stage: int, place: int) -> Desk:
        """Whose part it is."""
        return self.region.desks[self.chain.stages[stage][place]["agency"]]

    def foreign(self, stage: int, place: int) -> ForeignDesk:
        """The same, where it must be one that works elsewhere."""
        desk = self.desk(stage, place)
        assert isinstance(desk, ForeignDesk)
        return desk

    def arrives(self, stage: int, *, within: float = 300.0) -> None:
        """All agencies of a stage have their orders."""
        for place in range(len(self.chain.stages[stage])):
            self.told("step.received", self.named(stage, place), within=within)

    def complete(self, stage: int, place: int) -> None:
        """An agency does its part, and the centre knows it."""
        decides = bool(self.chain.stages[stage][place].get("decides"))
        self.desk(stage, place).complete(self.dossier, self.named(stage, place), decides=decides)
        if len(self.chain.stages[stage]) > 1:
            until(lambda: self.step(stage, place)["state"] == "done", why="noted by the centre")

    def pass_stage(self, stage: int, order: Sequence[int] = ()) -> None:
        """The agencies of a stage do their parts, in this order."""
        self.arrives(stage)
        if stage in self.chain.asks:
            self.desk(stage, 0).ask(self.dossier, self.named(stage, 0), "Báo cáo đã chỉnh sửa")
            self.supplement(stage, 0)
        for place in order or range(len(self.chain.stages[stage])):
            self.complete(stage, place)

    def supplement(self, stage: int, place: int) -> None:
        """The applicant brings all that is asked for; the agency that asked has it."""
        self.told("dossier.supplement_requested", self.named(stage, place))
        papers = [paper for each in self.shown()["to_supply"] for paper in each["papers"]]
        document = self.citizen.upload("bo-sung.pdf", PAPER)
        documents = [{"paper": paper, "id": document} for paper in papers]
        path = f"/dossiers/{self.dossier}/supplement"
        self.citizen.post("intake", path, {"documents": documents})
        self.told("step.resumed", self.named(stage, place))

    def travel(self, orders: Mapping[int, Sequence[int]] | None = None, *, since: int = 0) -> None:
        """From this stage on to the applicant; `orders` is who is first, by stage."""
        for stage in range(since, len(self.chain.stages)):
            self.pass_stage(stage, (orders or {}).get(stage, ()))
        self.hand_over("approved")

    def hand_over(self, outcome: str) -> None:
        """The result is there: what is owed is paid, and the applicant has it."""
        assert self.told("dossier.resolved")["data"]["outcome"] == outcome
        path = f"/dossiers/{self.dossier}"
        for fee in self.shown()["charges"]:
            receipt = {"method": "cash", "receipt": "0001234"}
            self.region.clerk.post("intake", f"{path}/fees/{fee['id']}/pay", receipt)
        self.region.clerk.post("intake", f"{path}/return", {"channel": "online"})
        self.told("dossier.returned")

    # What must hold when it has ended.

    def must_be_whole(self, **ends: int) -> None:
        """Its history is complete and in order; so many steps ended so, by kind of end."""
        events = self.events
        counts = {end: len(_of(events, kind)) for end, kind in ENDS.items()}
        assert counts == {**dict.fromkeys(ENDS, 0), **ends}, self.chain.code
        self.must_be_numbered()
        asked = {each["data"]["step"] for each in _of(events, "step.ordered")}
        ended = {each["data"]["step"] for kind in ENDS.values() for each in _of(events, kind)}
        assert asked == ended == {each["data"]["step"] for each in _of(events, "step.received")}

    def must_be_numbered(self) -> None:
        """Each source numbered what it said 1, 2, 3, … and said it in that order of time."""
        _must_be_numbered(self.events)

    def must_be_told(self, *words: str) -> None:
        """The applicant has messages that name the dossier and say these things."""
        url = f"http://{HOST}:{self.region.platform.ports.sms}/messages"

        def said() -> list[str]:
            kept = httpx.get(url, params={"to": f"+84{self.phone[1:]}"}, **PLAIN).json()["messages"]
            return [each["text"] for each in kept if self.code in each["text"]]

        for word in words:
            until(lambda: any(word in text for text in said()), within=60, why=f"{word}: {said()}")  # noqa: B023 -- at once


def _of(events: Events, kind: str, step: str = "") -> Events:
    return [
        each
        for each in events
        if each["type"] == kind and step in ("", each["data"].get("step", ""))
    ]


def _must_be_numbered(events: Events) -> None:
    by_source: defaultdict[str, dict[int, Any]] = defaultdict(dict)
    for each in events:
        by_source[each["source"]][each["seq"]] = read_time(each["time"])
    for source, said in by_source.items():
        assert sorted(said) == list(range(1, len(said) + 1)), source
        moments = [said[number] for number in sorted(said)]
        assert moments == sorted(moments), source
    assert len(events) == sum(map(len, by_source.values()))
