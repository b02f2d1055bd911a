"""`bench arrival`: dossiers handed in, accepted and arrived at the first desk, a second.

The bare loop beside it makes the same durable writes with documents of the same size, reads what
it changes, and publishes once, confirmed, for each write; it checks nothing, counts no date, and
leaves out the marks of what was sent.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import bson

from bench import intake
from bench.http_client import MinimalHttpClient
from bench.intake_platform import DESK, INTAKE, LEARNT_WITHIN, IntakePlatform, intake_platform
from bench.report import Report

SIDES = {"whole": ("arrival_load", "arrive"), "bare loop": ("bare_loop", "arrive")}
GOAL = 0.5
LISTS = ("history", "outbox", "handled")


def measure(rounds: int, seconds: float) -> Report:
    """Measure both sides in turn with 1, 8 and 32 clients, `rounds` times, `seconds` each time."""
    with intake_platform() as setup:
        setup.platform.folder.write("plan.json", setup.plan() | {"writes": _writes(setup)})
        made = intake.compare(setup, SIDES, rounds, seconds)
    made.goals = dict.fromkeys(made.ratios, GOAL)
    return made


def _writes(setup: IntakePlatform) -> Mapping[str, str]:
    """What one dossier makes the services write until it is there, as BSON in hexadecimal digits.

    The dossier as it was handed in, what accepting it changes, what its arrival changes, and the
    document of the desk.
    """
    port, told = setup.platform.instance(INTAKE).http, setup.plan()
    citizen, clerk = (MinimalHttpClient(port, told[who]) for who in ("citizen", "clerk"))
    dossier = citizen.post("/dossiers", json.dumps(setup.body))["id"]
    dossiers, dockets = (
        setup.collection(INTAKE, "dossiers"),
        setup.collection(f"routing.{DESK}", "dockets"),
    )
    handed_in = dossiers.find_one({"_id": dossier})
    clerk.post(f"/dossiers/{dossier}/accept", "{}")
    accepted = dossiers.find_one({"_id": dossier})
    setup.start(f"routing.{DESK}")  # only now: what its arrival changes is seen by itself
    arrived = _arrived(dossiers, accepted)
    documents = {
        "insert": bson.decode(bytes.fromhex(told["document"])),
        "accept": change(handed_in, accepted),
        "arrive": change(accepted, arrived),
        "docket": dockets.find_one({"_id": dossier}),
    }
    return {name: bson.encode(each).hex() for name, each in documents.items()}


def _arrived(dossiers: Any, accepted: Mapping[str, Any]) -> dict[str, Any]:
    """The dossier once its desk has told of it."""
    deadline = time.monotonic() + LEARNT_WITHIN
    query = {"_id": accepted["_id"], "version": {"$gt": accepted["version"]}}
    while not (found := dossiers.find_one(query)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{accepted['_id']} does not arrive at {DESK}")
        time.sleep(0.05)
    read: dict[str, Any] = found
    return read


def change(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The update that makes the one stored document of the other.

    What was sent and marked meanwhile is not in it: an entry of the history stands for the message
    that carried it, in the outbox.
    """
    fields = {
        name: value
        for name, value in after.items()
        if name not in LISTS and before.get(name) != value
    }
    added = {name: after.get(name, [])[len(before.get(name, [])) :] for name in LISTS}
    added["outbox"] = [{"id": each["id"], "body": each} for each in added["history"]]
    pushed = {name: {"$each": each} for name, each in added.items() if each}
    return {"$set": fields, "$push": pushed}
