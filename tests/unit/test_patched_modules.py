"""A module that patches the standard library is a process of its own, never imported by a test.

One import would put the whole test process on green threads: pytest-xdist then waits for ever.
"""

import ast
from collections.abc import Mapping
from pathlib import Path

from tests.processes import ROOT

PATCHES = "\npatch()\n"


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        each.module for each in tree.body if isinstance(each, ast.ImportFrom) and each.module
    } | {name.name for each in tree.body if isinstance(each, ast.Import) for name in each.names}


def test_no_test_imports_a_module_that_patches() -> None:
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in (Path(ROOT) / "tests").rglob("*.py")
    }
    patching = {
        name for name, path in modules.items() if PATCHES in path.read_text(encoding="utf-8")
    }
    assert "tests.integration.served" in patching
    imports = {name: imported(path) & modules.keys() for name, path in modules.items()}
    tests = [name for name in modules if name.rpartition(".")[2].startswith(("test_", "conftest"))]
    guilty = {name: found for name in tests if (found := reached(name, imports) & patching)}
    assert guilty == {}


def reached(name: str, imports: Mapping[str, set[str]]) -> set[str]:
    """All that a module imports, directly or by what it imports."""
    found: set[str] = set()
    todo = {name}
    while todo:
        todo = {each for one in todo for each in imports[one]} - found
        found |= todo
    return found
