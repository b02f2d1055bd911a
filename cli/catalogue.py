"""`motcua catalogue`: brings the open data of procedures into the catalogue."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console
from rich.progress import track

from cli import tokens
from cli.embedded.folder import Folder
from cli.say import Trouble, language, say
from cli.stack import Stack
from foundation.errors import Invalid
from services.catalogue.domain.rows import Routes, draft_from_row
from services.catalogue.schemas import ContentSchema

SECONDS = 30
ROW_FAULTS = frozenset((409, 422))
_SPACE = " \t\r\n,"


class Fate(StrEnum):
    """What became of a row."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    DRAFT = "draft"
    SKIPPED = "skipped"
    BAD = "bad"


@dataclass(frozen=True)
class Outcome:
    """A row by the line it begins on, and what became of it; `reason` says why not published."""

    line: int
    name: str
    fate: Fate
    reason: str = ""


@click.group("catalogue")
def catalogue() -> None:
    """Danh mục thủ tục. / The procedures."""


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--api",
    envvar="MOTCUA_CATALOGUE_URL",
    help="Địa chỉ danh mục; mặc định là hệ thống trên máy này. / "
    "Where the catalogue is; by default the platform on this machine.",
)
@click.option(
    "--token",
    envvar="MOTCUA_TOKEN",
    help="Mã truy cập có quyền catalogue:write. / A token with the scope catalogue:write.",
)
@click.pass_obj
def bring_in(folder: Folder, file: Path, api: str | None, token: str | None) -> None:
    """Nhập và công bố các thủ tục của FILE. / Import and publish the procedures of FILE.

    Tệp routes.json bên cạnh FILE cho biết quy trình qua nhiều cơ quan. /
    routes.json beside FILE gives the routes through several agencies.
    """
    rows = list(read_rows(file.read_text(encoding="utf-8")))
    routes = file.with_name("routes.json")
    known: Routes = json.loads(routes.read_text(encoding="utf-8")) if routes.exists() else {}
    with open_catalogue(folder, api, token) as client:
        bar = track(rows, say("Nhập thủ tục", "Importing"), console=Console(stderr=True))
        outcomes = [bring_in_row(client, line, row, known) for line, row in bar]
    report(outcomes)
    if any(outcome.fate is Fate.BAD for outcome in outcomes):
        raise click.exceptions.Exit(1)


def read_rows(text: str) -> Iterator[tuple[int, Any]]:
    """The values of a JSON list, each with the line it begins on (from 1).

    Raises:
        Trouble: the text is no JSON list; names the line.
    """
    decoder, place = json.JSONDecoder(), _skip(text, 0)
    if text[place : place + 1] != "[":
        raise _no_list(1)
    place = _skip(text, place + 1)
    while text[place : place + 1] != "]":
        line = text.count("\n", 0, place) + 1
        try:
            row, end = decoder.raw_decode(text, place)
        except ValueError as error:
            raise _no_list(line) from error
        yield line, row
        place = _skip(text, end)


def bring_in_row(client: httpx.Client, line: int, row: Any, routes: Routes) -> Outcome:
    """Write the row down as a draft and publish it; what is there already stays as it is.

    Raises:
        Trouble: the catalogue does not answer, or does not let us in.
    """
    if not isinstance(row, dict):
        return Outcome(line, "", Fate.BAD, say("không phải đối tượng JSON", "no JSON object"))
    name = " ".join(str(row[part]) for part in ("code", "name_vi") if row.get(part))
    if not row.get("code"):
        return Outcome(line, name, Fate.SKIPPED, say("chưa có mã thủ tục", "it has no code"))
    try:
        code, content = draft_from_row(row, routes)
    except Invalid as error:
        return Outcome(line, name, Fate.BAD, say(error.vi, error.en))
    fate, reason = _bring_in(client, f"/procedures/{code}", ContentSchema().dump(content))
    return Outcome(line, name, fate, reason)


def report(outcomes: list[Outcome]) -> None:
    """Name every row that was not published and why, then count them all."""
    words = {
        Fate.PUBLISHED: say("đã công bố", "published"),
        Fate.UNCHANGED: say("không đổi", "unchanged"),
        Fate.DRAFT: say("giữ ở bản soạn", "kept as a draft"),
        Fate.SKIPPED: say("bỏ qua", "skipped"),
        Fate.BAD: say("sai", "bad"),
    }
    for each in outcomes:
        if each.reason:
            place = say(f"dòng {each.line}", f"line {each.line}")
            click.echo(f"{place}: {words[each.fate]}: {each.name}: {each.reason}")
    counts = Counter(outcome.fate for outcome in outcomes)
    click.echo(", ".join(f"{counts[fate]} {word}" for fate, word in words.items()))


def open_catalogue(
    folder: Folder, api: str | None = None, token: str | None = None
) -> httpx.Client:
    """A client of the catalogue at `api`, or of the one on this machine; as a publisher.

    Raises:
        Trouble: another catalogue than ours needs a token of its own.
    """
    if api and not token:
        raise Trouble(
            "Thiếu mã truy cập cho danh mục này: hãy thêm --token hoặc đặt MOTCUA_TOKEN.",
            "A token for this catalogue is missing: add --token or set MOTCUA_TOKEN.",
        )
    api = api or Stack(folder.root).worker("catalogue").url
    token = token or tokens.token(folder, "publisher", "catalogue-import")
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language()}
    return httpx.Client(base_url=api, headers=headers, timeout=SECONDS)


def _bring_in(client: httpx.Client, path: str, content: Mapping[str, Any]) -> tuple[Fate, str]:
    drafted = _send(client, "PUT", path, content)
    if drafted.status_code in ROW_FAULTS:
        return Fate.BAD, _reason(drafted)
    if drafted.json()["state"] == "published":
        return Fate.UNCHANGED, ""
    published = _send(client, "POST", f"{path}/publish", {})
    if published.status_code in ROW_FAULTS:
        return Fate.DRAFT, _reason(published)
    return Fate.PUBLISHED, ""


def _send(client: httpx.Client, method: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
    try:
        response = client.request(
            method, path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())}
        )
    except httpx.TransportError as error:
        raise Trouble(
            "Không kết nối được với danh mục; chạy lại lệnh này sau, phần đã nhập vẫn còn.",
            "The catalogue does not answer; run this again later, what was imported stands.",
        ) from error
    if response.is_success or response.status_code in ROW_FAULTS:
        return response
    raise Trouble(
        f"Danh mục từ chối ({response.status_code}): {_reason(response)}",
        f"The catalogue refused ({response.status_code}): {_reason(response)}",
    )


def _reason(response: httpx.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        return response.reason_phrase
    fields = [f"{name}: {'; '.join(said)}" for name, said in problem.get("errors", {}).items()]
    return " ".join([problem.get("detail", response.reason_phrase), *fields])


def _skip(text: str, place: int) -> int:
    while text[place : place + 1] in _SPACE and place < len(text):
        place += 1
    return place


def _no_list(line: int) -> Trouble:
    return Trouble(
        f"Dòng {line}: tệp không phải danh sách JSON; chưa nhập gì.",
        f"Line {line}: the file is not a JSON list; nothing was imported.",
    )
