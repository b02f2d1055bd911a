"""The settings of one process, read once from its environment.

`Settings` holds what every process needs. What fewer need stands in the settings class of a
service (`services/*/settings.py`) or, if the foundation itself reads it for those services that
use a part of it, in `foundation.settings.groups`. Rules of the administration (deadlines,
procedures, agencies, holidays) are data, not settings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from functools import cached_property
from typing import Any, TypeVar

from foundation.settings.naming import database_of, queue_of, source_of
from foundation.settings.time_scale import EMBEDDED, PRODUCTION, TimeScale, read_time_scale

REQUIRED = "required"


class SettingsError(Exception):
    """Everything that is missing or wrong, at once, in one sentence of each language.

    Its text is the English one, for logs; `vi` and `en` are what a person is shown.
    """

    def __init__(self, vi: str, en: str) -> None:
        """What is wrong, in Vietnamese and in English; neither holds a secret."""
        super().__init__(en)
        self.vi = vi
        self.en = en


def setting(
    meaning: str, *, default: str = REQUIRED, secret: bool = False, neighbour: str = ""
) -> Any:
    """One variable of the environment: what it means, and whether it is secret.

    `neighbour` is given where the value is the address of a server whose TLS certificate is to be
    watched: what that server is to us, as the metric says it.
    """
    return field(
        metadata={
            "meaning": meaning,
            "default": default,
            "secret": secret,
            "neighbour": neighbour,
        }
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of every process; each `setting` is the variable of that name in capitals.

    `service` is the name of the service, given on the command line; `agency` is the code of the
    agency whose desk this is, "" in a service that no agency runs (see `AgencySettings`).
    """

    service: str
    agency = ""
    amqp_url: str = setting(
        "amqp://user:password@host:port/vhost of the broker", secret=True, neighbour="broker"
    )
    mongo_url: str = setting("mongodb://… of the database server", secret=True)
    mongo_database: str = setting("database of this service", default="")
    token_keys: str = setting("path of the JWKS file with the public keys of those who sign tokens")
    http_address: str = setting("host:port the API listens on", default="127.0.0.1:8000")
    trusted_proxies: int = setting(
        "how many proxies of ours stand before the API and add to X-Forwarded-For; 0 believes none",
        default="0",
    )
    watch_address: str = setting("host:port of metrics and health", default="127.0.0.1:9000")
    max_workers: int = setting("handlers and requests at work at the same time", default="20")
    prefetch: int = setting("messages held by this process at most", default="100")
    retry_delays: tuple[int, ...] = setting(
        "seconds before each new try of a message; must be the broker's own", default="2,10,60,600"
    )
    broker_api_url: str = setting(
        "http://user:password@host:port of the broker's management API, to compare queues with "
        "the topology; empty leaves that to the operator",
        default="",
        secret=True,
        neighbour="broker_api",
    )
    mode: str = setting("production, or embedded for trying out", default=PRODUCTION)
    day: str = setting(
        "how long a day of the law lasts, and from which moment on (10s@2026-11-24T08:00:00Z); "
        "only with MODE=embedded",
        default="",
    )

    @property
    def source(self) -> str:
        """How this process signs its messages: `motcua:intake`, `motcua:routing:so-xay-dung`."""
        return source_of(self.service, self.agency)

    @cached_property
    def time_scale(self) -> TimeScale:
        """How fast the clock of the law runs."""
        return read_time_scale(self.day)

    @property
    def queue(self) -> str:
        """The one work queue of this process: `intake`, `routing.so-xay-dung`."""
        return queue_of(self.service, self.agency)


SettingsT = TypeVar("SettingsT", bound=Settings)


def settings_type_of(service: type) -> type[Settings]:
    """The settings class that a service names as its `settings_type`, else `Settings`."""
    named: type[Settings] = getattr(service, "settings_type", Settings)
    return named


def variables(kind: type[Settings]) -> dict[str, Field[Any]]:
    """The settings of a settings class, each by the name of its variable: `AMQP_URL`."""
    return {each.name.upper(): each for each in fields(kind) if "meaning" in each.metadata}


def read_settings(kind: type[SettingsT], service: str, environ: Mapping[str, str]) -> SettingsT:
    """The settings of `service`, whose settings class is `kind`.

    Raises:
        SettingsError: names every variable that is missing or wrong.
    """
    values: dict[str, Any] = {"service": service}
    faults: list[SettingsError] = []
    for each in variables(kind).values():
        try:
            values[each.name] = read_variable(each, environ)
        except SettingsError as error:
            faults.append(error)
    faults += _out_of_place(values)
    if faults:
        raise cannot_start(service, faults)
    agency = values.get("agency", "")
    values["mongo_database"] = values["mongo_database"] or database_of(service, agency)
    return kind(**values)


def cannot_start(service: str, faults: Sequence[SettingsError]) -> SettingsError:
    """All that keeps a process from starting, in one sentence of each language."""
    return SettingsError(
        f"{service} chưa khởi động được: " + "; ".join(each.vi for each in faults),
        f"{service} cannot start: " + "; ".join(each.en for each in faults),
    )


def read_variable(each: Field[Any], environ: Mapping[str, str]) -> Any:
    """The value of one setting.

    Raises:
        SettingsError: it is missing or wrong; says so in one clause.
    """
    name = each.name.upper()
    text = environ.get(name, "") or each.metadata["default"]
    if text == REQUIRED:
        raise SettingsError(
            f"thiếu {name} (nghĩa của nó: xem docs/settings.md)",
            f"{name} is missing ({each.metadata['meaning']})",
        )
    # What may be absent altogether says so by its default.
    return _parse(name, text, each.type, least=0 if each.metadata["default"] == "0" else 1)


def _out_of_place(values: Mapping[str, Any]) -> list[SettingsError]:
    """Faults of combinations: production must not run on accelerated time."""
    mode, day = values.get("mode", PRODUCTION), values.get("day", "")
    if mode not in {PRODUCTION, EMBEDDED}:
        return [
            SettingsError(
                f"MODE phải là {PRODUCTION} hoặc {EMBEDDED}, không phải {mode!r}",
                f"MODE must be {PRODUCTION} or {EMBEDDED}, not {mode!r}",
            )
        ]
    try:
        scale = read_time_scale(day)
    except ValueError:
        like = "10s@2026-11-24T08:00:00Z"
        return [
            SettingsError(
                f"DAY phải là số giây từ 1 đến 86400 và một thời điểm, như {like}; "
                f"không phải {day!r}",
                f"DAY must be seconds from 1 to 86400 and a moment, like {like}, not {day!r}",
            )
        ]
    if mode == PRODUCTION and not scale.real:
        return [
            SettingsError(
                f"DAY làm thời gian chạy nhanh hơn, MODE={PRODUCTION} không cho phép: hãy bỏ DAY",
                f"DAY makes time run faster, which a {PRODUCTION} process refuses: unset it",
            )
        ]
    return []


def _parse(name: str, text: str, kind: Any, *, least: int) -> Any:
    try:
        if kind is int:
            return _counted(text, least)
        if kind == tuple[int, ...]:
            return tuple(_counted(part, least) for part in text.split(","))
    except ValueError as error:
        raise SettingsError(
            f"{name} phải là số nguyên lớn hơn {least - 1}, không phải {text!r}",
            f"{name} must be whole numbers above {least - 1}, not {text!r}",
        ) from error
    return text


def _counted(text: str, least: int) -> int:
    number = int(text)
    if number < least:
        raise ValueError(text)
    return number
