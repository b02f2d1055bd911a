"""`motcua conformance`: what a subscriber to webhooks gets right, and what it gets wrong."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from rich.console import Console

from cli.conformance import judging
from cli.conformance.judging import Outcome, SceneVerdict
from cli.conformance.playing import Exchange, SubscriberClient, settled
from cli.conformance.scene import Scene, Words
from cli.conformance.scenes import SceneMaker, scenes
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import localized
from foundation.outbound.signing import new_key, signature_headers

MARKS = {Outcome.RIGHT: "✓", Outcome.WRONG: "✗", Outcome.UNSEEN: "?"}
PATIENCE = 10.0


@click.command("conformance")
@click.argument("url")
@click.option(
    "--secret",
    envvar="MOTCUA_CONFORMANCE_SECRET",
    help="Khóa ký whsec_… hoặc whsk_… mà bên nhận đã biết; thiếu thì tạo một khóa. / "
    "The signing key whsec_… or whsk_… that the subscriber knows; without it one is made.",
)
@click.option(
    "--signing",
    type=click.Choice(["hmac", "ed25519"]),
    default="hmac",
    show_default=True,
    help="Loại khóa được tạo khi thiếu --secret. / The kind of key that is made without --secret.",
)
@click.option(
    "--report",
    default="",
    help="Địa chỉ (GET) nơi bên nhận cho biết đã tính những sự kiện nào. / "
    "An address (GET) where the subscriber tells which events it counted.",
)
@click.option("--origin", default="motcua", show_default=True, help="WebHook-Request-Origin.")
@click.option(
    "--batch",
    is_flag=True,
    help="Gửi cả những lô nhiều sự kiện. / Play batches of several events, too.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0, 600),
    default=PATIENCE,
    show_default=True,
    help="Số giây đợi báo cáo. / Seconds to wait for the report.",
)
@click.pass_context
def conformance(
    context: click.Context,
    url: str,
    *,
    secret: str | None,
    signing: str,
    report: str,
    origin: str,
    batch: bool,
    patience: float,
) -> None:
    """Thử một bên nhận webhook. / Try a subscriber to webhooks, and say what it gets wrong.

    Gửi đến URL mọi điều webhook có thể mang tới: trùng lặp, đảo thứ tự, thiếu seq, đổi khóa, chữ ký
    giả, thời điểm cũ, gửi lại, sự kiện lớn và chậm. Kết thúc bằng mã 1 nếu có điều sai. /
    Plays to URL whatever webhooks may bring: duplicates, reordering, gaps in seq, rotation, false
    signatures, old timestamps, replays, large and slow events. Ends with 1 if anything is wrong.
    """
    if not secret:
        raise _give_this_key(url, signing)
    _must_sign(secret)
    client = SubscriberClient(url, report, origin)
    client.report()
    outcomes: Counter[Outcome] = Counter()
    for each in verdicts(client, SceneMaker(secret, _now), origin, batch=batch, patience=patience):
        outcomes[each.outcome] += 1
        _say(each)
    _sum_up(outcomes, report)
    context.exit(1 if outcomes[Outcome.WRONG] else 0)


def verdicts(
    client: SubscriberClient, make: SceneMaker, origin: str, *, batch: bool, patience: float
) -> Iterator[SceneVerdict]:
    """The verdicts: that of the handshake at once, the others when all was played and counted."""
    asked = client.ask()
    shaken = judging.handshake(asked, origin)
    yield shaken
    if asked.trouble:
        return
    rate = asked.headers.get("webhook-allowed-rate", "")
    client.allow(int(rate) if judging.is_rate(rate) else 0)
    with Console(stderr=True).status(localized("Đang thử…", "Playing…")):
        played = [_played(client, each, patience) for each in scenes(make, batch=batch)]
        awaited = {event for scene, _, _ in played for event in scene.counts}
        counted = settled(client, lambda each: awaited <= each.ids.keys(), patience)
    for scene, exchanges, gaps in played:
        judged = judging.verdict(scene, exchanges, counted)
        yield judging.with_gap(judged, gaps, scene.advice)


def _played(
    client: SubscriberClient, scene: Scene, patience: float
) -> tuple[Scene, list[Exchange], list[Words]]:
    """A scene, what was answered, and what is wrong with the gaps that are seen after it."""
    exchanges = client.play(scene)
    if not (scene.gap or scene.filled):
        return scene, exchanges, []
    counted = settled(client, lambda each: not judging.after_gap(scene, each), patience)
    return scene, exchanges, judging.after_gap(scene, counted)


def _say(verdict: SceneVerdict) -> None:
    found = "; ".join(localized(*each) for each in verdict.found)
    line = f"{MARKS[verdict.outcome]} {localized(*verdict.name)}"
    click.echo(f"{line}: {found}" if found else line)
    if verdict.outcome is Outcome.WRONG:
        click.echo(f"    → {localized(*verdict.advice)}")


def _sum_up(outcomes: Counter[Outcome], report: str) -> None:
    right, wrong, unseen = (outcomes[each] for each in Outcome)
    click.echo(
        localized(
            f"{right} điều đúng, {wrong} điều sai, {unseen} điều chỉ thấy câu trả lời.",
            f"{right} right, {wrong} wrong, {unseen} of which only the answers were seen.",
        )
    )
    if unseen and not report:
        click.echo(
            localized(
                "Thêm --report ĐỊA_CHỈ để xem mỗi sự kiện có được tính đúng một lần "
                "(docs/webhooks.md).",
                "Add --report ADDRESS to see whether each event is counted once "
                "(docs/webhooks.md).",
            )
        )


def _give_this_key(url: str, signing: str) -> CliError:
    pair = new_key(signing)
    verifies = pair.public or pair.secret
    again = f"motcua conformance {url} --secret {pair.secret}"
    return CliError(
        f"Chưa có khóa: hãy cấu hình bên nhận kiểm tra bằng {verifies}, rồi chạy: {again}",
        f"There is no key yet: have the subscriber verify by {verifies}, then run: {again}",
        code=IMPOSSIBLE_INPUT,
    )


def _must_sign(secret: str) -> None:
    """See that the key can sign.

    Raises:
        CliError: it is none.
    """
    known = secret.startswith(("whsec_", "whsk_"))
    try:
        signature_headers([secret] if known else [], "msg_1", _now(), b"{}")
    except ValueError:
        known = False
    if not known:
        raise CliError(
            "--secret phải là whsec_… (HMAC) hoặc whsk_… (Ed25519) rồi base64.",
            "--secret must be whsec_… (HMAC) or whsk_… (Ed25519) with base64 behind.",
            code=IMPOSSIBLE_INPUT,
        )


def _now() -> datetime:
    return datetime.now(UTC)
