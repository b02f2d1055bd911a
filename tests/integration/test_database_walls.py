"""A database that asks who comes: an agency's own user is refused everything of another's."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pymongo
import pytest
from pymongo.errors import OperationFailure

from cli.agency import database_users
from cli.embedded import database
from cli.embedded.ports import free_ports
from cli.embedded.servers import EmbeddedServers
from cli.embedded.supervisor import ProcessSupervisor
from cli.local_platform import LocalPlatform
from foundation.settings import database_of

A, B = "so-xay-dung", "cong-an-tinh"
THEIRS, OURS = database_of("routing", A), database_of("routing", B)
UNAUTHORIZED, UNKNOWN = 13, 59
Client = pymongo.MongoClient[dict[str, Any]]
KEPT = {"_id": "d1", "applicant": "Nguyễn Văn An"}

# What MongoDB's protocol has for a collection and for a database (manual, "Database Commands").
AT_COLLECTION: Mapping[str, Mapping[str, Any]] = {
    "find": {},
    "count": {},
    "distinct": {"key": "applicant"},
    "aggregate": {"pipeline": [], "cursor": {}},
    "mapReduce": {"map": "x", "reduce": "x", "out": {"inline": 1}},
    "insert": {"documents": [{"_id": "forged"}]},
    "update": {"updates": [{"q": {}, "u": {"$set": {"applicant": "x"}}}]},
    "delete": {"deletes": [{"q": {}, "limit": 0}]},
    "findAndModify": {"query": {}, "update": {"$set": {"applicant": "x"}}},
    "createIndexes": {"indexes": [{"key": {"applicant": 1}, "name": "x"}]},
    "listIndexes": {},
    "dropIndexes": {"index": "*"},
    "collMod": {"validator": {}},
    "convertToCapped": {"size": 1},
    "compact": {},
    "validate": {},
    "collStats": {},
    "drop": {},
}
AT_DATABASE: Mapping[str, Mapping[str, Any]] = {
    "listCollections": {},
    "create": {"create": "forged"},
    "dbStats": {},
    "dropDatabase": {},
    "profile": {"profile": 2},
    "usersInfo": {"usersInfo": THEIRS},
    "createUser": {
        "createUser": "forged",
        "pwd": "x",
        "roles": [{"role": "readWrite", "db": THEIRS}],
    },
    "updateUser": {"updateUser": THEIRS, "pwd": "x"},
    "dropUser": {"dropUser": THEIRS},
    "dropAllUsersFromDatabase": {},
    "grantRolesToUser": {
        "grantRolesToUser": OURS,
        "roles": [{"role": "readWrite", "db": THEIRS}],
    },
}


@pytest.fixture(scope="module")
def local_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPlatform]:
    """A platform whose database is somebody else's, who knows its users; nothing else runs."""
    folder = tmp_path_factory.mktemp("guarded")
    made = LocalPlatform(folder, free_ports().base)
    made.folder.create()
    database.prepare(made.folder)
    program, supervisor = made.servers.database(), ProcessSupervisor(made.folder)
    guarded = replace(program, command=(*program.command, "--auth"))
    place = f"127.0.0.1:{made.ports.database}"
    try:
        supervisor.start(program)
        supervisor.wait(program)
        with Client(f"mongodb://{place}/?directConnection=true") as client:
            client.admin.command("createUser", "root", roles=["root"], pwd="root")  # noqa: S106 -- this test's own
        supervisor.stop([program.name])
        supervisor.start(guarded)
        supervisor.wait(guarded)
        url = f"mongodb://root:root@{place}/?directConnection=true"
        made.servers = EmbeddedServers(made.folder, made.ports, {**os.environ, "MONGO_URL": url})
        yield made
    finally:
        supervisor.stop([program.name])


@pytest.fixture(scope="module")
def ours(local_platform: LocalPlatform) -> Iterator[Client]:
    """What B's own deployment connects with; A has its database and its docket there."""
    assert database_users.create_user(local_platform, A)
    assert database_users.create_user(local_platform, B)
    with Client(database_users.database_url(local_platform, A)) as theirs:
        theirs[THEIRS]["dockets"].insert_one(dict(KEPT))
    with Client(database_users.database_url(local_platform, B)) as client:
        yield client


def refused(call: Any) -> bool:
    try:
        call()
    except OperationFailure as error:
        return error.code in {UNAUTHORIZED, UNKNOWN}
    return False


@pytest.mark.parametrize("command", AT_COLLECTION)
def test_no_command_reaches_anothers_collection(ours: Client, command: str) -> None:
    rest = AT_COLLECTION[command]
    assert refused(lambda: ours[THEIRS].command(command, "dockets", **rest))


@pytest.mark.parametrize("command", AT_DATABASE)
def test_no_command_reaches_anothers_database(ours: Client, command: str) -> None:
    said = {command: 1, **AT_DATABASE[command]}
    assert refused(lambda: ours[THEIRS].command(said))


def test_nobody_makes_themselves_more_than_they_are(ours: Client) -> None:
    more = [{"role": "readWrite", "db": THEIRS}]
    attempts = (
        ("updateUser", OURS, {"roles": more}),
        ("grantRolesToUser", OURS, {"roles": more}),
        ("createUser", "helper", {"pwd": "x", "roles": more}),
    )
    for place in (OURS, "admin"):
        for command, user, rest in attempts:
            assert refused(lambda: ours[place].command(command, user, **rest))  # noqa: B023 -- at once


def test_a_renaming_and_an_aggregation_do_not_lead_across(ours: Client) -> None:
    across = {"renameCollection": f"{THEIRS}.dockets", "to": f"{OURS}.dockets"}
    assert refused(lambda: ours.admin.command(across))
    out = [{"$out": {"db": THEIRS, "coll": "dockets"}}]
    ours[OURS]["dockets"].insert_one({"_id": "own"})
    assert refused(lambda: list(ours[OURS]["dockets"].aggregate(out)))


def test_what_is_anothers_is_as_it_was_and_ones_own_is_open(
    local_platform: LocalPlatform, ours: Client
) -> None:
    own = ours[OURS]["dockets"]
    own.update_one({"_id": "own"}, {"$set": {"applicant": "x"}})
    own.create_index("applicant")
    assert own.find_one({"applicant": "x"})
    with Client(database_users.database_url(local_platform, A)) as theirs:
        assert list(theirs[THEIRS]["dockets"].find()) == [KEPT]


def test_a_renewed_secret_shuts_out_the_old_one(local_platform: LocalPlatform) -> None:
    old = database_users.database_url(local_platform, A)
    assert database_users.create_user(local_platform, A, new_password=True)
    with Client(old) as client, pytest.raises(OperationFailure):
        client[THEIRS]["dockets"].find_one()
    with Client(database_users.database_url(local_platform, A)) as client:
        assert client[THEIRS]["dockets"].find_one() == KEPT


def test_an_agency_that_has_gone_is_let_in_no_more(local_platform: LocalPlatform) -> None:
    assert database_users.create_user(local_platform, A)
    old = database_users.database_url(local_platform, A)
    database_users.drop_user(local_platform, A)
    with Client(old) as client, pytest.raises(OperationFailure):
        client[THEIRS]["dockets"].find_one()
    assert database_users.create_user(local_platform, A)
    with Client(database_users.database_url(local_platform, A)) as client:
        assert client[THEIRS]["dockets"].find_one() == KEPT
