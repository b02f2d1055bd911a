"""`motcua integrator add|list|rotate|remove`: queues of events for programs of others."""

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from cli.broker.admin import BrokerAdmin
from cli.embedded.data_folder import DataFolder
from cli.embedded.rabbitmq import BROKER
from cli.errors import CliError
from cli.integrators import queues
from cli.language import localized
from cli.must_answer import must_answer
from contracts.events.every import every_event
from contracts.message import AGENCY_CODE
from foundation.broker.integrator_queue import EVERYTHING, binding_keys, queue_name

LONGEST_NAME = 40
as_json = click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
name_of = click.argument("name", metavar="NAME")


@click.group("integrator")
@click.option(
    "--broker-api",
    envvar="MOTCUA_OPERATOR_API_URL",
    help="http(s)://user:password@máy:cổng của người vận hành; mặc định là hệ thống trên máy này. "
    "/ http(s)://user:password@host:port as an administrator; else the platform on this machine.",
)
@click.pass_context
def integrator(context: click.Context, broker_api: str | None) -> None:
    """Hàng đợi sự kiện riêng của bên tích hợp. / An integrator's own queue of events."""
    context.obj = context.obj, broker_api


Place = tuple[DataFolder, str | None]


@integrator.command("add")
@name_of
@click.option(
    "--type",
    "types",
    multiple=True,
    default=(EVERYTHING,),
    help="Loại sự kiện, như dossier.resolved hay dossier.*; mặc định là mọi loại. / "
    "Types of events, like dossier.resolved or dossier.*; else all.",
)
@click.option("--agency", default="", help="Chỉ của cơ quan này. / Of this agency alone.")
@as_json
@click.pass_obj
def add(place: Place, name: str, types: tuple[str, ...], agency: str, *, as_json: bool) -> None:
    """Cấp hàng đợi và tài khoản chỉ đọc hàng đợi ấy. / Give a queue, and a user for it alone.

    Chạy lại để đổi bộ lọc; mật khẩu chỉ in một lần. / Repeat it to change the filter; the password
    is printed once.
    """
    _must_be_code(name)
    if agency:
        _must_be_code(agency)
    keys = _keys(types, agency)
    with _broker(place) as broker:
        password = queues.add(broker, name, keys)
    _print(place, name, password, as_json=as_json)


@integrator.command("list")
@as_json
@click.pass_obj
def show(place: Place, *, as_json: bool) -> None:
    """Các hàng đợi: bộ lọc, còn bao nhiêu, ai đọc. / The queues: filter, backlog, readers."""
    with _broker(place) as broker:
        found = queues.listed(broker)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found]))
        return
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in (
        localized("Tên", "Name"),
        localized("Bộ lọc", "Filter"),
        localized("Đang chờ", "Waiting"),
        localized("Người đọc", "Readers"),
    ):
        table.add_column(heading)
    for each in found:
        table.add_row(each.integrator, " ".join(each.keys), str(each.waiting), str(each.readers))
    Console().print(table)


@integrator.command("rotate")
@name_of
@as_json
@click.pass_obj
def rotate(place: Place, name: str, *, as_json: bool) -> None:
    """Đổi mật khẩu, ngắt kết nối cũ. / Renew the password and end what is connected."""
    with _broker(place) as broker:
        _must_exist(broker, name)
        password = queues.rotate(broker, name)
    _print(place, name, password, as_json=as_json)


@integrator.command("remove")
@name_of
@click.pass_obj
def remove(place: Place, name: str) -> None:
    """Thu lại hàng đợi và tài khoản. / Take back the queue and its user.

    Sự kiện chưa đọc vẫn còn trong nhật ký sự kiện. / Events not read stay in the event log.
    """
    with _broker(place) as broker:
        _must_exist(broker, name)
        queues.remove(broker, name)
    click.echo(localized(f"Đã thu hàng đợi của {name}.", f"{name} has no queue any more."))


def _broker(place: Place) -> BrokerAdmin:
    folder, given = place
    return BrokerAdmin(given or must_answer(folder, BROKER).servers.broker.operator_api_url())


def _must_be_code(text: str) -> None:
    if not AGENCY_CODE.fullmatch(text) or len(text) > LONGEST_NAME:
        raise CliError(
            f"Tên phải như so-lieu-tinh (chữ thường, số, gạch nối), không phải {text!r:.40}.",
            f"A name is like so-lieu-tinh (small letters, digits, hyphens), not {text!r:.40}.",
        )


def _keys(types: tuple[str, ...], agency: str) -> list[str]:
    known = [kind.TYPE for kind in every_event()]
    try:
        return sorted({*binding_keys(types, agency, known)})
    except ValueError as error:
        raise CliError(
            f"Không có loại sự kiện {error}: xem docs/events.md; nhiều loại: dossier.*",
            f"There is no type of event {error}: see docs/events.md; several: dossier.*",
        ) from error


def _must_exist(broker: BrokerAdmin, name: str) -> None:
    if not queues.exists(broker, name):
        raise CliError(
            f"Không có hàng đợi của {name}: xem `motcua integrator list`.",
            f"{name} has no queue: see `motcua integrator list`.",
        )


def _print(place: Place, name: str, password: str, *, as_json: bool) -> None:
    user = queue_name(name)
    said = {"QUEUE": user, "USER": user, "PASSWORD": password} if password else {"QUEUE": user}
    folder, elsewhere = place
    if password and not elsewhere:
        said["AMQP_URL"] = _amqp_url(folder, user, password)
    if as_json:
        click.echo(json.dumps(said))
        return
    for key, value in said.items():
        click.echo(f"{key}={value}")
    if not password:
        click.echo(
            localized(
                f"Bộ lọc đã đổi; mật khẩu giữ nguyên (đổi: `motcua integrator rotate {name}`).",
                f"Filter set; the password stays (`motcua integrator rotate {name}` renews it).",
            )
        )


def _amqp_url(folder: DataFolder, user: str, password: str) -> str:
    return must_answer(folder, BROKER).servers.broker.amqp_url_with(user, password)
