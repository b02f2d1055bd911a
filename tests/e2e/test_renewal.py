"""All secrets of the centre renewed while dossiers come in: none is lost, the old open nothing."""

import threading
import time
import uuid

import amqp
import httpx
from amqp.exceptions import AccessRefused

from cli import tokens
from tests.e2e.running import Running
from tests.e2e.test_walls import connect
from tests.processes import until

PROCEDURE = "1.009645"
AWAY = (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError)


def hand_in(running: Running, key: str) -> str:
    """Until it is acknowledged, always as the same request; its id."""
    body = {
        "procedure": PROCEDURE,
        "channel": "online",
        "applicant": {"name": "Trần Thị Bình", "phone": "0912345678"},
        "documents": [],
    }

    def acknowledged() -> str:
        try:
            answer = running.call(
                *("citizen:renewal", "intake", "/dossiers", "POST"),
                json=body,
                headers={"Idempotency-Key": key},
            )
        except AWAY:
            return ""
        # A new token is never refused on the way, and a door that is closed says so.
        assert answer.status_code in {201, 503}, answer.text
        return str(answer.json().get("id", "")) if answer.is_success else ""

    return until(acknowledged, within=60)


def refused(url: str) -> bool:
    try:
        connect(url).close()
    except (AccessRefused, amqp.exceptions.NotAllowed):
        return True
    return False


def test_dossiers_come_in_while_every_secret_is_renewed(running: Running) -> None:
    broker = running.platform.servers.broker
    users = ["operator", "watch", *(w.name for w in running.platform.instances if not w.agency)]
    old = {user: broker.amqp_url(user) for user in users}
    files = running.platform.servers.addresses().s3_secret_key
    before = tokens.sign_token(running.platform.folder, "citizen", "renewal")
    taken, done = list[str](), threading.Event()

    def citizens() -> None:
        while not done.is_set():
            taken.append(hand_in(running, uuid.uuid4().hex))
            time.sleep(0.2)

    counter = threading.Thread(target=citizens)
    counter.start()
    renewed = running.motcua("renew", language="en")
    done.set()
    counter.join(timeout=90)

    assert renewed.returncode == 0, renewed.stderr
    assert not counter.is_alive()
    assert len(taken) > 5
    assert [user for user in users if not refused(old[user])] == []
    assert running.platform.servers.addresses().s3_secret_key != files
    for dossier in taken:
        shown = running.call("clerk", "intake", f"/dossiers/{dossier}")
        assert shown.json()["state"] == "submitted"
    until(lambda: running.motcua("verify").returncode == 0, within=60, why="whole")
    assert read(running, taken[0], before) == 200  # tokens that are out hold until the next time


def test_a_key_that_was_renewed_twice_is_believed_no_more(running: Running) -> None:
    before = tokens.sign_token(running.platform.folder, "citizen", "renewal")
    dossier = hand_in(running, uuid.uuid4().hex)
    for status in (200, 401):
        assert running.motcua("renew", "tokens").returncode == 0
        # A token of the new key makes the process look at its keys again.
        assert running.call("clerk", "intake", f"/dossiers/{dossier}").status_code == 200
        assert read(running, dossier, before) == status


def read(running: Running, dossier: str, token: str) -> int:
    url = running.platform.instance("intake").url
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/dossiers/{dossier}", headers=headers, timeout=30).status_code
