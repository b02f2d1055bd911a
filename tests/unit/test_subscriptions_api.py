"""The subscriptions API: an owner's subscriptions, over stores in memory."""

import json
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from foundation.errors import (
    Duplicate,
    Forbidden,
    Hidden,
    Invalid,
    NotFound,
    Refused,
    Unavailable,
)
from foundation.vault import FileKeys
from foundation.vault.provider import NO_KEYS, Vault
from foundation.web import Request
from foundation.web.auth import Identity
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain.delivery import WebhookDelivery
from services.subscriptions.domain.progress import WebhookProgress
from services.subscriptions.domain.subscription import (
    AT_WORK,
    SubscriptionState,
    WebhookSubscription,
)
from services.subscriptions.service import SubscriptionsService
from services.subscriptions.store import Progresses, Subscriptions, WebhookDeliveries
from tests.builders import AGENCIES
from tests.desks import AskedStore
from tests.fakes import FakeClock

OWNER = Identity("statistics-office", frozenset({"events:read"}))
OTHER = Identity("somebody", frozenset({"events:read"}))
OF_AN_AGENCY = Identity("so-xay-dung-system", frozenset({"events:read"}), agency="so-xay-dung")
WISH = {"target": "https://hook.example.vn/motcua", "email": "ops@example.vn"}


class FakeSubscriptions(AskedStore):
    of_owner, count = Subscriptions.of_owner, Subscriptions.count
    unsealed, owned = Subscriptions.unsealed, Subscriptions.owned

    def at_work(self) -> dict[str, int]:
        return {each.id: each.revision.version for each in self.things if each.state in AT_WORK}


class FakeProgresses(AskedStore):
    of = Progresses.of


class FakeDeliveries(AskedStore):
    waiting, listed, count = (
        WebhookDeliveries.waiting,
        WebhookDeliveries.listed,
        WebhookDeliveries.count,
    )


