"""What lies dead on a real broker is listed without its body, and goes back by command."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from kombu import Connection, Producer

from cli import service_discovery
from cli.__main__ import run
from cli.dead_letters.list_and_replay import DeadLetter, connect, count_messages, peek
from cli.errors import CliError
from contracts.envelope import CONTENT_TYPE, Envelope
from foundation.broker.topology import definitions, users
from foundation.consumer.delivery import OPERATOR
from tests.platform_fixtures import Platform
from tests.processes import QUICK_DELAYS, Bench, bench, until
from tests.sample.messages import CoinPaid
from tests.sample.services import Counter, Teller

CANARY = "Nguyễn Thị Hoàng Yến"


@pytest.fixture(scope="module")
def topology(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(platform, [Teller, Counter], tmp_path_factory.mktemp("dead")) as made:
        yield made


@pytest.fixture
def sample(topology: Bench) -> Iterator[Bench]:
    yield topology
    while topology.processes:
        topology.processes.pop().kill()
    for queue in ("counter", "counter.dead", "events.unrouted"):
        topology.platform.api("DELETE", f"queues/%2F/{queue}/contents")


def motcua(sample: Bench, *words: str) -> int:
    return run(["--lang", "en", "dead", *words, "--broker", sample.platform.amqp_url()])


def lying(sample: Bench, queue: str = "counter.dead") -> int:
    """Asked of the queue itself: the management API knows it some seconds later."""
    with connect(sample.platform.amqp_url()) as connection:
        return count_messages(connection, queue)


def letters(sample: Bench, queue: str = "counter.dead") -> list[DeadLetter]:
    with connect(sample.platform.amqp_url()) as connection:
        return peek(connection, queue)


def publish(sample: Bench, body: bytes, *, user: str, exchange: str, key: str, id: str) -> None:
    """As a stranger with this user's password might."""
    with Connection(sample.platform.amqp_url(user)) as connection:
        Producer(connection).publish(
            body,
            exchange=exchange,
            routing_key=key,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            message_id=id,
            user_id=user,
        )


def coin(subject: str) -> Envelope:
    return Envelope(
        id=str(uuid.uuid4()),
        source="motcua:teller",
        type="coin.paid",
        subject=subject,
        time=datetime.now(UTC) - timedelta(hours=3),
        seq=1,
        agency="bank",
        data=CoinPaid(agency="bank", note=CANARY).write(),
    )


