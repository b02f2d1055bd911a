"""The embedded parts start alone, keep what they are given and leave no trace."""

import json
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import amqp
import pytest
from minio import Minio
from pymongo import MongoClient

from cli.embedded import ports
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, free_ports, is_taken, must_be_free
from cli.embedded.process_identity import ProcessIdentity, identify_process
from cli.embedded.supervisor import ProcessSupervisor, Program
from cli.errors import CliError
from tests.platform_fixtures import Platform

QUEUE = "embedded.test"
QUORUM = {"x-queue-type": "quorum"}
TAKES_TWENTY = """
from cli.embedded.ports import free_ports
print(*(free_ports().base for _ in range(20)), flush=True)
input()
"""


def definitions(platform: Platform) -> dict[str, Any]:
    """One queue, and a reader who may only read it."""
    return {
        "users": [{"name": "reader", "password": platform.password("reader"), "tags": ""}],
        "permissions": [
            {
                "user": "reader",
                "vhost": "/",
                "configure": "^$",
                "write": "^$",
                "read": r"^embedded\.test$",
            }
        ],
        "queues": [
            {
                "name": QUEUE,
                "vhost": "/",
                "durable": True,
                "auto_delete": False,
                "arguments": QUORUM,
            }
        ],
    }


@contextmanager
def channel(url: str) -> Iterator[Any]:
    """A channel with confirms, over a connection of its own."""
    user, _, rest = url.removeprefix("amqp://").partition(":")
    password, _, place = rest.rstrip("/").partition("@")
    with amqp.Connection(
        place, userid=user, password=password, confirm_publish=True, connect_timeout=10
    ) as connection:
        yield connection.channel()


@pytest.fixture
def prepared(platform: Platform) -> Iterator[Platform]:
    """The platform with the test's queue and reader on it."""
    platform.load(definitions(platform))
    yield platform
    platform.wipe()


def test_the_broker_gives_a_user_the_rights_of_the_definitions_and_no_more(
    prepared: Platform,
) -> None:
    with channel(prepared.amqp_url("reader")) as reader:
        assert reader.basic_get(QUEUE) is None
        with pytest.raises(amqp.AccessRefused):
            reader.queue_declare("embedded.own", durable=True, arguments=QUORUM)
    with channel(prepared.amqp_url("reader")) as reader, pytest.raises(amqp.AccessRefused):
        reader.basic_publish(amqp.Message("no"), "", QUEUE)


def test_a_wrong_password_is_refused(prepared: Platform) -> None:
    url = prepared.amqp_url("reader").replace(prepared.password("reader"), "wrong")
    with pytest.raises(amqp.AccessRefused), channel(url):
        pass


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_confirmed_message_outlives_the_broker(prepared: Platform, end: str) -> None:
    with channel(prepared.amqp_url()) as operator:
        operator.basic_publish(amqp.Message("kept", delivery_mode=2), "", QUEUE)
    getattr(prepared.broker, end)()
    with pytest.raises(OSError, match="refused"):
        prepared.api("GET", "overview")
    began = time.monotonic()
    prepared.broker.start()
    print(f"broker back after {time.monotonic() - began:.1f} s")
    with channel(prepared.amqp_url("reader")) as reader:
        assert reader.basic_get(QUEUE, no_ack=True).body == "kept"


def test_everything_listens_on_loopback_only(platform: Platform) -> None:
    ports = platform.broker_server.ports
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    local = {fields[1] for fields in listening if fields[3] == "0A"}
    ours = {
        address
        for address in local
        if ports.base <= int(address.partition(":")[2], 16) < ports.base + 100
    }
    assert len(ours) >= 6
    assert all(address.startswith("0100007F:") for address in ours), ours


def test_an_acknowledged_document_outlives_a_killed_database(
    platform: Platform, database_name: str
) -> None:
    with MongoClient[dict[str, Any]](platform.mongo_url) as client:
        client[database_name]["things"].insert_one({"_id": "a", "n": 1})
    platform.database.kill()
    platform.database.start()
    with MongoClient[dict[str, Any]](platform.mongo_url) as client:
        assert client[database_name]["things"].find_one({"_id": "a"}) == {"_id": "a", "n": 1}


def test_the_object_store_takes_our_key_and_keeps_a_file(platform: Platform) -> None:
    store = Minio(
        platform.s3_url.removeprefix("http://"),
        access_key=platform.s3_access_key,
        secret_key=platform.s3_secret_key,
        secure=False,
    )
    store.make_bucket("embedded")
    store.fput_object("embedded", "a", __file__)
    platform.files.restart()
    assert store.get_object("embedded", "a").data == Path(__file__).read_bytes()


def test_the_mail_stand_in_keeps_vietnamese_mail(platform: Platform) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "mot@cua", "an@example.vn", "Hồ sơ đã tiếp nhận"
    mail["Message-ID"] = "<one@motcua>"
    mail.set_content("Kính gửi ông An")
    with smtp(platform) as server:
        server.send_message(mail)
    (kept,) = messages(platform, kind="mail", to="an@example.vn")
    assert (kept["subject"], kept["text"].strip()) == ("Hồ sơ đã tiếp nhận", "Kính gửi ông An")
    assert kept["id"] == "<one@motcua>"


@pytest.mark.parametrize(("receiver", "code"), [("refused@a.vn", 550), ("later@a.vn", 451)])
def test_the_mail_stand_in_refuses_whom_it_is_told_to(
    platform: Platform, receiver: str, code: int
) -> None:
    with smtp(platform) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        server.sendmail("mot@cua", [receiver], "text")
    assert refusal.value.recipients[receiver][0] == code


