"""Planned outages: announced spans of time in which a system stands still and no time counts."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

EVERYBODY: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outage:
    """One span without the system, from `since` to the announced return at `until`.

    `agencies` are those whose system it is; none named is the online system of all. `vi` and
    `en` are the reason. `number` tells outages of a unit apart. One that was not `planned` is on
    record, but its time counts.
    """

    since: datetime
    until: datetime
    agencies: tuple[str, ...] = EVERYBODY
    vi: str = ""
    en: str = ""
    number: int = 0
    planned: bool = True

    @property
    def reason(self) -> Mapping[str, str]:
        """Why, by language."""
        return {"vi": self.vi, "en": self.en}

    def holds_for(self, agency: str) -> bool:
        """Whether the time of that agency stands still; "" asks for the unit as a whole."""
        return not self.agencies or agency in self.agencies

    def within(self, start: datetime, end: datetime) -> bool:
        """Whether some of it lies between two moments."""
        return self.since < end and self.until > start


Outages = tuple[Outage, ...]


def in_a_row(outages: Iterable[Outage]) -> Outages:
    """The outages by their beginning, cut so that no minute stands in two of them."""
    row: list[Outage] = []
    for each in sorted(outages, key=lambda one: (one.since, one.until)):
        cut = replace(each, since=max(each.since, row[-1].until)) if row else each
        if cut.since < cut.until:
            row.append(cut)
    return tuple(row)


def read_outages(text: str) -> Outages:
    """The outages that `write_outages` wrote."""
    return tuple(
        Outage(
            since=datetime.fromisoformat(each["since"]),
            until=datetime.fromisoformat(each["until"]),
            agencies=tuple(each["agencies"]),
            vi=each["vi"],
            en=each["en"],
            number=each["number"],
            planned=each["planned"],
        )
        for each in json.loads(text or "[]")
    )


def write_outages(outages: Iterable[Outage]) -> str:
    """Outages as JSON, one spelling for each; "" for none."""
    rows = [
        {
            "number": each.number,
            "since": each.since.isoformat(),
            "until": each.until.isoformat(),
            "agencies": list(each.agencies),
            "planned": each.planned,
            "vi": each.vi,
            "en": each.en,
        }
        for each in outages
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else ""
