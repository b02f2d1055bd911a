"""`motcua definitions`: the broker's users, exchanges, queues and rights, for any RabbitMQ."""

import os
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import click

from cli import offices
from cli.embedded.folder import Folder
from cli.embedded.rabbitmq import password_name
from contracts.envelope import canonical


def describe(folder: Folder, agencies: Sequence[str]) -> dict[str, Any]:
    """The definitions for every service there is and these agencies' desks.

    The passwords are the folder's own, made when they are asked for the first time.
    """
    from foundation import topology  # noqa: PLC0415 -- imports the framework: seconds

    services = offices.service_classes()
    users = topology.users(services, agencies)
    passwords = {user: folder.secret(password_name(user)) for user in users}
    return topology.definitions(services, agencies, passwords, retry_delays())


def retry_delays() -> list[int]:
    """Seconds before each new try of a message: RETRY_DELAYS, else the services' own default."""
    from foundation.config import Settings  # noqa: PLC0415 -- as above

    default = next(each for each in fields(Settings) if each.name == "retry_delays")
    text = os.environ.get("RETRY_DELAYS") or default.metadata["default"]
    return [int(part) for part in text.split(",")]


@click.command("definitions")
@click.option(
    "--agency",
    "agencies",
    multiple=True,
    help="Mã cơ quan; mặc định là agencies.json. / Codes of agencies; else those of agencies.json.",
)
@click.pass_obj
def print_definitions(folder: Folder, agencies: tuple[str, ...]) -> None:
    """In ra definitions.json cho RabbitMQ. / Print RabbitMQ's definitions.json.

    Mật khẩu được tạo và giữ trong thư mục dữ liệu. /
    Passwords are made and kept in the data folder.
    """
    codes = list(agencies) or [agency.code for agency in offices.agencies_of(folder)]
    click.echo(canonical(describe(folder, codes)).decode())
