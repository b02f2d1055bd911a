"""A slot takes as many people as it has places, however many processes are asked at once."""

import json
import subprocess
import sys

from tests.builders import VISIT_PLAN
from tests.platform_fixtures import Platform
from tests.processes import ROOT

PROCESSES, OWN = 3, 20


def test_no_more_get_a_place_than_there_are_and_nobody_is_told_otherwise(
    platform: Platform, database_name: str
) -> None:
    command = [sys.executable, "-m", "tests.integration.booking_at_once"]
    begun = [
        subprocess.Popen(
            [*command, platform.mongo_url, database_name, *(f"P{n}C{m}" for m in range(OWN))],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(PROCESSES)
    ]
    ended = [process.communicate(timeout=100) for process in begun]
    assert [process.returncode for process in begun] == [0] * PROCESSES, ended
    got = [code for said, _ in ended for code in json.loads(said.splitlines()[-1])]
    assert len(got) == len(set(got)) == VISIT_PLAN.capacity
