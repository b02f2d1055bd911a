"""Imports rows of procedures into the catalogue over its API, and reports the result of each."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import click
import httpx

from cli import tokens
from cli.catalogue.sheets import ImportSource
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import CliError
from cli.language import language, localized
from cli.must_answer import must_answer
from contracts.law import LawRule
from foundation.errors import Invalid
from foundation.law import cite
from foundation.worktime import HO_CHI_MINH
from services.catalogue.domain.online import partial_reason
from services.catalogue.domain.rows import Draft, Known, draft_from_row
from services.catalogue.schemas import ContentSchema

SECONDS = 30
ROW_FAULTS = frozenset((409, 422))
JSON = ImportSource()
"""How to speak of the rows of JSON: by their lines and the names of their fields."""


class ImportStatus(StrEnum):
    """The result of importing one row."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    DRAFT = "draft"
    SKIPPED = "skipped"
    BAD = "bad"


@dataclass(frozen=True)
class ImportResult:
    """The result for the row that begins on `line`; `reason` says why it was not published.

    `agencies` are those to which dossiers of the procedure are sent; `without_reason` is whether
    it is online in part only, and does not say for which reason of the law.
    """

    line: int
    name: str
    status: ImportStatus
    reason: str = ""
    agencies: frozenset[str] = frozenset()
    without_reason: bool = False


def import_rows(
    client: httpx.Client,
    rows: Iterable[tuple[int, Any]],
    known: Known,
    source: ImportSource = JSON,
) -> list[ImportResult]:
    """Import all rows, which are those of `source`; a second one with the same code is rejected.

    Raises:
        CliError: the catalogue does not answer, or refuses access.
    """
    results: list[ImportResult] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        code = str(row.get("code") or "").strip() if isinstance(row, dict) else ""
        if code in lines:
            before = source.place(lines[code])
            reason = localized(f"mã đã có ở {before}", f"{before} has this code already")
            results.append(ImportResult(line, _name(row), ImportStatus.BAD, reason))
        else:
            results.append(import_row(client, line, row, known, source))
        if code:
            lines.setdefault(code, line)
    return results


def import_row(
    client: httpx.Client, line: int, row: Any, known: Known, source: ImportSource = JSON
) -> ImportResult:
    """Save the row as a draft and publish it; an unchanged procedure stays as it is.

    Raises:
        CliError: the catalogue does not answer, or refuses access.
    """
    if isinstance(row, Invalid):
        return ImportResult(line, "", ImportStatus.BAD, localized(row.vi, row.en))
    if not isinstance(row, dict):
        return ImportResult(
            line, "", ImportStatus.BAD, localized("không phải đối tượng JSON", "no JSON object")
        )
    if not row.get("code"):
        return ImportResult(
            line,
            _name(row),
            ImportStatus.SKIPPED,
            localized("chưa có mã thủ tục", "it has no code"),
        )
    try:
        draft = draft_from_row(row, known)
    except Invalid as found:
        error = source.seen(found)
        return ImportResult(line, _name(row), ImportStatus.BAD, localized(error.vi, error.en))
    status, reason = _import_draft(client, draft)
    agencies = (task.agency for stage in draft.content.route for task in stage.tasks)
    online = partial_reason(draft.content, datetime.now(HO_CHI_MINH))
    without = online is not None and not online.vi
    return ImportResult(line, _name(row), status, reason, frozenset(agencies), without)


def print_results(results: list[ImportResult], source: ImportSource = JSON) -> None:
    """Print each row that was not published, with the reason, and the totals."""
    words = {
        ImportStatus.PUBLISHED: localized("đã công bố", "published"),
        ImportStatus.UNCHANGED: localized("không đổi", "unchanged"),
        ImportStatus.DRAFT: localized("giữ ở bản soạn", "kept as a draft"),
        ImportStatus.SKIPPED: localized("bỏ qua", "skipped"),
        ImportStatus.BAD: localized("sai", "bad"),
    }
    for each in results:
        if each.reason:
            said = (source.place(each.line), words[each.status], each.name, each.reason)
            click.echo(": ".join(part for part in said if part))
    counts = Counter(result.status for result in results)
    click.echo(", ".join(f"{counts[status]} {word}" for status, word in words.items()))


