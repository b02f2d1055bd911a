"""`motcua events`: subscribe to webhooks, see how they fare, redrive, replay."""

import json
from collections.abc import Sequence
from typing import Any, Self

import click

from cli.embedded.data_folder import DataFolder
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import localized
from cli.webhooks.client import WebhooksClient, caller_options, client_for, follow

ENDED = ("paused", "disabled")


@click.group("events")
@caller_options
@click.pass_context
def events(context: click.Context, api: str | None, token: str | None, subject: str) -> None:
    """Đăng ký nhận sự kiện qua webhook. / Subscriptions to events by webhook."""
    folder: DataFolder = context.obj
    context.obj = context.with_resource(_Connected(folder, api, token, subject))


class _Connected:
    """Connects when the first question is asked: help needs no platform."""

    def __init__(
        self, folder: DataFolder, api: str | None, token: str | None, subject: str
    ) -> None:
        self._place = folder, api, token, subject
        self._client: WebhooksClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client:
            self._client.http.close()

    @property
    def client(self) -> WebhooksClient:
        """The service."""
        self._client = self._client or client_for(*self._place)
        return self._client


@events.command("list")
@click.pass_obj
def list_subscriptions(connected: _Connected) -> None:
    """Mọi đăng ký của tài khoản. / All subscriptions of the account."""
    for each in connected.client.get("/subscriptions")["subscriptions"]:
        state = " ".join(filter(None, (each["state"], each["because"])))
        click.echo(f"{each['id']}  {state:16}  {each['target']}  {each['name']}".rstrip())


@events.command()
@click.argument("target")
@click.option(
    "--email",
    required=True,
    help="Thư báo khi máy nhận hỏng. / Where the owner is told that the target fails.",
)
@click.option("--name", default="", help="Tên để nhận ra. / A name to know it by.")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="JSON",
    help='Bộ lọc CloudEvents. / A filter of CloudEvents, like {"prefix": {"type": "dossier."}}.',
)
@click.option("--by-dossier", is_flag=True, help="Giữ thứ tự từng hồ sơ. / In order per dossier.")
@click.option(
    "--batch", type=click.IntRange(1, 100), default=1, help="Số sự kiện. / Events a call."
)
@click.option("--signing", type=click.Choice(["ed25519", "hmac"]), default="ed25519")
@click.option("--after", type=int, help="Từ vị trí này. / From this position on; else from now.")
@click.pass_obj
def subscribe(
    connected: _Connected,
    /,
    target: str,
    *,
    filters: Sequence[str],
    by_dossier: bool,
    after: int | None,
    **wish: Any,
) -> None:
    """Đăng ký một địa chỉ https. / Subscribe an https address."""
    made = connected.client.post(
        "/subscriptions",
        target=target,
        filters=[_read(each) for each in filters],
        order="dossier" if by_dossier else "none",
        **wish,
        **({} if after is None else {"after": after}),
    )
    _print(made)


@events.command()
@click.argument("subscription")
@click.pass_obj
def show(connected: _Connected, subscription: str) -> None:
    """Trạng thái, độ trễ, lỗi gần nhất. / State, lag and the last errors."""
    _print(connected.client.get(f"/subscriptions/{subscription}"))


@events.command()
@click.argument("subscription")
@click.pass_obj
def pause(connected: _Connected, subscription: str) -> None:
    """Tạm dừng; không mất gì. / Deliver nothing for now; nothing is lost."""
    _say_state(connected.client.post(f"/subscriptions/{subscription}/pause"))


@events.command()
@click.argument("subscription")
@click.pass_obj
def resume(connected: _Connected, subscription: str) -> None:
    """Gửi tiếp từ chỗ dừng. / Go on where it stopped."""
    _say_state(connected.client.post(f"/subscriptions/{subscription}/resume"))


@events.command()
@click.argument("subscription")
@click.pass_obj
def delete(connected: _Connected, subscription: str) -> None:
    """Bỏ đăng ký. / End the subscription for good."""
    _say_state(connected.client.post(f"/subscriptions/{subscription}/delete"))


@events.command()
@click.argument("subscription")
@click.option("--hours", type=click.IntRange(0, 168), default=24, show_default=True)
@click.pass_obj
def rotate(connected: _Connected, subscription: str, hours: int) -> None:
    """Đổi khóa ký; khóa cũ còn ký vài giờ. / A new key; the old one signs for some hours more."""
    _print(connected.client.post(f"/subscriptions/{subscription}/rotate", overlap_hours=hours))


