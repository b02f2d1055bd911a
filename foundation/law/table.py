"""The table of law: a row says from which day an edition holds for a rule, by which article.

    rule,edition,from,article,vi,en,source,verified
    apology,NĐ 61/2018,,Đ19.9,…,…,…,yes
    apology,NĐ 118/2025,2025-07-01,,…,…,…,no

The first row of a rule may leave `from` empty: it holds from the beginning. A row that nobody has
verified has no article, so an article that was never read cannot be cited. `vi` and `en` say in
short what the rule is; `source` where that was read, or what a lawyer has to look up.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta, timezone

from foundation.errors import Invalid

COLUMNS = ("rule", "edition", "from", "article", "vi", "en", "source", "verified")
_RULE = re.compile(r"[a-z]+(-[a-z]+)*\Z")
_EDITION = re.compile(r"(?=.*\d)[\w./,; ()-]{3,60}\Z")
_ARTICLE = re.compile(r"[\w., ]{0,20}\Z")
_HANOI = timezone(timedelta(hours=7))  # Viet Nam has had no other since 1975

# How the short names of texts are written in full: Vietnamese, English.
_IN_FULL = (
    (re.compile(r"\bNĐ (?=\d)"), "Nghị định ", "Decree "),
    (re.compile(r"\bTT (?=\d)"), "Thông tư ", "Circular "),
    (re.compile(r"\bQĐ (?=\d)"), "Quyết định ", "Decision "),
    (re.compile(r"\bLuật (?=\d)"), "Luật ", "Law "),
    (re.compile(r"\bsđ "), "được sửa đổi bởi ", "as amended by "),
    (re.compile(r"\bĐ(?=\d)"), "Điều ", "article "),
    (re.compile(r"\bPL (?=[IVX])"), "Phụ lục ", "annex "),
)


@dataclass(frozen=True, kw_only=True)
class LawRow:
    """One row: the edition of a rule, from a day until the next row of that rule."""

    rule: str
    edition: str
    since: date
    article: str
    vi: str
    en: str
    source: str
    verified: bool

    @property
    def cited(self) -> str:
        """As refusals, ledgers and forms cite it: `NĐ 61/2018 Đ19.9`."""
        return f"{self.edition} {self.article}".strip()

    def in_full(self, language: str) -> str:
        """As letters and pages cite it: `Nghị định 61/2018, Điều 19.9`."""
        text = f"{self.edition}, {self.article}" if self.article else self.edition
        for short, vi, en in _IN_FULL:
            text = short.sub(en if language == "en" else vi, text)
        return text


@dataclass(frozen=True)
class LawTable:
    """All rows, by rule, the oldest first."""

    rows: Mapping[str, tuple[LawRow, ...]]

    def row(self, rule: str, at: date) -> LawRow | None:
        """The row in force on the day of that moment in Viet Nam; None before the first."""
        day = local_day(at)
        found = [each for each in self.rows.get(rule, ()) if each.since <= day]
        return found[-1] if found else None

    def unsettled(self) -> Iterator[tuple[LawRow, LawRow | None]]:
        """What nobody has verified, each with the row that held before it."""
        for rows in self.rows.values():
            for before, row in zip((None, *rows), rows, strict=False):
                if not row.verified:
                    yield row, before


def local_day(at: date) -> date:
    """The day of a moment in Viet Nam; a day stays as it is."""
    if not isinstance(at, datetime):
        return at
    # The calendar's first and last years leave no room for another zone.
    return at.date() if at.year in {MINYEAR, MAXYEAR} else at.astimezone(_HANOI).date()


def read_law(text: str) -> LawTable:
    """The table in a CSV text.

    Raises:
        Invalid: it is no such table; names the line and what is wrong with it.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise _wrong(1, f"cần các cột {', '.join(COLUMNS)}", f"needs {', '.join(COLUMNS)}")
    rows: dict[str, tuple[LawRow, ...]] = {}
    for fields in reader:
        row = _row(fields, reader.line_num)
        before = rows.get(row.rule, ())
        if before and before[-1].since >= row.since:
            raise _wrong(
                reader.line_num,
                "ngày hiệu lực phải sau dòng trước của cùng quy tắc",
                "its day must come after that of the rule's row before",
            )
        rows[row.rule] = (*before, row)
    return LawTable(rows)


def _row(fields: Mapping[str, str | None], line: int) -> LawRow:
    if None in fields or None in fields.values():
        raise _wrong(line, "thừa hoặc thiếu cột", "has too many or too few columns")
    given = {name: (fields[name] or "").strip() for name in COLUMNS}
    for name, shape in (("rule", _RULE), ("edition", _EDITION), ("article", _ARTICLE)):
        if not shape.match(given[name]):
            raise _wrong(line, f"cột {name} chưa đúng", f"the column {name} is not right")
    if given["verified"] not in {"yes", "no"} or not (given["vi"] and given["en"]):
        raise _wrong(
            line,
            "verified là yes hoặc no; vi và en không để trống",
            "verified is yes or no; vi and en may not be empty",
        )
    if given["article"] and given["verified"] == "no":
        raise _wrong(
            line,
            "điều chưa kiểm chứng thì để trống cột article",
            "an article that is not verified stays empty",
        )
    return LawRow(
        rule=given["rule"],
        edition=given["edition"],
        since=_day(given["from"], line),
        article=given["article"],
        vi=given["vi"],
        en=given["en"],
        source=given["source"],
        verified=given["verified"] == "yes",
    )


def _day(text: str, line: int) -> date:
    if not text:
        return date.min
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise _wrong(line, "ngày viết như 2025-07-01", "a day is written like 2025-07-01")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(line, "không có ngày này", "there is no such day") from error


def _wrong(line: int, vi: str, en: str) -> Invalid:
    return Invalid(f"Dòng {line}: {vi}.", f"Line {line}: {en}.")
