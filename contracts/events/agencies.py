"""What is told of agencies; the subject is the agency's entry in the table of agencies."""

from dataclasses import dataclass

from contracts.events.event import Event


@dataclass(frozen=True, kw_only=True)
class AgencyChanged(Event):
    """What the catalogue now says of an agency; told each time that it is written anew.

    `edition` counts these times. `since` and `until` are its first and last day (`2025-06-30`), ""
    where there is none; `successors` are the codes of the agencies that took over. `level` is one
    of central, province, district and commune, "" if it is not given.
    """

    TYPE = "agency.changed"
    edition: int
    name_vi: str
    name_en: str = ""
    level: str = ""
    since: str = ""
    until: str = ""
    successors: tuple[str, ...] = ()
