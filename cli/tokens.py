"""Access tokens (JWT) signed with the platform's own keys, and `motcua token`, which prints one."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from cli.embedded.data_folder import DataFolder
from cli.errors import CliError

LIFETIME = 3600  # seconds
_PRIVATE, PUBLIC = "token-key.json", "token-keys.json"
_CENTRE = "motcua-embedded"


@dataclass(frozen=True)
class CallerRole:
    """The scopes of one kind of caller, and the services (audience) that they are for."""

    scopes: str
    audience: tuple[str, ...]


ROLES: Mapping[str, CallerRole] = {
    "citizen": CallerRole(
        "dossier:submit dossier:read document:write document:read feedback:write",
        ("intake", "documents", "feedback"),
    ),
    "clerk": CallerRole("counter", ("intake", "documents", "notifications", "feedback")),
    "kiosk": CallerRole("kiosk", ("intake",)),
    "officer": CallerRole("desk", ("routing", "documents")),
    "centre": CallerRole("centre", ("feedback", "documents")),
    "handler": CallerRole("denunciation", ("feedback",)),
    "handlers-head": CallerRole("denunciation:head", ("feedback",)),
    "director": CallerRole("director", ("intake",)),
    "administrator": CallerRole("calendar:write events:admin", ("intake", "subscriptions")),
    "publisher": CallerRole("catalogue:write", ("catalogue",)),
    "integrator": CallerRole("events:read", ("subscriptions",)),
}


def public_keys_file(folder: DataFolder) -> Path:
    """The JWKS file with which services verify tokens; created, with a private key, if absent."""
    from foundation.web import auth  # noqa: PLC0415 -- imports the cryptography only when needed

    key = folder.read(_PRIVATE)
    if not key:
        key = auth.new_key(f"{_CENTRE}.1")
        folder.write(_PRIVATE, key)
    if not folder.path(PUBLIC).exists():
        folder.write(PUBLIC, auth.public_keys([key]))
    return folder.path(PUBLIC)


def agency_key_file(folder: DataFolder, agency: str) -> Path:
    """The file of the private key with which an agency signs its officers' tokens."""
    return folder.path(f"token-key.{agency}.json")


def issue_agency_key(folder: DataFolder, agency: str) -> None:
    """Create the agency's signing key if it has none; valid for officers of that agency only."""
    if not agency_key_file(folder, agency).exists():
        renew_agency_key(folder, agency)


def renew_agency_key(folder: DataFolder, agency: str) -> None:
    """Create a new signing key for the agency; its last one stays valid until the next renewal."""
    from foundation.web import auth  # noqa: PLC0415 -- as above

    public_keys_file(folder)
    serial = 1 + max((_serial(each, agency) for each in folder.read(PUBLIC)["keys"]), default=0)
    key = auth.new_key(f"{agency}.{serial}")
    folder.write(agency_key_file(folder, agency).name, key)
    believed = [e for e in folder.read(PUBLIC)["keys"] if _serial(e, agency) in (0, serial - 1)]
    (public,) = auth.public_keys([key])["keys"]
    folder.write(PUBLIC, {"keys": [*believed, {**public, "agency": agency}]})


def renew_centre_key(folder: DataFolder) -> None:
    """Create a new key for the centre's tokens; the one before stays valid until the next renewal.

    The public key is published before the private one is used, and every process reads it
    meanwhile: no token is refused.
    """
    from foundation.web import auth  # noqa: PLC0415 -- as above

    public_keys_file(folder)
    before = folder.read(_PRIVATE)
    key = auth.new_key(f"{_CENTRE}.{1 + int(before['kid'].removeprefix(_CENTRE).lstrip('.') or 1)}")
    agencies = [each for each in folder.read(PUBLIC)["keys"] if each.get("agency")]
    folder.write(PUBLIC, {"keys": [*auth.public_keys([before, key])["keys"], *agencies]})
    time.sleep(auth.LOOK_FOR_UNKNOWN_SECONDS)
    folder.write(_PRIVATE, key)


def revoke_agency_keys(folder: DataFolder, agency: str) -> None:
    """Remove all keys of the agency: its tokens are refused from now on."""
    kept = [each for each in folder.read(PUBLIC)["keys"] if not _serial(each, agency)]
    folder.write(PUBLIC, {"keys": kept})
    agency_key_file(folder, agency).unlink(missing_ok=True)


def _serial(key: Mapping[str, str], agency: str) -> int:
    """The number of this key among the agency's, counted from 1; 0 if it is not the agency's."""
    return int(key["kid"].rpartition(".")[2]) if key.get("agency") == agency else 0


def sign_token(
    folder: DataFolder,
    role: str,
    subject: str,
    *,
    agency: str = "",
    scopes: str = "",
    audience: Sequence[str] = (),
    lifetime: int = LIFETIME,
) -> str:
    """Sign a token for `subject`; scopes and audience are the role's unless they are given."""
    from foundation.web import auth  # noqa: PLC0415 -- as above

    public_keys_file(folder)
    now = int(time.time())
    claims: dict[str, object] = {
        "sub": subject,
        "aud": list(audience or ROLES[role].audience),
        "scope": scopes or ROLES[role].scopes,
        "iat": now,
        "nbf": now,
        "exp": now + lifetime,
    }
    if agency:
        claims["agency"] = agency
    return auth.sign(claims, folder.read(_PRIVATE))


@click.command("token")
@click.option(
    "--as",
    "role",
    type=click.Choice(list(ROLES)),
    required=True,
    help="Vai trò của người gọi. / What the caller is.",
)
@click.option("--subject", required=True, help="Mã người gọi (sub). / Who the caller is (sub).")
@click.option("--agency", default="", help="Mã cơ quan của cán bộ. / The officer's agency.")
@click.option("--scope", default="", help="Quyền, cách nhau bằng dấu cách. / Scopes.")
@click.option("--audience", multiple=True, help="Dịch vụ được gọi. / Services it is for.")
@click.option(
    "--seconds",
    type=click.IntRange(1),
    default=LIFETIME,
    show_default=True,
    help="Thời hạn (giây). / How long it is valid (seconds).",
)
@click.pass_obj
def print_token(
    folder: DataFolder,
    *,
    role: str,
    subject: str,
    agency: str,
    scope: str,
    audience: tuple[str, ...],
    seconds: int,
) -> None:
    """In ra một mã truy cập đã ký. / Print a signed token."""
    if role == "officer" and not agency:
        raise CliError(
            "Cán bộ phải thuộc một cơ quan: hãy thêm --agency, ví dụ --agency so-xay-dung.",
            "An officer belongs to an agency: add --agency, such as --agency so-xay-dung.",
        )
    click.echo(
        sign_token(
            folder,
            role,
            subject,
            agency=agency,
            scopes=scope,
            audience=audience,
            lifetime=seconds,
        )
    )
