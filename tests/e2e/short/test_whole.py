"""When all chains and branches have ended: nothing is lost, left over, missed or dead."""

import json
import threading
import time

from cli.journey.store_inspectors import StoreInspector, holds_dead_letters
from tests.e2e.short.chains import chains
from tests.e2e.short.conftest import ELSEWHERE, HERE
from tests.e2e.short.foreign import ForeignDesk
from tests.e2e.short.hastened import Hastened
from tests.e2e.short.travel import Region

PATIENCE = 200.0  # seconds: the press is the last whom a busy machine serves


def test_no_letter_is_dead_or_lost(running: Hastened) -> None:
    graves = StoreInspector(running.platform).dead_letter_counts()
    assert len(graves) > len(HERE) + len(ELSEWHERE)
    assert {name: letters for name, letters in graves.items() if letters} == {}


def test_no_agency_misses_an_order(running: Hastened, region: Region) -> None:
    for code in HERE:
        officer = f"officer:officer-{code}:{code}"
        assert running.ask(officer, f"routing:{code}", "GET", "/gaps")["gaps"] == []
    for code in ELSEWHERE:
        desk = region.desks[code]
        assert isinstance(desk, ForeignDesk)
        assert {dossier: file.missing for dossier, file in desk.files.items() if file.missing} == {}


def test_all_that_is_kept_is_whole_and_nothing_is_missing_or_left_over(running: Hastened) -> None:
    read_something_of_people(running)
    inspector = StoreInspector(running.platform)
    deadline = time.monotonic() + PATIENCE
    while on_its_way(inspector) and time.monotonic() < deadline:
        time.sleep(1)
    assert on_its_way(inspector) == []
    checks = json.loads(running.motcua("verify", "--json").stdout)
    assert [each["what"] for each in checks if not each["looked_at"]] == []
    assert {each["what"]: each["faults"][:3] for each in checks if each["faults"]} == {}


def test_what_is_at_work_raises_no_alarm(running: Hastened, region: Region) -> None:
    chain = next(iter(chains().values()))
    if not region.clerk.can_get("intake", f"/procedures/{chain.code}"):
        region.publish([chain])
    ended = threading.Event()

    def hand_in() -> None:
        while not ended.is_set():
            region.hand_in(chain)

    people = threading.Thread(target=hand_in)
    people.start()
    try:
        looks = [json.loads(running.motcua("verify", "--json").stdout) for _ in range(3)]
    finally:
        ended.set()
        people.join()
    assert [
        {each["what"]: each["faults"][:3] for each in checks if each["faults"]} for checks in looks
    ] == [{}, {}, {}]


def read_something_of_people(running: Hastened) -> None:
    """So that a desk's book of readings is not empty when it is looked at."""
    code = HERE[0]
    running.ask(f"officer:officer-{code}:{code}", f"routing:{code}", "GET", "/search?q=tran")


def on_its_way(inspector: StoreInspector) -> list[str]:
    """Forms that wait to be printed, messages in queues and in outboxes."""
    forms = inspector.database("documents")["forms"].find({"waiting": True})
    queues = inspector.queues().items()
    unsent = (
        f"{place}/{each['_id']}" for place, each in inspector.entities() if each.get("outbox")
    )
    return [
        *(f"form {each['_id']}" for each in forms),
        *(f"{name}: {n}" for name, n in queues if n and not holds_dead_letters(name)),
        *unsent,
    ]