@events.command("test")
@click.argument("subscription")
@click.pass_obj
def try_out(connected: _Connected, subscription: str) -> None:
    """Gửi thử một sự kiện ngay. / Send a test event now, and show the answer."""
    answer = connected.client.post(f"/subscriptions/{subscription}/test")
    _print(answer)
    if not answer["ok"]:
        raise click.exceptions.Exit(1)


@events.command()
@click.argument("subscription")
@click.option("--state", type=click.Choice(["dead", "waiting", "delivered"]), default="dead")
@click.option("--after", type=int, default=0, help="Sau vị trí này. / Behind this position.")
@click.pass_obj
def dead(connected: _Connected, subscription: str, state: str, after: int) -> None:
    """Sự kiện không gửi được, và vì sao. / What could not be delivered, and why."""
    place = f"/subscriptions/{subscription}/deliveries"
    page = connected.client.get(place, state=state, after=after)
    for each in page["deliveries"]:
        last = each["attempts"][-1] if each["attempts"] else {"body": ""}
        kinds = " ".join(event["type"] for event in each["events"][:3])
        said = " ".join(last["body"].split())[:60]
        tries = len(each["attempts"])
        click.echo(f"{each['id']}  {each['reason']:8}  {tries:2}x  {kinds}  {said}".rstrip())
    if page["next"] is not None:
        click.echo(localized(f"Còn nữa: --after {page['next']}", f"More: --after {page['next']}"))


@events.command()
@click.argument("subscription")
@click.argument("deliveries", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Mọi sự kiện chết. / All that are dead.")
@click.option("--type", "kind", default="", help="Chỉ loại này. / Only events of this type.")
@click.option("--reason", default="", help="Chỉ lý do này, như 500. / Only this reason, like 500.")
@click.pass_obj
def redrive(
    connected: _Connected,
    subscription: str,
    *,
    deliveries: Sequence[str],
    everything: bool,
    kind: str,
    reason: str,
) -> None:
    """Gửi lại sự kiện chết. / Try dead deliveries again: named ones, some, or all."""
    client, place = connected.client, f"/subscriptions/{subscription}"
    asked = {"deliveries": list(deliveries), "all": everything, "type": kind, "reason": reason}
    number = 0

    def left() -> int:
        shown = client.get(place)
        return 0 if shown["state"] in ENDED else int(shown["waiting"])

    while True:
        answer = client.post(f"{place}/redrive", **asked)
        number += answer["redriven"]
        if not answer["more"]:
            break
        follow(("Gửi lại", "Redriving"), left)
    click.echo(localized(f"Đang gửi lại: {number}.", f"Being tried again: {number}."))


@events.command()
@click.argument("subscription")
@click.option("--after", type=int, help="Từ sau vị trí này. / From behind this position.")
@click.option("--since", metavar="TIME", help="Từ lúc này. / From this moment, RFC 3339.")
@click.option("--rate", type=int, default=0, help="Số sự kiện mỗi giây. / Events a second.")
@click.option("--watch", is_flag=True, help="Chờ đến hết. / Wait until all are sent.")
@click.pass_obj
def replay(
    connected: _Connected,
    subscription: str,
    *,
    after: int | None,
    since: str | None,
    rate: int,
    watch: bool,
) -> None:
    """Gửi lại mọi sự kiện từ một vị trí hay một lúc. / Deliver again from a place or a moment."""
    client, place = connected.client, f"/subscriptions/{subscription}"
    begin = {"after": after, "since": since}
    asked = {name: value for name, value in begin.items() if value is not None}
    _say_state(client.post(f"{place}/replay", rate=rate, **asked))
    if watch:
        follow(("Gửi lại", "Replaying"), lambda: int(client.get(place)["lag"]))


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CliError(
            f"--filter phải là JSON ({error}).",
            f"--filter must be JSON ({error}).",
            code=IMPOSSIBLE_INPUT,
        ) from error


def _say_state(shown: Any) -> None:
    click.echo(localized(f"Trạng thái: {shown['state']}", f"State: {shown['state']}"))


def _print(shown: Any) -> None:
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
