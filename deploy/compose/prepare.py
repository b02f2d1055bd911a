"""What must be there before the services start; docker-compose.yml runs it at each `up`.

`broker` writes the broker's definitions, `keys` the keys of tokens, of sessions and of the vaults,
`database` makes the replica set and the users, `desks` writes the settings of desks that share a
process, `pages` the configuration of the reverse proxy before all pages. Each may run again: it
mends what differs and keeps the rest.
Passwords come from the environment: `routing.ubnd-tinh` has ROUTING_UBND_TINH_PASSWORD.
"""  # noqa: INP001 -- a script that is mounted, no part of a package

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from cli import service_discovery, tokens, vault_key
from cli.broker.definitions import retry_delays
from cli.embedded.data_folder import DataFolder
from cli.page_proxy import PageProxy
from contracts.envelope import canonical
from contracts.procedure import USUAL_LARGEST
from foundation.broker import topology
from foundation.web.session import new_session_key

HERE = Path(os.environ.get("PREPARED", "/var/lib/motcua"))
KEEPERS = ("watch", "operator")  # they look after the broker and have no database
EXISTS = 51003
PATIENCE = 60.0


def broker() -> None:
    """Users with their passwords, exchanges, queues and rights."""
    known = {user: password(user) for user in users()}
    made = topology.definitions(
        service_discovery.service_classes(), agencies(), known, retry_delays()
    )
    write(HERE / "definitions" / "definitions.json", canonical(made))


def keys() -> None:
    """The keys of tokens, whose private one only the command reads, of sessions, and of the vaults.

    The vaults' are made once: feedback alone reads the ones, subscriptions alone the others, and
    what they sealed opens with no other. Those of sessions are made once too: every service with
    pages reads them.
    """
    public = tokens.public_keys_file(DataFolder(HERE / "private"))
    write(HERE / "public" / "token-keys.json", public.read_bytes())
    for folder in ("vault", "webhook-vault"):
        vault_key.vault_keys_file(DataFolder(HERE / folder))
    sessions = HERE / "sessions" / "session-keys.json"
    if not sessions.exists():
        write(sessions, json.dumps({"keys": [new_session_key("1")]}).encode(), mode=0o600)


def database() -> None:
    """A set of one member, and for each service a user who may use its own database only."""
    client: Any = pymongo.MongoClient(os.environ["MONGO_ROOT_URL"], timeoutMS=5000)
    until(lambda: "setName" in hello(client) or initiate(client), "the replica set was not made")
    until(lambda: hello(client)["isWritablePrimary"], "the database takes no writes")
    for user in users():
        if user not in KEEPERS:
            allow(client.admin, user)


def desks() -> None:
    """A file of settings for each agency in DESKS (CODE:PORT …), and for no other.

    Raises:
        SystemExit: what is said of one is not a code of AGENCIES and a port of its own.
    """
    folder, said = HERE / "desks", [each.partition(":") for each in os.environ["DESKS"].split()]
    ports = [port for _, _, port in said]
    if not all(code in agencies() and port.isdigit() for code, _, port in said):
        sys.exit("DESKS must say CODE:PORT for some of AGENCIES, like ubnd-tinh:8012")
    if len({code for code, _, _ in said}) < len(said) or len(set(ports)) < len(ports):
        sys.exit("DESKS must name each agency once, and each port once")
    for code, _, port in said:
        write(folder / f"{code}.env", settings(code, port).encode(), mode=0o600)
    for left in folder.glob("*.env"):
        if left.stem not in {code for code, _, _ in said}:
            left.unlink()


def pages() -> None:
    """nginx.conf: each page leads to the container of its service, or of its agency's desk."""
    shared = dict(each.split(":") for each in os.environ.get("DESKS", "").split())

    def address(service: str, agency: str) -> str:
        if agency in shared:
            return f"http://desks:{shared[agency]}"
        return f"http://{'-'.join(filter(None, (service, agency)))}:8000"

    scratch = "/tmp"  # noqa: S108 -- the container's own
    proxy = PageProxy(
        listen="8000",
        scratch=scratch,
        address=address,
        resolver="127.0.0.11",
        largest_upload=int(os.environ.get("LARGEST_UPLOAD") or USUAL_LARGEST),
    )
    write(HERE / "proxy" / "nginx.conf", proxy.configuration(agencies()).encode())


def settings(agency: str, port: str) -> str:
    """What is one desk's own: its user at the broker and at the database, and its port."""
    user = f"routing.{agency}"
    known = f"{user}:{password(user)}"
    return (
        f"AGENCY={agency}\n"
        f"AMQP_URL=amqp://{known}@broker:5672/\n"
        f"MONGO_URL=mongodb://{known}@database:27017/?directConnection=true\n"
        f"HTTP_ADDRESS=0.0.0.0:{port}\n"
    )


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
    return topology.users(service_discovery.service_classes(), agencies())


def password(user: str) -> str:
    """From the environment; `make env` makes it."""
    variable = user.upper().replace(".", "_").replace("-", "_") + "_PASSWORD"
    if not os.environ.get(variable):
        sys.exit(f"{variable} is missing: add it to docker-compose.yml, then run `make env`")
    return os.environ[variable]


def write(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace it whole, readable to the other containers' users unless `mode` says otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.touch(mode)
    fresh.write_bytes(content)
    fresh.chmod(mode)
    fresh.replace(path)


if __name__ == "__main__":
    for each in sys.argv[1:]:
        steps = {"broker": broker, "keys": keys, "database": database, "desks": desks}
        (steps | {"pages": pages})[each]()