def warn_of_unknown_agencies(results: Iterable[ImportResult], known: Collection[str]) -> None:
    """Print the agencies of published procedures that this platform does not know."""
    in_force = (
        each for each in results if each.status in (ImportStatus.PUBLISHED, ImportStatus.UNCHANGED)
    )
    counts = Counter(agency for each in in_force for agency in each.agencies)
    strangers = ", ".join(f"{agency} ({counts[agency]})" for agency in sorted({*counts} - {*known}))
    if strangers:
        vi = f"Chưa có bàn xử lý, hồ sơ của thủ tục sẽ chờ (`motcua agency add`): {strangers}"
        en = f"Without a desk yet, dossiers for them will wait (`motcua agency add`): {strangers}"
        click.echo(localized(vi, en), err=True)


def warn_of_missing_reasons(results: Iterable[ImportResult]) -> None:
    """Print how many procedures are online in part only without the reason that law asks for."""
    count = sum(each.without_reason for each in results)
    if count:
        article = cite(LawRule.FULL_ONLINE, datetime.now(HO_CHI_MINH))
        vi = f"{count} thủ tục trực tuyến một phần chưa công bố lý do (partial_reason, {article})."
        en = f"{count} procedures online in part name no reason (partial_reason, {article})."
        click.echo(localized(vi, en), err=True)


def open_catalogue(
    folder: DataFolder, api: str | None = None, token: str | None = None
) -> httpx.Client:
    """An HTTP client for the catalogue at `api`, by default the local one, as a publisher.

    Raises:
        CliError: `api` is given without a token.
    """
    if api and not token:
        raise CliError(
            "Thiếu mã truy cập cho danh mục này: hãy thêm --token hoặc đặt MOTCUA_TOKEN.",
            "A token for this catalogue is missing: add --token or set MOTCUA_TOKEN.",
        )
    api = api or must_answer(folder, DATABASE, "catalogue").instance("catalogue").url
    token = token or tokens.sign_token(folder, "publisher", "catalogue-import")
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language()}
    return httpx.Client(base_url=api, headers=headers, timeout=SECONDS)


def is_in_force(client: httpx.Client, code: str) -> bool:
    """Whether the catalogue has a version of the procedure in force.

    Raises:
        CliError: the catalogue does not answer.
    """
    return _answer_to(client, "GET", f"/procedures/{code}", {}).is_success


def _import_draft(client: httpx.Client, draft: Draft) -> tuple[ImportStatus, str]:
    path = f"/procedures/{draft.code}"
    drafted = _send(client, "PUT", path, ContentSchema().dump(draft.content))
    if drafted.status_code in ROW_FAULTS:
        return ImportStatus.BAD, reason_of(drafted)
    if drafted.json()["state"] == "published":
        return ImportStatus.UNCHANGED, ""
    if draft.lack:
        return ImportStatus.DRAFT, localized(*draft.lack)
    published = _send(client, "POST", f"{path}/publish", {})
    if published.status_code in ROW_FAULTS:
        return ImportStatus.DRAFT, reason_of(published)
    return ImportStatus.PUBLISHED, ""


def _name(row: Any) -> str:
    parts = (row.get(part) for part in ("code", "name_vi")) if isinstance(row, dict) else ()
    return " ".join(str(part) for part in parts if part)


def _send(client: httpx.Client, method: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
    response = _answer_to(client, method, path, body)
    if response.is_success or response.status_code in ROW_FAULTS:
        return response
    raise CliError(
        f"Danh mục từ chối ({response.status_code}): {reason_of(response)}",
        f"The catalogue refused ({response.status_code}): {reason_of(response)}",
    )


def _answer_to(
    client: httpx.Client, method: str, path: str, body: Mapping[str, Any]
) -> httpx.Response:
    try:
        return client.request(
            method, path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())}
        )
    except httpx.TransportError as error:
        raise CliError(
            "Không kết nối được với danh mục; chạy lại lệnh này sau, phần đã nhập vẫn còn.",
            "The catalogue does not answer; run this again later, what was imported stands.",
        ) from error


def reason_of(response: httpx.Response) -> str:
    """The text of an error answer of the catalogue, with the fields that it names."""
    try:
        problem = response.json()
    except ValueError:
        return response.reason_phrase
    fields = [f"{name}: {'; '.join(said)}" for name, said in problem.get("errors", {}).items()]
    return " ".join([problem.get("detail", response.reason_phrase), *fields])
