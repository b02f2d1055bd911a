"""The settings of desks that share a process: a folder with one file for each, `CODE.env`.

A file says what is the agency's own, as `motcua agency add` prints it: its broker user, its
database, its address. Or it is a folder `CODE` with a file for each setting, as Kubernetes shows
secrets. What is the same for all may stand in the process's environment; what is
an agency's own is never taken from there, so that a file with a gap in it does not work as
somebody else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import unquote, urlsplit

from foundation.settings.environment import (
    Settings,
    SettingsError,
    SettingsT,
    cannot_start,
    read_settings,
    read_variable,
    variables,
)
from foundation.settings.groups import AgencySettings

SUFFIX = ".env"
OWN = ("AGENCY", "AMQP_URL", "MONGO_URL", "MONGO_DATABASE", "HTTP_ADDRESS")


@dataclass(frozen=True)
class HostSettings:
    """The settings of a multi-tenant process, besides those of its desks."""

    hosted: str
    watch_address: str


def read_host(kind: type[Settings], service: str, environ: Mapping[str, str]) -> HostSettings:
    """The settings of a process that is shared by several desks.

    Raises:
        SettingsError: this service is none that agencies have.
    """
    if not issubclass(kind, AgencySettings):
        misplaced = SettingsError(
            "HOSTED chỉ dành cho bàn xử lý của các cơ quan",
            "HOSTED is for the desks of agencies",
        )
        raise cannot_start(service, [misplaced])
    known = variables(kind)
    names = (each.name.upper() for each in fields(HostSettings))
    return HostSettings(*(read_variable(known[name], environ) for name in names))


def read_folder(folder: Path) -> dict[str, str]:
    """The files of the folder by agency, in the order of their codes; a folder may be empty.

    Raises:
        SettingsError: the folder cannot be read.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise SettingsError(
            f"không đọc được thư mục HOSTED: {folder}",
            f"HOSTED is no folder that can be read: {folder}",
        ) from error
    seen = [path for path in paths if not path.name.startswith(".")]
    return {path.stem: _text(path) for path in seen if path.suffix == SUFFIX or path.is_dir()}


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            parts = [each for each in sorted(path.iterdir()) if each.is_file()]
            return "\n".join(f"{each.name}={each.read_text(encoding='utf-8')}" for each in parts)
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return "this file cannot be read"  # no setting, and refused as such


def read_tenant(
    kind: type[SettingsT], service: str, agency: str, text: str, environ: Mapping[str, str]
) -> SettingsT:
    """The settings, of the class `kind`, of the desk whose file has this text.

    Raises:
        SettingsError: says all that is missing or wrong, and never a secret.
    """
    shared = {name: value for name, value in environ.items() if name not in OWN}
    given = dict(_lines(service, agency, text))
    if not given.get("HTTP_ADDRESS"):
        lacking = SettingsError("thiếu HTTP_ADDRESS", "HTTP_ADDRESS is missing")
        raise _desk_cannot_start(service, agency, lacking)
    settings = read_settings(kind, service, {**shared, "AGENCY": agency, **given})
    faults = list(_trespasses(settings, agency))
    if faults:
        raise _desk_cannot_start(service, agency, *faults)
    return settings


def _desk_cannot_start(service: str, agency: str, *faults: SettingsError) -> SettingsError:
    return SettingsError(
        f"{service} của {agency} chưa khởi động được: " + "; ".join(each.vi for each in faults),
        f"{service} of {agency} cannot start: " + "; ".join(each.en for each in faults),
    )


def _lines(service: str, agency: str, text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        name, equals, value = line.strip().partition("=")
        if not name or name.startswith("#"):
            continue
        if not equals:
            fault = SettingsError(
                f"dòng {number} không có dạng TÊN=GIÁ_TRỊ", f"line {number} is not NAME=VALUE"
            )
            raise _desk_cannot_start(service, agency, fault)
        yield name, value


def _trespasses(settings: Settings, agency: str) -> Iterator[SettingsError]:
    """Where the settings of a desk would have it work as another."""
    if settings.agency != agency:
        yield SettingsError(
            f"AGENCY phải là {agency}, như tên tệp",
            f"AGENCY must be {agency}, as the file is called",
        )
    if unquote(urlsplit(settings.amqp_url).username or "") != settings.queue:
        yield SettingsError(
            f"người dùng trong AMQP_URL phải là {settings.queue}",
            f"the user in AMQP_URL must be {settings.queue}",
        )
    own = f"_{settings.service}_{settings.agency.replace('-', '_')}"
    if not settings.mongo_database.endswith(own):
        yield SettingsError(
            f"MONGO_DATABASE phải kết thúc bằng {own}", f"MONGO_DATABASE must end in {own}"
        )


def conflict(settings: Settings, other: Settings) -> str:
    """The setting that two desks may not share and do; "" if there is none."""
    if settings.http_address == other.http_address:
        return f"HTTP_ADDRESS is that of {other.agency}"
    if settings.mongo_database == other.mongo_database:
        return f"MONGO_DATABASE is that of {other.agency}"
    return ""
