"""The table of all `motcua` commands; each is imported only when called, so that help is fast."""

import importlib
import inspect
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.language import LANGUAGES, localized, set_language
from cli.usage_errors import in_vietnamese

# name: (module:attribute, help); every help text is "Vietnamese / English", also in the commands.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "up": ("cli.up_down_status:up", "Khởi động hệ thống. / Start the platform."),
    "down": ("cli.up_down_status:down", "Dừng hệ thống. / Stop the platform."),
    "status": ("cli.up_down_status:status", "Phần nào đang chạy, ở đâu. / What runs, and where."),
    "top": (
        "cli.live_metrics:top",
        "Xem hàng đợi, độ trễ, thời hạn. / Watch queues, lag, deadlines.",
    ),
    "demo": ("cli.demo:demo", "Chạy thử một hồ sơ liên thông. / Run a sample dossier."),
    "journey": (
        "cli.journey.command:journey",
        "Hành trình hồ sơ 1.009645. / The journey of 1.009645.",
    ),
    "catalogue": ("cli.catalogue.command:catalogue", "Danh mục thủ tục. / The procedures."),
    "clock": (
        "cli.due_date:clock",
        "Đồng hồ thời hạn: tính và giải thích ngày hẹn trả. / Count and explain due dates.",
    ),
    "law": (
        "cli.law:law",
        "Văn bản đang có hiệu lực, và điều cần luật sư xem. / The law in force, and what is open.",
    ),
    "notify": (
        "cli.notify:notify",
        "Thông báo tới người dân: xem trước mẫu tin. / Messages to people: preview a template.",
    ),
    "register": (
        "cli.register_download:register",
        "Sổ theo dõi hồ sơ của một năm, thành PDF. / The register of a year, as a PDF.",
    ),
    "calendar": (
        "cli.unit_calendar:calendar",
        "Lịch làm việc của đơn vị. / The days the unit works.",
    ),
    "outage": (
        "cli.outages:outage",
        "Ngừng hệ thống theo kế hoạch: báo, đổi, rút lại. / Planned outages.",
    ),
    "ask": (
        "cli.api_client:ask",
        "Gọi API với mã truy cập đã ký. / Call the API with a signed token.",
    ),
    "token": ("cli.tokens:print_token", "In một mã truy cập. / Print a signed token."),
    "dead": (
        "cli.dead_letters.command:dead",
        "Tin nhắn chết: liệt kê, gửi lại. / Dead letters: list, send again.",
    ),
    "events": (
        "cli.webhooks.command:events",
        "Đăng ký sự kiện qua webhook: xem, gửi lại. / Webhooks: see how they fare, redrive.",
    ),
    "conformance": (
        "cli.conformance.command:conformance",
        "Thử một bên nhận webhook. / Try a subscriber to webhooks.",
    ),
    "integrator": (
        "cli.integrators.command:integrator",
        "Hàng đợi sự kiện của bên tích hợp. / An integrator's queue of events.",
    ),
    "agency": (
        "cli.agency.command:agency",
        "Cơ quan: thêm, đổi khóa, bàn trống. / Agencies: add, rotate, uncovered desks.",
    ),
    "renew": (
        "cli.secret_rotation:renew",
        "Đổi mọi bí mật của trung tâm. / Renew the centre's secrets.",
    ),
    "vault-key": (
        "cli.vault_key:vault_key",
        "Khóa bảo vệ người tố cáo. / The key that protects denouncers.",
    ),
    "verify": (
        "cli.keeping.command:verify",
        "Kiểm tra mọi thứ đã lưu. / Check that all that is kept is whole.",
    ),
    "documents": (
        "cli.keeping.documents_command:documents",
        "Tệp của hồ sơ: kiểm tra, tìm tệp thừa. / The files of dossiers: checked, orphans.",
    ),
    "backup": ("cli.keeping.archive:backup", "Sao lưu vào một tệp. / Copy it all into a file."),
    "restore": ("cli.keeping.archive:restore", "Khôi phục từ tệp. / Restore it from a file."),
    "definitions": (
        "cli.broker.definitions:definitions",
        "Hàng đợi và quyền của RabbitMQ: in, nạp. / RabbitMQ's queues and rights: print, load.",
    ),
    "indexes": (
        "cli.indexes:indexes",
        "Tạo chỉ mục trước khi nâng cấp. / Make a service's indexes before an upgrade.",
    ),
    "docs": (
        "cli.generated_docs:docs",
        "Viết lại tài liệu sinh từ mã. / Write what docs are made from code.",
    ),
}
_HEADINGS = {"Options": "Tùy chọn", "Commands": "Lệnh"}
_HELP = "Hiện trợ giúp này rồi thoát. / Show this message and exit."
_INTERRUPTED = 130  # the exit code that shells use for Ctrl-C


