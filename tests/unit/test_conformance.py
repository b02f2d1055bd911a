"""The conformance kit against a right subscriber, and against many that get one thing wrong."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from cli.__main__ import run
from cli.conformance.command import verdicts
from cli.conformance.judging import Outcome, SceneVerdict
from cli.conformance.playing import SubscriberClient
from cli.conformance.scenes import SceneMaker
from cli.errors import CliError
from foundation.outbound.signing import new_key
from tests.unit.test_outbound_signing import verify_ed25519

KEY = new_key("hmac").secret
FORGED = {
    "a false signature: another's key",
    "a body that was changed",
    "a webhook-id that was changed",
    "no signature",
}
LATE = {"an old timestamp", "a timestamp in the future"}
COUNTING = {"duplicates", "4 times at once", "a replay, later", "a batch with a duplicate in it"}


class Subscriber:
    """A right subscriber; a test makes it wrong by a subclass with one method of its own."""

    largest = 10_000_000

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen: list[str] = []
        self.seqs: dict[tuple[str, str], set[int]] = {}

    def agree(self) -> tuple[int, dict[str, str]]:
        return 200, {"WebHook-Allowed-Origin": "motcua"}

    def verify(self, body: bytes, headers: dict[str, str]) -> None:
        Webhook(KEY).verify(body, headers)

    def refuse(self) -> int:
        return 401

    def read(self, stream: Any, length: int) -> bytes:
        return bytes(stream.read(length))

    def keep(self, event: dict[str, Any]) -> int:
        """Once each; the status to answer."""
        with self.lock:
            if event["id"] not in self.seen:
                self.seen.append(event["id"])
                self.seqs.setdefault((event["source"], event["subject"]), set()).add(event["seq"])
        return 204

    def report(self) -> dict[str, Any]:
        with self.lock:
            missing = [
                {"source": source, "subject": subject, "seq": seq}
                for (source, subject), seqs in self.seqs.items()
                for seq in range(1, max(seqs))
                if seq not in seqs
            ]
            return {"ids": list(self.seen), "missing": missing}

    def answer(self, body: bytes, headers: dict[str, str]) -> int:
        if len(body) > self.largest:
            return 413
        try:
            self.verify(body, headers)
        except (WebhookVerificationError, ValueError, KeyError):
            return self.refuse()
        told = json.loads(body)
        return max(self.keep(each) for each in (told if isinstance(told, list) else [told]))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    subscriber: Subscriber

    def do_OPTIONS(self) -> None:
        self._answer(*self.subscriber.agree())

    def do_GET(self) -> None:
        self._answer(200, {}, json.dumps(self.subscriber.report()).encode())

    def do_POST(self) -> None:
        body = self.subscriber.read(self.rfile, int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.close_connection = True
        self._answer(self.subscriber.answer(body, headers), {})

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(subscriber: Subscriber) -> Iterator[str]:
    """Its address."""
    handler = type("Handler", (_Handler,), {"subscriber": subscriber})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Tried:
    """What the kit said of a subscriber."""

    verdicts: list[SceneVerdict] = field(default_factory=list)

    def names(self, outcome: Outcome) -> set[str]:
        return {each.name[1] for each in self.verdicts if each.outcome is outcome}

    @property
    def said(self) -> str:
        return "\n".join(words for each in self.verdicts for _, words in each.found)


def tried(subscriber: Subscriber, *, report: bool = True, key: str = KEY) -> Tried:
    """Everything is played, with batches; quickly."""
    with served(subscriber) as url:
        client = SubscriberClient(url, f"{url}/report" if report else "", "motcua")
        stage = SceneMaker(key, lambda: datetime.now(UTC), slow_seconds=0.3)
        return Tried(list(verdicts(client, stage, "motcua", batch=True, patience=0.3)))


def test_a_right_subscriber_gets_everything_right() -> None:
    found = tried(Subscriber())
    assert found.names(Outcome.RIGHT) == {each.name[1] for each in found.verdicts}
    assert len(found.verdicts) > 15


def test_without_a_report_only_the_answers_are_judged() -> None:
    found = tried(Subscriber(), report=False)
    assert found.names(Outcome.WRONG) == set()
    assert found.names(Outcome.RIGHT) == {"the handshake"}
    assert tried(Always(500), report=False).names(Outcome.UNSEEN) == set()


def test_a_subscriber_that_verifies_by_a_public_key_is_tried_with_its_private_one() -> None:
    pair = new_key("ed25519")

    class ByPublicKey(Subscriber):
        def verify(self, body: bytes, headers: dict[str, str]) -> None:
            moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
            if abs(datetime.now(UTC) - moment) > timedelta(minutes=5):
                raise ValueError("out of time")
            try:
                verify_ed25519(pair.public, headers, body)
            except Exception as error:
                raise ValueError("no signature is right") from error

    found = tried(ByPublicKey(), key=pair.secret)
    assert found.names(Outcome.WRONG) == set(), found.said


class Always(Subscriber):
    """It answers one status, whatever comes."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    def answer(self, body: bytes, headers: dict[str, str]) -> int:
        super().answer(body, headers)
        return self.status


