"""What an agency gets: a broker user with its queue and rights, a database, a key to sign with."""

from collections.abc import Mapping
from dataclasses import dataclass

from cli import offices, tokens
from cli.agency import database
from cli.embedded.rabbitmq import BROKER, password_name
from cli.offices import ROUTING, Agency
from cli.say import Trouble
from cli.stack import Stack
from foundation.settings import queue_of

_GIVEN = "agencies-given.json"
MOST = 20


@dataclass(frozen=True)
class Provided:
    """The settings of the new desk, empty when they were given before.

    `walled` is whether the database holds the agency to its own data.
    """

    settings: Mapping[str, str]
    walled: bool


def provide(stack: Stack, agency: Agency) -> Provided:
    """Give the agency all it needs; again is safe, and gives no secret a second time."""
    folder = stack.folder
    taken = {each.code for each in offices.slots(folder)}
    if not agency.elsewhere and len(taken | {agency.code}) > MOST:
        raise Trouble(
            f"Hệ thống trên một máy có chỗ cho {MOST} cơ quan; hãy dùng cụm máy thật.",
            f"A platform on one machine has room for {MOST} agencies; use a real cluster.",
        )
    offices.add(folder, agency)
    fresh = Stack(folder.root)
    tokens.admit(folder, agency.code)
    if BROKER in fresh.supervisor.running():
        fresh.servers.broker.load(fresh.definitions())
    walled = agency.elsewhere or database.admit(fresh, agency.code)
    given = folder.read(_GIVEN)
    if agency.code in given:
        return Provided({}, walled)
    folder.write(_GIVEN, {**given, agency.code: True})
    return Provided(settings(fresh, agency.code, walled=walled), walled)


def renew(stack: Stack, code: str) -> Provided:
    """New secrets: a password at the broker and the database, a key; the old key holds once more.

    Messages wait in the queue meanwhile: nothing is lost.
    """
    user = queue_of(ROUTING, code)
    stack.folder.forget(password_name(user))
    tokens.renew(stack.folder, code)
    if BROKER in stack.supervisor.running():
        stack.servers.broker.load(stack.definitions())
    walled = is_elsewhere(stack, code) or database.admit(stack, code, anew=True)
    return Provided(settings(stack, code, walled=walled), walled)


def is_elsewhere(stack: Stack, code: str) -> bool:
    """Whether the agency works in a system of its own."""
    return any(each.elsewhere for each in stack.agencies if each.code == code)


def withdraw(stack: Stack, code: str) -> None:
    """Believe nothing of it any more; should it come back, it gets new secrets."""
    tokens.expel(stack.folder, code)
    database.expel(stack, code)
    stack.folder.forget(password_name(queue_of(ROUTING, code)))
    given = stack.folder.read(_GIVEN)
    stack.folder.write(_GIVEN, {each: True for each in given if each != code})
    offices.remove(stack.folder, code)


def settings(stack: Stack, code: str, *, walled: bool) -> Mapping[str, str]:
    """What the agency's own deployment is started with; its own system needs the bus alone."""
    if is_elsewhere(stack, code):
        return {
            "AGENCY": code,
            "AMQP_URL": stack.servers.broker.amqp_url(queue_of(ROUTING, code)),
            "TOKEN_SIGNING_KEY": str(tokens.key_of(stack.folder, code)),
        }
    names = ("AGENCY", "AMQP_URL", "MONGO_URL", "MONGO_DATABASE", "TOKEN_KEYS")
    known = stack.environment(ROUTING, code)
    if walled:
        known["MONGO_URL"] = database.url_of(stack, code)
    known["MONGO_DATABASE"] = database.name_of(code)
    known["TOKEN_SIGNING_KEY"] = str(tokens.key_of(stack.folder, code))
    return {name: known[name] for name in (*names, "TOKEN_SIGNING_KEY")}
