"""An integrator's own queue on the real broker: its events, its rights, its end."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import amqp
import pytest

from cli.__main__ import run
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from contracts.events import DossierAccepted, StepCompleted
from foundation.broker import integrator_queue
from foundation.broker.topology import definitions, users
from services.subscriptions.service import SubscriptionsService
from tests.platform_fixtures import Platform
from tests.processes import until

DESK, OTHER = "so-xay-dung", "so-cong-thuong"
QUEUE = "integrator.so-lieu"


@pytest.fixture
def centre(platform: Platform) -> Iterator[Platform]:
    services = [SubscriptionsService]
    passwords = platform.passwords(users(services, []))
    platform.load(definitions(services, [], passwords, [1]))
    yield platform
    platform.wipe()


def motcua(centre: Platform, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    line = ["--lang", "en", "integrator", "--broker-api", centre.broker_api_url, *words]
    assert run(line) == 0
    said = capsys.readouterr().out
    return json.loads(said) if "--json" in words else said


@contextmanager
def connected(centre: Platform, user: str, password: str) -> Iterator[Any]:
    place = f"127.0.0.1:{centre.broker_server.ports.amqp}"
    with amqp.Connection(
        place, userid=user, password=password, confirm_publish=True, connect_timeout=10
    ) as made:
        yield made


def tell(centre: Platform, *keys: str, body: str = "{}") -> None:
    with connected(centre, "operator", centre.password()) as made:
        for key in keys:
            made.channel().basic_publish(amqp.Message(body, message_id=key), "events", key)


def read(channel: Any) -> list[str]:
    got = iter(lambda: channel.basic_get(QUEUE, no_ack=True), None)
    return [message.message_id for message in got]


def given(centre: Platform, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    said = motcua(centre, capsys, "add", "so-lieu", "--json", *words)
    assert said["QUEUE"] == QUEUE
    return said["USER"], said["PASSWORD"]


def test_the_queue_gets_what_its_filter_wants_and_nothing_else(
    centre: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    login = given(
        centre, capsys, "--type", "dossier.*", "--type", StepCompleted.TYPE, "--agency", DESK
    )
    wanted = [f"dossier.accepted.{DESK}", f"step.completed.{DESK}"]
    tell(centre, *wanted, f"dossier.accepted.{OTHER}", f"step.received.{DESK}")
    with connected(centre, *login) as made:
        assert read(made.channel()) == wanted


def test_another_filter_takes_the_place_of_the_first_and_the_password_stays(
    centre: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    login = given(centre, capsys)
    again = motcua(centre, capsys, "add", "so-lieu", "--type", DossierAccepted.TYPE, "--json")
    assert again == {"QUEUE": QUEUE}
    tell(centre, f"step.completed.{DESK}", f"dossier.accepted.{OTHER}")
    with connected(centre, *login) as made:
        assert read(made.channel()) == [f"dossier.accepted.{OTHER}"]
    (shown,) = motcua(centre, capsys, "list", "--json")
    assert (shown["integrator"], shown["keys"]) == ("so-lieu", ["dossier.accepted.*"])


def test_an_integrator_may_read_its_queue_and_nothing_else(
    centre: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    login = given(centre, capsys)
    told = amqp.Message("{}")
    tried: tuple[Callable[[Any], Any], ...] = (
        lambda channel: channel.basic_get("subscriptions"),
        lambda channel: channel.basic_get("subscriptions.dead"),
        lambda channel: channel.basic_get("events.unrouted"),
        lambda channel: channel.basic_publish(told, "", "subscriptions"),
        lambda channel: channel.basic_publish(told, "events", "x.y"),
        lambda channel: channel.queue_declare("integrator.own"),
        lambda channel: channel.queue_bind(QUEUE, "contacts", "#"),
        lambda channel: channel.queue_purge("subscriptions"),
        lambda channel: channel.queue_delete(QUEUE),
        lambda channel: channel.exchange_declare("own", "topic"),
    )
    for attempt in tried:
        with connected(centre, *login) as made, pytest.raises(amqp.AccessRefused):
            attempt(made.channel())


def test_a_new_password_ends_what_the_old_one_opened_and_keeps_what_waits(
    centre: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    user, old = given(centre, capsys)
    tell(centre, f"dossier.accepted.{DESK}")
    with connected(centre, user, old) as before:
        new = motcua(centre, capsys, "rotate", "so-lieu", "--json")["PASSWORD"]
        with pytest.raises((amqp.ConnectionForced, OSError)):
            until(lambda: before.drain_events(timeout=30), within=30)
        before.collect()
    with pytest.raises(amqp.AccessRefused), connected(centre, user, old):
        pass
    with connected(centre, user, new) as made:
        assert read(made.channel()) == [f"dossier.accepted.{DESK}"]


def test_one_that_is_removed_has_no_queue_and_no_login(
    centre: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    login = given(centre, capsys)
    motcua(centre, capsys, "remove", "so-lieu")
    assert motcua(centre, capsys, "list", "--json") == []
    with pytest.raises(amqp.AccessRefused), connected(centre, *login):
        pass
    tell(centre, f"dossier.accepted.{DESK}")
    line = ["--lang", "en", "integrator", "--broker-api", centre.broker_api_url]
    with pytest.raises(CliError, match="so-lieu has no queue"):
        run([*line, "rotate", "so-lieu"])


def test_a_full_queue_lets_its_oldest_go_and_holds_up_nobody(
    centre: Platform, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrator_queue, "MOST_BYTES", 20_000)
    login = given(centre, capsys)
    keys = [f"dossier.accepted.d{number}" for number in range(60)]
    tell(centre, *keys, body="x" * 1000)  # each is confirmed, or this would not come back
    with connected(centre, *login) as made:
        left = read(made.channel())
    assert left == keys[-len(left) :]
    assert 0 < len(left) < len(keys)


def test_the_program_of_the_page_reads_its_queue(
    centre: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    """It follows the queue for ever; here it is told to end after two events."""
    user, password = given(centre, capsys)
    event = json.dumps({"type": DossierAccepted.TYPE, "subject": "d-1"})
    tell(centre, f"dossier.accepted.{DESK}", f"dossier.accepted.{OTHER}", body=event)
    page = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    url = f"amqp://{user}:{password}@127.0.0.1:{centre.broker_server.ports.amqp}/"
    ended = subprocess.run(
        [sys.executable, "-c", program.replace("while True:", "for _ in range(2):")],
        env={**os.environ, "AMQP_URL": url, "QUEUE": QUEUE},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stdout == "dossier.accepted d-1\n" * 2
    with connected(centre, user, password) as made:
        assert read(made.channel()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Số liệu"), "A name is like so-lieu-tinh"),
        (("add", "so-lieu", "--type", "dossier.eaten"), "no type of event dossier.eaten"),
        (("add", "so-lieu", "--type", "dos*"), "no type of event dos*"),
        (("add", "so-lieu", "--agency", "#"), "A name is like so-lieu-tinh"),
        (("remove", "so-lieu"), "so-lieu has no queue"),
    ],
)
def test_what_will_not_do_is_said(centre: Platform, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CliError, match=re.escape(said)):
        run(["integrator", "--broker-api", centre.broker_api_url, *words])
