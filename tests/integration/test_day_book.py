"""The numbers of a day have no gap and none is given twice, however many processes take them."""

import json
import subprocess
import sys

from tests.platform_fixtures import Platform
from tests.processes import FOUND_WITHIN, PATIENT, ROOT

pytestmark = PATIENT

PROCESSES, OWN = 3, 40
SHARED = [f"shared-{n}" for n in range(10)]


def test_several_intake_processes_number_the_dossiers_of_a_day_without_gap_or_double(
    platform: Platform, database_name: str
) -> None:
    command = [sys.executable, "-m", "tests.integration.numbering"]
    begun = [
        subprocess.Popen(
            [*command, platform.mongo_url, database_name, *own(n), *SHARED],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(PROCESSES)
    ]
    ended = [process.communicate(timeout=FOUND_WITHIN) for process in begun]
    assert [process.returncode for process in begun] == [0] * PROCESSES, ended
    told = [json.loads(said.splitlines()[-1]) for said, _ in ended]
    numbers: dict[str, int] = {}
    for each in told:
        # What two processes asked for has one number, whoever was first.
        assert {d: numbers[d] for d in each.keys() & numbers.keys()}.items() <= each.items()
        numbers |= each
    assert sorted(numbers.values()) == list(range(1, PROCESSES * OWN + len(SHARED) + 1))


def own(process: int) -> list[str]:
    return [f"{process}-{n}" for n in range(OWN)]
