"""`motcua up`, `down` and `status`: starts, stops and shows the platform on this machine."""

import re
from collections.abc import Callable

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli import agency_registry, page_visitors, try_out
from cli.embedded import clamav
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.embedded.object_store import FILES
from cli.embedded.ports import HOST, LARGEST_BASE
from cli.embedded.rabbitmq import BROKER
from cli.embedded.smtp_and_sms_standins import STANDINS
from cli.embedded.supervisor import Program
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import localized
from cli.local_platform import LocalPlatform, ServiceInstance
from cli.must_answer import platform_that_is_there
from foundation.settings import A_DAY

_SMALLEST_BASE = 1024
_DAY = re.compile(r"(\d{1,5})s", re.ASCII)

base_port = click.option(
    "--base-port",
    type=click.IntRange(_SMALLEST_BASE, LARGEST_BASE),
    envvar="MOTCUA_BASE_PORT",
    help="Cổng đầu tiên của dãy cổng. / The first of the ports to use.",
)


@click.command("up")
@base_port
@click.option(
    "--day",
    metavar="10s",
    help="Một ngày của thời hạn dài bao nhiêu giây (chạy thử). / "
    "How many seconds a day of the deadlines lasts (to try things out).",
)
@click.option(
    "--hosted/--apart",
    "hosted",
    default=None,
    help="Các bàn xử lý chung một tiến trình, ít bộ nhớ hơn; hay mỗi bàn một tiến trình. / "
    "All desks in one process, which takes less memory; or one process for each.",
)
@click.pass_obj
def up(folder: DataFolder, base_port: int | None, day: str | None, *, hosted: bool | None) -> None:
    """Khởi động hệ thống trên máy này. / Start the platform on this machine."""
    platform = LocalPlatform(folder.root, base_port)
    if hosted is not None:
        platform = _with_hosting(platform, hosted=hosted)
    if day:
        platform.shorten_day(_seconds(day))
    started = start_platform(platform)
    console = Console()
    if not started:
        console.print(localized("Hệ thống đang chạy rồi.", "The platform is running already."))
    console.print(status_table(platform))
    if not platform.time_scale.real:
        seconds = f"{platform.time_scale.day:g}"
        console.print(
            localized(f"Một ngày dài {seconds} giây.", f"A day lasts {seconds} seconds."),
            style="yellow",
        )
    _warn_if_users_not_enforced(platform, console)
    if not platform.servers.scans:
        console.print(localized(*clamav.why_absent(platform.folder)), style="yellow")
    sent = f"{platform.servers.addresses().sms_url}/messages"
    console.print(
        localized(f"Thư và tin nhắn đã gửi: {sent}", f"Mail and SMS that were sent: {sent}")
    )
    offer_to_try(platform, console)
    tell_of_pages(platform, console, running=True)
    console.print(localized("Dừng lại: motcua down", "To stop it: motcua down"))


def offer_to_try(platform: LocalPlatform, console: Console) -> None:
    """Publish what there is to try; a platform that cannot is up all the same, and says why."""
    try:
        try_out.offer(platform)
    except CliError as refused:
        console.print(localized(refused.vi, refused.en), style="yellow", markup=False)


