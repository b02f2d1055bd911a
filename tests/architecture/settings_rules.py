"""Where a setting may be declared: in the service that reads it, or once for all in foundation."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rules import Module, Violation, modules

DECLARES = "setting"
_OF_FOUNDATION = "foundation.settings"


def settings(root: Path) -> Iterator[Violation]:
    """A setting is declared once, and in foundation only if the foundation itself reads it.

    So foundation has no setting that a single service uses: such a one is a line of that service.
    """
    read = {name for module in modules(root, "foundation") for name in _read(module)}
    seen: dict[str, str] = {}
    for module in modules(root, "foundation", "services"):
        for node, name in _declared(module):
            if name in seen:
                yield module.at(node, f"{name} is a setting of {seen[name]} already")
            if module.name.startswith(_OF_FOUNDATION) and name not in read:
                yield module.at(node, f"{name} is not read in foundation: it is a service's own")
            seen[name] = module.name


def _declared(module: Module) -> Iterator[tuple[ast.AnnAssign, str]]:
    """Each `name: type = setting(…)` in a class."""
    for node in ast.walk(module.tree):
        for each in node.body if isinstance(node, ast.ClassDef) else ():
            if (
                isinstance(each, ast.AnnAssign)
                and isinstance(each.target, ast.Name)
                and isinstance(each.value, ast.Call)
                and ast.unparse(each.value.func) == DECLARES
            ):
                yield each, each.target.id


def _read(module: Module) -> Iterator[str]:
    """`name` of `settings.name`; where settings themselves are read, of `self` and `values` too."""
    inside = module.name.startswith(_OF_FOUNDATION)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            of = ast.unparse(node.value)
            if of.endswith(("settings", "config['settings']")) or (inside and of == "self"):
                yield node.attr
        elif inside and isinstance(node, ast.Call) and ast.unparse(node.func) == "values.get":
            yield str(getattr(node.args[0], "value", ""))
