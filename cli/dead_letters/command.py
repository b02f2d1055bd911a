"""`motcua dead`: lists messages that are no longer retried, and replays them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import click
from rich.console import Console
from rich.progress import track

from cli import agency_registry
from cli.dead_letters.list_and_replay import (
    MOST_SENT,
    MOST_SHOWN,
    UNKNOWN,
    DeadLetter,
    connect,
    count_messages,
    dead_letter_queue,
    dead_letter_queues,
    peek,
    replay,
)
from cli.embedded.data_folder import DataFolder
from cli.embedded.rabbitmq import BROKER, OPERATOR
from cli.errors import CliError
from cli.language import localized
from cli.must_answer import must_answer

_UNITS = (("ngày", "d", 86400), ("giờ", "h", 3600), ("phút", "min", 60), ("giây", "s", 1))

broker_url = click.option(
    "--broker",
    "url",
    envvar="MOTCUA_OPERATOR_URL",
    help="amqp://operator:…@máy:cổng/; mặc định là hệ thống trên máy này. / "
    "amqp://operator:…@host:port/; else the platform on this machine.",
)


@click.group("dead", invoke_without_command=True)
@broker_url
@click.option(
    "--queue",
    "queues",
    multiple=True,
    help="Chỉ hàng đợi này; mặc định là tất cả. / Only this queue; else all of them.",
)
@click.option(
    "--most",
    type=click.IntRange(1, MOST_SENT),
    default=MOST_SHOWN,
    show_default=True,
    help="Nhiều nhất mỗi hàng đợi. / At most, of each queue.",
)
@click.pass_context
def dead(context: click.Context, url: str | None, queues: tuple[str, ...], most: int) -> None:
    """Tin nhắn chết: liệt kê, gửi lại. / Dead letters: list them, send them again.

    Không bao giờ hiện nội dung. / Never shows what they say.
    """
    if context.invoked_subcommand:
        return
    found, agencies = 0, [each.code for each in agency_registry.agencies_of(context.obj)]
    with connect(_url(context, url)) as connection:
        for queue in [dead_letter_queue(each) for each in queues] or dead_letter_queues(
            connection, agencies
        ):
            lying = count_messages(connection, queue)
            found += lying
            if lying:
                click.echo(f"{queue}: {lying}")
                for letter in peek(connection, queue, most):
                    click.echo(_shown(letter))
    click.echo(localized(f"Tin nhắn chết: {found}", f"Dead letters: {found}"))


@dead.command("replay")
@click.argument("queue")
@broker_url
@click.option("--id", "only", default="", help="Chỉ tin nhắn này. / Only the message of this id.")
@click.option(
    "--most",
    type=click.IntRange(1),
    default=MOST_SENT,
    show_default=True,
    help="Xem nhiều nhất chừng này. / Look at no more than these.",
)
@click.pass_context
def replay_letters(
    context: click.Context, queue: str, *, url: str | None, only: str, most: int
) -> None:
    """Gửi lại tin nhắn chết về nơi chưa xử lý được. / Send dead letters back to be handled.

    Tin nhắn bị chôn vì giả mạo chỉ được gửi lại khi nêu đúng mã bằng --id. /
    What was buried as forged goes back only if named with --id.
    """
    address, queue = _url(context, url), dead_letter_queue(queue)
    login = unquote(urlsplit(address).username or "")

    def progress(looks: Sequence[int]) -> Iterator[int]:
        return iter(track(looks, queue, console=Console(stderr=True), transient=True))

    with connect(address) as connection:
        outcome = replay(connection, queue, login, only=only, most=most, progress=progress)
    if only and not outcome.sent:
        raise CliError(
            f"Không thấy tin nhắn {only} trong {outcome.left} tin đầu của {queue}: "
            "xem `motcua dead`.",
            f"There is no message {only} among the first {outcome.left} of {queue}: "
            "see `motcua dead`.",
        )
    left = 0 if only else outcome.left
    click.echo(localized(f"Đã gửi lại: {outcome.sent}", f"Sent again: {outcome.sent}"))
    if left:
        click.echo(
            localized(
                f"Ở lại: {left}, vì không ai bảo đảm người gửi: hãy xem từng tin rồi gửi lại "
                "bằng --id.",
                f"Left: {left}, since nobody vouches for their sender: look at each, then send it "
                "again with --id.",
            )
        )


def _url(context: click.Context, given: str | None) -> str:
    folder = context.find_object(DataFolder)
    assert folder is not None  # noqa: S101 -- the group always gives one
    return given or must_answer(folder, BROKER).servers.broker.amqp_url(OPERATOR)


def _shown(letter: DeadLetter) -> str:
    attempts = localized(f"số lần thử: {letter.attempts}", f"attempts: {letter.attempts}")
    age = localized(f"cách đây {_age(letter.at)}", f"{_age(letter.at)} ago")
    return (
        f"  {letter.id}  {letter.type}\n"
        f"    {letter.subject}, {attempts}, {age}\n"
        f"    {letter.reason}"
    )


def _age(at: datetime | None) -> str:
    """The age in the largest unit of which it has at least one."""
    if at is None:
        return UNKNOWN
    seconds = max(0, int((datetime.now(UTC) - at).total_seconds()))
    vi, en, size = next(each for each in _UNITS if seconds >= each[2] or each[2] == 1)
    return localized(f"{seconds // size} {vi}", f"{seconds // size} {en}")
