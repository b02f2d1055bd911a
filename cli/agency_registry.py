"""The registry of agencies: those of catalogue-data/agencies.json, and changes in a data folder."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cli.embedded.data_folder import ROOT, DataFolder
from cli.errors import CliError
from cli.language import localized
from contracts.message import AGENCY_CODE, CENTRE

ROUTING = "routing"
_AGENCIES = ROOT / "catalogue-data" / "agencies.json"
_CHANGED = "agencies.json"
_KNOWN = "agencies-known.json"
_HOSTED = "agencies-hosted.json"
_LONGEST_CODE = 40
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Agency:
    """One agency; `unit` is its unit code by QCVN 102:2016.

    `phone` is the number for citizens, "" if unknown. If `illustrative` is set, officer and unit
    are examples, not real. An agency `elsewhere` runs a system of its own, connected by the
    message bus: it has no desk here. `until` is its last day ("2025-06-30"), "" while it goes on,
    and `successors` are who took over; `level` is central, province, district or commune.
    """

    code: str
    name_vi: str
    name_en: str
    officer_vi: str
    unit: str
    illustrative: bool = False
    elsewhere: bool = False
    phone: str = ""
    level: str = ""
    until: str = ""
    successors: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in the language of this run."""
        return localized(self.name_vi, self.name_en)


def read_agencies(path: Path = _AGENCIES) -> list[Agency]:
    """Read the agencies from a file, in its order.

    Raises:
        CliError: the file is missing or malformed.
    """
    try:
        return [_agency(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise CliError(
            f"Không đọc được danh sách cơ quan {path} ({error}): hãy sửa tệp này.",
            f"The list of agencies {path} cannot be read ({error}): mend this file.",
        ) from error


def agencies_of(folder: DataFolder) -> list[Agency]:
    """The agencies of one platform: those of the data file and those added, without the removed."""
    gone = folder.read(_CHANGED).get("removed", [])
    return [each for each in all_agencies_ever(folder) if each.code not in gone]


def all_agencies_ever(folder: DataFolder) -> list[Agency]:
    """Every agency that this platform has ever had, removed ones and those elsewhere included."""
    changed = folder.read(_CHANGED)
    known = {each.code: each for each in read_agencies()}
    known |= {each["code"]: _agency(each) for each in changed.get("added", [])}
    for code, ended in changed.get("ended", {}).items():
        known[code] = _agency({**asdict(known[code]), **ended})
    return list(known.values())


def desk_slots(folder: DataFolder) -> list[Agency]:
    """Every agency that ever had a desk here; the position in this list decides on its ports.

    So positions never change, also when agencies are removed.
    """
    return [each for each in all_agencies_ever(folder) if not each.elsewhere]


def ever_elsewhere(folder: DataFolder) -> frozenset[str]:
    """The codes of all agencies that work elsewhere, or once did before they got a desk here."""
    now = (each.code for each in all_agencies_ever(folder) if each.elsewhere)
    return frozenset(now).union(folder.read(_CHANGED).get("came_home", []))


def add(folder: DataFolder, agency: Agency) -> None:
    """Add an agency to this platform; one of the data file stays as the file has it.

    Raises:
        CliError: it has a desk here, and so cannot be elsewhere as well.
    """
    if agency.elsewhere and agency.code in {each.code for each in desk_slots(folder)}:
        raise CliError(
            f"Bàn xử lý của {agency.code} ở ngay trên hệ thống này: hãy bỏ --elsewhere.",
            f"The desk of {agency.code} is on this platform: leave --elsewhere out.",
        )
    changed = folder.read(_CHANGED)
    # An agency that gets its first desk here takes the last position: no port changes.
    staying = (each for each in changed.get("added", []) if not _is_moved(each, agency))
    added = {each["code"]: each for each in staying}
    if agency.code not in {each.code for each in read_agencies()}:
        added[agency.code] = asdict(agency)
    removed = [code for code in changed.get("removed", []) if code != agency.code]
    came_home = ever_elsewhere(folder) - {
        each["code"] for each in added.values() if each["elsewhere"]
    }
    now = {"added": list(added.values()), "removed": removed, "came_home": sorted(came_home)}
    folder.write(_CHANGED, {**changed, **now})


def _is_moved(kept: Mapping[str, Any], agency: Agency) -> bool:
    was = bool(kept.get("elsewhere"))
    return bool(kept["code"] == agency.code) and was != agency.elsewhere


def remove(folder: DataFolder, code: str) -> None:
    """Remove an agency from this platform."""
    changed = folder.read(_CHANGED)
    removed = {*changed.get("removed", []), code}
    folder.write(_CHANGED, {**changed, "removed": sorted(removed)})


def end(folder: DataFolder, code: str, until: date, successors: Sequence[str]) -> None:
    """Note an agency's last day and who takes over; its desk stays until it is removed."""
    changed = folder.read(_CHANGED)
    ended = {"until": until.isoformat(), "successors": list(successors)}
    folder.write(_CHANGED, {**changed, "ended": {**changed.get("ended", {}), code: ended}})


def _agency(entry: Mapping[str, Any]) -> Agency:
    return Agency(**{**entry, "successors": tuple(entry.get("successors", ()))})


def hosted(folder: DataFolder) -> frozenset[str]:
    """The codes of the agencies whose desks share one process."""
    return frozenset(folder.read(_HOSTED).get("codes", []))


def set_hosted(folder: DataFolder, codes: Iterable[str]) -> None:
    """Let the desks of exactly these agencies share one process, from the next start on."""
    folder.write(_HOSTED, {"codes": sorted(codes)})


def write_names_for_services(folder: DataFolder) -> Path:
    """Write a file like agencies.json with every agency ever, from which services read names.

    Those that were removed are marked: their names are still shown, and nothing is sent to them.
    """
    gone = folder.read(_CHANGED).get("removed", [])
    ever = all_agencies_ever(folder)
    folder.write(_KNOWN, [asdict(each) | {"removed": each.code in gone} for each in ever])
    return folder.path(_KNOWN)


def is_code(text: str) -> bool:
    """Whether the text is valid as an agency's code, which names queues, users and databases.

    The centre's own code is not: an agency with it could send messages in the centre's name.
    """
    return bool(AGENCY_CODE.fullmatch(text)) and len(text) <= _LONGEST_CODE and text != CENTRE


def is_name(text: str) -> bool:
    """Whether the text is valid as an agency's name, which is printed on pages and forms."""
    return bool(text.strip()) and text.isprintable() and len(text) <= _LONGEST_NAME
