"""What a route's method reads of its request: the schemas, and the status of what it makes.

Found in the source of the method and of what it hands the request to, so that nothing is said
twice: `request.load(schemas.NewFeedbackSchema)` is the body, `request.asked(schemas.ListQuery())`
the query, and `request.once(201, …)` the status of the answer.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from http import HTTPStatus
from typing import Any

from marshmallow import Schema


@dataclass(frozen=True, kw_only=True)
class RouteReads:
    """The schemas of body and query, and the status of success."""

    body: type[Schema] | None = None
    query: type[Schema] | None = None
    status: int = HTTPStatus.OK


def reads_of(service: type, method: Callable[..., Any]) -> RouteReads:
    """What the method of a service reads of its request."""
    found: dict[str, Any] = {}
    for call, names in _calls(service, method, set()):
        asked = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if asked in _PARTS and call.args:
            part, value = _PARTS[asked], _value(call.args[0], names)
            if value is not None:
                found.setdefault(part, value)
    return RouteReads(**found)


_PARTS = {"load": "body", "asked": "query", "once": "status"}


@dataclass(frozen=True)
class _Names:
    """What the names in a function stand for: its module's, and `self` for the service."""

    service: type
    module: dict[str, Any] = field(repr=False)

    def resolve(self, node: ast.AST) -> Any:
        """The value of a dotted name, None for anything else."""
        if isinstance(node, ast.Name):
            return self.service if node.id == "self" else self.module.get(node.id)
        if isinstance(node, ast.Attribute):
            return getattr(self.resolve(node.value), node.attr, None)
        return None


def _calls(
    service: type, function: Callable[..., Any], seen: set[Any]
) -> Iterator[tuple[ast.Call, _Names]]:
    """The calls on the request in a function, and in the functions that it hands the request to."""
    seen.add(function)
    names = _Names(service, getattr(function, "__globals__", {}))
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and _is_request(node.func.value):
            yield node, names
        if any(_is_request(each) for each in node.args):
            callee = names.resolve(node.func)
            if inspect.isfunction(callee) and callee not in seen:
                yield from _calls(service, callee, seen)


def _is_request(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "request"


def _value(node: ast.AST, names: _Names) -> Any:
    """A schema by its name or as `Name()`, or a number; None for what is a parameter here."""
    if isinstance(node, ast.Constant):
        return node.value
    kind = names.resolve(node.func if isinstance(node, ast.Call) else node)
    return kind if isinstance(kind, type) and issubclass(kind, Schema) else None


def parameters_of(path: str) -> list[str]:
    """The names in a path as werkzeug has it: `/dossiers/<id>` has `id`."""
    return [part[1:-1] for part in path.split("/") if part.startswith("<")]


def template_of(path: str) -> str:
    """The path as OpenAPI has it: `/dossiers/{id}`."""
    return reduce(
        lambda text, name: text.replace(f"<{name}>", f"{{{name}}}"), parameters_of(path), path
    )
