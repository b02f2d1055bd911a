"""`motcua renew`: new secrets for the centre, one after the other, while work goes on."""

from collections.abc import Iterable

import click
from rich.console import Console

from cli import tokens
from cli.embedded.data_folder import Folder
from cli.embedded.object_store import FILES
from cli.embedded.object_store import SECRET as FILES_SECRET
from cli.embedded.rabbitmq import OPERATOR, password_name
from cli.errors import CliError
from cli.language import localized
from cli.local_platform import Stack

WATCH = "watch"
WHAT = ("tokens", "logins", "files")


@click.command("renew")
@click.argument("what", nargs=-1, type=click.Choice(WHAT))
@click.pass_obj
def renew(folder: Folder, what: tuple[str, ...]) -> None:
    """Đổi mọi bí mật của trung tâm. / Renew every secret of the centre.

    tokens: khóa ký mã truy cập; mã đã phát còn hiệu lực đến lần đổi sau. /
    tokens: the key tokens are signed with; tokens that are out hold until the next time.

    logins: mật khẩu ở RabbitMQ, của dịch vụ và người vận hành. /
    logins: the passwords at RabbitMQ, of services and operator.

    files: khóa của kho tệp. Cơ quan tự đổi bằng `motcua agency rotate`. /
    files: the object store's key. Agencies renew their own: `motcua agency rotate`.
    """
    stack = Stack(folder.root)
    if stack.missing():
        raise CliError(
            "Hệ thống không chạy đủ: hãy `motcua up` trước khi đổi.",
            "Not all of the platform runs: `motcua up` before you renew them.",
        )
    ways = {"tokens": _tokens, "logins": _logins, "files": _files}
    for each in what or WHAT:
        with Console(stderr=True).status(localized(f"Đang đổi {each}…", f"Renewing {each}…")):
            ways[each](stack)
        click.echo(localized(f"Đã đổi {each}.", f"{each} renewed."))


def _tokens(stack: Stack) -> None:
    tokens.renew_centre(stack.folder)


def _logins(stack: Stack) -> None:
    """The operator's comes last, so that a run that was cut can be run again."""
    _forget(stack, [WATCH, *(each.name for each in stack.workers if not each.agency)])
    stack.servers.broker.load(stack.definitions())
    before = stack.folder.secret(password_name(OPERATOR))
    _forget(stack, [OPERATOR])
    stack.servers.broker.load(stack.definitions(), password=before)
    for each in stack.workers:
        if not each.agency:
            stack.restart(each.name)
    # The desks keep their own passwords; they look at their queues with the watch's.
    stack.restart(*(each.program for each in stack.workers if each.agency))


def _files(stack: Stack) -> None:
    if stack.servers.external_files:
        raise CliError(
            "Kho tệp do người khác vận hành: đổi khóa ở đó, rồi khởi động lại documents.",
            "Somebody else runs the object store: renew the key there, then restart documents.",
        )
    stack.folder.forget(FILES_SECRET)
    stack.restart(FILES, "documents")


def _forget(stack: Stack, users: Iterable[str]) -> None:
    for user in users:
        stack.folder.forget(password_name(user))