def test_the_sms_stand_in_keeps_what_it_accepts(platform: Platform) -> None:
    assert send_sms(platform, to="0912345678", id="sms-1") == 202
    platform.messages.restart()
    (kept,) = messages(platform, kind="sms", id="sms-1")
    assert (kept["to"], kept["text"]) == ("0912345678", "Ho so da tiep nhan")


@pytest.mark.parametrize(("to", "status"), [("0900000000", 500), ("0900000002", 400)])
def test_the_sms_stand_in_fails_for_the_numbers_that_ask_for_it(
    platform: Platform, to: str, status: int
) -> None:
    assert send_sms(platform, to=to, id=f"sms-{status}") == status
    assert messages(platform, id=f"sms-{status}") == []


def test_the_sms_stand_in_can_accept_and_then_hang(platform: Platform) -> None:
    with pytest.raises(TimeoutError):
        send_sms(platform, to="0900000001", id="sms-slow", timeout=0.5)
    assert len(messages(platform, id="sms-slow")) == 1


def test_a_taken_port_is_named_together_with_what_to_do() -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CliError, match=rf"Port {port} .* --base-port"):
            must_be_free(port, "rabbitmq")


def test_a_second_platform_on_the_same_ports_is_refused(platform: Platform, tmp_path: Path) -> None:
    with pytest.raises(CliError, match="is taken by another program"):
        ProcessSupervisor(DataFolder(tmp_path)).start(platform.messages.program())
    assert ProcessSupervisor(DataFolder(tmp_path)).running() == {}


def test_starting_twice_starts_once(tmp_path: Path) -> None:
    supervisor = ProcessSupervisor(DataFolder(tmp_path))
    assert supervisor.start(sleeper())
    assert not supervisor.start(sleeper())
    assert supervisor.stop(["sleeper"]) == ["sleeper"]
    assert supervisor.running() == {}


def test_a_stranger_with_the_pid_of_ours_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(sleeper().command, start_new_session=True) as stranger:
        found = identify_process(stranger.pid)
        assert found is not None
        folder = DataFolder(tmp_path)
        folder.write("state.json", {"sleeper": vars(ProcessIdentity(stranger.pid, started=0.5))})
        assert ProcessSupervisor(folder).stop(["sleeper"]) == []
        assert found.alive()
        stranger.kill()


def test_a_program_that_ignores_the_gentle_signal_is_ended_all_the_same(tmp_path: Path) -> None:
    deaf = "import signal,time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)\n"
    folder = DataFolder(tmp_path)
    program = Program(
        name="deaf",
        command=(sys.executable, "-c", deaf + "time.sleep(60)"),
        ready=lambda: folder.log("deaf").read_text() != "",
    )
    supervisor = ProcessSupervisor(folder)
    supervisor.start(program)
    supervisor.wait(program)
    assert supervisor.stop(["deaf"], grace=0.3) == ["deaf"]
    assert supervisor.running() == {}


def test_a_program_that_ends_while_starting_shows_its_last_words(tmp_path: Path) -> None:
    program = Program(
        name="broken",
        command=(sys.executable, "-c", "raise SystemExit('no such setting')"),
        ready=lambda: False,
    )
    supervisor = ProcessSupervisor(DataFolder(tmp_path))
    supervisor.start(program)
    with pytest.raises(CliError, match="no such setting"):
        supervisor.wait(program)


def test_secrets_are_made_once_and_are_for_the_owner_only(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    assert folder.secret("a") == DataFolder(tmp_path / "data").secret("a") != folder.secret("b")
    assert (tmp_path / "data" / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_free_ports_are_free_and_given_to_nobody_else() -> None:
    """Processes of their own take them and end: what they hold nobody else on this machine gets."""
    command = [sys.executable, "-c", TAKES_TWENTY]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        subprocess.Popen(command, text=True, **piped) as one,  # type: ignore[call-overload]
        subprocess.Popen(command, text=True, **piped) as other,  # type: ignore[call-overload]
    ):
        bases = [base for each in (one, other) for base in each.stdout.readline().split()]
        assert len(set(bases)) == len(bases) == 40
        with socket.create_server((HOST, int(bases[0]))):
            assert not is_taken(int(bases[1]))
        for each in (one, other):
            each.communicate("\n")


def test_ports_that_run_out_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_taken", lambda _port: True)
    for _ in range(2):  # nothing is kept of what was looked at in vain
        with pytest.raises(CliError, match="No 100 ports in a row are free"):
            free_ports()
    monkeypatch.undo()
    assert free_ports().base


def sleeper() -> Program:
    return Program(
        name="sleeper",
        command=(sys.executable, "-c", "import time; time.sleep(60)"),
        ready=lambda: True,
    )


def smtp(platform: Platform) -> smtplib.SMTP:
    host, _, port = platform.smtp_url.removeprefix("smtp://").partition(":")
    return smtplib.SMTP(host, int(port), timeout=10)


def send_sms(platform: Platform, *, to: str, id: str, timeout: float = 10) -> int:
    fields = {"from": "motcua", "to": to, "text": "Ho so da tiep nhan", "id": id}
    try:
        with urllib.request.urlopen(
            platform.sms_url + "/sms", data=urlencode(fields).encode(), timeout=timeout
        ) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def messages(platform: Platform, **wanted: str) -> list[dict[str, str]]:
    url = platform.sms_url + "/messages?" + urlencode(wanted)
    with urllib.request.urlopen(url, timeout=10) as answer:
        found: list[dict[str, str]] = json.load(answer)["messages"]
    return found