def test_what_an_ill_service_buried_is_listed_and_handled_when_it_is_well_again(
    sample: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    teller = sample.start("teller").wait_ready()
    ill = sample.start("counter", ILL="1").wait_ready()
    purses = [teller.post("/purses", {"note": "ill"}).json()["id"] for _ in range(3)]
    until(lambda: lying(sample) == 3)
    capsys.readouterr()

    assert motcua(sample, "--queue", "counter") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("counter.dead: 3\n")
    assert shown.count("coin.paid") == 3
    assert shown.count("attempts: 1") == 3
    assert shown.count("Refused: No, not today.") == 3
    assert all(purse in shown for purse in purses)
    assert '"note"' not in shown

    assert ill.stop() == 0
    sample.start("counter").wait_ready()
    assert motcua(sample, "replay", "counter") == 0
    assert "Sent again: 3" in capsys.readouterr().out
    counted = {"_id": {"$in": purses}}
    until(lambda: sample.documents("counter").count_documents(counted) == 3)
    until(lambda: lying(sample, "counter") == lying(sample) == 0)


def test_looking_leaves_every_letter_where_it_is(sample: Bench) -> None:
    for number in range(5):
        body = coin(f"purse-{number}").encode()
        publish(
            sample, body, user="counter", exchange="retry", key="counter.dead", id=f"m-{number}"
        )
    until(lambda: lying(sample) == 5)

    for _ in range(3):
        assert [each.id for each in letters(sample)] == [f"m-{number}" for number in range(5)]
        # The broker puts back what was only looked at a moment after the connection has ended.
        until(lambda: lying(sample) == 5)
    assert lying(sample) == 5


def test_only_the_letter_that_was_named_goes_back(
    sample: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 3):
        body = coin(f"purse-{number}").encode()
        publish(
            sample, body, user="counter", exchange="retry", key="counter.dead", id=f"m-{number}"
        )
    until(lambda: lying(sample) == 3)

    assert motcua(sample, "replay", "counter", "--id", "m-2") == 0

    assert "Sent again: 1" in capsys.readouterr().out
    assert [each.id for each in letters(sample)] == ["m-1", "m-3"]
    sample.start("counter").wait_ready()
    until(lambda: sample.documents("counter").count_documents({"_id": "purse-2"}) == 1)
    with pytest.raises(CliError, match=r"no message m-2 among the first 2 of counter\.dead"):
        motcua(sample, "replay", "counter", "--id", "m-2")


def test_a_forgery_does_not_become_true_by_being_sent_again(
    sample: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    counter = sample.start("counter").wait_ready()
    forged = coin("purse-of-a-stranger")
    # The teller may publish under this key, but its message belongs under another.
    publish(
        sample, forged.encode(), user="teller", exchange="events", key="coin.paid.x", id=forged.id
    )
    until(lambda: lying(sample) == 1)

    assert motcua(sample, "replay", "counter") == 0
    assert "Sent again: 0\nLeft: 1" in capsys.readouterr().out
    assert [each.trusted for each in letters(sample)] == [False]
    assert counter.metric("motcua_handler_messages_total") == 1
    assert sample.documents("counter").count_documents({"_id": forged.subject}) == 0

    # Whoever names it has looked at it, and answers for it.
    assert motcua(sample, "replay", "counter", "--id", forged.id) == 0
    until(lambda: sample.documents("counter").count_documents({"_id": forged.subject}) == 1)


def test_what_no_queue_wanted_is_sent_again_to_those_that_want_it_now(sample: Bench) -> None:
    told = coin("purse-unrouted")
    kinds = {"user": "teller", "exchange": "events", "key": "coin.paid.bank", "id": told.id}
    bindings = "bindings/%2F/e/events/q/counter"
    (bound,) = sample.platform.api("GET", bindings)
    sample.platform.api("DELETE", f"{bindings}/{bound['properties_key']}")
    publish(sample, told.encode(), **kinds)
    until(lambda: lying(sample, "events.unrouted") == 1)
    sample.platform.api("POST", bindings, {"routing_key": bound["routing_key"]})

    (letter,) = letters(sample, "events.unrouted")
    assert letter.trusted
    assert motcua(sample, "replay", "events.unrouted") == 0

    sample.start("counter").wait_ready()
    until(lambda: sample.documents("counter").count_documents({"_id": told.subject}) == 1)
    # What the counter itself tells, nobody here wants.
    assert {each.type for each in letters(sample, "events.unrouted")} <= {"coin.counted"}


@pytest.mark.parametrize(
    ("body", "id"),
    [
        (CANARY.encode(), CANARY),
        (b"\xff\xfe" + CANARY.encode(), ""),
        (coin(CANARY).encode().replace(b"coin.paid", CANARY.encode()), "m-1"),
    ],
    ids=["no JSON", "no text", "odd attributes"],
)
def test_nothing_of_a_body_is_ever_shown(
    sample: Bench, capsys: pytest.CaptureFixture[str], body: bytes, id: str
) -> None:
    publish(sample, body, user="counter", exchange="retry", key="counter.dead", id=id)
    until(lambda: lying(sample) == 1)

    assert motcua(sample, "--queue", "counter") == 0

    shown = capsys.readouterr().out
    assert "counter.dead: 1" in shown
    assert not set(CANARY.split()) & set(shown.split())


def test_a_queue_that_is_not_there_is_named(sample: Bench) -> None:
    with pytest.raises(CliError, match=r"has no queue nobody\.dead"):
        motcua(sample, "--queue", "nobody")
    with pytest.raises(CliError, match=r"has no queue nobody"):
        motcua(sample, "replay", "nobody")


def test_a_broker_that_is_away_is_said_without_its_password() -> None:
    with pytest.raises(CliError, match=r"RabbitMQ at 127\.0\.0\.1:1/") as trouble:
        run(["dead", "--broker", f"amqp://{OPERATOR}:secret@127.0.0.1:1/"])
    assert "secret" not in str(trouble.value)


def test_an_agency_whose_desk_is_elsewhere_is_passed_over_and_a_lost_queue_is_not(
    sample: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    services, here, platform = service_discovery.service_classes(), ["ubnd-tinh"], sample.platform
    passwords = platform.passwords(users(services, here))
    platform.load(definitions(services, here, passwords, QUICK_DELAYS))
    assert motcua(sample) == 0
    assert capsys.readouterr().out == "Dead letters: 0\n"
    platform.api("DELETE", "queues/%2F/intake.dead")
    with pytest.raises(CliError, match=r"no queue intake\.dead"):
        motcua(sample)
