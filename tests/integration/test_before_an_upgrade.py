"""What is done before an upgrade, on real servers: the broker's definitions, and the indexes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kombu import Connection
from pymongo import MongoClient

from cli import service_discovery
from cli.__main__ import run
from cli.errors import CliError
from tests.platform_fixtures import Platform

DESK = "routing.so-xay-dung"
Load = Callable[..., int]


@pytest.fixture
def broker(platform: Platform) -> Iterator[Platform]:
    yield platform
    platform.wipe()


@pytest.fixture
def load(broker: Platform, tmp_path: Path) -> Load:
    """Loads the logins of these users, as the hook of the chart does."""

    def loaded(*users: str, api: str = broker.broker_api_url) -> int:
        for user in users:
            (tmp_path / user).write_text(broker.amqp_url(user))
        words = ["--lang", "en", "definitions", "--logins", str(tmp_path), "--load"]
        return run([*words, "--broker-api", api])

    return loaded


def names(broker: Platform, kind: str) -> set[str]:
    return {each["name"] for each in broker.api("GET", kind)}


def test_definitions_are_loaded_again_and_again_and_users_may_come_later(
    broker: Platform, load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load("intake", "watch") == 0
    assert load("intake", "watch") == 0
    assert "Loaded: 2 users" in capsys.readouterr().out
    assert {"intake", "watch"} <= names(broker, "users")
    assert DESK not in names(broker, "queues")
    assert load(DESK) == 0
    assert DESK in names(broker, "queues")
    for user in ("intake", DESK):
        with Connection(broker.amqp_url(user)) as connection, connection.channel() as channel:
            assert channel.queue_declare(user, passive=True).message_count == 0


def test_a_queue_that_the_broker_will_not_change_is_named(broker: Platform, load: Load) -> None:
    body = {"durable": True, "arguments": {"x-queue-type": "quorum"}}
    broker.api("PUT", "queues/%2F/intake", body)
    with pytest.raises(CliError, match=r"^Loaded, but intake had other arguments"):
        load("intake")


def test_a_wrong_login_is_said_without_its_password(broker: Platform, load: Load) -> None:
    wrong = broker.broker_api_url.replace(broker.password(), "no-such-password")
    with pytest.raises(CliError, match=r"refused \(401") as caught:
        load("intake", api=wrong)
    assert "no-such-password" not in caught.value.en


def test_a_broker_that_is_away_is_said_without_its_password(load: Load) -> None:
    with pytest.raises(CliError, match=r"127\.0\.0\.1:9 does not answer") as caught:
        load("intake", api="http://operator:hidden@127.0.0.1:9")
    assert "hidden" not in caught.value.en


@pytest.fixture
def environment(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, database_name: str
) -> pytest.MonkeyPatch:
    """What each service is given; never read are those that only the running one needs."""
    needed = "S3_URL S3_ACCESS_KEY S3_SECRET_KEY SMTP_URL SMS_URL LETTER_KEY TOKEN_KEYS"
    for name in needed.split():
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AMQP_URL", platform.amqp_url())
    monkeypatch.setenv("AGENCY", "so-xay-dung")
    monkeypatch.setenv("MONGO_URL", platform.mongo_url)
    monkeypatch.setenv("MONGO_DATABASE", database_name)
    return monkeypatch


@pytest.mark.parametrize("service", service_discovery.service_names())
@pytest.mark.usefixtures("environment")
def test_every_service_has_its_indexes_before_it_starts(
    platform: Platform,
    service: str,
    database_name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--lang", "en", "indexes", service]) == 0
    assert run(["--lang", "en", "indexes", service]) == 0
    said = capsys.readouterr().out.splitlines()[0]
    collections = said.removeprefix("Indexes are there: ").split(", ")
    with MongoClient[dict[str, object]](platform.mongo_url) as client:
        kept = client[database_name]
        assert set(collections) <= set(kept.list_collection_names())
        for collection in collections:
            assert len(kept[collection].index_information()) > 1
        client.drop_database(database_name)


def test_a_database_that_is_away_is_said(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MONGO_URL", "mongodb://127.0.0.1:9/")
    with pytest.raises(CliError, match="The indexes of intake could not be made"):
        run(["indexes", "intake"])
