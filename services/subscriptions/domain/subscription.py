"""A subscription to a webhook: who gets which events where, and how they are signed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.history import Revision
from contracts.message import CENTRE, Message
from contracts.orders import WebhookTrouble
from foundation.errors import Forbidden, Hidden, Refused
from foundation.frozen import replace
from foundation.vault import Sealed
from services.subscriptions.domain.filters import Compares, Every, Filter, read_filters

MOST_OF_ONE_OWNER = 50
MOST_CHANGES = 100
LONGEST_OVERLAP = timedelta(days=7)

BECAUSE_FAILING, BECAUSE_GONE = "failing", "gone"
WARNED = f"warned: {BECAUSE_FAILING}"

NO_MESSAGES: tuple[Message, ...] = ()


class SubscriptionState(StrEnum):
    """What becomes of the events of a subscription; in each state but the last they wait."""

    UNCONFIRMED = "unconfirmed"
    """The target has not agreed yet to be sent events."""
    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    """The target said that it is gone, or failed for days."""
    DELETED = "deleted"


AT_WORK = (SubscriptionState.UNCONFIRMED, SubscriptionState.ACTIVE)


@dataclass(frozen=True, kw_only=True)
class WebhookKey:
    """What deliveries are signed with; an older one also signs, `until` it is over.

    It is stored `sealed`. `secret` is what it signs with, in memory alone; one that was stored
    before keys were sealed has it in the database until `seal_keys`.
    """

    kind: str
    secret: str = field(default="", repr=False)
    sealed: Sealed = field(default=Sealed(), repr=False)
    public: str = ""
    created: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SubscriptionChange:
    """One line of the history of a subscription: what was done to it, when, by whom."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True, kw_only=True)
class DeliveryOptions:
    """How events are delivered: in the order of each dossier, and how many in one call at most."""

    by_dossier: bool = False
    batch: int = 1


@dataclass(frozen=True, kw_only=True)
class SubscriptionWish:
    """What its owner may decide and change: `filters` is JSON, in one spelling."""

    target: str
    email: str = field(repr=False)
    filters: str = "[]"
    name: str = ""
    options: DeliveryOptions = DeliveryOptions()


@dataclass(frozen=True, kw_only=True)
class WebhookSubscription:
    """A subscription; `agency` bounds it to the events of one, whatever its filters say.

    `rate` is how many calls a minute the target allows; 0 says that it named no bound.
    `redriven` counts what is to make a process that delivers it look at its stored deliveries anew.
    """

    id: str
    owner: str
    agency: str
    wish: SubscriptionWish
    keys: tuple[WebhookKey, ...]
    state: SubscriptionState = SubscriptionState.UNCONFIRMED
    because: str = ""
    rate: int = 0
    redriven: int = 0
    created: datetime
    changes: tuple[SubscriptionChange, ...] = ()
    revision: Revision = Revision()


Changed = tuple[WebhookSubscription, tuple[Message, ...]]


def create(
    subscription_id: str,
    wish: SubscriptionWish,
    key: WebhookKey,
    *,
    owner: str,
    agency: str,
    others: int,
) -> Changed:
    """A new subscription of somebody who has so many `others`.

    Raises:
        Refused: they have as many as one may have.
    """
    if others >= MOST_OF_ONE_OWNER:
        raise Refused(
            f"Mỗi tài khoản có nhiều nhất {MOST_OF_ONE_OWNER} đăng ký: hãy xóa một đăng ký trước.",
            f"One account has at most {MOST_OF_ONE_OWNER} subscriptions: delete one first.",
        )
    made = WebhookSubscription(
        id=subscription_id, owner=owner, agency=agency, wish=wish, keys=(key,), created=key.created
    )
    return _noted(made, owner, "created", key.created), NO_MESSAGES


def of(subscription: WebhookSubscription, who: str) -> WebhookSubscription:
    """The subscription, for its owner.

    Raises:
        Hidden: it is another's, or deleted.
    """
    if subscription.owner != who or subscription.state is SubscriptionState.DELETED:
        raise Hidden(
            "Không tìm thấy.",
            "There is no such thing, or it is not yours to see.",
            thing=f"subscription {subscription.id}",
        )
    return subscription


def bound(agency: str, asked: str) -> str:
    """To which agency's events an account is bound: its own, if it speaks for one.

    Raises:
        Forbidden: it speaks for one agency and asks for another.
    """
    if agency and asked not in {"", agency}:
        raise Forbidden(
            f"Tài khoản này chỉ được đọc sự kiện của cơ quan mình ({agency}).",
            f"This account may only read the events of its own agency ({agency}).",
        )
    return agency or asked


def change(
    subscription: WebhookSubscription, wish: SubscriptionWish, who: str, now: datetime
) -> Changed:
    """What its owner wishes now; a new target must first agree to be sent events."""
    mine = of(subscription, who)
    elsewhere = wish.target != mine.wish.target
    state = SubscriptionState.UNCONFIRMED if elsewhere and mine.state in AT_WORK else mine.state
    changed = replace(mine, wish=wish, state=state, rate=0 if elsewhere else mine.rate)
    return _noted(changed, who, "changed", now), NO_MESSAGES


def pause(subscription: WebhookSubscription, who: str, now: datetime) -> Changed:
    """Deliver nothing until it is resumed: events wait in the log."""
    mine = of(subscription, who)
    if mine.state is SubscriptionState.DISABLED:
        raise Refused(
            "Đăng ký đã bị ngừng; hãy tiếp tục (resume) khi máy nhận đã sẵn sàng.",
            "The subscription is disabled; resume it when the target is ready.",
        )
    paused = replace(mine, state=SubscriptionState.PAUSED)
    return _noted(paused, who, "paused", now), NO_MESSAGES