class CountsAll(Subscriber):
    def keep(self, event: dict[str, Any]) -> int:
        with self.lock:
            self.seen.append(event["id"])
            self.seqs.setdefault((event["source"], event["subject"]), set()).add(event["seq"])
        return 204


class LooksThenKeeps(Subscriber):
    """Two of its threads look before either keeps."""

    def keep(self, event: dict[str, Any]) -> int:
        if event["id"] not in self.seen:
            time.sleep(0.2)
            self.seen.append(event["id"])
            self.seqs.setdefault((event["source"], event["subject"]), set()).add(event["seq"])
        return 204


class VerifiesNothing(Subscriber):
    def verify(self, body: bytes, headers: dict[str, str]) -> None:
        pass


class NoClock(Subscriber):
    """It verifies as if the call had been made now."""

    def verify(self, body: bytes, headers: dict[str, str]) -> None:
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        right = Webhook(KEY).sign(headers["webhook-id"], at, body.decode())
        if right not in headers["webhook-signature"].split(" "):
            raise ValueError("no signature is right")


class FirstSignature(Subscriber):
    def verify(self, body: bytes, headers: dict[str, str]) -> None:
        first = headers["webhook-signature"].split(" ")[0]
        Webhook(KEY).verify(body, headers | {"webhook-signature": first})


class FailsOnForgeries(Subscriber):
    def refuse(self) -> int:
        return 500


class KnownTypes(Subscriber):
    def keep(self, event: dict[str, Any]) -> int:
        return super().keep(event) if event["type"] == "step.assigned" else 422


class Small(Subscriber):
    largest = 100_000


class Impatient(Subscriber):
    """It takes what came first for all there is."""

    def read(self, stream: Any, length: int) -> bytes:
        return bytes(stream.read1(length)) if length < 1000 else super().read(stream, length)


class Orderly(Subscriber):
    """It refuses what comes before its turn."""

    def keep(self, event: dict[str, Any]) -> int:
        known = self.seqs.get((event["source"], event["subject"]), set())
        return super().keep(event) if event["seq"] <= max(known, default=0) + 1 else 409


class SeesNoGap(Subscriber):
    def report(self) -> dict[str, Any]:
        return super().report() | {"missing": []}


