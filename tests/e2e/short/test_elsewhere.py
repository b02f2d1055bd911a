"""An agency with a system of its own is given the bus, and no process here."""

import json

import amqp
import pytest
from amqp.exceptions import AccessRefused

from tests.e2e.short.chains import TREASURY, chains
from tests.e2e.short.hastened import Hastened
from tests.e2e.short.travel import Region

NEW = "hai-quan"
ADD = ("agency", "add", NEW, "--name", "Hải quan", "--elsewhere", "--json")


def connect(url: str) -> amqp.Connection:
    login, _, place = url.removeprefix("amqp://").partition("@")
    user, _, secret = login.partition(":")
    connection = amqp.Connection(place.rstrip("/"), userid=user, password=secret)
    connection.connect()
    return connection


def test_it_reads_its_own_queue_and_nothing_of_it_runs_here(running: Hastened) -> None:
    added = running.motcua(*ADD)
    assert added.returncode == 0, added.stderr
    settings = json.loads(added.stdout)["settings"]
    with connect(settings["AMQP_URL"]) as connection:
        assert connection.channel().basic_get(f"routing.{NEW}") is None
    with connect(settings["AMQP_URL"]) as connection, pytest.raises(AccessRefused):
        connection.channel().basic_get(f"routing.{TREASURY}")
    listed = json.loads(running.motcua("agency", "list", "--json").stdout)
    (row,) = (each for each in listed if each["code"] == NEW)
    assert (row["runs"], row["elsewhere"]) == (False, True)
    assert f"routing.{NEW}" not in running.platform.supervisor.running()


def test_it_stays_while_the_centre_waits_for_it(running: Hastened, region: Region) -> None:
    chain = chains()["1.011441"].cut("9.200008", task={"agency": NEW, "amount": 20})
    region.publish([chain])
    journey = region.hand_in(chain)
    journey.told("step.ordered", journey.named(0, 0))
    refused = running.motcua("agency", "remove", NEW)
    assert refused.returncode == 1
    assert journey.named(0, 0) in refused.stderr
    journey.citizen.post("intake", f"/dossiers/{journey.dossier}/withdraw")
    journey.told("dossier.withdrawn")
    queue = running.motcua("agency", "remove", NEW)
    assert f"routing.{NEW} (" in queue.stderr  # its orders, which nobody has read
    running.platform.servers.broker.api("DELETE", f"queues/%2F/routing.{NEW}/contents")
    gone = running.motcua("agency", "remove", NEW)
    assert gone.returncode == 0, gone.stderr
