"""`motcua renew`: rotates the centre's secrets (token key, broker passwords, storage key)."""

from collections.abc import Iterable

import click
from rich.console import Console

from cli import tokens
from cli.embedded.data_folder import DataFolder
from cli.embedded.object_store import FILES
from cli.embedded.object_store import SECRET as FILES_SECRET
from cli.embedded.rabbitmq import OPERATOR, password_key
from cli.errors import CliError
from cli.language import localized
from cli.local_platform import LocalPlatform
from cli.must_answer import must_run_whole

WATCH = "watch"
WHAT = ("tokens", "logins", "files")


@click.command("renew")
@click.argument("what", nargs=-1, type=click.Choice(WHAT))
@click.pass_obj
def renew(folder: DataFolder, what: tuple[str, ...]) -> None:
    """Đổi mọi bí mật của trung tâm. / Renew every secret of the centre.

    tokens: khóa ký mã truy cập; mã đã phát còn hiệu lực đến lần đổi sau. /
    tokens: the key that signs tokens; issued tokens stay valid until the next renewal.

    logins: mật khẩu ở RabbitMQ, của dịch vụ và người vận hành. /
    logins: the passwords at RabbitMQ, of services and operator.

    files: khóa của kho tệp. Cơ quan tự đổi bằng `motcua agency rotate`. /
    files: the object store's key. Agencies renew their own: `motcua agency rotate`.
    """
    platform = must_run_whole(folder)
    ways = {"tokens": _tokens, "logins": _logins, "files": _files}
    for each in what or WHAT:
        with Console(stderr=True).status(localized(f"Đang đổi {each}…", f"Renewing {each}…")):
            ways[each](platform)
        click.echo(localized(f"Đã đổi {each}.", f"{each} renewed."))


def _tokens(platform: LocalPlatform) -> None:
    tokens.renew_centre_key(platform.folder)


def _logins(platform: LocalPlatform) -> None:
    """Rotate broker passwords; the operator's last, so that an interrupted run can be repeated."""
    _forget(platform, [WATCH, *(each.name for each in platform.instances if not each.agency)])
    platform.servers.broker.load_definitions(platform.definitions())
    before = platform.folder.secret(password_key(OPERATOR))
    _forget(platform, [OPERATOR])
    platform.servers.broker.load_definitions(platform.definitions(), password=before)
    for each in platform.instances:
        if not each.agency:
            platform.restart(each.name)
    # Desks keep their own passwords, but use that of the user `watch` for the management API.
    platform.restart(*(each.process_name for each in platform.instances if each.agency))


def _files(platform: LocalPlatform) -> None:
    if platform.servers.external_files:
        raise CliError(
            "Kho tệp do người khác vận hành: đổi khóa ở đó, rồi khởi động lại documents.",
            "Somebody else runs the object store: renew the key there, then restart documents.",
        )
    platform.folder.forget_secret(FILES_SECRET)
    platform.restart(FILES, "documents")


def _forget(platform: LocalPlatform, users: Iterable[str]) -> None:
    for user in users:
        platform.folder.forget_secret(password_key(user))