def tell_of_pages(platform: LocalPlatform, console: Console, *, running: bool) -> None:
    """Print where the pages are, and as whom one may sign in there."""
    pages = platform.front.url or platform.instance("intake").url
    for line in (
        *page_visitors.told(pages, running=running),
        *try_out.told(platform, pages),
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _with_hosting(platform: LocalPlatform, *, hosted: bool) -> LocalPlatform:
    """The same platform with its desks in one shared process, or in one process each.

    Raises:
        CliError: it is running, and its desks are arranged the other way.
    """
    wanted = {agency.code for agency in platform.agencies} if hosted else set()
    if wanted != agency_registry.hosted(platform.folder):
        if platform.supervisor.running():
            raise CliError(
                "Hệ thống đang chạy: hãy `motcua down` trước khi đổi cách chạy các bàn xử lý.",
                "The platform is running: `motcua down` before you change how its desks run.",
            )
        agency_registry.set_hosted(platform.folder, wanted)
    return LocalPlatform(platform.folder.root, platform.ports.base)


def _warn_if_users_not_enforced(platform: LocalPlatform, console: Console) -> None:
    from cli.agency import database_users  # noqa: PLC0415 -- imports the driver only when it is needed

    if not database_users.enforces_users(platform):
        console.print(localized(*database_users.NO_USERS_ENFORCED), style="yellow")


def _seconds(day: str) -> float:
    """The seconds of a text like `10s`.

    Raises:
        CliError: it is not a number of seconds from 1 to 86400.
    """
    found = _DAY.fullmatch(day)
    if found is None or not 1 <= int(found[1]) <= A_DAY:
        raise CliError(
            f"--day phải là số giây từ 1s đến 86400s, không phải {day!r:.20}.",
            f"--day must be seconds from 1s to 86400s, not {day!r:.20}.",
            code=IMPOSSIBLE_INPUT,
        )
    return float(found[1])


@click.command("down")
@click.pass_obj
def down(folder: DataFolder) -> None:
    """Dừng hệ thống; dữ liệu được giữ lại. / Stop the platform; its data stay."""
    stop_platform(platform_that_is_there(folder))


@click.command("status")
@click.option(
    "--address",
    "name",
    metavar="NAME",
    help="Chỉ in địa chỉ API của phần này. / Print only the address of this part's API.",
)
@click.pass_obj
def status(folder: DataFolder, name: str | None) -> None:
    """Cho biết phần nào đang chạy, ở đâu. / Say what runs, and where."""
    platform = platform_that_is_there(folder)
    if name:
        click.echo(platform.instance(*name.split(".", 1)).url)
        return
    Console().print(status_table(platform))
    ready = all(instance.ready() for instance in platform.instances)
    if platform.not_running() or not ready:
        raise CliError(
            "Hệ thống không chạy đủ: hãy `motcua up` để khởi động phần bị dừng.",
            "Not all of the platform runs: `motcua up` starts what has stopped.",
        )


def start_platform(platform: LocalPlatform) -> list[str]:
    """Start what is not running, with a progress display; returns the names of the started."""
    tasks: dict[str, TaskID] = {}
    columns = SpinnerColumn(finished_text="✓"), TextColumn("{task.description}")
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:

        def starting(program: Program) -> None:
            tasks[program.name] = progress.add_task(program.name, total=1)

        def ready(program: Program) -> None:
            progress.update(tasks[program.name], completed=1)

        return platform.start(starting=starting, ready=ready)


def stop_platform(platform: LocalPlatform) -> None:
    """Stop everything that is running, and print how many processes ended."""
    console = Console(stderr=True)
    with console.status(localized("Đang dừng…", "Stopping…")):
        stopped = platform.stop()
    if stopped:
        count = len(stopped)
        console.print(localized(f"Đã dừng {count} tiến trình.", f"{count} processes stopped."))
    else:
        console.print(localized("Không có gì đang chạy.", "Nothing was running."))


def status_table(platform: LocalPlatform) -> Table:
    """A table of all processes: state, API address, and port for metrics and health."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in (
        localized("Phần", "Part"),
        localized("Trạng thái", "State"),
        localized("Địa chỉ", "Address"),
        localized("Theo dõi", "Watch"),
    ):
        table.add_column(heading, no_wrap=True)
    running = platform.supervisor.running()
    for program in (each for wave in platform.start_order() for each in wave):
        runs, instances = program.name in running, _instances(platform, program)
        for instance in instances:
            state = _state(instance.ready, runs=runs)
            table.add_row(instance.name, state, instance.url, f":{instance.watch}")
        if not instances:
            place = _servers(platform).get(program.name, ("", ""))
            table.add_row(program.name, _state(program.ready, runs=runs), *place)
    for name, address in _external(platform).items():
        table.add_row(name, localized("bên ngoài", "external"), address, "")
    return table


def _instances(platform: LocalPlatform, program: Program) -> list[ServiceInstance]:
    return [instance for instance in platform.instances if instance.process_name == program.name]


def _state(ready: Callable[[], bool], *, runs: bool) -> str:
    if not runs:
        return localized("[red]dừng[/]", "[red]stopped[/]")
    if ready():
        return localized("[green]sẵn sàng[/]", "[green]ready[/]")
    return localized("[yellow]đang chờ[/]", "[yellow]waiting[/]")


def _servers(platform: LocalPlatform) -> dict[str, tuple[str, str]]:
    ports = platform.ports
    return {
        BROKER: (f"amqp://{HOST}:{ports.amqp}", f":{ports.management}"),
        DATABASE: (f"mongodb://{HOST}:{ports.database}", ""),
        FILES: (f"http://{HOST}:{ports.files}", ""),
        STANDINS: (f"smtp://{HOST}:{ports.mail}", f":{ports.sms}"),
    }


def _external(platform: LocalPlatform) -> dict[str, str]:
    servers = platform.servers
    # An external address may contain a password: everything before the @ is left out.
    return {
        name: address.rpartition("@")[2]
        for name, address in (
            ("MONGO_URL", servers.external_database),
            ("S3_URL", servers.external_files),
        )
        if address
    }
