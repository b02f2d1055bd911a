"""`motcua register`: downloads the register of a unit and year as a PDF file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx

from cli import tokens
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import CliError
from cli.language import localized
from cli.must_answer import must_answer

# Seconds without data; parts arrive every few seconds, later on a busy machine.
PATIENCE = 120.0
_END = b"%%EOF\n"


@click.command("register")
@click.option("--year", type=click.IntRange(2000, 2099), required=True, help="Năm. / The year.")
@click.option("--unit", default="", help="Mã đơn vị. / The code of the unit.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def register(folder: DataFolder, year: int, unit: str, file: Path) -> None:
    """Sổ theo dõi hồ sơ của một năm, thành tệp PDF. / The register of a year, as a PDF."""
    platform = must_answer(folder, DATABASE, "intake")
    address = f"{platform.instance('intake').url}/register/{year}"
    token = tokens.sign_token(folder, "clerk", "motcua-register")
    query = {"unit": unit} if unit else {}
    client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)
    with _translated_errors(), client, client.stream("GET", address, params=query) as answer:
        if not answer.is_success:
            raise _refused(answer)
        size = _write(answer.iter_raw(), file)
    click.echo(localized(f"Đã ghi {file} ({size} byte).", f"{file} is written ({size} bytes)."))


def _write(pieces: Iterator[bytes], file: Path) -> int:
    """Write to a temporary name, and rename the file only when the PDF is complete."""
    part = file.with_name(f"{file.name}.part")
    last, size = b"", 0
    with part.open("wb") as out:
        for piece in pieces:
            size += out.write(piece)
            last = (last + piece)[-len(_END) :]
    if last != _END:
        raise _incomplete()
    part.replace(file)
    return size


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise _incomplete() from error


def _refused(answer: httpx.Response) -> CliError:
    answer.read()
    return CliError(
        f"Không in được sổ ({answer.status_code}): kiểm tra năm và mã đơn vị.",
        f"The register was not printed ({answer.status_code}): check the year and the unit.",
    )


def _incomplete() -> CliError:
    return CliError(
        "Sổ bị ngắt giữa chừng: xem `motcua status` rồi chạy lại.",
        "The register was cut in the middle: see `motcua status` and run this again.",
    )
