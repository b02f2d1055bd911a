"""`motcua definitions`: RabbitMQ's users, exchanges, queues and rights, derived from services."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cli import agency_registry, service_discovery
from cli.broker.logins import read_logins
from cli.broker.upload import upload
from cli.embedded.data_folder import DataFolder
from cli.embedded.rabbitmq import password_key
from cli.errors import CliError
from cli.language import localized
from contracts.envelope import canonical
from foundation.settings import Settings, variables


def definitions_for_agencies(folder: DataFolder, agencies: Sequence[str]) -> dict[str, Any]:
    """The definitions for all services and the desks of these agencies.

    Passwords are the secrets of the data folder, generated the first time.
    """
    from foundation.broker import topology  # noqa: PLC0415 -- imports the framework: seconds

    services = service_discovery.service_classes()
    users = topology.users(services, agencies)
    passwords = {user: folder.secret(password_key(user)) for user in users}
    return topology.definitions(services, agencies, passwords, retry_delays())


def definitions_for_logins(logins: Mapping[str, str]) -> dict[str, Any]:
    """The definitions for these users only, given as password by user, and their agencies' desks.

    All exchanges and all queues of the centre are included; at an import the broker keeps users
    that are not named here as they are.

    Raises:
        CliError: no service works under one of the names.
    """
    from foundation.broker import topology  # noqa: PLC0415 -- as above

    services = service_discovery.service_classes()
    desk = f"{agency_registry.ROUTING}."
    agencies = sorted(user.removeprefix(desk) for user in logins if user.startswith(desk))
    try:
        strangers = sorted(set(logins) - set(topology.users(services, agencies)))
    except ValueError as error:
        raise CliError(f"Sai mã cơ quan: {error}", f"Wrong code of an agency: {error}") from error
    if strangers:
        raise CliError(
            f"Không có phần nào dùng tài khoản {', '.join(strangers)}: tên phải là của một dịch vụ "
            "(intake, routing.so-xay-dung, …), watch hoặc operator.",
            f"Nothing works as {', '.join(strangers)}: a user is named like a service (intake, "
            "routing.so-xay-dung, …), watch or operator.",
        )
    made = topology.definitions(services, agencies, logins, retry_delays())
    rights = ("permissions", "topic_permissions")
    return made | {part: [each for each in made[part] if each["user"] in logins] for part in rights}


def retry_delays() -> list[int]:
    """The seconds before each retry of a message: RETRY_DELAYS, else the services' default."""
    default = variables(Settings)["RETRY_DELAYS"].metadata["default"]
    text = os.environ.get("RETRY_DELAYS") or default
    return [int(part) for part in text.split(",")]


@click.command("definitions")
@click.option(
    "--agency",
    "agencies",
    multiple=True,
    help="Mã cơ quan; mặc định là agencies.json. / Codes of agencies; else those of agencies.json.",
)
@click.option(
    "--logins",
    type=click.Path(file_okay=False, path_type=Path),
    help="Thư mục chứa AMQP_URL của từng tài khoản, mỗi tệp một; quyết định cả cơ quan nào. / "
    "A folder with the AMQP_URL of each user, one a file; decides on the agencies too.",
)
@click.option(
    "--load",
    "loading",
    is_flag=True,
    help="Nạp vào RabbitMQ thay vì in. / Load them into RabbitMQ instead of printing them.",
)
@click.option(
    "--broker-api",
    envvar="MOTCUA_OPERATOR_API_URL",
    help="http(s)://user:password@máy:cổng của người vận hành, cho --load. / "
    "http(s)://user:password@host:port as an administrator, for --load.",
)
@click.pass_obj
def definitions(
    folder: DataFolder,
    agencies: tuple[str, ...],
    logins: Path | None,
    *,
    loading: bool,
    broker_api: str | None,
) -> None:
    """In definitions.json cho RabbitMQ, hoặc nạp. / Print RabbitMQ's definitions.json, or load it.

    Không có --logins thì mật khẩu được tạo và giữ trong thư mục dữ liệu. /
    Without --logins the passwords are made and kept in the data folder.
    """
    if agencies and logins:
        raise CliError(
            "--logins đã cho biết các cơ quan: hãy bỏ --agency.",
            "--logins says which agencies there are: leave --agency out.",
        )
    codes = list(agencies) or [agency.code for agency in agency_registry.agencies_of(folder)]
    made = (
        definitions_for_logins(read_logins(logins))
        if logins
        else definitions_for_agencies(folder, codes)
    )
    if not loading:
        click.echo(canonical(made).decode())
        return
    if not broker_api:
        raise CliError(
            "Chưa biết RabbitMQ ở đâu: hãy đặt MOTCUA_OPERATOR_API_URL hoặc --broker-api.",
            "Nobody said where RabbitMQ is: set MOTCUA_OPERATOR_API_URL or --broker-api.",
        )
    upload(made, broker_api)
    users, queues = len(made["users"]), len(made["queues"])
    click.echo(
        localized(
            f"Đã nạp: {users} tài khoản, {queues} hàng đợi.",
            f"Loaded: {users} users, {queues} queues.",
        )
    )
