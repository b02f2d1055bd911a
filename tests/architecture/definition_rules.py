"""Nothing happens at import time but definitions.

A call counts as a definition when it makes a type, a pattern, a logger, a metric, a command, or
an object of our own; reading a file, opening a connection or asking the clock never does.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.architecture.import_rules import imported
from tests.architecture.rules import DEFINITION, FLOORS, FUNCTION, Module, Violation, modules

# Modules of which every call defines something.
DEFINING = frozenset(
    """cattrs click collections contextlib dataclasses decimal enum fractions functools ipaddress
    marshmallow types typing""".split()
)
DEFINES = frozenset(
    """bool bytes dict float frozenset int len list max min object range set sorted str sum tuple
    str.maketrans type zip property classmethod staticmethod
    contextvars.ContextVar datetime.date datetime.datetime datetime.time datetime.timedelta
    datetime.timezone pathlib.Path pathlib.PurePosixPath re.compile
    prometheus_client.Counter prometheus_client.Gauge prometheus_client.Histogram
    prometheus_client.Summary structlog.get_logger uuid.UUID uuid.uuid5
    weakref.WeakKeyDictionary zoneinfo.ZoneInfo""".split()
)
ON_VALUES = frozenset("casefold encode format items join keys split strip union values".split())
WHERE_WE_STAND = "Path(__file__).resolve()"


def definitions(root: Path) -> Iterator[Violation]:
    """Flaws for statements and calls that do something when a module is imported."""
    for module in modules(root):
        yield from _Reader(module).body(module.tree.body, in_class=False)


class _Reader:
    """Reads what one module does at import time."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.names = _names(module)

    def body(self, statements: Iterable[ast.stmt], *, in_class: bool) -> Iterator[Violation]:
        for node in statements:
            if isinstance(node, FUNCTION):
                defaults = [value for value in node.args.kw_defaults if value]
                yield from self.calls(node.decorator_list, defining=True)
                yield from self.calls(node.args.defaults + defaults, defining=in_class)
            elif isinstance(node, ast.ClassDef):
                keywords = [keyword.value for keyword in node.keywords]
                yield from self.calls(node.decorator_list + node.bases + keywords, defining=True)
                yield from self.body(node.body, in_class=True)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                yield from self.assignment(node, in_class=in_class)
            elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                yield from self.body(node.body, in_class=in_class)
            elif not self.harmless(node):
                yield self.module.at(node, f"does something at import time: {_said(node)}")

    def assignment(
        self, node: ast.Assign | ast.AnnAssign, *, in_class: bool
    ) -> Iterator[Violation]:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute | ast.Subscript):
                yield self.module.at(node, f"changes something at import time: {_said(node)}")
        if node.value:
            yield from self.calls([node.value], defining=in_class)

    def calls(self, values: Iterable[ast.expr], *, defining: bool) -> Iterator[Violation]:
        """`defining` is true in decorators and class bodies, where our own functions define."""
        for value in values:
            for call in _run_now(value):
                if not self.defines(call, defining=defining):
                    yield self.module.at(call, f"calls at import time: {_said(call)}")

    def defines(self, call: ast.Call, *, defining: bool) -> bool:
        if ast.unparse(call) == WHERE_WE_STAND:
            return True
        path = _dotted(call.func)
        if not path:
            return isinstance(call.func, ast.Attribute) and call.func.attr in ON_VALUES
        first, _, rest = path.partition(".")
        full = ".".join(part for part in (self.names.get(first, first), rest) if part)
        if full in DEFINES or full.partition(".")[0] in DEFINING:
            return True
        if full.partition(".")[0] in FLOORS:
            return defining or full.rpartition(".")[2].lstrip("_")[:1].isupper()
        return full.rpartition(".")[2] in ON_VALUES

    def harmless(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
            return True
        if isinstance(node, ast.Expr):
            starts = str(self.module.path) == "services/__main__.py"
            patches = isinstance(node.value, ast.Call) and _dotted(node.value.func) == "patch"
            return isinstance(node.value, ast.Constant) or (starts and patches)
        return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def _names(module: Module) -> Mapping[str, str]:
    """What each name of the module means: `Gauge` → `prometheus_client.Gauge`."""
    known = {}
    for node, dotted in imported(module):
        for alias in getattr(node, "names", ()):
            if isinstance(node, ast.Import) and alias.name == dotted:
                known[alias.asname or dotted.partition(".")[0]] = (
                    dotted if alias.asname else dotted.partition(".")[0]
                )
            elif dotted.endswith(f".{alias.name}"):
                known[alias.asname or alias.name] = dotted
    for node in module.tree.body:
        if isinstance(node, DEFINITION):
            known[node.name] = f"{module.name}.{node.name}"
    return known


def _run_now(value: ast.AST) -> Iterator[ast.Call]:
    """The calls that run when `value` is evaluated; what a lambda holds runs later."""
    if isinstance(value, ast.Lambda):
        return
    if isinstance(value, ast.Call):
        yield value
    for child in ast.iter_child_nodes(value):
        yield from _run_now(child)


def _dotted(node: ast.expr) -> str:
    """`a.b.c` of names and attributes, "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _said(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0][:60]
