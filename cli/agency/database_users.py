"""Database users for agencies: each may read and write its own database only.

A server that enforces no users (the embedded one, as `motcua up` starts it) gets none: there each
process keeps to its own database by itself.
"""

from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from cli.agency_registry import ROUTING
from cli.local_platform import LocalPlatform
from foundation.settings import database_of

SECONDS = 5
UNAUTHORIZED = 13  # MongoDB's error code
NO_USERS_ENFORCED = (
    "Lưu ý: cơ sở dữ liệu này không kiểm tra người dùng; ranh giới dữ liệu do từng tiến trình giữ.",
    "Note: this database enforces no user rights; each process keeps to its own data by itself.",
)


def database_name(code: str) -> str:
    """The name of an agency's database, the same that its routing service derives."""
    return database_of(ROUTING, code)


def database_url(platform: LocalPlatform, code: str) -> str:
    """The address of the database server with the agency's own user and password."""
    scheme, _, rest = platform.servers.addresses().mongo_url.partition("://")
    place = rest.rpartition("@")[2]
    host, _, options = place.partition("/")
    query = options.partition("?")[2]
    name, secret = database_name(code), platform.folder.secret(f"database {code}")
    return f"{scheme}://{name}:{secret}@{host}/{name}{'?' if query else ''}{query}"


def create_user(platform: LocalPlatform, code: str, *, new_password: bool = False) -> bool:
    """Create the agency's database user if the server enforces users; returns whether it does.

    The answer is tried out with the new user itself: a server may know users and still let
    everybody read everything. An external server only; the embedded one gets no users.
    """
    if not enforces_users(platform):
        return False
    with open_client(platform) as client:
        found = client[database_name(code)].command("usersInfo", database_name(code))["users"]
        if new_password:
            platform.folder.forget_secret(f"database {code}")
        if not found or new_password:
            command = "updateUser" if found else "createUser"
            client[database_name(code)].command(
                command,
                database_name(code),
                pwd=platform.folder.secret(f"database {code}"),
                roles=[{"role": "readWrite", "db": database_name(code)}],
            )
    return _is_confined(database_url(platform, code), code)


def drop_user(platform: LocalPlatform, code: str) -> None:
    """Remove the agency's database user; its database stays."""
    if not enforces_users(platform):
        return
    with open_client(platform) as client:
        if client[database_name(code)].command("usersInfo", database_name(code))["users"]:
            client[database_name(code)].command("dropUser", database_name(code))
    platform.folder.forget_secret(f"database {code}")


def enforces_users(platform: LocalPlatform) -> bool:
    """Whether the database server authenticates; the embedded one does not."""
    if not platform.servers.external_database:
        return False
    with open_client(platform) as client:
        return _is_authenticated(client)


def open_client(platform: LocalPlatform) -> "MongoClient[dict[str, Any]]":
    """A client with the platform's own address, which may manage users."""
    return _client_at(platform.servers.addresses().mongo_url)


def _client_at(url: str) -> "MongoClient[dict[str, Any]]":
    return MongoClient(url, serverSelectionTimeoutMS=SECONDS * 1000)


def _is_confined(url: str, code: str) -> bool:
    """Whether the agency's user can read its own database and is refused another one."""
    try:
        with _client_at(url) as client:
            client[database_name(code)]["dockets"].find_one()
            client[database_of("intake", "")]["dockets"].find_one()
    except OperationFailure as error:
        return error.code == UNAUTHORIZED
    return False


def _is_authenticated(client: "MongoClient[dict[str, Any]]") -> bool:
    try:
        known = client.admin.command("connectionStatus")["authInfo"]["authenticatedUsers"]
    except (OperationFailure, KeyError):
        return False
    return bool(known)
