"""Days are counted by the unit's calendar; the nation's alone is not what a service counts by."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rules import Violation, modules

# Where the unit's calendar itself is put together: from the nation's decisions and the unit's own.
MAKES_IT = "services/intake/domain/calendar/"
INSTEAD = "a service counts by the unit's calendar: self.calendars has it"


def unit_calendar_only(root: Path) -> Iterator[Violation]:
    """No service names `Calendar.default()`, or makes a national calendar for itself."""
    for module in modules(root, "services"):
        if str(module.path).startswith(MAKES_IT):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == "default":
                if ast.unparse(node.value).rpartition(".")[2] == "Calendar":
                    yield module.at(node, INSTEAD)
            elif isinstance(node, ast.Call) and _makes_one(node):
                yield module.at(node, INSTEAD)


def _makes_one(call: ast.Call) -> bool:
    """`Calendar(national=True)` and `read_calendar(…)`: both stand on the nation's days."""
    name = ast.unparse(call.func).rpartition(".")[2]
    national = any(each.arg == "national" for each in call.keywords)
    return name == "read_calendar" or (name == "Calendar" and national)
