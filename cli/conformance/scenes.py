"""The scenes of the conformance kit, in the order in which they are played."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cli.conformance.scene import Scene, SignedCall, Words, signed
from contracts.envelope import LARGEST_BODY, Envelope, canonical
from contracts.events import StepAssigned
from foundation.outbound.signing import new_key

TOO_FAR = timedelta(minutes=6)
"""Standard Webhooks has five minutes of tolerance."""
SLOW_SECONDS = 3.0
AT_ONCE = 4
SOURCE, AGENCY = "motcua:conformance", "conformance"

COUNT_ONCE = (
    (
        "Hãy lưu webhook-id (hoặc source và id của sự kiện) trong cùng một giao dịch với kết quả "
        "xử lý; gặp lại thì trả lời 2xx và bỏ qua."
    ),
    (
        "Keep the webhook-id (or source and id of the event) in one transaction with what you do "
        "about it; what you know already you answer with 2xx and drop."
    ),
)
VERIFY = (
    (
        "Hãy kiểm tra chữ ký bằng thư viện Standard Webhooks trên đúng các byte đã nhận, trước khi "
        "đọc nội dung; sai thì trả lời 401."
    ),
    (
        "Verify the signature with a library of Standard Webhooks over the very bytes that came, "
        "before you read them; answer 401 if it is wrong."
    ),
)
TOLERANCE = (
    (
        "Hãy từ chối khi webhook-timestamp lệch quá năm phút so với đồng hồ của bạn (và giữ đồng "
        "hồ đúng bằng NTP): nếu không, ai ghi lại được một cuộc gọi sẽ gửi lại được mãi mãi."
    ),
    (
        "Refuse a webhook-timestamp more than five minutes off your clock (and keep the clock "
        "right by NTP): else whoever recorded a call can send it again for ever."
    ),
)
TAKE = (
    "Hãy nhận: kiểm tra chữ ký, lưu lại, trả lời 2xx trong 15 giây, rồi mới xử lý.",
    "Take it: verify the signature, keep it, answer 2xx within 15 seconds, and work on it then.",
)


@dataclass
class SceneMaker:
    """Makes events and calls: nothing that is made was ever made before."""

    key: str
    now: Callable[[], datetime]
    slow_seconds: float = SLOW_SECONDS

    def dossier(self, *seqs: int) -> list[Envelope]:
        """Events of one new dossier with these numbers."""
        subject, step = str(uuid.uuid4()), StepAssigned(agency=AGENCY, step="s-1")
        return [
            Envelope(
                id=str(uuid.uuid4()),
                source=SOURCE,
                type=step.TYPE,
                subject=subject,
                time=self.now(),
                seq=seq,
                agency=AGENCY,
                data=step.write(),
            )
            for seq in seqs
        ]

    def call(self, event: Envelope, *keys: str, late: timedelta = timedelta()) -> SignedCall:
        """The call with one event, signed with the subscriber's key or with these."""
        return signed(event.encode(), message_id(event), keys or (self.key,), self.now() - late)

    def calls(self, events: Iterable[Envelope]) -> tuple[SignedCall, ...]:
        """A call for each."""
        return tuple(self.call(each) for each in events)

    def other_key(self) -> str:
        """A key of the same kind that the subscriber does not know."""
        return new_key("hmac" if self.key.startswith("whsec_") else "ed25519").secret


def message_id(event: Envelope) -> str:
    """The `webhook-id` of an event: the same in every call."""
    return f"msg_{uuid.uuid5(uuid.NAMESPACE_OID, event.id).hex}"


def scenes(make: SceneMaker, *, batch: bool) -> Iterator[Scene]:
    """All scenes, each made when its turn comes; those with batches only if they are asked for."""
    (first,) = make.dossier(1)
    yield _taken(make, ("một sự kiện", "an event"), make.dossier(1), TAKE)
    yield from _repetitions(make, first)
    yield from _orders(make)
    yield from _rotations(make)
    yield from _forgeries(make)
    yield from _old_and_future(make, first)
    yield from _odd_ones(make)
    if batch:
        yield _batch(make)
    yield _taken(make, ("gửi lại về sau", "a replay, later"), [first], COUNT_ONCE)


