"""Imports code tables into the catalogue over its API, successors before those they succeed."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.catalogue.code_tables import as_json
from cli.catalogue.importer import ROW_FAULTS, reason_of
from cli.errors import CliError
from services.catalogue.domain.code_tables import Code


@dataclass
class CodesImported:
    """What became of the codes: how many were written, and which were refused, and why."""

    written: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def import_codes(client: httpx.Client, table: str, rows: Iterable[Code]) -> CodesImported:
    """Write all rows of each code; the same table again changes nothing.

    A code whose successor is not there yet waits for it. Where codes succeed each other in a ring
    (A was B until a day, and B became A's successor), each is begun with its rows of today.

    Raises:
        CliError: the catalogue does not answer, or refuses access.
    """
    waiting = _by_code(rows)
    done = CodesImported()
    while waiting:
        refused: dict[str, str] = {}
        for code, of_code in waiting.items():
            reason = _put(client, table, code, of_code)
            refused |= {code: reason} if reason else {}
        done.written += len(waiting) - len(refused)
        begun = [_begin(client, table, code, waiting[code]) for code in refused]
        if len(refused) == len(waiting) and not any(begun):
            done.refused = refused
            break
        waiting = {code: waiting[code] for code in refused}
    return done


def put_rows(client: httpx.Client, table: str, code: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the rows of one code; the reason of a refusal, "" when they stand.

    Raises:
        CliError: the catalogue does not answer, or refuses access.
    """
    answer = _asked(client, "PUT", table, code, {"rows": list(rows)})
    return reason_of(answer) if answer.status_code in ROW_FAULTS else ""


def rows_of_code(client: httpx.Client, table: str, code: str) -> list[dict[str, Any]]:
    """The rows that the catalogue has of a code; none if it does not know it.

    Raises:
        CliError: the catalogue does not answer, or refuses access.
    """
    answer = _asked(client, "GET", table, code)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return []
    return [
        {name: value for name, value in row.items() if name != "code"}
        for row in answer.json()["rows"]
    ]


def _by_code(rows: Iterable[Code]) -> dict[str, list[Code]]:
    """The rows by code; codes that go on come first, then those that ended last."""
    grouped: dict[str, list[Code]] = {}
    for row in sorted(rows, key=lambda row: row.last, reverse=True):
        grouped.setdefault(row.code, []).append(row)
    return grouped


def _put(client: httpx.Client, table: str, code: str, rows: Sequence[Code]) -> str:
    return put_rows(client, table, code, [_body(row) for row in rows])


def _begin(client: httpx.Client, table: str, code: str, rows: Sequence[Code]) -> bool:
    """Write the rows that lead nowhere, if nothing stands at the code yet."""
    own = [row for row in rows if not row.successors]
    if not own or rows_of_code(client, table, code):
        return False
    return not _put(client, table, code, own)


def _body(row: Code) -> dict[str, Any]:
    return {name: value for name, value in as_json(row).items() if name != "code"}


def _asked(
    client: httpx.Client, method: str, table: str, code: str, body: Any = None
) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    try:
        answer = client.request(method, f"/codes/{table}/{code}", json=body, headers=headers)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise CliError(
            "Không kết nối được với danh mục; chạy lại lệnh này sau, phần đã ghi vẫn còn.",
            "The catalogue does not answer; run this again later, what was written stands.",
        ) from error
    known = {*ROW_FAULTS, httpx.codes.NOT_FOUND} if method == "GET" else ROW_FAULTS
    if answer.is_success or answer.status_code in known:
        return answer
    raise CliError(
        f"Danh mục từ chối ({answer.status_code}): {reason_of(answer)}",
        f"The catalogue refused ({answer.status_code}): {reason_of(answer)}",
    )
