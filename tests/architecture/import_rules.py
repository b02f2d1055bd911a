"""Who may import what: the floors, the rooms, and the one folder that knows the framework."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.rules import FLOORS, Module, Violation, modules

# Replacing the framework, the database or the broker is a change to foundation/ alone.
FRAMEWORK = frozenset(("nameko", "eventlet", "greenlet", "prometheus_client"))
SERVERS = frozenset(("amqp", "kombu", "pymongo", "bson", "gridfs", "minio"))
# What lays out paper is slow and stops everything beside it: see foundation/pdf/renderer.py.
PRESS = frozenset(("pikepdf", "pyhanko", "segno", "weasyprint"))

# What reaches the clock, chance, files, logs or the network; no domain may hold it in its hand.
IMPURE = frozenset(
    """asyncio builtins ctypes fcntl fileinput ftplib glob http importlib io locale logging mmap
    multiprocessing os pathlib pickle platform random sched secrets select selectors shelve shutil
    signal smtplib socket socketserver sqlite3 ssl subprocess sys syslog tempfile threading time
    urllib warnings webbrowser""".split()
)


@dataclass(frozen=True)
class Allowed:
    """What one kind of module may import: of our own floors, and of other libraries."""

    own: tuple[str, ...]
    libraries: frozenset[str] = frozenset()
    any_library_but: frozenset[str] | None = None
    not_of_python: frozenset[str] = frozenset()

    def refuses(self, dotted: str) -> bool:
        """Whether `dotted`, e.g. `foundation.errors.Refused`, may not come in here."""
        root = dotted.partition(".")[0]
        if root in {*FLOORS, "tests"}:
            return not any(dotted == own or dotted.startswith(f"{own}.") for own in self.own)
        if root in sys.stdlib_module_names:
            return root in self.not_of_python
        if self.any_library_but is not None:
            return root in self.any_library_but
        return root not in self.libraries


@dataclass(frozen=True)
class Adapter:
    """The modules that may import a library; the rest of the tree imports those instead."""

    files: frozenset[str]
    instead: str
    most: int
    in_tests: str = ""
    """What of it tests may import besides."""

    def lets(self, dotted: str, path: str) -> bool:
        """Whether the file at `path` may import `dotted`."""
        if path in self.files or path in MEASURES_NAMEKO:
            return True
        tested = bool(self.in_tests) and dotted.startswith(self.in_tests)
        return tested and path.startswith("tests/")


# bench/bus/nameko.py is nameko as its own users have it: through our adapter something else
# would be measured.
MEASURES_NAMEKO = frozenset(("bench/bus/nameko.py",))

_EVENTLET = Adapter(
    files=frozenset(
        (
            "foundation/concurrency/green.py",
            "foundation/concurrency/wsgi.py",
            "foundation/runtime/patch.py",
        )
    ),
    instead="foundation.concurrency.green has it",
    most=6,
)
_NAMEKO = Adapter(
    files=frozenset(("foundation/injection.py",)),
    instead="foundation.injection has it",
    most=4,
    # `worker_factory` makes a service for a test; it is used nowhere else.
    in_tests="nameko.testing.",
)
ADAPTERS = {"eventlet": _EVENTLET, "greenlet": _EVENTLET, "nameko": _NAMEKO}


def imports(root: Path) -> Iterator[Violation]:
    """Each floor imports those below it, each room what its line in the table allows."""
    for module in modules(root):
        allowed = _allowed(module)
        for node, dotted in imported(module):
            if allowed.refuses(dotted):
                yield module.at(node, f"may not import {dotted}")


def adapters(root: Path) -> Iterator[Violation]:
    """Only the adapters of eventlet and of nameko import them."""
    for module in modules(root, *FLOORS, "tests"):
        for node, dotted in imported(module):
            adapter = ADAPTERS.get(dotted.partition(".")[0])
            if adapter and not adapter.lets(dotted, str(module.path)):
                yield module.at(node, f"may not import {dotted}: {adapter.instead}")


def imported(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every name a module imports, wherever in it, with its full path."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            source = ".".join(part for part in (_package(module, node.level), node.module) if part)
            yield from ((node, f"{source}.{alias.name}") for alias in node.names)


def _package(module: Module, level: int) -> str:
    if level == 0:
        return ""
    folders = module.path.parent.parts
    return ".".join(folders[: len(folders) - level + 1])


def _allowed(module: Module) -> Allowed:
    floor = module.path.parts[0]
    if floor == "contracts":
        return Allowed(own=("contracts",))
    if floor == "foundation":
        return Allowed(own=_FOUNDATION, any_library_but=frozenset())
    if floor == "cli":
        # The command starts and proves things: it may speak to the servers, never as a service.
        return Allowed(
            own=("contracts", "foundation", "services", "cli"), any_library_but=FRAMEWORK | PRESS
        )
    if floor == "bench":
        return Allowed(own=FLOORS, any_library_but=frozenset())
    if not module.room:
        return Allowed(own=("foundation", "services"), any_library_but=FRAMEWORK | SERVERS | PRESS)
    return _room(module.room, ".".join(module.name.split(".")[:2]))


# The foundation knows how messages are told apart, but none of those that are told: no dossier.
_FOUNDATION = (
    "contracts.envelope",
    "contracts.events.Event",
    "contracts.history",
    "contracts.message",
    "contracts.orders.Contact",
    "contracts.orders.Order",
    "contracts.replies.Reply",
    "foundation",
)


# What turns the outside's words into ours and back: fields, phone numbers, texts from templates.
_WORDS = frozenset(("jinja2", "marshmallow", "phonenumbers"))


def _room(room: str, service: str) -> Allowed:
    domain = f"{service}.domain"
    rooms = {
        "__init__": Allowed(own=()),
        "domain": Allowed(
            own=(
                "contracts",
                # What was seen of a thing, as a text: pure functions.
                "foundation.as_seen",
                "foundation.errors",
                # A changed copy of a frozen dataclass: a pure function.
                "foundation.frozen",
                # What the signatures of a PDF are, as data: reading them is the service's.
                "foundation.files.signature_report",
                # Electronic forms: pure functions over their fields and what is filled in.
                "foundation.fillable",
                # Rules that are data, as they were read.
                "foundation.retention.table",
                "foundation.retention.hold",
                # The law in force, a table: pure functions of a rule and a moment.
                "foundation.law",
                "foundation.places",
                # Pure functions over text.
                "foundation.text",
                # A sealed text, as data: sealing and opening are the service's.
                "foundation.vault.Sealed",
                "foundation.worktime",
                domain,
            ),
            not_of_python=IMPURE,
        ),
        "schemas": Allowed(
            own=(
                "contracts",
                "foundation.errors",
                "foundation.fillable",
                "foundation.places.counted_back",
                "foundation.text",
                "foundation.web.fields",
                "foundation.web.email_field",
                "foundation.web.phone_field",
                "foundation.web.text_fields",
                "foundation.worktime.HO_CHI_MINH",
                domain,
                f"{service}.schemas",
            ),
            libraries=_WORDS,
        ),
        "settings": Allowed(own=("foundation.settings",)),
        "store": Allowed(
            own=(
                "contracts",
                "foundation.errors",
                "foundation.outbox.AuditLog",
                "foundation.outbox.CHAIN_INDEX",
                "foundation.outbox.Reading",
                "foundation.outbox.Store",
                "foundation.outbox.WordSearch",
                "foundation.outbox.in_narrow_windows",
                "foundation.persistence.Idempotency",
                "foundation.persistence.Index",
                "foundation.persistence.MomentQuery",
                "foundation.persistence.PageQuery",
                "foundation.persistence.Spread",
                "foundation.persistence.TtlCache",
                "foundation.persistence.VersionCache",
                "foundation.persistence.last_position",
                "foundation.places",
                "foundation.timekeeping",
                "foundation.web.access_audit",
                f"{service}.settings",
                f"{service}.store",
                domain,
            )
        ),
        "outside": Allowed(
            own=("contracts", "foundation", domain, f"{service}.outside"),
            any_library_but=FRAMEWORK | PRESS,
        ),
    }
    return rooms.get(room, Allowed(own=("contracts", "foundation", service)))
