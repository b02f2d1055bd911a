"""`motcua docs`: generates settings.md, events.md and api/ of docs/, .env.example, pages.json."""

import re
import types
import typing
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from inspect import cleandoc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from cli import service_discovery
from cli.api_documents import api_documents
from cli.embedded.data_folder import ROOT
from cli.language import localized
from cli.page_routes import for_ingress
from contracts.events import Event
from contracts.message import Message
from contracts.orders import Contact, Order
from contracts.replies import Reply
from foundation.settings import REQUIRED, Settings, settings_type_of, variables

SETTINGS_SOURCE = "foundation/settings/ and services/*/settings.py"
MADE = "made by `motcua docs` from {source}; a test compares them"
AN_AGENCY = "so-xay-dung"
EXCHANGES: Mapping[type[Message], str] = {
    Event: "Facts, told to everyone with the right to listen. No personal data.",
    Order: "What the centre asks of one agency; nobody else can read it.",
    Reply: "What an agency tells the centre alone.",
    Contact: "How to reach an applicant, and words meant for the applicant alone.",
}
_TYPES = {str: "text", int: "whole number", bool: "true or false", datetime: "moment (UTC)"}

_SETTINGS = """\
# Settings

<!-- {made} -->

A process reads its settings once, from its environment, and names everything that is missing at
once. There is no default for a secret. An empty value counts as absent. Rules of the
administration (deadlines, procedures, agencies, holidays) are data, in `catalogue-data/`.
[.env.example](../.env.example) is the same list to copy from.

| variable | meaning | default | needed by | secret |
|---|---|---|---|---|
{rows}

The command `motcua` has three of its own: `MOTCUA_DATA` (its data folder), `MOTCUA_BASE_PORT` (the
first of the ports `motcua up` uses) and `MOTCUA_OPERATOR_URL` (the broker as its operator, for
`motcua dead`). `MONGO_URL`, and `S3_URL` with its keys, put servers of yours in the place of the
embedded ones.
"""
_EVENTS = """\
# Events, orders, replies and contacts

<!-- {made} -->

Each message is a CloudEvents 1.0 object in structured JSON. Its envelope has `id` (handle each id
once), `source`, `type`, `subject` (the thing it is about), `time`, `agency` (whose matter it is),
`seq` (without gaps for one subject and source) and `traceparent`; below is what stands in `data`.
Read the fields you know and ignore the rest: fields are only ever added. "May be told by" is what
the broker lets each service publish, "heard by" who has a queue for it.

{sections}"""


@click.command("docs")
def docs() -> None:
    """Viết lại tài liệu sinh từ mã. / Write the documents that are made from code."""
    for path, text in pages().items():
        place = ROOT / path
        place.parent.mkdir(exist_ok=True)
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.write_text(text, encoding="utf-8")
            click.echo(localized(f"Đã viết {path}", f"Written: {path}"))


def pages() -> dict[Path, str]:
    """The text of each generated page, by its path in the project."""
    services = service_discovery.service_classes()
    known = variables_of(services)
    return {
        Path("docs/settings.md"): _settings(known),
        Path(".env.example"): _example(known),
        Path("docs/events.md"): _events(services),
        Path("deploy/helm/motcua/files/pages.json"): for_ingress(),
        **api_documents(services),
    }


# Settings.


@dataclass(frozen=True)
class Variable:
    """One environment variable; `default` is None if it must be set."""

    name: str
    meaning: str
    default: str | None
    only: str
    secret: bool


def variables_of(services: Iterable[Any]) -> list[Variable]:
    """What every service needs, then what some need, grouped by those who need it."""
    shared, known = variables(Settings), variables(Settings)
    readers = defaultdict[str, list[str]](list)
    for service in services:
        for name, each in variables(settings_type_of(service)).items():
            known.setdefault(name, each)
            readers[name].append(service.name)
    only = {name: "" if name in shared else ", ".join(readers[name]) for name in known}
    return [
        _variable(each, only[name])
        for name, each in sorted(known.items(), key=lambda pair: only[pair[0]])
    ]


def _variable(each: Field[Any], only: str) -> Variable:
    return Variable(
        each.name.upper(),
        each.metadata["meaning"],
        None if each.metadata["default"] == REQUIRED else each.metadata["default"],
        only,
        each.metadata["secret"],
    )


def _settings(known: Iterable[Variable]) -> str:
    made = MADE.format(source=SETTINGS_SOURCE)
    rows = "\n".join(_setting(each) for each in known)
    return _SETTINGS.format(made=made, rows=rows)


def _setting(each: Variable) -> str:
    default = {None: "none: it must be set", "": "empty"}.get(each.default, f"`{each.default}`")
    if each.name == "MONGO_DATABASE":
        default = "`motcua_SERVICE`, and `_AGENCY` for routing"
    secret = "yes" if each.secret else ""
    return f"| `{each.name}` | {each.meaning} | {default} | {each.only or 'all'} | {secret} |"


