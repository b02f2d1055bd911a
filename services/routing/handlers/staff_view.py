"""View model of the administrator's pages: words, forms as the API's bodies, and what changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.as_seen import Facts
from foundation.errors import Invalid
from foundation.web.page_words import Words
from foundation.web.reading_book import ReadingRow
from services.routing.domain.docket import reading
from services.routing.domain.docket.reading import AccessRecord
from services.routing.domain.staff import book_seen
from services.routing.domain.staff.officers import CentreDesk, Officer, OfficerBook, keeps_away
from services.routing.domain.staff.roles import OfficerRole
from services.routing.handlers import way_view

TITLES: Mapping[str, Words] = {
    "officer": ("Lưu cán bộ", "Keep the officer"),
    "absence": ("Ghi vắng mặt", "Note an absence"),
    "return": ("Đã trở lại", "Back at work"),
    "desk": ("Lưu quầy", "Keep the desk"),
    "way": ("Lưu quy trình", "Keep the process"),
}
DONE: Mapping[str, Words] = {
    "officer": ("Đã lưu cán bộ", "The officer is kept"),
    "absence": ("Đã ghi vắng mặt; việc chuyển cho người thay", "The absence is noted"),
    "return": ("Đã ghi trở lại; việc trở về", "The return is noted"),
    "desk": ("Đã lưu quầy", "The desk is kept"),
    "way": ("Đã lưu quy trình; áp dụng cho việc mới đến", "The process is kept, for new steps"),
}
AWAY: Mapping[str, Words] = {
    "": ("làm việc hôm nay", "at work today"),
    "absent": ("vắng mặt", "away"),
    "not_yet_seconded": ("chưa đến ngày biệt phái", "not seconded yet"),
    "secondment_over": ("đã hết biệt phái", "secondment over"),
    "unknown": ("không có trong sổ", "not in the book"),
}
WHAT: Mapping[str, Words] = {
    reading.STEP: ("xem hồ sơ", "read the dossier"),
    reading.SEARCH: ("tìm kiếm", "searched"),
    reading.TURNED_AWAY: ("bị từ chối", "was turned away"),
    reading.BOOK: ("xem sổ này", "looked at this book"),
}
_FACTS: Mapping[str, Words] = {
    "name": ("Tên", "Name"),
    "roles": ("Vai trò", "Roles"),
    "division": ("Phòng", "Division"),
    "first": ("Biệt phái từ", "Seconded from"),
    "last": ("Biệt phái đến", "Seconded until"),
    "absences": ("Vắng mặt", "Absences"),
    "email": ("Thư điện tử", "E-mail"),
    "phone": ("Điện thoại", "Telephone"),
    "language": ("Ngôn ngữ", "Language"),
    "main": ("Cán bộ chính", "Main officer"),
    "backups": ("Người thay", "Backups"),
    "way": ("Qua các vai trò", "Through the roles"),
    "urges": ("Nhắc việc", "Who is told"),
}
_ROLE = "role-"
_DATES = ("first", "last")
Fields = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class OfficerRow:
    """A row of the book: who, and what keeps them away today ("" for nothing)."""

    officer: Officer
    away: str


def rows(office: OfficerBook, today: date) -> Sequence[OfficerRow]:
    """The officers by name."""
    by_name = sorted(office.officers, key=lambda each: (each.name.split()[-1:], each.name))
    return [OfficerRow(officer=each, away=keeps_away(each, today)) for each in by_name]


def reading_row(record: AccessRecord, agency: str, person: Callable[[str], str]) -> ReadingRow:
    """An access record as a row."""
    vi, en = WHAT.get(record.what, (record.what, record.what))
    why = ": ".join(filter(None, (record.door, record.reason)))
    return ReadingRow(
        at=record.at,
        by=person(record.officer),
        agency="" if record.sent_by == agency else record.sent_by,
        did=(f"{vi} ({why})", f"{en} ({why})") if why else (vi, en),
        things=((record.dossier, ""),) if record.dossier else (),
    )


def body_of(name: str, said: Fields) -> dict[str, Any]:
    """The fields of a form as the API's body has them; a field is named FORM-FIELD."""
    prefix = f"{name}-"
    fields = {
        field.removeprefix(prefix): value
        for field, value in said.items()
        if field.startswith(prefix)
    }
    if name == "return":
        return {}
    if name == "way":
        return way_view.body_of(said)
    if name == "desk":
        return {**fields, "backups": fields.get("backups", "").replace(",", " ").split()}
    dated: dict[str, Any] = {day: fields.pop(day, "") or None for day in _DATES}
    roles = [field.removeprefix(_ROLE) for field in fields if field.startswith(_ROLE)]
    kept = {field: value for field, value in fields.items() if not field.startswith(_ROLE)}
    if name == "officer":
        return {**kept, **dated, "roles": roles}
    return {field: value for field, value in {**kept, **dated}.items() if field != "id"}


def key_of(name: str) -> str:
    """The field of a form that says what it is about."""
    return {"desk": "code", "way": "procedure"}.get(name, "id")


def must_be_named(name: str, thing: str) -> None:
    """Refuse a form without the account or code it is about.

    Raises:
        Invalid: naming the field.
    """
    if thing and "/" not in thing:
        return
    words = "cần ghi, không có dấu gạch chéo / is needed, without a slash"
    raise Invalid(
        "Còn thiếu thông tin; xin xem từng trường.",
        "Something is missing; see each field.",
        fields={key_of(name): [words]},
    )


def filled_in(officer: Officer | None) -> dict[str, str]:
    """The form of an officer as the book has them."""
    if officer is None:
        return {"officer-language": "vi"}
    kept = {
        "id": officer.id,
        "name": officer.name,
        "division": officer.division,
        "first": officer.first.isoformat() if officer.first else "",
        "last": officer.last.isoformat() if officer.last else "",
        "email": officer.email,
        "phone": officer.phone,
        "language": officer.language,
        **{f"{_ROLE}{OfficerRole(each).value}": "1" for each in officer.roles},
    }
    return {f"officer-{name}": value for name, value in kept.items()}


def desk_filled_in(desk: CentreDesk | None) -> dict[str, str]:
    """The form of a desk as the book has it."""
    if desk is None:
        return {}
    kept = {"code": desk.code, "name": desk.name, "main": desk.main}
    return {f"desk-{name}": value for name, value in kept.items()} | {
        "desk-backups": ", ".join(desk.backups)
    }


def changed(mark: str, facts: Facts) -> tuple[tuple[Words, str, str], ...]:
    """What is otherwise than it was seen: its name, as it was, as it is."""
    if not mark or mark == book_seen.mark(facts):
        return ()
    return tuple(
        (_FACTS[name], before or "–", after or "–")
        for name, (before, after) in book_seen.differences(mark, facts).items()
    )
