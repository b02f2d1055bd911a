"""The rule that a class name stands for one thing: no two classes of the tree share a name."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.rules import Violation, modules

MOST_SAME_NAMES = 14

SAME_NAME: Mapping[str, str] = {
    "Procedure": "The law's word: the catalogue writes it, intake keeps a copy of what is in force",
    "Procedures": "The stores of the two Procedure classes",
    "Step": "The law's word: a step of the route at the centre, and the same step at the desk",
}
"""Class names that may stand in several places, each with the reason."""

TO_BE_RENAMED: Mapping[str, str] = {
    "Busy": "foundation/web, bench",
    "Contact": "contracts, intake pages",
    "Counter": "intake handlers, bench",
    "Edition": "contracts, intake calendar",
    "Entry": "contracts, intake clock",
    "HandOver": "contracts, intake counter",
    "Identity": "foundation/web, cli",
    "Laps": "bench, twice",
    "Line": "intake schemas, intake explanation",
    "Office": "intake forms, bench",
    "Outcome": "intake counter, cli",
    "Part": "foundation/persistence, intake pages",
    "Reader": "bench/bus, twice",
    "Told": "intake, bench",
    "Walk": "intake calendar, bench",
    "Worker": "foundation/consumer, cli",
    "Writer": "bench/bus, twice",
}
"""Names whose renaming is under way elsewhere, with where they stand; to become empty."""


def class_names(root: Path) -> Iterator[Violation]:
    """A class name stands for one class in the whole tree, unless the allow-list says why not."""
    for name, places in sorted(same_names(root).items()):
        if name not in SAME_NAME and name not in TO_BE_RENAMED:
            first, *others = places
            for place in others:
                yield Violation(place, f"class {name} stands in {first} too: one word, one thing")


def same_names(root: Path) -> dict[str, list[str]]:
    """The class names that stand in more than one place, with those places."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module in modules(root):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(f"{module.path}:{node.lineno}")
    return {name: places for name, places in found.items() if len(places) > 1}
