"""Provisioning of an agency: broker user, queue and rights, database user, token signing key."""

from collections.abc import Mapping
from dataclasses import dataclass

from cli import agency_registry, tokens
from cli.agency import database_users
from cli.agency_registry import ROUTING, Agency
from cli.embedded.rabbitmq import BROKER, password_key
from cli.errors import CliError
from cli.local_platform import LocalPlatform
from foundation.settings import queue_of

_GIVEN = "agencies-given.json"
MOST = 20


@dataclass(frozen=True)
class ProvisionResult:
    """The settings for the agency's desk; empty when they were handed out before.

    `walled` is whether the database server confines the agency to its own database.
    """

    settings: Mapping[str, str]
    walled: bool


def provide(platform: LocalPlatform, agency: Agency) -> ProvisionResult:
    """Create all that the agency needs. Idempotent; secrets are returned the first time only."""
    folder = platform.folder
    known = {each.code for each in agency_registry.desk_slots(folder)}
    if not agency.elsewhere and len(known | {agency.code}) > MOST:
        raise CliError(
            f"Hệ thống trên một máy có chỗ cho {MOST} cơ quan; hãy dùng cụm máy thật.",
            f"A platform on one machine has room for {MOST} agencies; use a real cluster.",
        )
    agency_registry.add(folder, agency)
    agency_registry.write_names_for_services(folder)
    fresh = LocalPlatform(folder.root)
    tokens.issue_agency_key(folder, agency.code)
    if BROKER in fresh.supervisor.running():
        fresh.servers.broker.load_definitions(fresh.definitions())
    walled = agency.elsewhere or database_users.create_user(fresh, agency.code)
    given = folder.read(_GIVEN)
    if agency.code in given:
        return ProvisionResult({}, walled)
    folder.write(_GIVEN, {**given, agency.code: True})
    return ProvisionResult(settings(fresh, agency.code, walled=walled), walled)


def renew(platform: LocalPlatform, code: str) -> ProvisionResult:
    """Rotate the agency's secrets: passwords at broker and database, and its signing key.

    Tokens signed with the key before stay valid until the next rotation. Messages wait in the
    queue meanwhile: none is lost.
    """
    user = queue_of(ROUTING, code)
    platform.folder.forget_secret(password_key(user))
    tokens.renew_agency_key(platform.folder, code)
    if BROKER in platform.supervisor.running():
        platform.servers.broker.load_definitions(platform.definitions())
    walled = is_elsewhere(platform, code) or database_users.create_user(
        platform, code, new_password=True
    )
    return ProvisionResult(settings(platform, code, walled=walled), walled)


def is_elsewhere(platform: LocalPlatform, code: str) -> bool:
    """Whether the agency runs a system of its own instead of a desk here."""
    return any(each.elsewhere for each in platform.agencies if each.code == code)


def withdraw(platform: LocalPlatform, code: str) -> None:
    """Revoke keys, passwords and users; an agency that comes back gets new secrets."""
    tokens.revoke_agency_keys(platform.folder, code)
    database_users.drop_user(platform, code)
    platform.folder.forget_secret(password_key(queue_of(ROUTING, code)))
    given = platform.folder.read(_GIVEN)
    platform.folder.write(_GIVEN, {each: True for each in given if each != code})
    agency_registry.remove(platform.folder, code)
    agency_registry.write_names_for_services(platform.folder)


def settings(platform: LocalPlatform, code: str, *, walled: bool) -> Mapping[str, str]:
    """Environment variables for the agency's deployment; its own system needs the bus only."""
    if is_elsewhere(platform, code):
        return {
            "AGENCY": code,
            "AMQP_URL": platform.servers.broker.amqp_url(queue_of(ROUTING, code)),
            "TOKEN_SIGNING_KEY": str(tokens.agency_key_file(platform.folder, code)),
        }
    names = ("AGENCY", "AMQP_URL", "MONGO_URL", "MONGO_DATABASE", "TOKEN_KEYS")
    known = platform.environment(ROUTING, code)
    if walled:
        known["MONGO_URL"] = database_users.database_url(platform, code)
    known["MONGO_DATABASE"] = database_users.database_name(code)
    known["TOKEN_SIGNING_KEY"] = str(tokens.agency_key_file(platform.folder, code))
    return {name: known[name] for name in (*names, "TOKEN_SIGNING_KEY")}
