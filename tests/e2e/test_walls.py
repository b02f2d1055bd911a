"""An agency comes, renews its secrets and goes; its credentials open nothing of another's."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import amqp
import httpx
import pytest
from amqp.exceptions import AccessRefused

from cli import tokens
from cli.agency.removal import remove_agency
from cli.embedded.ports import HOST
from cli.embedded.rabbitmq import LocalRabbitMQ
from cli.embedded.supervisor import ProcessSupervisor
from cli.errors import CliError
from cli.local_platform import DESKS, LocalPlatform
from foundation.settings.agency_names import names_of
from foundation.web import auth
from tests.e2e.running import Running
from tests.processes import until

NEW, OTHER, HOSTED = "so-noi-vu", "so-xay-dung", "so-y-te"


@pytest.fixture(scope="module")
def settings(running: Running) -> Iterator[Mapping[str, str]]:
    """What `motcua agency add` printed for a new agency of the running platform."""
    words = ("--name", "Sở Nội vụ", "--phone", "0238 3 123 456")
    added = running.motcua("agency", "add", NEW, *words, "--json")
    assert added.returncode == 0, added.stderr
    yield json.loads(added.stdout)["settings"]
    running.motcua("agency", "remove", NEW)


def officer(running: Running, agency: str, key: str) -> str:
    """A token that an agency signed for one of its officers, with its own key."""
    claims = {
        "sub": "officer-1",
        "aud": ["routing"],
        "scope": "desk",
        "agency": agency,
        "exp": 4102444800,
    }
    return auth.sign(claims, running.platform.folder.read(Path(key).name))


def steps(running: Running, desk: str, token: str) -> int:
    return steps_at(running.platform.instance("routing", desk).url, token)


def steps_at(url: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/steps", headers=headers, timeout=30).status_code


def connect(url: str) -> amqp.Connection:
    user, _, secret = url.split("://")[1].split("@", maxsplit=1)[0].partition(":")
    port = int(url.rsplit(":", 1)[1].strip("/"))
    connection = amqp.Connection(f"{HOST}:{port}", userid=user, password=secret)
    connection.connect()
    return connection


def test_citizens_are_told_where_to_ask_a_new_agency(
    running: Running, settings: Mapping[str, str]
) -> None:
    assert settings
    known = running.platform.environment("intake")["AGENCIES"]
    assert names_of(known)[NEW] == {
        "vi": "Sở Nội vụ",
        "en": "Sở Nội vụ",
        "phone": "0238 3 123 456",
    }


def test_a_new_agency_works_at_its_desk_with_tokens_it_signs_itself(
    running: Running, settings: Mapping[str, str]
) -> None:
    assert settings["AGENCY"] == NEW
    assert running.platform.instance("routing", NEW).ready()
    token = officer(running, NEW, settings["TOKEN_SIGNING_KEY"])
    # A service looks at its key file again within a minute; the new desk has just read it.
    assert steps(running, NEW, token) == 200
    until(lambda: steps(running, OTHER, token) in (401, 403), within=5)


def test_a_key_vouches_for_no_other_agency(running: Running, settings: Mapping[str, str]) -> None:
    forged = officer(running, OTHER, settings["TOKEN_SIGNING_KEY"])
    assert steps(running, OTHER, forged) == 401
    assert steps(running, NEW, forged) == 401


def test_a_second_time_changes_nothing_and_prints_no_secret(
    running: Running, settings: Mapping[str, str]
) -> None:
    again = running.motcua("agency", "add", NEW, "--name", "Sở Nội vụ")
    assert again.returncode == 0
    assert settings["AMQP_URL"] not in again.stdout
    assert "rotate" in again.stdout
    listed = json.loads(running.motcua("agency", "list", "--json").stdout)
    assert [each["code"] for each in listed].count(NEW) == 1


def test_every_queue_of_the_others_is_closed_to_it(
    running: Running, settings: Mapping[str, str]
) -> None:
    queues = [each["name"] for each in running.platform.servers.broker.api("GET", "queues/%2F")]
    foreign = [name for name in queues if name != f"routing.{NEW}"]
    assert len(foreign) > 50
    for queue in foreign:
        with connect(settings["AMQP_URL"]) as connection:
            channel = connection.channel()
            with pytest.raises(AccessRefused):
                channel.basic_get(queue)


def test_it_may_publish_under_no_other_name(running: Running, settings: Mapping[str, str]) -> None:
    exchanges = [
        each["name"] for each in running.platform.servers.broker.api("GET", "exchanges/%2F")
    ]
    forged = {
        "events": f"step.completed.{OTHER}",
        "replies": f"reply.supplement.{OTHER}",
        "orders": OTHER,
        "contacts": f"contact.given.{OTHER}",
        "retry": f"routing.{OTHER}.dead",
    }
    assert set(forged) <= set(exchanges)
    for exchange, key in forged.items():
        with connect(settings["AMQP_URL"]) as connection:
            channel = connection.channel()
            channel.confirm_select()
            with pytest.raises(AccessRefused):
                channel.basic_publish_confirm(amqp.Message("{}"), exchange, key)


def test_new_secrets_close_the_old_door_and_the_desk_goes_on(
    running: Running, settings: Mapping[str, str]
) -> None:
    old_token = officer(running, NEW, settings["TOKEN_SIGNING_KEY"])
    rotated = running.motcua("agency", "rotate", NEW, "--json")
    assert rotated.returncode == 0, rotated.stderr
    fresh = json.loads(rotated.stdout)["settings"]
    assert fresh["AMQP_URL"] != settings["AMQP_URL"]
    with pytest.raises(AccessRefused):
        connect(settings["AMQP_URL"])
    connect(fresh["AMQP_URL"]).close()
    assert running.platform.instance("routing", NEW).ready()
    assert steps(running, NEW, officer(running, NEW, fresh["TOKEN_SIGNING_KEY"])) == 200
    assert steps(running, NEW, old_token) == 200  # tokens that are out stay good for their time
    tokens.renew_agency_key(running.platform.folder, NEW)
    kids = [each["kid"] for each in running.platform.folder.read(tokens.PUBLIC)["keys"]]
    assert f"{NEW}.1" not in kids


def test_an_agency_with_open_work_stays(running: Running) -> None:
    broker = running.platform.servers.broker
    deliver(broker, "orders", OTHER)
    dead = f"routing.{OTHER}.dead"

    def buried() -> bool:
        return bool(broker.api("GET", f"queues/%2F/{dead}").get("messages"))

    until(buried, within=20)
    refused = running.motcua("agency", "remove", OTHER)
    assert refused.returncode == 1
    assert dead in refused.stderr
    broker.api("DELETE", f"queues/%2F/{dead}/contents")
    assert OTHER in {each.code for each in running.platform.agencies}


def test_a_desk_that_shares_a_process_comes_renews_its_secrets_and_goes(running: Running) -> None:
    added = running.motcua("agency", "add", HOSTED, "--name", "Sở Y tế", "--hosted", "--json")
    assert added.returncode == 0, added.stderr
    given = json.loads(added.stdout)["settings"]
    instance = LocalPlatform(running.platform.folder.root).instance("routing", HOSTED)
    assert instance.hosted
    assert instance.ready()
    assert steps_at(instance.url, officer(running, HOSTED, given["TOKEN_SIGNING_KEY"])) == 200
    rotated = running.motcua("agency", "rotate", HOSTED, "--json")
    assert rotated.returncode == 0, rotated.stderr
    with pytest.raises(AccessRefused):
        connect(given["AMQP_URL"])
    assert instance.ready()
    gone = running.motcua("agency", "remove", HOSTED)
    assert gone.returncode == 0, gone.stderr
    assert not instance.ready()
    assert DESKS not in running.platform.supervisor.running()


class Late(ProcessSupervisor):
    """While it stops a desk, one order for it arrives and another is given out by the centre."""

    broker: LocalRabbitMQ

    def stop(self, names: Iterable[str], grace: float = 30.0) -> list[str]:
        stopped = super().stop(names, grace)
        deliver(self.broker, "amq.default", f"routing.{NEW}")
        deliver(self.broker, "orders", NEW)
        return stopped


def deliver(broker: LocalRabbitMQ, exchange: str, key: str) -> None:
    body = {"properties": {}, "routing_key": key, "payload": "{", "payload_encoding": "string"}
    broker.api("POST", f"exchanges/%2F/{exchange}/publish", body)


def bindings(broker: LocalRabbitMQ) -> set[tuple[str, str]]:
    found = broker.api("GET", f"queues/%2F/routing.{NEW}/bindings")
    return {(each["source"], each["routing_key"]) for each in found}


def test_an_order_that_comes_while_an_agency_leaves_keeps_it_and_is_not_lost(
    running: Running, settings: Mapping[str, str]
) -> None:
    assert settings
    platform, broker = running.platform, running.platform.servers.broker
    before, dead = bindings(broker), f"routing.{NEW}.dead"
    assert ("orders", NEW) in before
    platform.supervisor = Late(platform.folder)
    platform.supervisor.broker = broker
    with pytest.raises(CliError, match=rf"routing\.{NEW} \(1\)"):
        remove_agency(platform, NEW)
    assert bindings(broker) == before
    assert running.platform.instance("routing", NEW).ready()
    # The desk runs again and buries the one, which nobody can read; the other waits to be replayed.
    for queue in (dead, "orders.unrouted"):
        until(lambda: broker.api("GET", f"queues/%2F/{queue}").get("messages") == 1, within=30)  # noqa: B023 -- at once
        broker.api("DELETE", f"queues/%2F/{queue}/contents")


@pytest.mark.parametrize("code", ["So-Noi-Vu", "a.dead", "-", "a_b", "a" * 41])
def test_a_code_that_is_none_is_said(running: Running, code: str) -> None:
    refused = running.motcua("agency", "add", "--name", "x", "--", code)
    assert refused.returncode == 1
    assert "so-xay-dung" in refused.stderr


def test_an_agency_that_is_done_goes_and_its_secrets_are_worth_nothing(
    running: Running, settings: Mapping[str, str]
) -> None:
    url = running.platform.environment("routing", NEW)["AMQP_URL"]
    assert settings
    gone = running.motcua("agency", "remove", NEW)
    assert gone.returncode == 0, gone.stderr
    with pytest.raises(AccessRefused):
        connect(url)
    assert NEW not in {each.code for each in running.platform.agencies}
    assert f"routing.{NEW}" not in running.platform.supervisor.running()
    queues = [each["name"] for each in running.platform.servers.broker.api("GET", "queues/%2F")]
    assert not [name for name in queues if name.startswith(f"routing.{NEW}")]
