"""Who read what: the query of such a page, and the rows that services show on it in one look.

A service shows its own audit log, by person and by day; `look/readings.html` draws it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from foundation.errors import Error, refusal_of
from foundation.places import BEGINNING, END
from foundation.web.fields import After
from foundation.web.page_words import Words
from foundation.web.request import Request
from foundation.web.text_fields import CodeLine
from foundation.worktime import HO_CHI_MINH

LONGEST_ACCOUNT = 200
MOST_SHOWN = 200
FEW_THINGS = 5
"""So many of the things that were shown at once are named; of the others it is said how many."""

_TYPED = frozenset(("by", "day"))
_A_MOMENT = timedelta(milliseconds=1)


class ReadingBookQuery(Schema):
    """Query of who read what: by whom, on which day; `limit` and `after` page it."""

    by = CodeLine(LONGEST_ACCOUNT, load_default="")
    day = fields.Date(load_default=None)
    limit = fields.Integer(load_default=25, validate=validate.Range(1, MOST_SHOWN))
    after = After()

    @pre_load
    def drop_blanks(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """A field of the form that was left empty asks for nothing."""
        return {name: value for name, value in data.items() if value}


@dataclass(frozen=True, kw_only=True)
class ReadingRow:
    """One reading: when, by whom (of which agency), what they did, and the things it showed.

    `things` are (text, address or ""), the first few; `others` is how many more there were.
    """

    at: datetime
    by: str
    agency: str = ""
    did: Words
    things: tuple[tuple[str, str], ...] = ()
    others: int = 0


def asked_for(request: Request) -> tuple[dict[str, Any], Error | None]:
    """The query, and what is wrong with a field of its form; then the query is as it was typed.

    Raises:
        Invalid: something is wrong that has no field, such as the place to go on from.
    """
    read: list[dict[str, Any]] = []
    wrong = refusal_of(lambda: read.append(request.asked(ReadingBookQuery())))
    if wrong is None:
        return read[0], None
    if not _TYPED & wrong.fields.keys():
        raise wrong
    return {name: request.query.get(name, "") for name in _TYPED}, wrong


def span(day: date | None) -> tuple[datetime, datetime]:
    """The moments of a day, as a query takes them (behind the first, up to the second)."""
    if day is None:
        return BEGINNING, END
    begin = datetime.combine(day, time(), tzinfo=HO_CHI_MINH)
    return begin - _A_MOMENT, begin + timedelta(days=1) - _A_MOMENT


def asked_in_words(asked: Mapping[str, Any]) -> str:
    """What was looked for, as the audit log has it."""
    day = asked["day"].isoformat() if asked["day"] else ""
    said = {"by": asked["by"], "day": day, "after": asked["after"]}
    return " ".join(f"{name}={value}" for name, value in said.items() if value)
