"""Which settings a service takes, and what a deployment gives it too many, too few or openly."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass
from pathlib import Path
from typing import Any

import yaml

from cli import service_discovery
from foundation.settings import REQUIRED, settings_type_of, variables

STANDARD = re.compile(r"OTEL_[A-Z0-9_]+|TMPDIR|SSL_CERT_FILE")
"""What libraries read: OpenTelemetry's own, Python's place for temporary files, OpenSSL's."""
NO_PASSWORDS = frozenset(("S3_ACCESS_KEY",))
"""Kept with a secret, but only its id: a compose file may say it."""


@dataclass(frozen=True)
class Given:
    """What a deployment gives one process: the names of its settings, and where it says them.

    `open` are those whose text stands in the deployment itself, not in a secret beside it.
    """

    place: str
    service: str
    names: frozenset[str]
    open: frozenset[str]


def _taken(service: str) -> dict[str, Field[Any]]:
    return variables(settings_type_of(service_discovery.service_class(service)))


def taken(service: str) -> set[str]:
    """The settings this service reads."""
    return set(_taken(service))


def required(service: str) -> set[str]:
    """Those it cannot start without."""
    return {name for name, each in _taken(service).items() if each.metadata["default"] == REQUIRED}


def secret(service: str) -> set[str]:
    """Those that nobody may read over its shoulder."""
    return {name for name, each in _taken(service).items() if each.metadata["secret"]}


def faults(given: Given) -> list[str]:
    """Each in one sentence; none if the process gets what it needs, and no other's secret."""
    standard = {name for name in given.names if STANDARD.fullmatch(name)}
    found = {
        "is not read by it": given.names - taken(given.service) - standard,
        "is missing": required(given.service) - given.names,
        "is a secret and stands there openly": secret(given.service) & given.open,
    }
    return [
        f"{given.place}: {name} {what} ({given.service})"
        for what, names in found.items()
        for name in sorted(names)
    ]


def in_compose(text: str, place: str) -> list[Given]:
    """The processes of a compose file; a value made of `${…}` alone is not said openly."""
    services: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)["services"]
    return [
        _of_compose(f"{place}: {name}", service, each)
        for name, each in services.items()
        if (service := _started(each.get("command") or each.get("entrypoint") or []))
    ]


def _of_compose(place: str, service: str, each: Mapping[str, Any]) -> Given:
    said = each.get("environment") or {}
    pairs = said if isinstance(said, dict) else dict(_pair(entry) for entry in said)
    openly = {name for name, text in pairs.items() if not _is_elsewhere(str(text or ""))}
    return Given(place, service, frozenset(pairs), frozenset(openly - NO_PASSWORDS))


def _pair(entry: str) -> tuple[str, str]:
    name, _, text = entry.partition("=")
    return name, text


def _is_elsewhere(text: str) -> bool:
    """Nothing is said, or whatever follows a user's name and colon comes from a variable."""
    _, scheme, rest = text.partition("://")
    login, at, _ = rest.partition("@")
    word = login.partition(":")[2] if scheme and at else text
    return not word or re.fullmatch(r"\$\{[^}]+\}", word) is not None


def _started(command: str | Sequence[str]) -> str:
    """`intake` of `python -m services intake`; "" if it starts something else."""
    words = command.split() if isinstance(command, str) else list(command)
    return words[-1] if len(words) > 1 and words[-2] == "services" else ""


def documented(page: Path) -> dict[str, tuple[str, bool]]:
    """The table of docs/settings.md: by name, who needs it ("all", or services) and if secret."""
    rows = re.findall(
        r"^\| `([A-Z0-9_]+)` \|.*\| ([a-z, ]+) \| (yes)? *\|$",
        page.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {name: (services, bool(secret)) for name, services, secret in rows}