def resume(subscription: WebhookSubscription, who: str, now: datetime) -> Changed:
    """Go on where it stopped; the target is asked first whether it agrees."""
    mine = of(subscription, who)
    resumed = replace(mine, state=SubscriptionState.UNCONFIRMED, because="")
    return _noted(resumed, who, "resumed", now), NO_MESSAGES


def delete(subscription: WebhookSubscription, who: str, now: datetime) -> Changed:
    """End it, and forget its keys and whom to write to."""
    mine = of(subscription, who)
    deleted = replace(
        mine,
        state=SubscriptionState.DELETED,
        keys=(),
        wish=replace(mine.wish, email=""),
    )
    return _noted(deleted, who, "deleted", now), NO_MESSAGES


def rotate(
    subscription: WebhookSubscription,
    key: WebhookKey,
    overlap: timedelta,
    who: str,
) -> Changed:
    """Sign with a new key, and with the one before, too, for a while; older ones are forgotten."""
    mine = of(subscription, who)
    before = replace(mine.keys[0], until=key.created + min(overlap, LONGEST_OVERLAP))
    rotated = replace(mine, keys=(key, before))
    return _noted(rotated, who, "rotated", key.created), NO_MESSAGES


def redrive(subscription: WebhookSubscription, who: str, what: str, now: datetime) -> Changed:
    """Have whoever delivers it look anew at what is stored, and note why."""
    mine = of(subscription, who)
    again = replace(mine, redriven=mine.redriven + 1)
    return _noted(again, who, what, now), NO_MESSAGES


def confirm(subscription: WebhookSubscription, rate: int, now: datetime) -> Changed:
    """The target agreed, to so many calls a minute (0: as many as come)."""
    if subscription.state is not SubscriptionState.UNCONFIRMED:
        return subscription, NO_MESSAGES
    active = replace(subscription, state=SubscriptionState.ACTIVE, rate=rate)
    return _noted(active, "target", "confirmed", now), NO_MESSAGES


def warn(
    subscription: WebhookSubscription, since: datetime, disables: datetime, now: datetime
) -> Changed:
    """Tell its owner, once, that the target fails, and when the subscription will be disabled."""
    warned = any(each.what == WARNED and each.at >= since for each in subscription.changes)
    if warned or subscription.state not in AT_WORK:
        return subscription, NO_MESSAGES
    trouble = _trouble(subscription, BECAUSE_FAILING, since, disables)
    return _noted(subscription, "motcua", WARNED, now), (trouble,)


def disable(
    subscription: WebhookSubscription, because: str, since: datetime, now: datetime
) -> Changed:
    """Deliver nothing more: the target is `gone`, or `failing` for days. Events wait in the log.

    Its owner is told.
    """
    if subscription.state not in AT_WORK:
        return subscription, NO_MESSAGES
    disabled = replace(subscription, state=SubscriptionState.DISABLED, because=because)
    trouble = _trouble(disabled, because, since, now)
    return _noted(disabled, "motcua", f"disabled: {because}", now), (trouble,)


def seal_keys(
    subscription: WebhookSubscription, seal: Callable[[str], Sealed], now: datetime
) -> Changed:
    """With keys that nobody reads in the database, which were stored there as they are."""
    if not any(each.secret for each in subscription.keys):
        return subscription, NO_MESSAGES
    keys = tuple(
        replace(each, secret="", sealed=seal(each.secret)) if each.secret else each
        for each in subscription.keys
    )
    return _noted(replace(subscription, keys=keys), "motcua", "keys sealed", now), NO_MESSAGES


def open_keys(
    subscription: WebhookSubscription, open_sealed: Callable[[Sealed], str]
) -> WebhookSubscription:
    """As deliveries are signed by it: with the secrets of its keys. It is never stored so."""
    keys = tuple(
        each if each.secret else replace(each, secret=open_sealed(each.sealed))
        for each in subscription.keys
    )
    return replace(subscription, keys=keys)


def must_be_able_to_seal(*, able: bool) -> None:
    """Make no key that would stand in the database for everybody to read.

    Raises:
        Refused: there is no master key; says what to do.
    """
    if not able:
        raise Refused(
            "Hệ thống chưa có khóa để niêm phong khóa ký webhook nên chưa tạo được khóa mới; "
            "người quản trị hãy đặt VAULT_KEYS cho dịch vụ subscriptions.",
            "There is no master key to seal signing keys with, so no new one is made; the operator "
            "should set VAULT_KEYS of the service subscriptions.",
        )


def secrets_at(subscription: WebhookSubscription, now: datetime) -> tuple[str, ...]:
    """The secrets that a delivery is signed with at a moment, newest first."""
    first, *older = subscription.keys
    return (first.secret, *(each.secret for each in older if each.until and each.until > now))


def wanted_of(subscription: WebhookSubscription) -> Filter:
    """Its filters, within the agency that it is bound to."""
    asked = read_filters(json.loads(subscription.wish.filters))
    if not subscription.agency:
        return asked
    return Every((asked, Compares("exact", "agency", subscription.agency)))


def _trouble(
    subscription: WebhookSubscription, because: str, since: datetime, disables: datetime
) -> WebhookTrouble:
    return WebhookTrouble(
        agency=subscription.agency or CENTRE,
        email=subscription.wish.email,
        target=subscription.wish.target,
        because=because,
        since=since,
        disables=disables,
        disabled=subscription.state is SubscriptionState.DISABLED,
    )


def _noted(
    subscription: WebhookSubscription, by: str, what: str, now: datetime
) -> WebhookSubscription:
    line = SubscriptionChange(at=now, by=by, what=what)
    return replace(subscription, changes=(*subscription.changes, line)[-MOST_CHANGES:])
