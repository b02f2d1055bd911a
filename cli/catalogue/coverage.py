"""How many procedures and agencies are handled at the centre, by the catalogue or by a file."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from cli.catalogue.csv_and_json import known_beside, rows_of
from cli.catalogue.importer import SECONDS, reason_of
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import CliError
from cli.language import language, localized
from cli.must_answer import must_answer
from foundation.errors import Invalid, Refused
from foundation.worktime import local_day
from services.catalogue.domain.coverage import coverage
from services.catalogue.domain.feasible import must_be_feasible
from services.catalogue.domain.listing import Listing, listing
from services.catalogue.domain.rows import Known, draft_from_row
from services.catalogue.schemas import covered


def ask(folder: DataFolder, api: str | None, at: date | None) -> dict[str, Any]:
    """Ask the catalogue for the figures of a day, by default today; needs no token.

    Raises:
        CliError: the catalogue does not answer, or rejects the day.
    """
    api = api or must_answer(folder, DATABASE, "catalogue").instance("catalogue").url
    try:
        response = httpx.get(
            f"{api}/coverage",
            params={"at": at.isoformat()} if at else {},
            headers={"Accept-Language": language()},
            timeout=SECONDS,
        )
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise CliError(
            f"Không kết nối được với danh mục {api}: hãy `motcua up` hoặc sửa --api.",
            f"The catalogue {api} does not answer: `motcua up`, or correct --api.",
        ) from error
    if not response.is_success:
        raise CliError(
            f"Danh mục từ chối ({response.status_code}): {reason_of(response)}",
            f"The catalogue refused ({response.status_code}): {reason_of(response)}",
        )
    answer: dict[str, Any] = response.json()
    return answer


def count(file: Path, at: date | None) -> dict[str, Any]:
    """Count the same figures for the procedures of a file that could be published.

    Raises:
        CliError: the file cannot be read.
    """
    known, listings = known_beside(file), []
    for _, row in rows_of(file):
        with suppress(Invalid, Refused):
            listings += [_listing(row, known)] if isinstance(row, dict) else []
    return covered(coverage(listings, at or local_day(datetime.now(UTC))))


def _listing(row: Mapping[str, Any], known: Known) -> Listing:
    draft = draft_from_row(row, known)
    must_be_feasible(draft.content)
    return listing(draft.code, 1, draft.content)


def show(console: Console, answer: Mapping[str, Any], by: str | None) -> None:
    """Print the two totals, and the groups by field or agency if asked for."""
    day = date.fromisoformat(answer["at"])
    console.print(localized(f"Ngày {day:%d/%m/%Y}, tại Trung tâm:", f"On {day}, at the centre:"))
    lines = Table.grid(padding=(0, 2))
    lines.add_row(localized("thủ tục", "procedures"), figures(answer["procedures"]))
    lines.add_row(localized("cơ quan", "agencies"), figures(answer["agencies"]))
    console.print(lines)
    if by:
        groups = Table.grid(padding=(0, 2))
        for group in answer[f"by_{by}"]:
            groups.add_row(group["name"], figures(group))
        console.print()
        console.print(groups)


def figures(share: Mapping[str, Any]) -> str:
    """A share as text: `956/1.275 (74,98 %)`, in English `956 of 1,275 (74.98 %)`."""
    handled, total = f"{share['handled']:,}", f"{share['total']:,}"
    percent = f"{share['percent']:.2f}"
    english = f"{handled} of {total} ({percent} %)"
    vietnamese = f"{handled}/{total}".replace(",", ".")
    return localized(f"{vietnamese} ({percent.replace('.', ',')} %)", english)
