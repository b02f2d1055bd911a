"""View model of the pages of webhooks: what an owner reads of a subscription, in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.envelope import read_time, write_time
from foundation.settings.agency_names import Names, names_of
from foundation.web.html_pages import PageRenderer
from foundation.web.page_words import PageWords, Words, moment_said
from foundation.worktime import to_minute
from services.subscriptions.domain.progress import WebhookProgress
from services.subscriptions.domain.subscription import SubscriptionState, WebhookSubscription

PAGES = PageRenderer(Path(__file__).resolve().parent / "templates")

STATES: Mapping[str, Words] = {
    SubscriptionState.UNCONFIRMED: ("chờ máy nhận đồng ý", "waits for the target to agree"),
    SubscriptionState.ACTIVE: ("đang gửi", "delivering"),
    SubscriptionState.PAUSED: ("tạm dừng", "paused"),
    SubscriptionState.DISABLED: ("đã bị ngừng", "disabled"),
    SubscriptionState.DELETED: ("đã xóa", "deleted"),
}
TAGS: Mapping[str, str] = {
    SubscriptionState.UNCONFIRMED: "todo",
    SubscriptionState.ACTIVE: "done",
    SubscriptionState.PAUSED: "todo",
    SubscriptionState.DISABLED: "wrong",
}
BECAUSE: Mapping[str, Words] = {
    "failing": (
        "Máy nhận hỏng suốt năm ngày; sự kiện chờ trong nhật ký. Hãy tiếp tục khi máy đã sẵn sàng.",
        "The target failed for five days; events wait in the log. Resume when it is ready.",
    ),
    "gone": (
        "Máy nhận trả lời 410: không còn ở đó; sự kiện chờ trong nhật ký. Hãy sửa địa chỉ.",
        "The target answered 410: it is gone; events wait in the log. Change the address.",
    ),
}
TROUBLES: Mapping[str, Words] = {
    "address": ("địa chỉ không được phép gọi", "the address may not be called"),
    "name": ("tên máy không có địa chỉ", "the host name has no address"),
    "connect": ("không kết nối được", "no connection"),
    "tls": ("chứng chỉ TLS không hợp lệ", "the TLS certificate is not valid"),
    "time": ("không trả lời kịp", "no answer in time"),
    "broken": ("trả lời không đọc được", "an answer that cannot be read"),
    "origin": (
        "không đồng ý: thiếu WebHook-Allowed-Origin",
        "it did not agree: WebHook-Allowed-Origin is missing",
    ),
    "forgotten": ("nhật ký không còn giữ sự kiện", "the log does not keep the event any more"),
}
KEYS: Mapping[str, Words] = {
    "ed25519": ("Ed25519: kiểm bằng khóa công khai", "Ed25519: verified with a public key"),
    "hmac": ("HMAC: kiểm bằng bí mật chung", "HMAC: verified with a shared secret"),
}
ACTS: Mapping[str, Words] = {
    "test": ("Gửi thử một sự kiện", "Send a test event"),
    "pause": ("Tạm dừng", "Pause"),
    "resume": ("Tiếp tục", "Resume"),
    "replay": ("Gửi lại từ một thời điểm", "Replay from a moment"),
    "rotate": ("Đổi khóa ký", "Rotate the signing key"),
    "delete": ("Xóa đăng ký", "Delete the subscription"),
    "redrive": ("Gửi lại thư chết", "Redrive dead letters"),
    "change": ("Ghi thay đổi", "Save the changes"),
}
DONE: Mapping[str, Words] = {
    "pause": ("Đã tạm dừng", "It is paused"),
    "resume": ("Sẽ hỏi máy nhận và gửi tiếp", "The target is asked, and deliveries go on"),
    "replay": ("Đang gửi lại từ thời điểm đã chọn", "It is replayed from the moment chosen"),
    "redrive": ("Các thư đã chọn được gửi lại", "The letters chosen are tried again"),
    "change": ("Đã ghi thay đổi", "The changes are saved"),
}
FACTS: Mapping[str, Words] = {
    "state": ("Trạng thái", "State"),
    "wish": ("Địa chỉ, bộ lọc và tùy chọn", "Address, filters and options"),
    "key": ("Khóa ký", "Signing key"),
}
_HAPPENED: Mapping[str, Words] = {
    "created": ("Tạo đăng ký", "Created"),
    "changed": ("Sửa đăng ký", "Changed"),
    "paused": ("Tạm dừng", "Paused"),
    "resumed": ("Tiếp tục", "Resumed"),
    "rotated": ("Đổi khóa ký", "Signing key rotated"),
    "confirmed": ("Máy nhận đồng ý", "The target agreed"),
    "warned": ("Báo trước cho chủ đăng ký", "The owner was warned"),
    "disabled": ("Ngừng gửi", "Disabled"),
    "keys sealed": ("Niêm phong khóa ký", "Keys were sealed"),
    "redriven": ("Gửi lại thư chết", "Dead letters redriven"),
    "replayed from": ("Gửi lại từ vị trí", "Replayed from position"),
}
Stop = tuple[str, Words, str]
"""A stop of a timeline: its mark, its title, and its text."""


@dataclass(frozen=True, kw_only=True)
class WebhookWords(PageWords):
    """The translator of one page of webhooks."""

    def moment(self, text: str | None) -> str:
        """A moment of the API as people write it; that there was none yet."""
        if not text:
            return self.say(("chưa có", "none yet"))
        local = to_minute(read_time(text))
        return self.say((f"{local:%H:%M} ngày {local:%d/%m/%Y}", f"{local:%-d %B %Y, %H:%M}"))

    def fact(self, name: str, text: str, *, now: bool) -> str:
        """A fact of the mark of a form; `now` tells what holds from what the form said was seen."""
        if name == "state":
            return self.say(STATES.get(text, ("", "")))
        if name == "key":
            return self.moment(text) if moment_said(text) else ""
        return self.say(("đã sửa", "edited") if now else ("như đã xem", "as it was seen"))

    def agencies(self) -> list[tuple[str, str]]:
        """What a form lets one pick from: all agencies, or one by its name."""
        named = sorted((self.name(code).casefold(), code) for code in self.names)
        every = ("", self.say(("Mọi cơ quan", "Every agency")))
        return [every, *((code, self.name(code)) for _, code in named)]

    def answer(self, attempt: Mapping[str, Any]) -> str:
        """What came of a call: `HTTP 500`, or why nothing came."""
        if attempt["status"] and not attempt["trouble"]:
            return f"HTTP {attempt['status']}"
        return self.say(TROUBLES.get(attempt["trouble"], (attempt["trouble"],) * 2))

    def reason(self, text: str) -> str:
        """The reason of a dead letter: `HTTP 500`, or why nothing came."""
        numeric = text.isascii() and text.isdigit()
        return self.answer({"status": text if numeric else 0, "trouble": "" if numeric else text})

    def count(self, number: int, *, most: int) -> str:
        """A number; `10.000+` where it was not counted further."""
        said = f"{number:,}"
        said = said if self.language == "en" else said.replace(",", ".")
        return f"{said}+" if number >= most else said


@dataclass(frozen=True, kw_only=True)
class WebhookRow:
    """A subscription on a list, with how it fares; its target is named by its host alone."""

    id: str
    title: str
    host: str
    state: str
    lag: int
    failing_since: str
    """As the API writes a moment; "" for a target that answers."""


def row(subscription: WebhookSubscription, progress: WebhookProgress, end: int) -> WebhookRow:
    """A subscription as a row; `end` is how long the log is."""
    failing, host = progress.failing_since, host_of(subscription)
    return WebhookRow(
        id=subscription.id,
        title=subscription.wish.name or host,
        host=host,
        state=subscription.state.value,
        lag=max(0, end - progress.cursor),
        failing_since=write_time(failing) if failing else "",
    )


def host_of(subscription: WebhookSubscription) -> str:
    """The host that is called: an address may have a secret behind it."""
    return urlsplit(subscription.wish.target).hostname or ""


def spoken(language: str, agencies: str) -> WebhookWords:
    """The words of a page; `agencies` is the path of their list."""
    names: Names = names_of(agencies)
    return WebhookWords(language=language, names=names)


def changed(
    found: Mapping[str, tuple[str, str]], words: WebhookWords
) -> list[tuple[Words, str, str]]:
    """The facts that are others now: what each is, what was seen of it, and what holds."""
    return [
        (FACTS[name], words.fact(name, before, now=False), words.fact(name, after, now=True))
        for name, (before, after) in found.items()
    ]


def happened(changes: list[dict[str, str]], words: WebhookWords) -> list[Stop]:
    """What was done to a subscription, newest first, with who did it."""
    return [
        ("done", _told(each["what"]), f"{words.moment(each['at'])} · {each['by']}")
        for each in reversed(changes)
    ]


def _told(what: str) -> Words:
    name, _, more = what.partition(": ")
    if name.startswith("replayed from "):
        name, more = "replayed from", name.removeprefix("replayed from ")
    vi, en = _HAPPENED.get(name, (name, name))
    return f"{vi} {more}".rstrip(), f"{en} {more}".rstrip()
