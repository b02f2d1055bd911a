"""A pattern that decides what is taken ends at the end of the text, never in `$`.

`$` also matches before a last line break: `^[a-z-]+$` lets a code with one behind it pass.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rules import Violation, modules

LOOKS = frozenset(("compile", "match", "search", "fullmatch", "Regexp"))


def patterns(root: Path) -> Iterator[Violation]:
    """Flaws for `$` where it means the end of a text in a pattern of ours."""
    for module in modules(root):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _called(node) in LOOKS and _ends_in_dollar(node):
                yield module.at(node, r"a pattern ends in $; write \Z, or use fullmatch")


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _ends_in_dollar(node: ast.Call) -> bool:
    """Whether a `$` outside of brackets, and not escaped, stands in a pattern as it is written."""
    if not node.args or "MULTILINE" in ast.unparse(node):
        return False
    written = [
        each.value
        for each in ast.walk(node.args[0])
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return any(_has_anchor(each) for each in written)


def _has_anchor(pattern: str) -> bool:
    inside, escaped = False, False
    for letter in pattern:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif inside:
            inside = letter != "]"
        elif letter == "[":
            inside = True
        elif letter == "$":
            return True
    return False
