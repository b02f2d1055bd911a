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


def class_names(root: Path) -> Iterator[Violation]:
    """A class name stands for one class in the whole tree, unless the allow-list says why not."""
    for name, places in sorted(same_names(root).items()):
        if name not in SAME_NAME:
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
