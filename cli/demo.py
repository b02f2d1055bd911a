"""`motcua demo`: starts the platform if needed, runs the journey, and stops it again."""

import click
from rich.console import Console

from cli.commands import command_named
from cli.embedded.data_folder import DataFolder
from cli.local_platform import LocalPlatform
from cli.up_down_status import (
    base_port,
    offer_to_try,
    start_platform,
    stop_platform,
    tell_of_pages,
)


@click.command("demo")
@base_port
@click.pass_context
def demo(context: click.Context, base_port: int | None) -> None:
    """Chạy thử trọn vẹn một hồ sơ liên thông. / Send one dossier through all agencies.

    Hệ thống được khởi động nếu chưa chạy, và khi đó được dừng lại sau cùng. /
    The platform is started if it does not run, and then stopped at the end.
    """
    folder = context.find_object(DataFolder)
    assert folder is not None  # noqa: S101 -- the group always gives one
    platform = LocalPlatform(folder.root, base_port)
    ran_before = bool(platform.supervisor.running())
    start_platform(platform)
    try:
        context.invoke(command_named("journey"))
        offer_to_try(platform, Console())
    finally:
        if not ran_before:
            stop_platform(platform)
    tell_of_pages(platform, Console(), running=ran_before)
