"""The names and telephones of agencies, as pages and forms show them."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from foundation.settings.watched_file import WatchedFile

Names = Mapping[str, Mapping[str, str]]


def names_of(path: str) -> Names:
    """Names (`vi`, `en`) and `phone` of agencies by code, as the file has them now.

    There are none without a file: a page with codes is better than none.
    """
    return _names_file(path).value() if path else {}


@lru_cache(maxsize=1)
def _names_file(path: str) -> WatchedFile[Names]:
    return WatchedFile(
        Path(path), _read_names, at_first={}, complaint="the list of agencies cannot be read"
    )


def _read_names(path: Path) -> Names:
    return {
        each["code"]: {
            "vi": each["name_vi"],
            "en": each["name_en"],
            "phone": str(each.get("phone", "")),
        }
        for each in json.loads(path.read_text(encoding="utf-8"))
    }