def _taken(make: SceneMaker, name: Words, events: list[Envelope], advice: Words) -> Scene:
    return Scene(
        name=name,
        calls=make.calls(events),
        advice=advice,
        counts=tuple(dict.fromkeys(each.id for each in events)),
    )


def _repetitions(make: SceneMaker, first: Envelope) -> list[Scene]:
    (second,), (third,) = make.dossier(1), make.dossier(1)
    twice = _taken(make, ("trùng lặp", "duplicates"), [first, second, second, first], COUNT_ONCE)
    at_once = _taken(
        make,
        (f"{AT_ONCE} lần cùng lúc", f"{AT_ONCE} times at once"),
        [third] * AT_ONCE,
        COUNT_ONCE,
    )
    return [twice, replace(at_once, at_once=True)]


def _orders(make: SceneMaker) -> list[Scene]:
    later, earlier = make.dossier(2, 1)
    one, two, gap, four = make.dossier(1, 2, 3, 4)
    reordered = _taken(
        make,
        ("đảo thứ tự", "reordering"),
        [later, earlier],
        (
            (
                "Sự kiện của một hồ sơ có thể đến lộn thứ tự: hãy nhận tất cả, xếp theo seq, đừng "
                "từ chối cái đến sớm hay muộn."
            ),
            (
                "Events of a dossier may come out of order: take them all, sort by seq, and refuse "
                "none for coming early or late."
            ),
        ),
    )
    seq = (
        "seq đếm liền nhau theo source và subject: thấy thiếu thì đọc lại từ GET /events.",
        "seq counts without a gap by source and subject: read what is missing from GET /events.",
    )
    torn = _taken(make, ("thiếu một seq", "a gap in seq"), [one, two, four], seq)
    filled = _taken(make, ("cái thiếu đến sau", "what was missing comes"), [gap], seq)
    return [reordered, replace(torn, gap=(gap,)), replace(filled, filled=(gap,))]


def _rotations(make: SceneMaker) -> list[Scene]:
    before, after, odd = (make.dossier(1)[0] for _ in range(3))
    other = make.other_key()
    strange = make.call(odd)
    strange_headers = dict(strange.headers)
    strange_headers["webhook-signature"] = "v9,bmV3 " + strange_headers["webhook-signature"]
    advice = (
        (
            "webhook-signature có thể chứa nhiều chữ ký, cách nhau bằng dấu cách: chỉ cần một chữ "
            "ký đúng với khóa của bạn."
        ),
        (
            "webhook-signature may hold several signatures, parted by spaces: one that is right by "
            "your key is enough."
        ),
    )
    return [
        Scene(
            name=("đổi khóa: hai chữ ký", "rotation: two signatures"),
            calls=(make.call(before, other, make.key), make.call(after, make.key, other)),
            advice=advice,
            counts=(before.id, after.id),
        ),
        Scene(
            name=("chữ ký loại lạ bên cạnh", "a signature of a new kind beside"),
            calls=(replace(strange, headers=strange_headers),),
            advice=advice,
            counts=(odd.id,),
        ),
    ]


