"""Reads broker logins from a folder of AMQP URLs, as Kubernetes and Docker mount secrets."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cli.errors import CliError


def read_logins(folder: Path) -> dict[str, str]:
    """The passwords by user, read from a folder with one address in each file.

    A file contains the value of a service's AMQP_URL or BROKER_API_URL, such as
    `amqp://user:password@host/`.

    Raises:
        CliError: the folder is empty or unreadable, a file is no such address (the message has
            its name, never its content), or two files give one user different passwords.
    """
    logins: dict[str, str] = {}
    for name, user, password in _addresses(folder):
        if logins.setdefault(user, password) != password:
            raise CliError(
                f"{folder / name} cho người dùng {user} một mật khẩu khác: hãy chỉ giữ một.",
                f"{folder / name} gives the user {user} another password: keep one of them.",
            )
    if not logins:
        raise CliError(
            f"Không có địa chỉ nào trong {folder}: hãy đặt vào đó AMQP_URL của các dịch vụ.",
            f"There is no address in {folder}: put the services' AMQP_URL there, one a file.",
        )
    return logins


def _addresses(folder: Path) -> Iterator[tuple[str, str, str]]:
    try:
        # Kubernetes keeps earlier versions of a secret in hidden folders beside the files.
        files = sorted(each for each in folder.iterdir() if each.is_file() and each.name[0] != ".")
        texts = [(file.name, file.read_text(encoding="utf-8").strip()) for file in files]
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(
            f"Không đọc được {folder} ({type(error).__name__}): hãy xem quyền và đường dẫn.",
            f"{folder} cannot be read ({type(error).__name__}): look at its rights and path.",
        ) from error
    for name, text in texts:
        yield name, *_login(folder / name, text)


def _login(file: Path, text: str) -> tuple[str, str]:
    try:
        parts = urlsplit(text)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        user = password = ""
    if not user or not password:
        raise CliError(
            f"{file} không chứa địa chỉ có tài khoản: hãy viết amqp://user:password@host:port/.",
            f"{file} holds no address with a login: write amqp://user:password@host:port/.",
        )
    return user, password
