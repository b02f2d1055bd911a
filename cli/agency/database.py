"""The agency's database, and its own user there where the server holds users to their rights."""

from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from cli.offices import ROUTING
from cli.stack import Stack
from services.intake.domain.dossier import AT_AN_AGENCY, UNDER_WAY
from services.routing.domain.step import OPEN

SECONDS = 5


def name_of(code: str) -> str:
    """The database of an agency's desk, as the service itself would name it."""
    return f"motcua_{ROUTING}_{code.replace('-', '_')}"


def url_of(stack: Stack, code: str) -> str:
    """The database server, as the agency's own user."""
    scheme, _, rest = stack.servers.addresses().mongo_url.partition("://")
    place = rest.rpartition("@")[2]
    host, _, options = place.partition("/")
    query = options.partition("?")[2]
    name, secret = name_of(code), stack.folder.secret(f"database {code}")
    return f"{scheme}://{name}:{secret}@{host}/{name}{'?' if query else ''}{query}"


def admit(stack: Stack, code: str, *, anew: bool = False) -> bool:
    """Make the agency's user where users are enforced; whether they are. `anew` renews it.

    A server that does not run yet has nothing to be told: the embedded one knows no users.
    """
    if not stack.servers.external_database:
        return False
    with _client(stack) as client:
        if not _enforces(client):
            return False
        found = client[name_of(code)].command("usersInfo", name_of(code))["users"]
        if anew:
            stack.folder.forget(f"database {code}")
        if not found or anew:
            command = "updateUser" if found else "createUser"
            client[name_of(code)].command(
                command,
                name_of(code),
                pwd=stack.folder.secret(f"database {code}"),
                roles=[{"role": "readWrite", "db": name_of(code)}],
            )
    return True


def open_work(stack: Stack, code: str) -> list[str]:
    """The steps and explanations that the agency still owes, by id; at most a hundred."""
    with _client(stack) as client:
        kept = client[name_of(code)]
        dockets = kept["dockets"].find({"due": {"$ne": None}}, {"steps": 1}).limit(100)
        owed = [
            str(step["id"])
            for docket in dockets
            for step in docket["steps"]
            if step["state"] in OPEN
        ]
        return owed + [
            str(each["_id"])
            for each in kept["explanations"].find({"explained": None}, {"_id": 1}).limit(100)
        ]


def awaited(stack: Stack, code: str) -> list[str]:
    """The steps that the centre has ordered of the agency and waits for, by id."""
    under_way = {"state": {"$in": [state.value for state in UNDER_WAY]}}
    with _client(stack) as client:
        dossiers = client["motcua_intake"]["dossiers"].find(under_way, {"steps": 1})
        return [
            str(step["id"])
            for dossier in dossiers
            for step in dossier["steps"]
            if step["agency"] == code and step["state"] in AT_AN_AGENCY
        ]


def _client(stack: Stack) -> "MongoClient[dict[str, Any]]":
    url = stack.servers.addresses().mongo_url
    return MongoClient(url, serverSelectionTimeoutMS=SECONDS * 1000)


def _enforces(client: "MongoClient[dict[str, Any]]") -> bool:
    try:
        known = client.admin.command("connectionStatus")["authInfo"]["authenticatedUsers"]
    except (OperationFailure, KeyError):
        return False
    return bool(known)
