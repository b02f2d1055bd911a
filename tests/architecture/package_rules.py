"""The packages of a floor form no circle: each can be read with those below it alone."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.import_rules import imported
from tests.architecture.rules import Violation, modules

Graph = Mapping[str, Mapping[str, Violation]]
"""For each package those that it imports, with one place where it does."""


def package_cycles(root: Path) -> Iterator[Violation]:
    """Neither the packages of foundation nor those of a domain import one another in a circle."""
    for folder in (root / "foundation", *sorted((root / "services").glob("*/domain"))):
        graph = _graph(root, folder)
        for package, imports in graph.items():
            for other, place in imports.items():
                if package in _reached(graph, other):
                    yield Violation(place.place, f"{other} imports {package} too, in a circle")


def _graph(root: Path, folder: Path) -> Graph:
    top = ".".join(folder.relative_to(root).parts)
    graph: dict[str, dict[str, Violation]] = {}
    for module in modules(root, folder.relative_to(root).parts[0]):
        own = _package(module.name, top)
        if not own:
            continue
        for node, dotted in imported(module):
            other = _package(dotted, top)
            if other and other != own and _is_there(folder, other):
                graph.setdefault(own, {}).setdefault(other, module.at(node, ""))
    return graph


def _package(dotted: str, top: str) -> str:
    """The package or module right below `top`; "" for what lies elsewhere."""
    inside = dotted.removeprefix(f"{top}.")
    return inside.partition(".")[0] if inside != dotted else ""


def _is_there(folder: Path, name: str) -> bool:
    return (folder / name).is_dir() or (folder / f"{name}.py").is_file()


def _reached(graph: Graph, start: str) -> set[str]:
    found, waiting = set[str](), [start]
    while waiting:
        package = waiting.pop()
        for other in graph.get(package, {}):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
