"""What is kept is verified, copied, destroyed and brought back; a loss is named, not hidden."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.journey.store_inspectors import StoreInspector
from cli.keeping.store import BUCKET, store_of
from foundation.persistence.object_store import object_name
from tests.e2e.running import Running
from tests.processes import until


def verified(running: Running, *words: str) -> dict[str, list[str]]:
    """The faults of each check that found one."""
    said = running.motcua("verify", "--json", *words, language="en")
    checks = json.loads(said.stdout)
    assert all(each["looked_at"] for each in checks)
    faults = {each["what"]: each["faults"] for each in checks if each["faults"]}
    assert said.returncode == bool(faults)
    return faults


@pytest.fixture
def quiet(running: Running) -> Iterator[Running]:
    until(lambda: not verified(running), within=60, why="quiet")
    yield running
    assert not verified(running)


def test_what_the_journeys_left_is_whole(quiet: Running) -> None:
    assert verified(quiet, "--deep") == {}


def test_a_changed_history_a_lost_event_and_a_lost_file_are_named(quiet: Running) -> None:
    inspector = StoreInspector(quiet.platform)
    dossiers, log = (
        inspector.database("intake")["dossiers"],
        inspector.database("subscriptions")["log"],
    )
    dossier: dict[str, Any] = dossiers.find_one({"state": "returned"})
    changed = [{**dossier["history"][0], "actor": "somebody else"}, *dossier["history"][1:]]
    event = log.find_one({"_id": f"motcua:intake {dossier['history'][1]['id']}"})
    document = inspector.database("documents")["documents"].find_one()
    store, name = store_of(quiet.platform), object_name(document["sha256"])
    with store.get_object(BUCKET, name) as kept:
        content = kept.read()
    file = quiet.platform.folder.path("was-there")
    file.write_bytes(content)
    dossiers.update_one(
        {"_id": dossier["_id"]}, {"$set": {"history": changed, "state": "resolved"}}
    )
    log.delete_one({"_id": event["_id"]})
    store.remove_object(BUCKET, name)
    faults = verified(quiet)
    store.fput_object(BUCKET, name, str(file))
    log.insert_one(event)
    dossiers.update_one(
        {"_id": dossier["_id"]}, {"$set": {"history": dossier["history"], "state": "returned"}}
    )
    assert faults.keys() == {
        "Histories are whole",
        "Histories give the states",
        "The log has every event",
        "Every file is there and whole",
    }
    named = " ".join(each for found in faults.values() for each in found)
    assert dossier["_id"] in named
    assert event["_id"] in named
    assert document["sha256"] in named


def test_all_of_it_comes_back_after_everything_is_destroyed(quiet: Running, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar"
    saved = quiet.motcua("backup", str(copy))
    assert saved.returncode == 0, saved.stderr
    assert copy.stat().st_mode & 0o077 == 0
    before = {name: dict(each) for name, each in StoreInspector(quiet.platform).entities()}
    quiet.motcua("down")
    shutil.rmtree(quiet.data)
    restored = quiet.motcua("restore", str(copy))
    assert restored.returncode == 0, restored.stderr
    assert verified(quiet, "--deep") == {}
    assert {name: dict(each) for name, each in StoreInspector(quiet.platform).entities()} == before
    refused = quiet.motcua("restore", str(copy), language="en")
    assert refused.returncode == 1
    assert "holds data already" in refused.stderr
    demo = quiet.motcua("journey")
    assert demo.returncode == 0, demo.stdout
