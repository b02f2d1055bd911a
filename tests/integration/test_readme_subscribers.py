"""The subscribers of the README as they stand there: they read the feed, and are called."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.conformance.command import verdicts
from cli.conformance.judging import Outcome
from cli.conformance.playing import SubscriberClient
from cli.conformance.scenes import SceneMaker
from cli.embedded.ports import accepts_connections, free_ports
from foundation.outbound.signing import new_key
from foundation.web.auth import public_keys
from services.subscriptions.service import SubscriptionsService
from tests.integration.test_event_log import KEY as SIGNER
from tests.integration.test_event_log import Desk, Feed, bearer, told
from tests.javascript import LIBRARIES, library, node
from tests.platform_fixtures import Platform
from tests.processes import ROOT, bench, until
from tests.unit.test_conformance import Subscriber, served

KEY = new_key("hmac").secret
PULL, PUSH = "/events", "WebHook-Allowed-Origin"


def block(language: str, says: str) -> str:
    """The one block of the README in a language that says this."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    (program,) = (each for each in found if says in each)
    return str(program)


@contextmanager
def running(language: str, program: str, folder: Path) -> Iterator[Callable[[], str]]:
    """The program, as somebody saves and starts it; what it said so far."""
    assert library("standardwebhooks").exists()
    name, said = folder / ("it.py" if language == "python" else "it.mjs"), folder / "said.txt"
    name.write_text(program, encoding="utf-8")
    (folder / "node_modules").symlink_to(LIBRARIES)
    command = [sys.executable if language == "python" else node(), str(name)]
    with said.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield lambda: said.read_text(encoding="utf-8")
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("language", ["python", "js"])
def test_what_is_called_gets_all_right_that_the_kit_plays(language: str, tmp_path: Path) -> None:
    port = free_ports().base
    program = block(language, PUSH).replace("8080", str(port)).replace("whsec_…", KEY)
    with running(language, program, tmp_path) as said:

        class Told(Subscriber):
            """Reports what the program printed."""

            def report(self) -> dict[str, Any]:
                events = [line for line in said().splitlines() if line.count(" ") == 2]
                return {"ids": [each.split()[0] for each in events]}

        until(lambda: accepts_connections(port), why=said())
        with served(Told()) as report:
            client = SubscriberClient(f"http://127.0.0.1:{port}/", report, "motcua")
            stage = SceneMaker(KEY, lambda: datetime.now(UTC))
            found = list(verdicts(client, stage, "motcua", batch=False, patience=5))
    wrong = [each for each in found if each.outcome is Outcome.WRONG]
    assert not wrong, (wrong, said())
    assert {each.name[1] for each in found if each.outcome is Outcome.UNSEEN} == {"a gap in seq"}


@pytest.mark.parametrize("language", ["python", "js"])
def test_what_reads_the_feed_reads_on_from_where_it_was(
    platform: Platform, language: str, tmp_path: Path
) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(public_keys([SIGNER])))
    with bench(platform, [SubscriptionsService, Desk], tmp_path) as made:
        feed = Feed(made)
        process = feed.start().wait_ready()
        token = bearer()["Authorization"].removeprefix("Bearer ")
        program = block(language, PULL).replace("27132", str(process.ports[0]))
        events = told(150)
        feed.tell(events[:120])
        feed.holds(events[:120])
        with running(language, program.replace("…", token), tmp_path) as said:
            until(lambda: said().count("step.assigned d-1") == 120, why=said())
            feed.tell(events[120:])
            until(lambda: said().count("step.assigned d-1") == 150)
