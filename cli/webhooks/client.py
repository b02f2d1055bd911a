"""How `motcua events` speaks to the subscriptions service: options, requests, progress."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli import tokens
from cli.answers import told_by
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import CliError
from cli.language import language, localized
from cli.must_answer import must_answer

SECONDS = 60
LOOK_EVERY = 0.5  # seconds
SERVICE = "subscriptions"
C = TypeVar("C", bound=Callable[..., Any])


@dataclass
class WebhooksClient:
    """The service, and who asks it."""

    http: httpx.Client

    def get(self, path: str, **query: Any) -> Any:
        """What stands at the path."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Any:
        """The answer to an action."""
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **rest: Any) -> Any:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        try:
            answer = self.http.request(method, path, headers=headers, **rest)
        except httpx.TransportError as error:
            raise CliError(
                "Dịch vụ đăng ký sự kiện không trả lời: xem `motcua status`.",
                "The subscriptions service does not answer: see `motcua status`.",
            ) from error
        return told_by(answer)


def caller_options(command: C) -> C:
    """The options by which every command here finds the service and says who asks."""
    for option in (
        click.option(
            "--as",
            "subject",
            default="integrator",
            help="Tài khoản tích hợp trên hệ thống của máy này. / "
            "The integrator's account, on the platform of this machine.",
        ),
        click.option(
            "--token",
            envvar="MOTCUA_TOKEN",
            help="Mã truy cập có quyền events:read. / A token with the scope events:read.",
        ),
        click.option(
            "--api",
            envvar="MOTCUA_EVENTS_URL",
            help="Địa chỉ dịch vụ; mặc định là hệ thống trên máy này. / "
            "Where the service is; by default the platform on this machine.",
        ),
    ):
        command = option(command)
    return command


def client_for(
    folder: DataFolder, api: str | None, token: str | None, subject: str
) -> WebhooksClient:
    """A client; by default of the platform on this machine, with a token of its keys.

    Raises:
        CliError: a token is missing, or the platform does not run.
    """
    if api and not token:
        raise CliError(
            "Thiếu mã truy cập: hãy thêm --token hoặc đặt MOTCUA_TOKEN.",
            "A token is missing: add --token or set MOTCUA_TOKEN.",
        )
    if not api:
        api = must_answer(folder, DATABASE, SERVICE).instance(SERVICE).url
    token = token or tokens.sign_token(folder, "integrator", subject)
    headers = {"Accept-Language": language(), "Authorization": f"Bearer {token}"}
    return WebhooksClient(httpx.Client(base_url=api, headers=headers, timeout=SECONDS))


def follow(what: tuple[str, str], left: Callable[[], int]) -> None:
    """Show a bar until nothing is left; what comes meanwhile makes it longer."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    total = now = left()
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task(localized(*what), total=total)
        while now:
            time.sleep(LOOK_EVERY)
            now = left()
            total = max(total, now)
            progress.update(task, total=total, completed=total - now)
