"""The topology is whole: nothing is told to an empty room, and nobody may do more than his work."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from contracts.events import Event
from contracts.message import Message
from contracts.orders import Order
from foundation.broker.topology import (
    EXCHANGES,
    RETRY,
    arguments,
    dead_key,
    definitions,
    retry_key,
    unrouted,
    users,
    work_queues,
)
from foundation.consumer import on, on_many, returned

AGENCIES = ["a-b", "c-d"]
DELAYS = (1, 5)


@dataclass(frozen=True, kw_only=True)
class CupFilled(Event):
    """Told to everybody."""

    TYPE = "cup.filled"


@dataclass(frozen=True, kw_only=True)
class CupOrder(Order):
    """Told to one agency."""

    TYPE = "order.cup"


class Kitchen:
    """Hears of cups, and orders them."""

    name = "kitchen"
    publishes: ClassVar = {"orders": "^", "events": r"^cup\."}

    @on(CupFilled)
    def hear(self, event: Message, about: object) -> None:
        """Once, though two methods hear it."""

    @on_many(CupFilled)
    def count(self, batch: object) -> None:
        """The same."""


class Waiter:
    """Orders cups too, and takes back what reached no desk."""

    name = "waiter"
    publishes: ClassVar = {"orders": "^"}

    @returned(CupOrder)
    def take_back(self, order: Message, about: object) -> None:
        """Put the cup back."""


class Desk:
    """One for each agency."""

    name = "desk"
    per_agency = True
    publishes: ClassVar = {"events": r"^cup\.filled\.{agency}$"}

    @on(CupOrder)
    def fetch(self, order: Message, about: object) -> None:
        """Fetch a cup."""


SERVICES = [Kitchen, Desk]


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    names = users(SERVICES, AGENCIES)
    return definitions(SERVICES, AGENCIES, dict.fromkeys(names, "secret"), DELAYS)


def named(parts: list[dict[str, Any]]) -> set[str]:
    return {each["name"] for each in parts}


def test_there_is_a_user_for_each_process_and_two_for_people() -> None:
    assert users(SERVICES, AGENCIES) == ["kitchen", "desk.a-b", "desk.c-d", "watch", "operator"]


@pytest.mark.parametrize("code", ["a.b", "", "#", "*", "A-b", "a/b"])
def test_a_code_that_could_be_anothers_queue_or_key_is_no_code(code: str) -> None:
    with pytest.raises(ValueError, match="no codes"):
        work_queues(SERVICES, [code])


def test_every_queue_is_durable_and_replicated(made: dict[str, Any]) -> None:
    for queue in made["queues"]:
        assert queue["durable"]
        assert not queue["auto_delete"]
        assert queue["arguments"]["x-queue-type"] == "quorum"


def test_every_exchange_has_an_alternate_that_keeps_what_nobody_wants(
    made: dict[str, Any],
) -> None:
    by_name = {each["name"]: each for each in made["exchanges"]}
    for exchange in EXCHANGES:
        assert by_name[exchange]["arguments"] == {"alternate-exchange": unrouted(exchange)}
        assert by_name[unrouted(exchange)]["type"] == "fanout"
        kept = [each for each in made["bindings"] if each["source"] == unrouted(exchange)]
        assert [each["destination"] for each in kept] == [unrouted(exchange)]


def test_every_binding_joins_things_that_exist(made: dict[str, Any]) -> None:
    queues, exchanges = named(made["queues"]), named(made["exchanges"])
    assert all(each["source"] in exchanges for each in made["bindings"])
    assert all(each["destination"] in queues for each in made["bindings"])
    assert {each["destination"] for each in made["bindings"]} == queues


def test_a_message_put_off_comes_back_to_its_queue_and_a_hopeless_one_is_kept(
    made: dict[str, Any],
) -> None:
    by_name = {each["name"]: each["arguments"] for each in made["queues"]}
    bound = {
        (each["source"], each["routing_key"], each["destination"]) for each in made["bindings"]
    }
    for work in work_queues(SERVICES, AGENCIES):
        assert by_name[work.name] == arguments(work.name)
        for seconds in DELAYS:
            waits = by_name[retry_key(work.name, seconds)]
            assert waits["x-message-ttl"] == seconds * 1000
            assert waits["x-dead-letter-routing-key"] == work.name
        own = {work.name, dead_key(work.name), *(retry_key(work.name, each) for each in DELAYS)}
        assert {(RETRY, name, name) for name in own} <= bound
        assert "x-message-ttl" not in by_name[dead_key(work.name)]


def test_an_agency_hears_its_own_orders_only_and_everybody_hears_events_of_all() -> None:
    by_name = {each.name: each.bindings for each in work_queues(SERVICES, AGENCIES)}
    assert by_name["kitchen"] == (("events", "cup.filled.*"),)
    assert by_name["desk.a-b"] == (("orders", "a-b"),)


def test_nobody_but_the_operator_may_configure_and_each_reads_one_queue(
    made: dict[str, Any],
) -> None:
    rights = {each["user"]: each for each in made["permissions"]}
    for work in work_queues(SERVICES, AGENCIES):
        own = rights[work.name]
        assert own["configure"] == "^$"
        readable = [name for name in named(made["queues"]) if re.search(own["read"], name)]
        assert readable == [work.name]
        assert not [name for name in named(made["exchanges"]) if re.search(own["read"], name)]
    assert {rights["watch"][each] for each in ("configure", "read", "write")} == {"^$"}
    assert {each["name"] for each in made["users"] if each["tags"] == "administrator"} == {
        "operator"
    }


def test_each_may_write_only_to_the_exchanges_and_under_the_keys_that_it_says(
    made: dict[str, Any],
) -> None:
    topics = {(each["user"], each["exchange"]): each["write"] for each in made["topic_permissions"]}
    writes = {each["user"]: each["write"] for each in made["permissions"]}
    assert re.search(writes["desk.a-b"], "events")
    assert not re.search(writes["desk.a-b"], "orders")
    assert not re.search(writes["desk.a-b"], "amq.default")
    assert re.search(topics["desk.a-b", "events"], "cup.filled.a-b")
    assert not re.search(topics["desk.c-d", "events"], "cup.filled.a-b")
    assert not re.search(topics["desk.a-b", "events"], "cup.filled.a-b.more")
    assert topics["desk.a-b", "orders"] == "^$"
    for key in ("desk.a-b.dead", "desk.a-b.retry.5s"):
        assert re.search(topics["desk.a-b", RETRY], key)
        assert not re.search(topics["desk.c-d", RETRY], key)
    assert not re.search(topics["desk.a-b", RETRY], "desk.a-b")


def test_every_user_has_a_topic_right_on_every_exchange_since_none_means_everything(
    made: dict[str, Any],
) -> None:
    given = {(each["user"], each["exchange"]) for each in made["topic_permissions"]}
    work = [each.name for each in work_queues(SERVICES, AGENCIES)]
    assert given == {(user, exchange) for user in work for exchange in EXCHANGES}
    assert {each["read"] for each in made["topic_permissions"]} == {"^$"}


def test_passwords_are_salted_hashes(made: dict[str, Any]) -> None:
    hashes = {each["password_hash"] for each in made["users"]}
    assert len(hashes) == len(made["users"])
    assert not any("secret" in each for each in hashes)


def test_what_no_desk_takes_goes_back_to_who_takes_it_back_and_to_the_operator() -> None:
    (waiter,) = work_queues([Waiter], [])
    assert waiter.bindings == (("orders.unrouted", ""),)
    passwords = dict.fromkeys(users([Waiter], []), "secret")
    bindings = definitions([Waiter], [], passwords, DELAYS)["bindings"]
    copies = {each["destination"] for each in bindings if each["source"] == "orders.unrouted"}
    assert copies == {"orders.unrouted", "waiter"}
