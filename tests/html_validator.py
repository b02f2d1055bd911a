"""html-validate over pages: whether they are HTML as the standard has it, and for everybody."""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.javascript import library, node

_AT_ONCE = 250
# The file that is there already, sent under the name of the field that may replace it: the one pair
# that may share a name.
_KEPT = re.compile(
    r'<input type="hidden" name="([^"]+)" value="[^"]*">(?=\s*<input id="\1" name="\1" type="file")'
)
_RULES = {
    "root": True,
    "extends": [
        f"html-validate:{each}" for each in ("standard", "recommended", "document", "a11y")
    ],
    "rules": {
        # Both are HTML; all of ours are written so.
        "doctype-style": ["error", {"style": "lowercase"}],
        # An access token is typed into a field that hides it, and no browser shall keep it.
        "autocomplete-password": "off",
        # What an agency does and the code of a dossier, before the name of the centre.
        "long-title": ["error", {"maxlength": 120}],
        # Several of a choice are sent under one name.
        "form-dup-name": ["error", {"shared": ["radio", "checkbox", "submit", "button"]}],
    },
}


def complaints(pages: Iterable[str], folder: Path) -> list[tuple[int, str]]:
    """What is wrong with the pages: which one, and the line with what is said of it."""
    (folder / "rules.json").write_text(json.dumps(_RULES))
    written = []
    for number, html in enumerate(pages):
        written.append(folder / f"{number:05}.html")
        written[-1].write_text(_KEPT.sub("", html), encoding="utf-8")
    found: list[tuple[int, str]] = []
    for begin in range(0, len(written), _AT_ONCE):
        found += _run(folder, written[begin : begin + _AT_ONCE])
    return found


def _run(folder: Path, pages: list[Path]) -> list[tuple[int, str]]:
    program = library("html-validate") / "bin" / "html-validate.mjs"
    command = [node(), str(program), "--config", str(folder / "rules.json"), "--formatter", "json"]
    # Node ends before a pipe has taken all that it printed, but not before a file has.
    with (folder / "said.json").open("wb") as said:
        done = subprocess.run(
            [*command, *map(str, pages)],
            stdout=said,
            stderr=subprocess.PIPE,
            check=False,
            timeout=240,
        )
    assert done.returncode in (0, 1), done.stderr[-2000:]
    return [
        (
            int(Path(page["filePath"]).stem),
            f"line {said['line']}: {said['ruleId']}: {said['message']}",
        )
        for page in json.loads((folder / "said.json").read_bytes())
        for said in page["messages"]
    ]
