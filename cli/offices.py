"""Who works on the platform: the services there are, and the agencies of agencies.json."""

import importlib
import json
import warnings
from dataclasses import dataclass
from pathlib import Path

from cli.embedded.folder import ROOT
from cli.say import Trouble, say

ROUTING = "routing"
_AGENCIES = ROOT / "catalogue-data" / "agencies.json"


@dataclass(frozen=True, kw_only=True)
class Agency:
    """One agency with a desk; `unit` is its code by QCVN 102:2016.

    Where `illustrative` is set, officer and unit are examples, not the agency's own.
    """

    code: str
    name_vi: str
    name_en: str
    officer_vi: str
    unit: str
    illustrative: bool = False

    @property
    def name(self) -> str:
        """In the language of this run."""
        return say(self.name_vi, self.name_en)


def agencies(path: Path = _AGENCIES) -> list[Agency]:
    """The agencies, in the order of the file.

    Raises:
        Trouble: the file is not there or not as it should be.
    """
    try:
        return [Agency(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise Trouble(
            f"Không đọc được danh sách cơ quan {path} ({error}): hãy sửa tệp này.",
            f"The list of agencies {path} cannot be read ({error}): mend this file.",
        ) from error


def service_names() -> list[str]:
    """Every service there is: a folder of services/ with a service.py."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/service.py"))


def service_classes() -> list[type]:
    """The nameko class of each service, from which the topology is derived."""
    return [service_class(name) for name in service_names()]


def service_class(name: str) -> type:
    """The nameko class of one service."""
    with warnings.catch_warnings():
        # Eventlet announces its retirement at each start; docs/decisions says how we leave it.
        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        module = importlib.import_module(f"services.{name}.service")
    found: type = next(
        each for each in vars(module).values() if getattr(each, "name", None) == name
    )
    return found
