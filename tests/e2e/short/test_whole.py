"""When all chains and branches have ended: nothing is lost, left over, missed or dead."""

import json

import pytest

from cli.journey.keepers import Keepers, is_grave
from tests.e2e.short.conftest import ELSEWHERE, HERE
from tests.e2e.short.foreign import ForeignDesk
from tests.e2e.short.hastened import Hastened
from tests.e2e.short.travel import Region
from tests.processes import until

pytestmark = pytest.mark.timeout(300)  # the first test may wait for the whole platform


def test_no_letter_is_dead_or_lost(running: Hastened) -> None:
    graves = Keepers(running.stack).graves()
    assert len(graves) > len(HERE) + len(ELSEWHERE)
    assert {name: letters for name, letters in graves.items() if letters} == {}


def test_no_agency_misses_an_order(running: Hastened, region: Region) -> None:
    for code in HERE:
        officer = f"officer:officer-{code}:{code}"
        assert running.ask(officer, f"routing:{code}", "GET", "/gaps") == {"gaps": []}
    for code in ELSEWHERE:
        desk = region.desks[code]
        assert isinstance(desk, ForeignDesk)
        assert {dossier: file.missing for dossier, file in desk.files.items() if file.missing} == {}


def test_all_that_is_kept_is_whole_and_nothing_is_missing_or_left_over(running: Hastened) -> None:
    until(lambda: quiet(running), within=60, why="nothing is on its way")
    checks = json.loads(running.motcua("verify", "--json").stdout)
    assert all(each["looked_at"] for each in checks)
    assert {each["what"]: each["faults"][:3] for each in checks if each["faults"]} == {}


def quiet(running: Hastened) -> bool:
    keepers = Keepers(running.stack)
    forms = keepers.database("documents")["forms"].count_documents({"waiting": True})
    lies = any(n for name, n in keepers.queues().items() if not is_grave(name))
    return not (forms or lies or any(thing.get("outbox") for _, thing in keepers.things()))
