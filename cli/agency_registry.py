"""Who works on the platform: the services there are, and the agencies of agencies.json."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cli.embedded.data_folder import ROOT, DataFolder
from cli.errors import CliError
from cli.language import localized
from contracts.message import CENTRE

ROUTING = "routing"
_AGENCIES = ROOT / "catalogue-data" / "agencies.json"
_CHANGED = "agencies.json"
_KNOWN = "agencies-known.json"
_HOSTED = "agencies-hosted.json"
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_CODE = 40
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Agency:
    """One agency with a desk; `unit` is its code by QCVN 102:2016.

    `phone` is where citizens may ask it, "" where that is not known. Where `illustrative` is set,
    officer and unit are examples, not the agency's own. One `elsewhere` works in a system of its
    own, over the bus: no desk of it runs here.
    """

    code: str
    name_vi: str
    name_en: str
    officer_vi: str
    unit: str
    illustrative: bool = False
    elsewhere: bool = False
    phone: str = ""

    @property
    def name(self) -> str:
        """In the language of this run."""
        return localized(self.name_vi, self.name_en)


def read_agencies(path: Path = _AGENCIES) -> list[Agency]:
    """The agencies, in the order of the file.

    Raises:
        CliError: the file is not there or not as it should be.
    """
    try:
        return [Agency(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise CliError(
            f"Không đọc được danh sách cơ quan {path} ({error}): hãy sửa tệp này.",
            f"The list of agencies {path} cannot be read ({error}): mend this file.",
        ) from error


def agencies_of(folder: DataFolder) -> list[Agency]:
    """The agencies of one platform: those of the data file, those added here, less those gone."""
    gone = folder.read(_CHANGED).get("removed", [])
    return [each for each in all_agencies_ever(folder) if each.code not in gone]


def all_agencies_ever(folder: DataFolder) -> list[Agency]:
    """Everybody who ever was an agency of this platform, here or elsewhere."""
    added = folder.read(_CHANGED).get("added", [])
    known = {each.code: each for each in read_agencies()}
    return list({**known, **{each["code"]: Agency(**each) for each in added}}.values())


def desk_slots(folder: DataFolder) -> list[Agency]:
    """Everybody whose desk ever was here: a place in this list, and so a port, never moves."""
    return [each for each in all_agencies_ever(folder) if not each.elsewhere]


def add(folder: DataFolder, agency: Agency) -> None:
    """Keep it among this platform's agencies; one of the data file stays as it is there.

    Raises:
        CliError: its desk has its place here, and cannot be elsewhere as well.
    """
    if agency.elsewhere and agency.code in {each.code for each in desk_slots(folder)}:
        raise CliError(
            f"Bàn xử lý của {agency.code} ở ngay trên hệ thống này: hãy bỏ --elsewhere.",
            f"The desk of {agency.code} is on this platform: leave --elsewhere out.",
        )
    changed = folder.read(_CHANGED)
    # One that comes home takes the last place: no port of another moves.
    staying = (each for each in changed.get("added", []) if not _is_moved(each, agency))
    added = {each["code"]: each for each in staying}
    if agency.code not in {each.code for each in read_agencies()}:
        added[agency.code] = asdict(agency)
    removed = [code for code in changed.get("removed", []) if code != agency.code]
    folder.write(_CHANGED, {"added": list(added.values()), "removed": removed})


def _is_moved(kept: Mapping[str, Any], agency: Agency) -> bool:
    was = bool(kept.get("elsewhere"))
    return bool(kept["code"] == agency.code) and was != agency.elsewhere


def remove(folder: DataFolder, code: str) -> None:
    """It is no agency of this platform any more."""
    changed = folder.read(_CHANGED)
    removed = {*changed.get("removed", []), code}
    folder.write(_CHANGED, {"added": changed.get("added", []), "removed": sorted(removed)})


def hosted(folder: DataFolder) -> frozenset[str]:
    """The agencies whose desks share one process here."""
    return frozenset(folder.read(_HOSTED).get("codes", []))


def set_hosted(folder: DataFolder, codes: Iterable[str]) -> None:
    """From the next start on the desks of these agencies share one process, and no others."""
    folder.write(_HOSTED, {"codes": sorted(codes)})


def write_names_for_services(folder: DataFolder) -> Path:
    """A file like agencies.json of everybody who ever was an agency here, for their names."""
    folder.write(_KNOWN, [asdict(each) for each in all_agencies_ever(folder)])
    return folder.path(_KNOWN)


def is_code(text: str) -> bool:
    """Whether this may be an agency's code; it becomes part of queues, users and databases.

    The centre's own is none: whoever had it could speak in the centre's name.
    """
    return bool(_CODE.fullmatch(text)) and len(text) <= _LONGEST_CODE and text != CENTRE


def is_name(text: str) -> bool:
    """Whether this may be an agency's name; it stands on pages and on forms."""
    return bool(text.strip()) and text.isprintable() and len(text) <= _LONGEST_NAME
