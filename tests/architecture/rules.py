"""The rules of the architecture, as functions over a tree of files (docs: ARCHITECTURE.md).

Each rule takes the root of a tree and yields a violation for each place that breaks it. What may be
imported where is in import_rules.py, what may happen at import time in definition_rules.py.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

FLOORS = ("contracts", "foundation", "services", "cli", "bench")
ROOMS = frozenset(
    (
        "__init__.py",
        "settings.py",
        "domain.py",
        "schemas.py",
        "store.py",
        "outside.py",
        "pages.py",
        "service.py",
    )
)
SUITES = frozenset(("domain", "schemas", "handlers", "store", "outside", "templates"))
NAMELESS = frozenset(
    ("util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc")
)
UNKNOWABLE = frozenset(("utcnow", "today", "uuid1", "uuid4", "uuid6", "uuid7", "urandom"))
DOING = frozenset(("open", "print", "input", "exec", "eval", "__import__"))
LONGEST_FUNCTION = 40
SHORT_FUNCTION = 20
SHARE_OF_SHORT = 0.9
LONGEST_MODULE = 350

ADDRESS = re.compile(
    r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|crates[.]io|proxy[.]golang|maven[.]org"
    r"|deb[.]debian|(?<![\w.}>-])/(?:work|root|home/\w+|tmp/bash[\w.]*|opt/wheels)/"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, order=True)
class Violation:
    """One place that breaks a rule."""

    place: str
    what: str

    def __str__(self) -> str:
        """As a compiler would say it."""
        return f"{self.place}: {self.what}"


@dataclass(frozen=True)
class Module:
    """A Python file: its path from the root, its text, and the tree of it."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name, e.g. `services.intake.domain`."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def room(self) -> str:
        """What kind of place in a service this is: `domain`, `store`, …; "" outside services."""
        parts = self.path.with_suffix("").parts
        return parts[2] if parts[0] == "services" and len(parts) > 2 else ""

    def at(self, node: ast.AST, what: str) -> Violation:
        """A violation at a line of this module."""
        return Violation(f"{self.path}:{getattr(node, 'lineno', 1)}", what)


def modules(root: Path, *floors: str) -> Iterator[Module]:
    """The Python files of these floors (of all of them, if none is named)."""
    for floor in floors or FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            yield Module(PurePosixPath(path.relative_to(root)), text, _parsed(text))


@cache
def _parsed(text: str) -> ast.Module:
    """The tree of a text, which every rule reads and none changes."""
    return ast.parse(text)


def rooms(root: Path) -> Iterator[Violation]:
    """A service has the named rooms or fewer, never others."""
    for path in _entries(root / "services"):
        place = str(path.relative_to(root))
        if path.is_file() and path.name not in {"__init__.py", "__main__.py"}:
            yield Violation(place, "beside the services stand only __init__.py and __main__.py")
        if path.is_dir():
            yield from (_rooms_of(root, path))


def _entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.name != "__pycache__")


def _rooms_of(root: Path, service: Path) -> Iterator[Violation]:
    for path in _entries(service):
        known = SUITES if path.is_dir() else ROOMS
        if path.name not in known:
            yield Violation(str(path.relative_to(root)), "is no room of a service")
    if (service / "domain").exists() and (service / "domain.py").exists():
        yield Violation(str(service.relative_to(root)), "has both domain.py and domain/")


def sentences(root: Path) -> Iterator[Violation]:
    """A service says in one sentence what it is: the docstring of its __init__.py, alone there."""
    for service in _entries(root / "services"):
        if service.is_dir():
            path = service / "__init__.py"
            tree = ast.parse(path.read_text(encoding="utf-8") if path.exists() else "")
            said = ast.get_docstring(tree) or ""
            one = said.endswith(".") and not re.search(r"\n|[.!?] +[A-ZÀ-Ỹ]", said)
            if not one or len(tree.body) != 1:
                place = str(path.relative_to(root))
                yield Violation(place, "must hold one docstring sentence and nothing else")


def purity(root: Path) -> Iterator[Violation]:
    """A domain reads no clock, chance, file or log: time and ids are arguments."""
    for module in modules(root, "services"):
        if module.room == "domain":
            for node in ast.walk(module.tree):
                asked = _asked(node)
                if asked:
                    yield module.at(node, f"a domain may not ask for {asked}")


def _asked(node: ast.AST) -> str:
    """What of the outer world this asks for; "" if nothing. `act.now`, a value, is not a clock."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        clock = ast.unparse(node.func).endswith(".now")
        return name if name in DOING else "now()" if clock else ""
    if isinstance(node, ast.Attribute):
        clock = ast.unparse(node).endswith("datetime.now")
        return node.attr if node.attr in UNKNOWABLE or clock else ""
    return node.name if isinstance(node, ast.alias) and node.name in UNKNOWABLE else ""


def no_try(root: Path) -> Iterator[Violation]:
    """A library error is translated where it is imported, never in a domain, handler or service."""
    for module in modules(root, "services"):
        if module.room in {"domain", "handlers", "service"}:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Try | ast.TryStar):
                    yield module.at(node, f"no try in {module.room}")


def sizes(root: Path) -> Iterator[Violation]:
    """Functions are short (docstrings not counted), and so are modules."""
    lengths = []
    for module in modules(root):
        lines = len(module.text.splitlines())
        if lines > LONGEST_MODULE:
            yield Violation(str(module.path), f"{lines} lines, more than {LONGEST_MODULE}")
        for node in ast.walk(module.tree):
            if isinstance(node, FUNCTION):
                lengths.append(length(node))
                if lengths[-1] > LONGEST_FUNCTION:
                    what = f"{node.name} has {lengths[-1]} lines, more than {LONGEST_FUNCTION}"
                    yield module.at(node, what)
    short = sum(lines <= SHORT_FUNCTION for lines in lengths)
    if short < SHARE_OF_SHORT * len(lengths):
        share = f"only {short} of {len(lengths)} functions have {SHORT_FUNCTION} lines or fewer"
        yield Violation("the whole tree", share)


def length(function: Function) -> int:
    """The lines of a function from its `def` on, without its docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        said = function.body[0]
        lines -= (said.end_lineno or 0) - said.lineno + 1
    return lines


def names(root: Path) -> Iterator[Violation]:
    """Nothing is named after having no place: no utils, helpers, common, base, manager, misc."""
    for module in modules(root, *FLOORS, "tests"):
        for part in module.path.with_suffix("").parts:
            if _words(part) & NAMELESS:
                yield Violation(str(module.path), f"{part} says nothing")
        for node in ast.walk(module.tree):
            if isinstance(node, DEFINITION) and _words(node.name) & NAMELESS:
                yield module.at(node, f"{node.name} says nothing")


def _words(name: str) -> set[str]:
    """`HTTPBaseDoor_util` → http, base, door, util."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)}


def addresses(root: Path) -> Iterator[Violation]:
    """No file names a package registry or a folder of somebody's machine."""
    for path in _kept_files(root):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            found = ADDRESS.search(line)
            if found:
                place = f"{path.relative_to(root)}:{number}"
                yield Violation(place, f"{found.group()} is an address of a registry or a machine")


def _kept_files(root: Path) -> Iterator[Path]:
    """The files git keeps or would keep; all of them in a tree without git."""
    if not (root / ".git").exists():
        yield from (path for path in sorted(root.rglob("*")) if path.is_file())
        return
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    yield from (root / name for name in sorted(listed.split("\0")) if (root / name).is_file())