class KeepsTheGap(Subscriber):
    """What it once missed, it misses for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.missed: list[Any] = []

    def report(self) -> dict[str, Any]:
        told = super().report()
        self.missed += [each for each in told["missing"] if each not in self.missed]
        return told | {"missing": self.missed}


class Loses(Subscriber):
    """It answers before it keeps, and forgets."""

    def keep(self, event: dict[str, Any]) -> int:
        return 202 if event else 400


class Disagrees(Subscriber):
    def agree(self) -> tuple[int, dict[str, str]]:
        return 200, {"WebHook-Allowed-Origin": "somebody.else"}


class Deaf(Subscriber):
    def agree(self) -> tuple[int, dict[str, str]]:
        return 405, {}


def named(subscriber: Subscriber) -> str:
    return f"{type(subscriber).__name__}{getattr(subscriber, 'status', '')}"


TAKEN = {
    "an event",
    "reordering",
    "a gap in seq",
    "what was missing comes",
    "rotation: two signatures",
    "a signature of a new kind beside",
    "a type and members not known yet",
    "a large one: 256 KiB",
    "a slow one",
    *COUNTING,
}


@pytest.mark.parametrize(
    ("subscriber", "wrong", "said"),
    [
        (CountsAll(), COUNTING, "counted 4 times, must be once"),
        (LooksThenKeeps(), {"4 times at once"}, "counted 4 times"),
        (VerifiesNothing(), FORGED | LATE, "answered 204, must refuse with 400 or 401"),
        (NoClock(), LATE, "counted what it had to refuse"),
        (
            FirstSignature(),
            {"rotation: two signatures", "a signature of a new kind beside"},
            "answered 401, must be 2xx",
        ),
        (FailsOnForgeries(), FORGED | LATE, "answered 500, must refuse"),
        (KnownTypes(), {"a type and members not known yet"}, "answered 422"),
        (Small(), {"a large one: 256 KiB"}, "answered 413"),
        (Impatient(), {"a slow one"}, "answered 401"),
        (Orderly(), {"reordering", "a gap in seq"}, "answered 409"),
        (SeesNoGap(), {"a gap in seq"}, "did not see that seq 3 is missing"),
        (KeepsTheGap(), {"what was missing comes"}, "still takes seq 3 for missing"),
        (Loses(), TAKEN, "counted 0 times"),
        (Disagrees(), {"the handshake"}, "'somebody.else', must be 'motcua' or '*'"),
        (Deaf(), {"the handshake"}, "answered 405"),
        (Always(301), TAKEN | FORGED | LATE, "redirects are never followed"),
        (Always(410), TAKEN | FORGED | LATE, "disabled at once"),
    ],
    ids=lambda each: named(each) if isinstance(each, Subscriber) else "",
)
def test_what_a_subscriber_gets_wrong_is_said(
    subscriber: Subscriber, wrong: set[str], said: str
) -> None:
    found = tried(subscriber)
    assert found.names(Outcome.WRONG) == wrong, found.said
    assert said in found.said
    for each in found.verdicts:
        assert all(each.advice) == (each.outcome is Outcome.WRONG)


def test_the_command_says_in_both_languages_what_to_do_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with served(NoClock()) as url:
        asked = ["conformance", url, "--secret", KEY, "--report", f"{url}/report"]
        assert run(["--lang", "en", *asked, "--patience", "0.2"]) == 1
        english = capsys.readouterr().out
        assert run(["--lang", "vi", *asked, "--patience", "0.2"]) == 1
        vietnamese = capsys.readouterr().out
    assert "✗ an old timestamp: answered 204, must refuse with 400 or 401" in english
    assert "→ Refuse a webhook-timestamp more than five minutes off your clock" in english
    assert "2 wrong" in english
    assert "✗ thời điểm cũ: trả lời 204, phải từ chối bằng 400 hoặc 401" in vietnamese
    assert "2 điều sai" in vietnamese


def test_a_right_subscriber_ends_the_command_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    with served(Subscriber()) as url:
        assert run(["--lang", "en", "conformance", url, "--secret", KEY]) == 0
    said = capsys.readouterr().out
    assert "0 wrong" in said
    assert "--report" in said


def test_nobody_listens(capsys: pytest.CaptureFixture[str]) -> None:
    with served(Subscriber()) as url:
        pass
    assert run(["--lang", "en", "conformance", url, "--secret", KEY]) == 1
    assert "did not answer (ConnectError" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--signing", "hmac"], "verify by whsec_"),
        (["--signing", "ed25519"], "verify by whpk_"),
        (["--secret", "whpk_AAAA"], "must be whsec_"),
        (["--secret", "whsk_AAAA"], "must be whsec_"),
        (["--secret", "geheim"], "must be whsec_"),
    ],
)
def test_without_a_key_that_signs_nothing_is_played(asked: list[str], said: str) -> None:
    subscriber = Subscriber()
    with served(subscriber) as url, pytest.raises(CliError, match=said) as caught:
        run(["--lang", "en", "conformance", url, *asked])
    assert caught.value.code == 2
    assert subscriber.seen == []


def test_a_report_that_cannot_be_read_is_said_before_anything_is_played() -> None:
    subscriber = Subscriber()
    with served(subscriber) as url:
        asked = ["conformance", url, "--secret", KEY, "--report", "http://127.0.0.1:1/x"]
        with pytest.raises(CliError, match=r"cannot be read \(ConnectError\)"):
            run(asked)
    assert subscriber.seen == []
