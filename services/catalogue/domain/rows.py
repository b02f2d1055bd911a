"""Reading a row of the open data of procedures, or of a table of the office, into a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.procedure import (
    ASK_WITHIN,
    AtCounter,
    CountedFrom,
    Fee,
    Paper,
    Session,
    Stage,
    Supplement,
    Task,
    TimeLimit,
)
from foundation.text.procedure_code import bare
from services.catalogue.domain import chains
from services.catalogue.domain.agency_names import agency_of
from services.catalogue.domain.chains import UNITS, ChainRoute
from services.catalogue.domain.content import (
    CHANNELS,
    USUAL_CHANNELS,
    Content,
    ContentPart,
    Level,
    OnlineLevel,
    Period,
)
from services.catalogue.domain.feasible import COUNTED
from services.catalogue.domain.online import REASONS
from services.catalogue.domain.procedure import must_be_a_code
from services.catalogue.domain.reading import (
    Row,
    day,
    flag,
    json_text,
    number,
    optional,
    rows,
    text,
    texts,
    word,
    word_list,
    wrong,
)

ALONE = "giải quyết hồ sơ và quyết định"
FEE = "Phí, lệ phí"
IF_ANY = "nếu có"
BECAUSE = "because"

CHANNEL_NAMES = {
    "trực tiếp": "counter",
    "trực tuyến": "online",
    "bưu chính công ích": "post",
    "ki-ốt": "kiosk",
    **{channel: channel for channel in CHANNELS},
}
LEVELS = {
    "cấp trung ương": Level.CENTRAL,
    "cấp tỉnh": Level.PROVINCE,
    "cấp huyện": Level.DISTRICT,
    "cấp xã": Level.COMMUNE,
    **{level.value: level for level in Level},
}
ONLINE_LEVELS: Mapping[str, OnlineLevel | None] = {
    "toàn trình": OnlineLevel.FULL,
    "một phần": OnlineLevel.PARTIAL,
    "cung cấp thông tin": OnlineLevel.INFORMATION,
    **{level.value: level for level in OnlineLevel},
}
PARTIAL_REASONS = {each: each for each in REASONS}
SESSIONS = {
    "sáng": Session.MORNING,
    "chiều": Session.AFTERNOON,
    **{session.value: session for session in Session},
}
AT_COUNTER = {
    "chuyển cơ quan": AtCounter.FORWARDED,
    "trả ngay": AtCounter.SAME_DAY,
    "ủy quyền": AtCounter.DELEGATED,
    **{each.value: each for each in AtCounter},
}
SUPPLEMENTS = {each.value: each for each in Supplement}
COUNTED_FROM = {each.value: each for each in CountedFrom}
# What the source says it has not confirmed; a row that does not say so vouches for itself.
DOUBTS = {
    "time_verified": ContentPart.TIME,
    "documents_verified": ContentPart.PAPERS,
    "fee_verified": ContentPart.FEES,
    "online_level_verified": ContentPart.ONLINE_LEVEL,
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known beside the rows.

    `routes` are written by hand, by code of procedure. `readings` are fields that a person read
    out of the notes of a row, by code; `because` quotes the words they were read from. `names`
    gives the codes of agencies by the words that stand for them.
    """

    routes: Mapping[str, Sequence[object]] = field(default_factory=dict)
    readings: Mapping[str, Row] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a row says; `lack` is why it cannot be put in force, in both languages."""

    code: str
    content: Content
    lack: tuple[str, str] | None = None


def draft_from_row(row: Row, known: Known) -> Draft:
    """The draft that a row describes.

    A procedure of one agency needs no route in the data, and one that is done at the counter has
    none. One of several agencies gets the route written by hand, or that of its chain if every
    step can be ordered; else it lacks one.

    Raises:
        Invalid: says which part of the row cannot be used, and `fields` names it.
    """
    code = bare(text(row, "code"))
    must_be_a_code(code)
    row = _read_on(row, known.readings.get(code, {}))
    agency_name = text(row, "agency")
    agency, time = agency_of(agency_name, known.names), _time(row)
    at_counter = word(row, "at_counter", AT_COUNTER, AtCounter.FORWARDED)
    chain = chains.links(_chain(row))
    if at_counter is not AtCounter.FORWARDED:
        way = ChainRoute()
    elif code in known.routes:
        way = ChainRoute(route=chains.stages(known.routes[code]))
    else:
        way = chains.way(chain, known.names) if chain else _alone(agency, time)
    content = Content(
        name=text(row, "name_vi"),
        field=text(row, "field"),
        agency=agency,
        agency_name=agency_name,
        time=time,
        at_counter=at_counter,
        route=way.route,
        internal_process=chains.internal_process(chain),
        illustrative=_is_example(row),
        unverified=_doubts(row, known.routes.get(code, ())),
        **_rest(row),
    )
    return Draft(code=code, content=content, lack=way.lack)


def _rest(row: Row) -> dict[str, Any]:
    """What is told of a procedure besides its way."""
    return {
        "level": word(row, "level", LEVELS, Level.PROVINCE),
        "papers": tuple(_paper(paper) for paper in rows(row, "documents")),
        "fees": _fees(row),
        "channels": word_list(row, "channels", CHANNEL_NAMES, USUAL_CHANNELS),
        "online_level": word(row, "online_level", ONLINE_LEVELS, None),
        "partial_reason": word(row, "partial_reason", PARTIAL_REASONS, ""),
        "sessions": word_list(row, "sessions", SESSIONS, ()),
        "sessions_article": optional(row, "sessions_article"),
        "at_centre": _at_centre(row),
        "result": optional(row, "result"),
        "legal_basis": texts(row, "legal_basis"),
        "time_note": optional(row, "time_note"),
        "fee_note": optional(row, "fee_note"),
    }


def _doubts(row: Row, written: Sequence[object]) -> tuple[ContentPart, ...]:
    """What the source has not confirmed, nor the route that was written by hand."""
    doubts = (part for name, part in DOUBTS.items() if not flag(row, name, default=True))
    return (*doubts, *((ContentPart.AGENCIES,) if chains.names_examples(written) else ()))


def _read_on(row: Row, reading: Row) -> Row:
    """The row with what a person read out of its notes, if the notes still say so."""
    if not reading:
        return row
    quoted = optional(reading, BECAUSE)
    notes = [optional(row, name) for name in ("time_note", "fee_note")]
    if not quoted or not any(quoted in note for note in notes):
        raise wrong(
            "time_note",
            f"ghi chú không còn câu {quoted!r:.60}: hãy đọc lại và sửa readings.json",
            f"the note no longer says {quoted!r:.60}: read it again and correct readings.json",
        )
    return {**row, **{name: value for name, value in reading.items() if name != BECAUSE}}


def _time(row: Row) -> TimeLimit:
    if row.get("time_unit") is None:
        raise wrong("time_unit", "thiếu đơn vị thời hạn", "the unit of the time limit is missing")
    unit = word(row, "time_unit", UNITS, UNITS["ngày làm việc"])
    amount = number(row, "time_value", 0)
    if unit in COUNTED and amount < 1:
        raise wrong("time_value", "thiếu thời hạn giải quyết", "the time limit is missing")
    return TimeLimit(
        unit=unit,
        amount=amount if unit in COUNTED else 0,
        counted_from=word(row, "counted_from", COUNTED_FROM, CountedFrom.RECEIPT),
        supplement=word(row, "supplement", SUPPLEMENTS, Supplement.RESTART),
        fixed=number(row, "fixed", 0),
        holds_others=flag(row, "holds_others", default=False),
        ask_within=number(row, "ask_within", ASK_WITHIN),
    )


def _paper(paper: Row) -> Paper:
    name = text(paper, "name")
    return Paper(
        name=name,
        originals=number(paper, "originals", 1),
        copies=number(paper, "copies", 0),
        case=optional(paper, "case"),
        required=IF_ANY not in name.lower(),
        database=optional(paper, "database"),
        form=json_text(paper, "form"),
        signed=flag(paper, "signed", default=False),
        largest=number(paper, "largest", 0),
    )


def _fees(row: Row) -> tuple[Fee, ...]:
    """The fee if the source confirms it: nobody is asked for money that may not be owed."""
    amount = number(row, "fee_vnd", 0)
    if not amount or not flag(row, "fee_verified", default=True):
        return ()
    return (Fee(name=FEE, amount=amount, article=optional(row, "fee_article")),)


def _at_centre(row: Row) -> tuple[Period, ...]:
    since, until = day(row, "at_centre_since"), day(row, "at_centre_until")
    if until and (since is None or until < since):
        raise wrong(
            "at_centre_until",
            "at_centre_until phải sau at_centre_since",
            "at_centre_until must come after at_centre_since",
        )
    return (Period(since=since, until=until),) if since else ()


def _chain(row: Row) -> Row:
    chain = row.get("lien_thong")
    if chain is None:
        return {}
    return rows({"lien_thong": [chain]}, "lien_thong")[0]


def _is_example(row: Row) -> bool:
    return flag(row, "illustrative", default=False) or flag(
        _chain(row), "illustrative", default=False
    )


def _alone(agency: str, time: TimeLimit) -> ChainRoute:
    """The one step of a procedure that one agency sees to by itself, in the whole time."""
    alone = Task(agency=agency, action=ALONE, amount=time.amount, unit=time.unit, decides=True)
    return ChainRoute(route=(Stage(tasks=(alone,)),))
