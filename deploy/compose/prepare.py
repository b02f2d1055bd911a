"""What must be there before the services start; docker-compose.yml runs it at each `up`.

`broker` writes the broker's definitions, `keys` the keys that tokens are signed with, `database`
makes the replica set and the users. Each may run again: it mends what differs and keeps the rest.
Passwords come from the environment: `routing.ubnd-tinh` has ROUTING_UBND_TINH_PASSWORD.
"""  # noqa: INP001 -- a script that is mounted, no part of a package

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from cli import offices, tokens
from cli.definitions import retry_delays
from cli.embedded.folder import Folder
from contracts.envelope import canonical
from foundation import topology

HERE = Path("/var/lib/motcua")
KEEPERS = ("watch", "operator")  # they look after the broker and have no database
EXISTS = 51003
PATIENCE = 60.0


def broker() -> None:
    """Users with their passwords, exchanges, queues and rights."""
    known = {user: password(user) for user in users()}
    made = topology.definitions(offices.service_classes(), agencies(), known, retry_delays())
    write(HERE / "definitions" / "definitions.json", canonical(made))


def keys() -> None:
    """The private key stays where only the command reads it; services get the public one."""
    public = tokens.public_keys(Folder(HERE / "private"))
    write(HERE / "public" / "token-keys.json", public.read_bytes())


def database() -> None:
    """A set of one member, and for each service a user who may use its own database only."""
    client: Any = pymongo.MongoClient(os.environ["MONGO_ROOT_URL"], timeoutMS=5000)
    until(lambda: "setName" in hello(client) or initiate(client), "the replica set was not made")
    until(lambda: hello(client)["isWritablePrimary"], "the database takes no writes")
    for user in users():
        if user not in KEEPERS:
            allow(client.admin, user)


def hello(client: Any) -> Mapping[str, Any]:
    """What the member says of itself."""
    said: Mapping[str, Any] = client.admin.command("hello")
    return said


def initiate(client: Any) -> bool:
    """Make the set, under the name other containers know its member by."""
    member = {"_id": 0, "host": "database:27017"}
    client.admin.command("replSetInitiate", {"_id": "motcua", "members": [member]})
    return True


def allow(admin: Any, user: str) -> None:
    """Make the user, or bring password and rights to what they should be."""
    name = "_".join(["motcua", *user.replace("-", "_").split(".")])
    settled = {"pwd": password(user), "roles": [{"role": "readWrite", "db": name}]}
    try:
        admin.command("createUser", user, **settled)
    except OperationFailure as error:
        if error.code != EXISTS:
            raise
        admin.command("updateUser", user, **settled)


def until(look: Callable[[], Any], fault: str) -> None:
    """Look until it is so, for a minute at most."""
    deadline, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        try:
            if look():
                return
        except PyMongoError as error:
            last = str(error)
        time.sleep(0.5)
    sys.exit(f"{fault} within {PATIENCE:g} s: {last}")


def agencies() -> list[str]:
    """The codes of those whose desks run here."""
    return os.environ["AGENCIES"].split()


def users() -> list[str]:
    """Every user of the broker."""
    return topology.users(offices.service_classes(), agencies())


def password(user: str) -> str:
    """From the environment; `make env` makes it."""
    variable = user.upper().replace(".", "_").replace("-", "_") + "_PASSWORD"
    if not os.environ.get(variable):
        sys.exit(f"{variable} is missing: add it to docker-compose.yml, then run `make env`")
    return os.environ[variable]


def write(path: Path, content: bytes) -> None:
    """Replace it whole, readable to the other containers' users."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.chmod(0o644)
    fresh.replace(path)


if __name__ == "__main__":
    for each in sys.argv[1:]:
        {"broker": broker, "keys": keys, "database": database}[each]()