def _forgeries(make: SceneMaker) -> list[Scene]:
    forged, changed, moved, bare = (make.dossier(1)[0] for _ in range(4))
    right, named = make.call(changed), make.call(moved)
    body = right.body.replace(b"conformance", b"c0nformance")
    other_id = dict(named.headers) | {"webhook-id": f"msg_{uuid.uuid4().hex}"}
    unsigned = {n: v for n, v in make.call(bare).headers.items() if not n.startswith("webhook-")}

    def refused(name: Words, call: SignedCall, event: Envelope) -> Scene:
        return Scene(name=name, calls=(call,), advice=VERIFY, taken=False, never=(event.id,))

    return [
        refused(
            ("chữ ký của khóa khác", "a false signature: another's key"),
            make.call(forged, make.other_key()),
            forged,
        ),
        refused(
            ("nội dung bị sửa", "a body that was changed"),
            replace(right, body=body),
            changed,
        ),
        refused(
            ("webhook-id bị sửa", "a webhook-id that was changed"),
            replace(named, headers=other_id),
            moved,
        ),
        refused(
            ("không có chữ ký", "no signature"),
            SignedCall(body=bare.encode(), headers=unsigned),
            bare,
        ),
    ]


def _old_and_future(make: SceneMaker, first: Envelope) -> list[Scene]:
    old, future = (make.dossier(1)[0] for _ in range(2))
    return [
        Scene(
            name=name,
            calls=calls,
            advice=TOLERANCE,
            taken=False,
            never=never,
        )
        for name, calls, never in (
            (
                ("thời điểm cũ", "an old timestamp"),
                (make.call(old, late=TOO_FAR), make.call(first, late=TOO_FAR)),
                (old.id,),
            ),
            (
                ("thời điểm trong tương lai", "a timestamp in the future"),
                (make.call(future, late=-TOO_FAR),),
                (future.id,),
            ),
        )
    ]


def _odd_ones(make: SceneMaker) -> list[Scene]:
    unknown, large, slow = (make.dossier(1)[0] for _ in range(3))
    unknown = replace(unknown, type="conformance.not_known_yet", data={"new": [{"member": None}]})
    padding = "ố" * ((LARGEST_BODY - len(large.encode()) - 64) // len("ố".encode()))
    large = replace(large, data={**large.data, "padding": padding})
    slowly = replace(make.call(slow), seconds=make.slow_seconds)
    more = canonical(json.loads(unknown.encode()) | {"newattribute": "x"})
    newer = signed(more, message_id(unknown), (make.key,), make.now())
    return [
        Scene(
            name=("loại và trường chưa biết", "a type and members not known yet"),
            calls=(newer,),
            advice=(
                "Loại sự kiện và trường mới sẽ được thêm: trả lời 2xx và bỏ qua điều chưa biết.",
                "Types and members will be added: answer 2xx, and pass over what you do not know.",
            ),
            counts=(unknown.id,),
        ),
        Scene(
            name=(f"lớn: {LARGEST_BODY >> 10} KiB", f"a large one: {LARGEST_BODY >> 10} KiB"),
            calls=(make.call(large),),
            advice=(
                f"Một sự kiện có tới {LARGEST_BODY >> 10} KiB: hãy nới giới hạn của máy chủ web.",
                f"An event has up to {LARGEST_BODY >> 10} KiB: raise the limit of the web server.",
            ),
            counts=(large.id,),
        ),
        Scene(
            name=("đến chậm", "a slow one"),
            calls=(slowly,),
            advice=(
                "Nội dung có thể đến từng phần: hãy đọc đủ Content-Length trước khi kiểm tra.",
                "A body may come in parts: read all of Content-Length before you verify it.",
            ),
            counts=(slow.id,),
        ),
    ]


def _batch(make: SceneMaker) -> Scene:
    one, two = make.dossier(1, 2)
    body = canonical([json.loads(each.encode()) for each in (one, two, one)])
    call = signed(body, f"msg_{uuid.uuid4().hex}", (make.key,), make.now(), batch=True)
    return Scene(
        name=("một lô có trùng lặp", "a batch with a duplicate in it"),
        calls=(call,),
        advice=(
            (
                "Đăng ký có batch lớn hơn 1 luôn nhận một danh sách; mỗi sự kiện tính một lần theo "
                "source và id."
            ),
            (
                "A subscription with a batch above 1 always gets a list; count each event once by "
                "source and id."
            ),
        ),
        counts=(one.id, two.id),
    )
