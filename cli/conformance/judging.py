"""What is right and wrong in a subscriber's answers and in what it counted. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cli.conformance.playing import WITHIN, Exchange, ReportedEffects, key_of
from cli.conformance.scene import Scene, Words

GONE = 410
NO_REFUSAL = (408, GONE, 429)
"""What says nothing about the event: the target is gone, or tired."""
HANDSHAKE: Words = ("bắt tay", "the handshake")
AGREE = (
    (
        "Trả lời OPTIONS bằng 2xx và WebHook-Allowed-Origin là tên trong WebHook-Request-Origin "
        "hoặc *; nếu muốn, thêm WebHook-Allowed-Rate (số lần gọi mỗi phút)."
    ),
    (
        "Answer OPTIONS with 2xx and WebHook-Allowed-Origin naming the WebHook-Request-Origin or "
        "*; if you like, with WebHook-Allowed-Rate (calls a minute), too."
    ),
)


class Outcome(StrEnum):
    """What came of a scene; `unseen` is right as far as the answers tell."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSEEN = "unseen"


@dataclass(frozen=True, kw_only=True)
class SceneVerdict:
    """What came of a scene: what was found, and what to do about it."""

    name: Words
    outcome: Outcome
    found: tuple[Words, ...] = ()
    advice: Words = ("", "")


def handshake(exchange: Exchange, origin: str) -> SceneVerdict:
    """Whether the subscriber agreed to be sent events."""
    allowed = exchange.headers.get("webhook-allowed-origin", "").strip()
    rate = exchange.headers.get("webhook-allowed-rate", "")
    found = list(_not_taken(exchange))
    if not found and allowed not in {"*", origin}:
        found.append(
            (
                f"WebHook-Allowed-Origin là {allowed!r}, phải là {origin!r} hoặc '*'",
                f"WebHook-Allowed-Origin is {allowed!r}, must be {origin!r} or '*'",
            )
        )
    if not found and rate and not is_rate(rate):
        found.append(
            (
                f"WebHook-Allowed-Rate {rate!r} không phải số nguyên dương",
                f"WebHook-Allowed-Rate {rate!r} is no whole number above 0",
            )
        )
    return _verdict(HANDSHAKE, found, AGREE)


def is_rate(text: str) -> bool:
    """Whether it says how many calls a minute are allowed."""
    return text.isascii() and text.isdigit() and int(text) > 0


def verdict(
    scene: Scene, exchanges: Sequence[Exchange], counted: ReportedEffects | None
) -> SceneVerdict:
    """What came of a scene, by its answers and by what was counted in the end.

    A gap that the report does not speak of is not judged: it may be looked for later.
    """
    judge = _not_taken if scene.taken else _not_refused
    found = [words for each in exchanges for words in judge(each)]
    unseen = counted is None or (counted.missing is None and bool(scene.gap))
    if counted is not None:
        found += _miscounted(scene, counted)
    if found:
        return _verdict(scene.name, list(dict.fromkeys(found)), scene.advice)
    if not unseen:
        return _verdict(scene.name, [], scene.advice)
    return SceneVerdict(name=scene.name, outcome=Outcome.UNSEEN)


def after_gap(scene: Scene, counted: ReportedEffects | None) -> list[Words]:
    """What is wrong with what the subscriber says to miss, right after the scene."""
    if counted is None or counted.missing is None:
        return []
    unseen = [each.seq for each in scene.gap if key_of(each) not in counted.missing]
    kept = [each.seq for each in scene.filled if key_of(each) in counted.missing]
    return [
        (f"không thấy thiếu seq {seq}", f"did not see that seq {seq} is missing") for seq in unseen
    ] + [(f"vẫn coi seq {seq} là thiếu", f"still takes seq {seq} for missing") for seq in kept]


def with_gap(judged: SceneVerdict, found: Sequence[Words], advice: Words) -> SceneVerdict:
    """The verdict with what was found of gaps."""
    return _verdict(judged.name, [*judged.found, *found], advice) if found else judged


def _miscounted(scene: Scene, counted: ReportedEffects) -> Iterator[Words]:
    for each in scene.counts:
        times = counted.ids[each]
        if times != 1:
            yield f"đã tính {times} lần, phải là 1", f"counted {times} times, must be once"
    for each in scene.never:
        if counted.ids[each]:
            yield "đã tính cái phải từ chối", "counted what it had to refuse"


def _not_taken(exchange: Exchange) -> Iterator[Words]:
    status = exchange.status
    if exchange.trouble:
        yield _no_answer(exchange)
    elif status == GONE:
        yield (
            "trả lời 410: đăng ký sẽ bị ngừng ngay",
            "answered 410: the subscription would be disabled at once",
        )
    elif status in range(300, 400):
        yield (
            f"trả lời {status}: chuyển hướng không bao giờ được theo",
            f"answered {status}: redirects are never followed",
        )
    elif status not in range(200, 300):
        yield f"trả lời {status}, phải là 2xx", f"answered {status}, must be 2xx"
    elif exchange.seconds > WITHIN:
        yield (
            f"trả lời sau {exchange.seconds:.0f} giây, phải trong {WITHIN:g}",
            f"answered after {exchange.seconds:.0f} s, must within {WITHIN:g}",
        )


def _not_refused(exchange: Exchange) -> Iterator[Words]:
    status = exchange.status
    if exchange.trouble:
        yield _no_answer(exchange)
    elif status in NO_REFUSAL or status not in range(400, 500):
        yield (
            f"trả lời {status}, phải từ chối bằng 400 hoặc 401",
            f"answered {status}, must refuse with 400 or 401",
        )


def _no_answer(exchange: Exchange) -> Words:
    return (
        f"không trả lời ({exchange.trouble}, {exchange.seconds:.0f} giây)",
        f"did not answer ({exchange.trouble}, {exchange.seconds:.0f} s)",
    )


def _verdict(name: Words, found: Sequence[Words], advice: Words) -> SceneVerdict:
    if not found:
        return SceneVerdict(name=name, outcome=Outcome.RIGHT)
    return SceneVerdict(name=name, outcome=Outcome.WRONG, found=tuple(found), advice=advice)
