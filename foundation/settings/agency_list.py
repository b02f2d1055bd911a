"""Which agencies there are, as the files of the administration say now; codes are held to them.

agencies.json names those that take messages here (a desk, or a system of their own), and
agency-names.json gives codes to all words that stand for an agency of the administration, whether
it takes messages or not.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from foundation.errors import Invalid
from foundation.injection import Provider
from foundation.settings.watched_file import WatchedFile
from foundation.text.folding import fold

Names = Mapping[str, str]
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class AgencyList:
    """The agencies: `connected` by code with their names, `named` the codes by all their names.

    Where nothing is connected no list was given: then nobody knows better than who wrote the code.
    """

    connected: Names = field(default_factory=dict)
    named: Names = field(default_factory=dict)

    def name(self, code: str) -> str:
        """What people call the agency: as it is connected, else the first name that has its code.

        The code itself where no name is known.
        """
        named = (name for name, each in self.named.items() if each == code)
        return self.connected.get(code) or next(named, code)

    def must_exist(self, *codes: str, place: str = "agency") -> None:
        """Hold codes to agencies of the administration; "" stands for none.

        Raises:
            Invalid: names those that are not, and which are close to them.
        """
        self._must_be_among({*self.connected, *self.named.values()}, codes, place)

    def must_be_connected(self, *codes: str, place: str = "agency") -> None:
        """Hold codes to agencies that messages reach; "" stands for none.

        Raises:
            Invalid: names those that are not, and which are close to them.
        """
        self._must_be_among({*self.connected}, codes, place)

    def _must_be_among(self, known: set[str], codes: Iterable[str], place: str) -> None:
        strange = sorted({each for each in codes if each} - known)
        if not self.connected or not strange:
            return
        close = [f"{each} ({self.connected.get(each, each)})" for each in self._close(strange)]
        near = [each for each in close if each.partition(" ")[0] in known]
        vi = f" Có phải là: {', '.join(near)}?" if near else ""
        en = f" Is it one of these: {', '.join(near)}?" if near else ""
        listed = ", ".join(strange)
        raise Invalid(
            f"Không có cơ quan mang mã {listed}.{vi}",
            f"There is no agency with the code {listed}.{en}",
            fields={place: strange},
        )

    def _close(self, strange: Iterable[str]) -> list[str]:
        """Codes that are nearly the same, or whose name is."""
        named = {fold(name): code for name, code in self.named.items()}
        named |= {fold(name): code for code, name in self.connected.items()}
        named |= {code: code for code in self.connected}
        named |= {code.replace("-", " "): code for code in {*self.connected, *self.named.values()}}
        found = [
            named[each]
            for code in strange
            for spelled in (code, code.replace("-", " "))
            for each in get_close_matches(spelled, named, n=MOST_NAMED, cutoff=0.7)
        ]
        return list(dict.fromkeys(found))[:MOST_NAMED]


class ConnectedAgencies(Provider):
    """`agencies = ConnectedAgencies()`, then `self.agencies.now()`; changed files are read again.

    What is missing or broken leaves what was read last, and at first an empty list.
    """

    def setup(self) -> None:
        """Learn where the files are."""
        settings = self.container.config["settings"]
        self._connected = _file(settings.agencies, read_connected)
        self._named = _file(settings.agency_names, read_named)

    def now(self) -> AgencyList:
        """The agencies as the files have them now."""
        return AgencyList(connected=self._connected(), named=self._named())


def read_connected(path: Path) -> Names:
    """The names of the agencies in a file like agencies.json, without those that were removed."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {each["code"]: each["name_vi"] for each in entries if not each.get("removed")}


def read_named(path: Path) -> Names:
    """The codes by names in a file like agency-names.json."""
    named: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return named


def _file(path: str, read: Callable[[Path], Names]) -> Callable[[], Names]:
    if not path:
        return dict
    nobody: Names = {}
    complaint = "the list of agencies cannot be read"
    return WatchedFile(Path(path), read, at_first=nobody, complaint=complaint).value
