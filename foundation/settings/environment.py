"""The settings of one process, read once from its environment.

Rules of the administration (deadlines, procedures, agencies, holidays) are data, not settings.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from functools import cached_property
from typing import Any

from foundation.injection import Provider
from foundation.settings.naming import database_of, queue_of, source_of
from foundation.settings.time_scale import EMBEDDED, PRODUCTION, Pace, read_pace

REQUIRED = "required"


class SettingsError(Exception):
    """Everything that is missing or wrong, at once, in one sentence."""


def setting(
    meaning: str,
    *,
    default: str = REQUIRED,
    only: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    """One variable of the environment: what it means, who needs it (`only`), if it is secret."""
    return field(metadata={"meaning": meaning, "default": default, "only": only, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one process must know; each field is the variable of the same name in capitals."""

    service: str = setting("name of the service, given on the command line")
    agency: str = setting("code of the agency whose desk this is", only=("routing",))
    amqp_url: str = setting("amqp://user:password@host:port/vhost of the broker", secret=True)
    mongo_url: str = setting("mongodb://… of the database server", secret=True)
    mongo_database: str = setting("database of this service", default="")
    s3_url: str = setting("http(s)://host:port of the object store", only=("documents",))
    s3_access_key: str = setting("key id for the object store", only=("documents",), secret=True)
    s3_secret_key: str = setting("key for the object store", only=("documents",), secret=True)
    s3_bucket: str = setting("bucket the files are kept in", default="motcua", only=("documents",))
    token_keys: str = setting("path of the JWKS file with the public keys of those who sign tokens")
    http_address: str = setting("host:port the API listens on", default="127.0.0.1:8000")
    trusted_proxies: int = setting(
        "how many proxies of ours stand before the API and add to X-Forwarded-For; 0 believes none",
        default="0",
    )
    agencies: str = setting(
        "path of agencies.json, for the names of agencies on pages; empty shows their codes",
        default="catalogue-data/agencies.json",
        only=("intake",),
    )
    hosted: str = setting(
        "path of a folder with settings CODE.env of several agencies, whose desks share this "
        "process; then what is an agency's own stands there alone",
        default="",
        only=("routing",),
    )
    urging: str = setting(
        "path of urging.csv, the rules by which late work is told to whom",
        default="catalogue-data/urging.csv",
        only=("intake", "routing"),
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
    )
    smtp_url: str = setting("smtp://host:port mail is sent through", only=("notifications",))
    sms_url: str = setting("http(s)://host:port of the SMS gateway", only=("notifications",))
    mail_from: str = setting("sender of mail", default="motcua@localhost", only=("notifications",))
    director: str = setting(
        "where the director, and who stands in for them, are told of late work: e-mail addresses "
        "and telephone numbers, parted by commas; empty tells nobody",
        default="",
        only=("notifications",),
    )
    director_language: str = setting(
        "vi or en: in which the director is written to", default="vi", only=("notifications",)
    )
    late_url: str = setting(
        "address of intake's list of what is late, as letters to the director name it: "
        "https://…/late",
        default="",
        only=("notifications",),
    )
    desk_url: str = setting(
        "address of an agency's desk, as letters to its officers name it; {agency} stands for its "
        "code",
        default="",
        only=("notifications",),
    )
    digest_seconds: int = setting(
        "what one person at an office is told within so many seconds comes in one letter",
        default="3600",
        only=("notifications",),
    )
    unit: str = setting(
        "code of this unit by QCVN 102:2016, which begins the code of each dossier",
        default="000.00.00.H41",
        only=("intake",),
    )
    office_name: str = setting(
        "name of the unit that issues forms",
        default="Trung tâm Phục vụ hành chính công tỉnh",
        only=("intake",),
    )
    office_address: str = setting("its address, on forms", default="", only=("intake",))
    office_phone: str = setting(
        "its telephone, on forms and on the tracking page", default="", only=("intake",)
    )
    tracking_url: str = setting(
        "address dossiers are followed at, as forms print it before the code: https://…/tracking/",
        default="",
        only=("intake",),
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
    def pace(self) -> Pace:
        """How fast the clock of the law runs."""
        return read_pace(self.day)

    @property
    def queue(self) -> str:
        """The one work queue of this process: `intake`, `routing.so-xay-dung`."""
        return queue_of(self.service, self.agency)


def read_settings(service: str, environ: Mapping[str, str]) -> Settings:
    """The settings of `service`.

    Raises:
        SettingsError: names every variable that is missing or wrong.
    """
    values, faults = {}, []
    for each in fields(Settings):
        try:
            values[each.name] = _read(each, service, environ)
        except ValueError as error:
            faults.append(str(error))
    faults += _out_of_place(values)
    if faults:
        raise SettingsError(f"{service} cannot start: " + "; ".join(faults))
    values["mongo_database"] = values["mongo_database"] or database_of(service, values["agency"])
    return Settings(**values)


@dataclass(frozen=True)
class HostSettings:
    """What a process with several desks must know besides theirs."""

    hosted: str
    watch_address: str


def read_host(service: str, environ: Mapping[str, str]) -> HostSettings:
    """The settings of a process that is shared by several desks.

    Raises:
        SettingsError: this service is none that agencies have.
    """
    known = {each.name: each for each in fields(Settings)}
    if service not in known["hosted"].metadata["only"]:
        raise SettingsError(f"{service} cannot start: HOSTED is for the desks of agencies")
    return HostSettings(
        *(_read(known[each.name], service, environ) for each in fields(HostSettings))
    )


def _read(each: Field[Any], service: str, environ: Mapping[str, str]) -> Any:
    if each.name == "service":
        return service
    only = each.metadata["only"]
    if only and service not in only:
        return ""
    name = each.name.upper()
    text = environ.get(name, "") or each.metadata["default"]
    if text == REQUIRED:
        raise ValueError(f"{name} is missing ({each.metadata['meaning']})")
    # What may be absent altogether says so by its default.
    return _parse(name, text, each.type, least=0 if each.metadata["default"] == "0" else 1)


def _out_of_place(values: Mapping[str, Any]) -> list[str]:
    """What may not be: time that runs faster is no time for the public."""
    mode, day = values.get("mode", PRODUCTION), values.get("day", "")
    if mode not in {PRODUCTION, EMBEDDED}:
        return [f"MODE must be {PRODUCTION} or {EMBEDDED}, not {mode!r}"]
    try:
        pace = read_pace(day)
    except ValueError:
        meant = "seconds from 1 to 86400 and a moment, like 10s@2026-11-24T08:00:00Z"
        return [f"DAY must be {meant}, not {day!r}"]
    if mode == PRODUCTION and not pace.real:
        return [f"DAY makes time run faster, which a {PRODUCTION} process refuses: unset it"]
    return []


def _parse(name: str, text: str, kind: Any, *, least: int) -> Any:
    try:
        if kind is int:
            return _counted(text, least)
        if kind == tuple[int, ...]:
            return tuple(_counted(part, least) for part in text.split(","))
    except ValueError as error:
        raise ValueError(f"{name} must be whole numbers above {least - 1}, not {text!r}") from error
    return text


def _counted(text: str, least: int) -> int:
    number = int(text)
    if number < least:
        raise ValueError(text)
    return number


class Own(Provider):
    """Gives a service its own settings: `own = Own()`, then `self.own.agency`."""

    def provided(self) -> Settings:
        """The frozen settings of this process."""
        settings: Settings = self.container.config["settings"]
        return settings