class Desk:
    """The service over stores in memory, asked as an integrator asks it."""

    def __init__(self, networks: str = "", **more: Any) -> None:
        self.clock = FakeClock()
        self.subscriptions = FakeSubscriptions(WebhookSubscription, clock=self.clock)
        self.progresses = FakeProgresses(WebhookProgress, clock=self.clock)
        self.deliveries = FakeDeliveries(WebhookDelivery, clock=self.clock)
        self.log = SimpleNamespace(length=lambda: 41)
        settings = SimpleNamespace(
            webhook_networks=networks, webhook_origin="motcua", agencies=AGENCIES
        )
        self.service = worker_factory(
            SubscriptionsService,
            subscriptions=self.subscriptions,
            progresses=self.progresses,
            deliveries=self.deliveries,
            clock=self.clock,
            settings=settings,
            **{"log": self.log, "vault": Vault(FileKeys({"vault.1": bytes(32)})), **more},
        )
        self.asked = 0

    def create(self, who: Identity = OWNER, **wish: Any) -> dict[str, Any]:
        return self.post("subscribe", who=who, **{**WISH, **wish})

    def post(self, method: str, *path: str, who: Identity = OWNER, **body: Any) -> dict[str, Any]:
        self.asked += 1
        request = self.request("POST", who, body, key=str(self.asked))
        answer = getattr(self.service, method)(request, *path)
        return dict(json.loads(json.dumps(answer.body)))

    def put(self, subscription: str, who: Identity = OWNER, **body: Any) -> dict[str, Any]:
        request = self.request("PUT", who, {**WISH, **body})
        return dict(self.service.change_subscription(request, subscription))

    @staticmethod
    def request(method: str, who: Identity, body: Any, key: str = "k") -> Request:
        return Request(
            method=method,
            path="/subscriptions",
            headers={"content-type": "application/json", "idempotency-key": key},
            stream=BytesIO(json.dumps(body).encode()),
            who=who,
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_subscription_begins_at_the_end_of_the_log_and_asks_its_target_first(desk: Desk) -> None:
    made = desk.create()
    assert (made["state"], made["order"], made["batch"]) == ("unconfirmed", "none", 1)
    assert desk.progresses.get(made["id"]).cursor == 41
    assert made["keys"][0]["public"].startswith("whpk_")
    assert "secret" not in made
    assert "whsk_" not in json.dumps(made)


def test_it_may_begin_earlier_and_never_behind_the_end(desk: Desk) -> None:
    assert desk.progresses.get(desk.create(after=0)["id"]).cursor == 0
    assert desk.progresses.get(desk.create(after=7)["id"]).cursor == 7
    assert desk.progresses.get(desk.create(after=99)["id"]).cursor == 41


def test_a_shared_secret_is_shown_once(desk: Desk) -> None:
    made = desk.create(signing="hmac")
    assert made["secret"].startswith("whsec_")
    listed = desk.service.subscribed(Request(who=OWNER))["subscriptions"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert "whsec_" not in json.dumps(listed)
    assert "whsec_" not in json.dumps(desk.post("pause", made["id"]))


def test_the_same_request_again_gets_the_same_answer(desk: Desk) -> None:
    first = desk.create(signing="hmac")
    desk.asked -= 1
    with pytest.raises(Duplicate) as caught:
        desk.create(signing="hmac")
    assert caught.value.answer
    assert caught.value.answer.body["secret"] == first["secret"]
    assert len(desk.subscriptions.things) == 1


def test_nobody_sees_or_changes_anothers(desk: Desk) -> None:
    made = desk.create()["id"]
    assert desk.service.subscribed(Request(who=OTHER)) == {"subscriptions": []}
    for method in ("pause", "resume", "unsubscribe", "rotate"):
        with pytest.raises(Hidden):
            desk.post(method, made, who=OTHER)
    with pytest.raises(Hidden):
        desk.put(made, who=OTHER)
    with pytest.raises(NotFound):
        desk.post("pause", "no-such")


def test_an_account_of_an_agency_is_bound_to_it(desk: Desk) -> None:
    assert desk.create(who=OF_AN_AGENCY)["agency"] == "so-xay-dung"
    assert desk.create(who=OWNER)["agency"] == ""
    assert desk.create(who=OWNER, agency="ubnd-xa")["agency"] == "ubnd-xa"
    with pytest.raises(Forbidden):
        desk.create(who=OF_AN_AGENCY, agency="ubnd-xa")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"target": "http://hook.example.vn"}, "target"),
        ({"target": "https://127.0.0.1/"}, "target"),
        ({"email": "nobody"}, "email"),
        ({"filters": [{"exact": {"colour": "blue"}}]}, "filters.0.exact.colour"),
        ({"filters": {}}, "filters"),
        ({"order": "any"}, "order"),
        ({"batch": 0}, "batch"),
        ({"batch": 101}, "batch"),
        ({"after": -1}, "after"),
        ({"signing": "rsa"}, "signing"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_by_field(desk: Desk, body: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        desk.create(**body)
    assert list(caught.value.fields) == [field]
    assert desk.subscriptions.things == []


def test_with_networks_inside_a_target_may_be_there() -> None:
    made = Desk("10.20.0.0/16").create(target="http://10.20.1.1:8080/hook")
    assert made["target"] == "http://10.20.1.1:8080/hook"


def test_another_target_must_agree_anew_and_other_wishes_need_not(desk: Desk) -> None:
    made = desk.create()["id"]
    store = desk.subscriptions
    store.change(made, lambda each: domain.confirm(each, 60, desk.clock.now()))
    changed = desk.put(made, name="thống kê", filters=[{"prefix": {"type": "dossier."}}])
    assert (changed["state"], changed["name"]) == ("active", "thống kê")
    assert changed["filters"] == [{"prefix": {"type": "dossier."}}]
    moved = desk.put(made, target="https://elsewhere.example.vn/")
    assert moved["state"] == "unconfirmed"
    assert store.get(made).rate == 0
    assert [each["what"] for each in moved["changes"]] == [
        "created",
        "confirmed",
        "changed",
        "changed",
    ]


def test_it_is_paused_resumed_and_deleted(desk: Desk) -> None:
    made = desk.create()["id"]
    assert desk.post("pause", made)["state"] == "paused"
    assert desk.subscriptions.at_work() == {}
    assert desk.post("resume", made)["state"] == "unconfirmed"
    assert list(desk.subscriptions.at_work()) == [made]
    desk.post("unsubscribe", made)
    assert desk.subscriptions.get(made).state is SubscriptionState.DELETED
    assert desk.subscriptions.get(made).keys == ()
    assert desk.subscriptions.get(made).wish.email == ""
    with pytest.raises(Hidden):
        desk.post("resume", made)


def test_both_keys_sign_for_a_while_after_a_rotation(desk: Desk) -> None:
    made = desk.create(signing="hmac")
    rotated = desk.post("rotate", made["id"], overlap_hours=2)
    assert rotated["secret"] != made["secret"]
    stored = desk.service.opened(desk.subscriptions.get(made["id"]))
    both = (rotated["secret"], made["secret"])
    assert domain.secrets_at(stored, desk.clock.now()) == both
    desk.clock.forward(hours=3)
    assert domain.secrets_at(stored, desk.clock.now()) == both[:1]


def test_one_account_has_so_many_and_no_more(desk: Desk) -> None:
    for _ in range(50):
        desk.create()
    with pytest.raises(Refused):
        desk.create()
    desk.create(who=OTHER)


def test_what_is_logged_of_a_subscription_has_no_secret_and_no_address(desk: Desk) -> None:
    """A traceback may show it whole."""
    made = desk.create(signing="hmac")
    shown = repr(desk.subscriptions.get(made["id"]))
    assert made["id"] in shown
    assert made["secret"] not in shown
    assert "ops@example.vn" not in shown


def test_no_secret_stands_in_the_database(desk: Desk) -> None:
    """Neither with the keys nor in the answers that are kept for repeated requests."""
    shared, signed = desk.create(signing="hmac"), desk.create()
    rotated = desk.post("rotate", shared["id"])
    opened = desk.service.opened(desk.subscriptions.get(signed["id"]))
    secrets = {shared["secret"], rotated["secret"], *domain.secrets_at(opened, desk.clock.now())}
    assert {each.partition("_")[0] for each in secrets} == {"whsec", "whsk"}
    stored = repr(desk.subscriptions.documents)
    assert signed["keys"][0]["public"] in stored
    for each in secrets:
        assert each not in stored
        assert each.partition("_")[2] not in stored


def stored_before(desk: Desk) -> str:
    """A subscription as it was stored before keys were sealed: the id."""
    made = desk.create(signing="hmac")
    document = desk.subscriptions.documents[made["id"]]
    document["keys"] = [{**each, "secret": made["secret"]} for each in map(dict, document["keys"])]
    for each in document["keys"]:
        del each["sealed"]
    document["handled"][0]["body"] = made
    return str(made["id"])


def test_keys_that_were_stored_as_they_are_go_on_signing_and_are_sealed(desk: Desk) -> None:
    made = stored_before(desk)
    before = domain.secrets_at(desk.service.opened(desk.subscriptions.get(made)), desk.clock.now())
    assert before[0] in repr(desk.subscriptions.documents)
    assert desk.service.seal_old_keys() is False
    assert before[0] not in repr(desk.subscriptions.documents)
    stored = desk.subscriptions.get(made)
    assert domain.secrets_at(desk.service.opened(stored), desk.clock.now()) == before
    assert stored.changes[-1].what == "keys sealed"
    version = stored.revision.version
    desk.service.seal_old_keys()
    assert desk.subscriptions.get(made).revision.version == version


def test_without_a_master_key_no_key_is_made_and_old_ones_go_on_signing() -> None:
    desk = Desk()
    made = stored_before(desk)
    desk.service.vault = Vault(NO_KEYS)
    with pytest.raises(Refused, match="VAULT_KEYS"):
        desk.create()
    with pytest.raises(Refused, match="VAULT_KEYS"):
        desk.post("rotate", made)
    assert desk.service.seal_old_keys() is False
    assert desk.service.opened(desk.subscriptions.get(made)).keys[0].secret.startswith("whsec_")


def test_a_sealed_key_opens_for_its_own_subscription_alone(desk: Desk) -> None:
    first, second = (desk.subscriptions.get(desk.create()["id"]) for _ in range(2))
    moved = replace(second, keys=first.keys)
    with pytest.raises(Unavailable):
        desk.service.opened(moved)
