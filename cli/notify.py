"""`motcua notify`: what people would read, before it is published."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli.errors import CliError
from cli.language import localized
from foundation.errors import Error
from services.notifications import schemas
from services.notifications.domain.template import TemplateParts

PARTS = ("subject", "mail", "sms")


@click.group("notify")
def notify() -> None:
    """Thông báo tới người dân. / Messages to people."""


@notify.command("preview")
@click.argument("kind")
@click.option(
    "--language",
    type=click.Choice(["vi", "en"]),
    default="vi",
    help="Ngôn ngữ của tin. / The language of the message.",
)
@click.option(
    "--draft",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp JSON có subject, mail, sms, thay cho mẫu đi kèm. / "
    "A JSON file with subject, mail and sms, instead of the shipped template.",
)
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
def preview(kind: str, language: str, draft: Path | None, *, as_json: bool) -> None:
    """Tin sẽ trông như thế nào, với dữ liệu ví dụ. / What a message would look like."""
    try:
        shown = schemas.preview(kind, language, _read(draft) if draft else None)
    except Error as error:
        raise CliError(*_with_fields(error)) from error
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    _print(shown)


def _read(draft: Path) -> TemplateParts:
    """The draft in a file.

    Raises:
        CliError: it cannot be read, or is no draft.
    """
    try:
        said = json.loads(draft.read_text(encoding="utf-8"))
        return TemplateParts(**{part: str(said.get(part, "")) for part in PARTS})
    except (OSError, ValueError, AttributeError) as error:
        raise CliError(
            f"Không đọc được bản thảo {draft}: cần JSON có subject, mail, sms.",
            f"The draft {draft} cannot be read: JSON with subject, mail and sms is needed.",
        ) from error


def _with_fields(error: Error) -> tuple[str, str]:
    """What is wrong, and with which part."""
    wrong: Any = getattr(error, "fields", None) or {}
    vi = "".join(f"\n  {part}: {each[0]}" for part, texts in wrong.items() for each in texts)
    en = "".join(f"\n  {part}: {each[1]}" for part, texts in wrong.items() for each in texts)
    return error.vi + vi, error.en + en


def _print(shown: dict[str, Any]) -> None:
    console = Console(highlight=False, markup=False)
    if mail := shown.get("mail"):
        console.print(localized("Thư: ", "Mail: ") + mail["subject"])
        console.print(mail["text"] + "\n")
    if sms := shown.get("sms"):
        counted = f"{sms['units']} {sms['alphabet']}, {sms['segments']} SMS"
        cut = localized(", bị cắt bớt", ", cut") if sms["cut"] else ""
        console.print(f"SMS ({counted}{cut}):")
        console.print(sms["text"])
