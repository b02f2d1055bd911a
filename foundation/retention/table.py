"""How long files, feedback and ratings are kept: rules that are data.

A table in CSV, a rule in each line:

    kind,procedure,days,warning,source,verified
    paper,,,,…,no
    loose,,365,30,…,yes

A file of the `kind` (of the `procedure`; empty: of any) is removed `days` after its term began, and
that is told `warning` days before. Of feedback, of a rating and of a visit what names or may name
a person is removed so; these have no procedure. Without `days` it is kept. `source` says
where the rule is from, `verified` whether somebody read it there: a period that nobody read in the
law has no `days`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from foundation.errors import Invalid
from foundation.tables import read_fixed

COLUMNS = ("kind", "procedure", "days", "warning", "source", "verified")
MOST_DAYS = 36_525
LEAST_WARNING = 1


class KeptKind(StrEnum):
    """What a thing is to the rules: LOOSE is a file that no dossier has."""

    PAPER = "paper"
    RESULT = "result"
    FORM = "form"
    LOOSE = "loose"
    QUARANTINED = "quarantined"
    REFLECTION = "reflection"
    PETITION = "petition"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    RATING = "rating"
    VISIT = "visit"


WITHOUT_PROCEDURE = (
    *(KeptKind.REFLECTION, KeptKind.PETITION, KeptKind.COMPLAINT, KeptKind.DENUNCIATION),
    *(KeptKind.RATING, KeptKind.VISIT),
)


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """One line of the table; `days` is None for what is kept."""

    kind: KeptKind
    procedure: str = ""
    days: int | None = None
    warning: int = LEAST_WARNING
    source: str = ""


RetentionRules = tuple[RetentionRule, ...]


def read_retention(text: str) -> RetentionRules:
    """The rules of a table.

    Raises:
        Invalid: it is none; each fault with its line and the reason.
    """
    rows, faults = read_fixed(text.removeprefix("\ufeff"), COLUMNS)
    said = [(line, {name: cell.strip() for name, cell in row.items()}) for line, row in rows]
    faults += [(line, *fault) for line, row in said for fault in _faults(row)]
    named = [(row["kind"], row["procedure"]) for _, row in said]
    faults += [
        (line, "đã có quy tắc này", "there is this rule already")
        for at, (line, _) in enumerate(said)
        if named[at] in named[:at]
    ]
    if faults:
        raise Invalid(
            "; ".join(f"dòng {line}: {vi}" for line, vi, _ in faults),
            "; ".join(f"line {line}: {en}" for line, _, en in faults),
        )
    return tuple(_rule(row) for _, row in said)


def _faults(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if row["kind"] not in list(KeptKind):
        yield f"không có loại {row['kind']}", f"there is no kind {row['kind']}"
    if row["procedure"] and row["kind"] in WITHOUT_PROCEDURE:
        yield f"loại {row['kind']} không theo thủ tục", f"a {row['kind']} has no procedure"
    if not row["days"]:
        return
    if not _number(row["days"], MOST_DAYS) or not _number(row["warning"], MOST_DAYS):
        yield (
            f"days và warning phải là số từ 1 đến {MOST_DAYS}",
            f"days and warning must be numbers from 1 to {MOST_DAYS}",
        )
    if row["verified"] != "yes" or not row["source"]:
        yield (
            "chỉ được xóa theo quy tắc đã đối chiếu: cần source, và verified là yes",
            "nothing is removed by a rule that nobody read: give source, and verified as yes",
        )


def _number(cell: str, most: int) -> bool:
    return cell.isascii() and cell.isdigit() and 1 <= int(cell[:9]) <= most


def _rule(row: Mapping[str, str]) -> RetentionRule:
    return RetentionRule(
        kind=KeptKind(row["kind"]),
        procedure=row["procedure"],
        days=int(row["days"]) if row["days"] else None,
        warning=int(row["warning"]) if row["days"] else LEAST_WARNING,
        source=row["source"],
    )
