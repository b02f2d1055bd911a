"""The agency's database, and its own user there where the server holds users to their rights."""

from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from cli.agency_registry import ROUTING
from cli.local_platform import LocalPlatform
from foundation.settings.naming import database_of
from services.intake.domain.case.dossier import AT_AN_AGENCY, UNDER_WAY
from services.routing.domain.lists import BEGINNING
from services.routing.domain.step import OPEN

SECONDS = 5
UNAUTHORIZED = 13
NO_USERS_ENFORCED = (
    "Lưu ý: cơ sở dữ liệu này không kiểm tra người dùng; ranh giới dữ liệu do từng tiến trình giữ.",
    "Note: this database holds no user to rights; each process keeps to its own data.",
)
MOST = 100
TELLING = ("dockets", "explanations", "offices")


def database_name(code: str) -> str:
    """The database of an agency's desk, as the service itself would name it."""
    return database_of(ROUTING, code)


def database_url(platform: LocalPlatform, code: str) -> str:
    """The database server, as the agency's own user."""
    scheme, _, rest = platform.servers.addresses().mongo_url.partition("://")
    place = rest.rpartition("@")[2]
    host, _, options = place.partition("/")
    query = options.partition("?")[2]
    name, secret = database_name(code), platform.folder.secret(f"database {code}")
    return f"{scheme}://{name}:{secret}@{host}/{name}{'?' if query else ''}{query}"


def create_user(platform: LocalPlatform, code: str, *, anew: bool = False) -> bool:
    """Make the agency's user where users are enforced; whether they are. `anew` renews it.

    Whether they are is tried with the user itself: a server that knows users may still let
    everybody in everywhere. One that does not run yet has nothing to be told.
    """
    if not enforces_users(platform):
        return False
    with _client(platform) as client:
        found = client[database_name(code)].command("usersInfo", database_name(code))["users"]
        if anew:
            platform.folder.forget_secret(f"database {code}")
        if not found or anew:
            command = "updateUser" if found else "createUser"
            client[database_name(code)].command(
                command,
                database_name(code),
                pwd=platform.folder.secret(f"database {code}"),
                roles=[{"role": "readWrite", "db": database_name(code)}],
            )
    return _is_held(database_url(platform, code), code)


def drop_user(platform: LocalPlatform, code: str) -> None:
    """Let the agency's user in no more; its database stays."""
    if not enforces_users(platform):
        return
    with _client(platform) as client:
        if client[database_name(code)].command("usersInfo", database_name(code))["users"]:
            client[database_name(code)].command("dropUser", database_name(code))
    platform.folder.forget_secret(f"database {code}")


def enforces_users(platform: LocalPlatform) -> bool:
    """Whether the database server asks who comes; the embedded one, as `up` starts it, does not."""
    if not platform.servers.external_database:
        return False
    with _client(platform) as client:
        return _knows_us(client)


def open_work(platform: LocalPlatform, code: str) -> list[str]:
    """The steps and explanations that the agency still owes, and what it has not yet sent, by id.

    At most a hundred of each.
    """
    with _client(platform) as client:
        kept = client[database_name(code)]
        return [*_open_steps(kept), *_unanswered(kept), *_unsent(kept)]


def _open_steps(kept: Any) -> list[str]:
    dockets = kept["dockets"].find({"due": {"$ne": None}}, {"steps": 1}).limit(MOST)
    return [
        str(step["id"]) for docket in dockets for step in docket["steps"] if step["state"] in OPEN
    ]


def _unanswered(kept: Any) -> list[str]:
    asked = kept["explanations"].find({"explained": None}, {"_id": 1}).limit(MOST)
    return [str(each["_id"]) for each in asked]


def _unsent(kept: Any) -> list[str]:
    waits = {"outbox.at": {"$gt": BEGINNING}}
    return [
        f"{collection}/{each['_id']}"
        for collection in TELLING
        for each in kept[collection].find(waits, {"_id": 1}).limit(MOST)
    ]


def awaited_steps(platform: LocalPlatform, code: str) -> list[str]:
    """The steps that the centre has ordered of the agency and waits for, by id."""
    theirs = {"state": {"$in": [state.value for state in UNDER_WAY]}, "steps.agency": code}
    with _client(platform) as client:
        dossiers = client[database_of("intake", "")]["dossiers"].find(theirs, {"steps": 1})
        return [
            str(step["id"])
            for dossier in dossiers
            for step in dossier["steps"]
            if step["agency"] == code and step["state"] in AT_AN_AGENCY
        ]


def _client(platform: LocalPlatform) -> "MongoClient[dict[str, Any]]":
    return _client_at(platform.servers.addresses().mongo_url)


def _client_at(url: str) -> "MongoClient[dict[str, Any]]":
    return MongoClient(url, serverSelectionTimeoutMS=SECONDS * 1000)


def _is_held(url: str, code: str) -> bool:
    """Whether the agency's user works in its own database and is refused elsewhere."""
    try:
        with _client_at(url) as client:
            client[database_name(code)]["dockets"].find_one()
            client[database_of("intake", "")]["dockets"].find_one()
    except OperationFailure as error:
        return error.code == UNAUTHORIZED
    return False


def _knows_us(client: "MongoClient[dict[str, Any]]") -> bool:
    try:
        known = client.admin.command("connectionStatus")["authInfo"]["authenticatedUsers"]
    except (OperationFailure, KeyError):
        return False
    return bool(known)