class LocalizedHelpFormatter(click.HelpFormatter):
    """A help formatter that writes click's own headings in the language of this run."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix or localized("Cách dùng: ", "Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write the title of a section."""
        super().write_heading(localized(_HEADINGS.get(heading, heading), heading))


class LocalizedContext(click.Context):
    """A click context that uses the localized help formatter."""

    formatter_class = LocalizedHelpFormatter


class LazyCommandGroup(click.Group):
    """A command group that imports the commands of the table on demand."""

    context_class = LocalizedContext

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """The command of this name, imported now."""
        return command_named(cmd_name) if cmd_name in COMMANDS else None

    def get_help(self, ctx: click.Context) -> str:
        """The help text, translated once the language is known."""
        translate(self)
        return super().get_help(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, in_language(text)) for name, (_, text) in COMMANDS.items()])


def command_named(name: str) -> click.Command:
    """Import the command of this name; its help is in the language of this run."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    command: click.Command = getattr(importlib.import_module(module), attribute)
    translate(command)
    return command


def translate(command: click.Command) -> None:
    """Replace the bilingual help of a command, its options and subcommands by one language."""
    command.context_class = LocalizedContext
    command.help = in_language(inspect.cleandoc(command.help or ""))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = in_language(parameter.help)
    help_option = command.get_help_option(LocalizedContext(command))
    if help_option:
        help_option.help = in_language(_HELP)
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        translate(each)


def in_language(text: str) -> str:
    """The text with the half of each "Vietnamese / English" paragraph that this run speaks."""
    return "\n\n".join(_half_in_language(paragraph) for paragraph in text.split("\n\n"))


def _half_in_language(paragraph: str) -> str:
    halves = re.split(r"\s/\s", paragraph, maxsplit=1)
    return localized(halves[0], halves[-1])


def _choose_language(_context: click.Context, _option: click.Parameter, value: Any) -> None:
    if value:
        set_language(value)


@click.group(
    cls=LazyCommandGroup,
    name="motcua",
    help="Nền tảng mở cho trung tâm phục vụ hành chính công. / "
    "An open platform for a one-stop public service centre.",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_choose_language,
    envvar="MOTCUA_LANG",
    help="Ngôn ngữ. / Language.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=".motcua",
    envvar="MOTCUA_DATA",
    show_default=True,
    help="Thư mục dữ liệu. / The data folder.",
)
@click.pass_context
def motcua(context: click.Context, data: Path) -> None:
    """Set the data folder for the subcommand."""
    context.obj = DataFolder(data.resolve())


def run_command_line(arguments: list[str]) -> int:
    """Run this command line; returns its exit code.

    Raises:
        CliError: the command cannot go on, or the command line itself is wrong.
    """
    # Eventlet warns of its end of life at each import; docs/decisions says how we replace it.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    try:
        code = motcua.main(arguments, prog_name="motcua", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        said = " ".join(error.format_message().split())
        raise CliError(
            f"Lệnh chưa đúng ({in_vietnamese(said)}): xem `motcua --help`.",
            f"This command line is not right ({said}): see `motcua --help`.",
            code=error.exit_code,
        ) from error
    except click.Abort:
        click.echo(localized("Đã ngắt giữa chừng.", "Interrupted."), err=True)
        return _INTERRUPTED
    return code if isinstance(code, int) else 0
