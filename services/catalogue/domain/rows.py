"""Reading a row of the open data file of procedures into a draft."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.procedure import Paper, Stage, Task, TimeLimit, Unit
from foundation.errors import Invalid
from services.catalogue.domain.procedure import Content
from services.catalogue.domain.words import spelled

UNITS = {"ngày làm việc": Unit.WORKING_DAYS, "ngày": Unit.CALENDAR_DAYS}
CODE = re.compile(r"\d\.\d{6}")
ALONE = "giải quyết hồ sơ và quyết định"
IF_ANY = "nếu có"

Row = Mapping[str, Any]
Routes = Mapping[str, Sequence[Sequence[Row]]]


def draft_from_row(row: Row, routes: Routes) -> tuple[str, Content]:
    """The code and the content that a row describes.

    `routes` gives the stages of the procedures that pass through several agencies, by code. A
    procedure of one agency needs none. One of several without a known route gets no route: it
    can be drafted, not published.

    Raises:
        Invalid: says which part of the row cannot be used, and `fields` names it.
    """
    code = _text(row, "code")
    if not CODE.fullmatch(code):
        raise _bad("code", f"mã {code!r} không đúng dạng", f"the code {code!r} has a wrong shape")
    agency_name = _text(row, "agency")
    time, unit = _limit(row)
    agency = agency_code(agency_name)
    return code, Content(
        name=_text(row, "name_vi"),
        field=_text(row, "field"),
        agency=agency,
        agency_name=agency_name,
        time=TimeLimit(unit=unit, amount=time),
        papers=tuple(_paper(paper) for paper in _rows(row, "documents")),
        route=_route(row, routes.get(code, ()), agency, time),
        result=_optional(row, "result"),
        legal_basis=_texts(row, "legal_basis"),
    )


def agency_code(name: str) -> str:
    """`Sở Tài nguyên và Môi trường` → `so-tai-nguyen-moi-truong`; brackets are left out."""
    plain = re.sub(r"\([^)]*\)", "", name)
    return "-".join(word for word in spelled(plain) if word != "va")


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _bad(name, f"thiếu {name}", f"{name} is missing")
    return value.strip()


def _limit(row: Row) -> tuple[int, Unit]:
    time, unit = _number(row, "time_value", 0), row.get("time_unit")
    if time < 1:
        raise _bad("time_value", "thiếu thời hạn giải quyết", "the time limit is missing")
    if not isinstance(unit, str) or unit not in UNITS:
        raise _bad(
            "time_unit",
            f"đơn vị thời hạn {unit!r} không rõ",
            f"the unit of the time limit, {unit!r}, is not known",
        )
    return time, UNITS[unit]


def _number(row: Row, name: str, default: int) -> int:
    value = row.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _bad(name, f"{name} phải là số nguyên", f"{name} must be a whole number")
    return value


def _texts(row: Row, name: str) -> tuple[str, ...]:
    values = row.get(name) or ()
    if not isinstance(values, list | tuple) or not all(isinstance(each, str) for each in values):
        raise _bad(name, f"{name} phải là danh sách chữ", f"{name} must be a list of texts")
    return tuple(values)


def _rows(row: Row, name: str) -> Sequence[Row]:
    values = row.get(name) or ()
    if not isinstance(values, list | tuple) or not all(isinstance(each, dict) for each in values):
        raise _bad(name, f"{name} phải là danh sách", f"{name} must be a list of objects")
    return values


def _optional(row: Row, name: str) -> str:
    return _text(row, name) if row.get(name) is not None else ""


def _paper(paper: Row) -> Paper:
    name = _text(paper, "name")
    return Paper(
        name=name,
        originals=_number(paper, "originals", 1),
        copies=_number(paper, "copies", 0),
        case=_optional(paper, "case"),
        required=IF_ANY not in name.lower(),
    )


def _route(row: Row, stages: Sequence[Sequence[Row]], agency: str, time: int) -> tuple[Stage, ...]:
    if stages:
        return tuple(Stage(tasks=tuple(_task(task) for task in stage)) for stage in stages)
    if row.get("lien_thong"):
        return ()
    alone = Task(agency=agency, action=ALONE, amount=time, decides=True)
    return (Stage(tasks=(alone,)),)


def _task(task: Row) -> Task:
    return Task(
        agency=_text(task, "agency"),
        action=_text(task, "action"),
        amount=_number(task, "amount", 0),
        decides=task.get("decides") is True,
    )


def _bad(field: str, vi: str, en: str) -> Invalid:
    return Invalid(vi, en, fields={field: [en]})
