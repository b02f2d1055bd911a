"""No text of law is named by hand: what a person reads cites it through the table of law.

Docstrings and comments may name a text: they tell a reader of the code where a rule is from.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rules import Module, Violation, modules

# `NĐ 61/2018`, `Thông tư 01/2018/TT-VPCP`, `Decree 61/2018`, `118/2025/NĐ-CP`.
TEXT_OF_LAW = re.compile(
    r"\b(?:NĐ|TT|QĐ|Nghị định|Thông tư|Quyết định|Luật|Decree|Circular|Decision|Law)"
    r"(?: số| No\.?)? ?\d{1,4}/(?:19|20)\d\d"
    r"|\b\d{1,4}/(?:19|20)\d\d/(?:NĐ|TT|QĐ|QH)"
    r"|\bLuật [A-ZĐ]\w+(?: \w+){0,3} (?:19|20)\d\d\b"
)
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)


def texts_of_law(root: Path) -> Iterator[Violation]:
    """Neither code nor a template names a decree, circular, decision or law by its number."""
    for module in modules(root):
        said = _docstrings(module)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said:
                found = TEXT_OF_LAW.search(node.value)
                if found:
                    yield module.at(node, f"{found.group()} is named by hand: cite a LawRule")
    for path in sorted((root / "services").glob("*/templates/**/*.*")):
        text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        found = TEXT_OF_LAW.search(text)
        if found:
            place = str(path.relative_to(root))
            yield Violation(place, f"{found.group()} is named by hand: cite a LawRule")


def _docstrings(module: Module) -> set[ast.Constant]:
    """Strings that stand alone as a statement: docstrings, also those of constants."""
    return {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