def _example(known: Iterable[Variable]) -> str:
    made = MADE.format(source=SETTINGS_SOURCE)
    lines = [f"# The settings of a service; {made}.", "# What has a default is commented out."]
    for each in known:
        notes = [f"only {each.only}"] * bool(each.only) + ["secret"] * each.secret
        lines += ["", f"# {each.meaning}" + (f" ({'; '.join(notes)})" if notes else "")]
        set_it = f"{each.name}={each.default or ''}"
        lines.append(set_it if each.default is None else f"#{set_it}")
    return "\n".join(lines) + "\n"


# Messages.


def _events(services: Iterable[type]) -> str:
    services = list(services)
    sections = [_exchange(root, services) for root in EXCHANGES]
    inside = sorted(set(_nested_dataclasses(EXCHANGES)), key=lambda part: part.__name__)
    sections += ["## Parts of messages\n", *(_part(each) for each in inside)]
    made = MADE.format(source="contracts/ and services/")
    return _EVENTS.format(made=made, sections="\n".join(sections))


def _exchange(root: type[Message], services: Iterable[type]) -> str:
    declared = [kind for kind in root.__subclasses__() if kind.__module__.startswith("contracts.")]
    kinds = "\n".join(_message(kind, services) for kind in declared)
    return f"## Exchange `{root.EXCHANGE}`\n\n{EXCHANGES[root]}\n\n{kinds}"


def _message(kind: type[Message], services: Iterable[type]) -> str:
    told = ", ".join(each.name for each in _publishers(kind, services)) or "nobody yet"
    heard = ", ".join(each.name for each in _subscribers(kind, services)) or "nobody yet"
    key = _routing_key(kind, "AGENCY")
    return (
        f"### `{kind.TYPE}`\n\n{_doc(kind)}\n\n"
        f"Routing key `{key}` · may be told by {told} · heard by {heard}\n\n{_table(kind)}"
    )


def _part(kind: type) -> str:
    return f"### {kind.__name__}\n\n{_doc(kind)}\n\n{_table(kind)}"


def _doc(kind: type) -> str:
    return " ".join(cleandoc(kind.__doc__ or "").split())


def _table(kind: type) -> str:
    hints = typing.get_type_hints(kind)
    shown = [each for each in fields(kind) if each.name != "agency" or not _is_message(kind)]
    if not shown:
        return "No data.\n"
    rows = [f"| `{each.name}` | {_type(hints[each.name])} | {_default(each)} |" for each in shown]
    return "\n".join(["| field | type | if absent |", "|---|---|---|", *rows, ""])


def _is_message(kind: type) -> bool:
    return issubclass(kind, Message)


def _type(hint: Any) -> str:
    if isinstance(hint, types.UnionType):
        return " or ".join(_type(part) for part in hint.__args__)
    if typing.get_origin(hint) is tuple:
        return f"list of {_type(hint.__args__[0])}"
    if is_dataclass(hint) and isinstance(hint, type):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return " or ".join(f"`{each}`" for each in hint)
    return "nothing" if hint is types.NoneType else _TYPES[hint]


def _default(each: Field[Any]) -> str:
    if each.default is MISSING:
        return "never absent"
    if isinstance(each.default, bool):
        return "true" if each.default else "false"
    if isinstance(each.default, tuple) and each.default:
        return ", ".join(f"`{value}`" for value in each.default)
    return "empty" if each.default in {"", ()} else f"`{each.default}`"


def _nested_dataclasses(kinds: Iterable[type]) -> Iterator[type]:
    """The dataclasses nested in the fields of these message classes and their subclasses."""
    for kind in kinds:
        yield from _nested_dataclasses(kind.__subclasses__())
        for hint in typing.get_type_hints(kind).values():
            part = hint.__args__[0] if typing.get_origin(hint) is tuple else hint
            if is_dataclass(part) and isinstance(part, type):
                yield part
                yield from _nested_dataclasses([part])


def _routing_key(kind: type[Message], agency: str) -> str:
    """The routing key as the message class builds it from its type and agency."""
    maker: Any = kind.routing_key
    return str(maker.fget(SimpleNamespace(TYPE=kind.TYPE, agency=agency)))


def _publishers(kind: type[Message], services: Iterable[Any]) -> list[Any]:
    key = _routing_key(kind, AN_AGENCY)
    patterns = {each: each.publishes.get(kind.EXCHANGE, "(?!)") for each in services}
    return [each for each in patterns if re.search(_for(patterns[each]), key)]


def _for(pattern: str) -> str:
    return pattern.replace("{agency}", re.escape(AN_AGENCY))


def _subscribers(kind: type[Message], services: Iterable[Any]) -> list[Any]:
    return [each for each in services if kind.TYPE in _subscribed_types(each)]


def _subscribed_types(service: type) -> set[str]:
    methods = [getattr(service, name) for name in dir(service)]
    entrypoints = [each for method in methods for each in getattr(method, "nameko_entrypoints", ())]
    heard = (each for each in entrypoints if not getattr(each, "unrouted", False))
    return {name for each in heard for name in getattr(each, "kinds", {})}
