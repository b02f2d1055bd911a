"""An agency's book of officers: who works where, until when, who is away and who stands in.

Agencies second their people to the centre's desks for 6 to 24 months, and name a main officer
and at least one backup for each desk (NĐ 61/2018, chapter II). The book is the agency's own data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.history import Revision
from foundation.errors import Forbidden, Invalid, NotFound
from foundation.frozen import replace
from services.routing.domain.staff.roles import OF_A_DIVISION, PLACES, OfficerRole
from services.routing.domain.staff.urging_rules import UrgeRule

MOST_OFFICERS = 1000
MONTHS = (6, 24)


@dataclass(frozen=True, kw_only=True)
class AgencyProcess:
    """The agency's own process for a procedure: through which roles, in which division.

    `urges` says who is told when a step is late, where the agency has rules of its own.
    """

    procedure: str = ""
    roles: tuple[OfficerRole, ...] = (OfficerRole.SPECIALIST,)
    division: str = ""
    urges: tuple[UrgeRule, ...] = ()


SIMPLE = AgencyProcess()


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Leave or another absence, both days included."""

    first: date
    last: date
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Officer:
    """One of the agency's people; `id` is the subject of their token.

    `first` and `last` are the days of the secondment to the centre, empty for those who work
    at the agency itself. `email` and `phone` (with +84 before it) are where they are told of late
    work, in their `language` (vi, en).
    """

    id: str
    name: str
    roles: tuple[OfficerRole, ...]
    division: str = ""
    first: date | None = None
    last: date | None = None
    absences: tuple[Absence, ...] = ()
    email: str = ""
    phone: str = ""
    language: str = "vi"


@dataclass(frozen=True, kw_only=True)
class CentreDesk:
    """One of the centre's desks that this agency mans: its main officer, and who stands in."""

    code: str
    name: str
    main: str
    backups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OfficerBook:
    """The book of officers; `id` is the agency's code. Without officers the agency keeps none."""

    id: str
    agency: str
    officers: tuple[Officer, ...] = ()
    desks: tuple[CentreDesk, ...] = ()
    ways: tuple[AgencyProcess, ...] = ()
    revision: Revision = field(default_factory=Revision)


def officer_of(office: OfficerBook, officer_id: str) -> Officer:
    """The officer of that id; Forbidden when the agency keeps a book and they are not in it."""
    for each in office.officers:
        if each.id == officer_id:
            return each
    raise Forbidden(
        "Tài khoản này chưa có trong danh sách cán bộ của cơ quan; hãy báo quản trị đơn vị.",
        "This account is not among the agency's officers; tell the agency's administrator.",
    )


def way_of(office: OfficerBook, procedure: str) -> AgencyProcess:
    """The process for the procedure, else the agency's usual one, else the simple one."""
    ways = {way.procedure: way for way in office.ways}
    return ways.get(procedure) or ways.get("") or SIMPLE


def must_be_there(
    office: OfficerBook, officer_id: str, day: date, role: OfficerRole, division: str
) -> None:
    """Refuse to give work to somebody who cannot do it at that place on that day.

    An agency without a book knows its people itself.

    Raises:
        NotFound: there is no such officer.
        Invalid: the officer is away on that day, or of another role or division.
    """
    if not office.officers:
        return
    found = [each for each in office.officers if each.id == officer_id]
    if not found:
        raise NotFound("Không có cán bộ này.", "There is no such officer.")
    if keeps_away(found[0], day):
        raise _invalid("to", "cán bộ này đang vắng / this officer is away")
    within = division if role in OF_A_DIVISION else ""
    if officer_id not in at_place(office, role, within, day):
        raise _invalid("to", f"không phải {role} {within} / not {role} {within}")


def before(day: date) -> date:
    """The day before."""
    return date.fromordinal(day.toordinal() - 1)


def put_officer(office: OfficerBook, officer: Officer) -> OfficerBook:
    """Create or replace an officer; absences stay.

    Raises:
        Invalid: the secondment is not of 6 to 24 months, or the book is full.
    """
    _must_be_seconded_rightly(officer)
    known = {each.id: each for each in office.officers}
    if officer.id in known:
        officer = replace(officer, absences=known[officer.id].absences)
    if len(known | {officer.id: officer}) > MOST_OFFICERS:
        raise _invalid("id", f"tối đa {MOST_OFFICERS} / at most {MOST_OFFICERS}")
    return replace(office, officers=tuple((known | {officer.id: officer}).values()))


def must_have_keeper(office: OfficerBook) -> OfficerBook:
    """The book, if somebody in it may keep it: the first officer, and one at least ever after.

    Raises:
        Invalid: nobody could change the book any more.
    """
    if not any(OfficerRole.STAFF in each.roles for each in office.officers):
        raise _invalid("roles", "cần ít nhất một người có vai trò staff / somebody must be staff")
    return office


def put_desk(office: OfficerBook, desk: CentreDesk) -> OfficerBook:
    """Create or replace a desk.

    Raises:
        Invalid: it has no backup, or names somebody who is not among the officers.
    """
    known = {each.id for each in office.officers}
    if not desk.backups or desk.main in desk.backups:
        raise _invalid("backups", "cần ít nhất một người khác / at least one other person")
    for name, people in (("main", (desk.main,)), ("backups", desk.backups)):
        if set(people) - known:
            raise _invalid(name, "không có trong danh sách cán bộ / not among the officers")
    desks = {each.code: each for each in office.desks} | {desk.code: desk}
    return replace(office, desks=tuple(desks.values()))


def put_way(office: OfficerBook, way: AgencyProcess) -> OfficerBook:
    """Create or replace the agency's process for a procedure; for new steps only.

    Raises:
        Invalid: it is empty, names what is no place of a process, or tells in no order.
    """
    if not way.roles or set(way.roles) - set(PLACES):
        raise _invalid("roles", ", ".join(PLACES))
    if list(way.urges) != sorted(way.urges, key=lambda urge: urge.days):
        raise _invalid("urges", "theo thứ tự ngày / in the order of days")
    ways = {each.procedure: each for each in office.ways} | {way.procedure: way}
    return replace(office, ways=tuple(ways.values()))


def be_absent(office: OfficerBook, officer_id: str, absence: Absence) -> OfficerBook:
    """Note an officer's absence.

    Raises:
        Invalid: it ends before it begins.
        NotFound: there is no such officer.
    """
    if absence.last < absence.first:
        raise _invalid("last", "phải sau ngày bắt đầu / must not be before the first day")
    _must_be_known(office, officer_id)
    return replace(
        office,
        officers=tuple(
            replace(each, absences=tuple(dict.fromkeys((*each.absences, absence))))
            if each.id == officer_id
            else each
            for each in office.officers
        ),
    )


def cut_short(office: OfficerBook, officer_id: str, last: date) -> OfficerBook:
    """The officer is back: absences end with that day at the latest, later ones fall away.

    Raises:
        NotFound: there is no such officer.
    """
    _must_be_known(office, officer_id)
    return replace(
        office,
        officers=tuple(
            replace(
                each,
                absences=tuple(
                    replace(absence, last=min(absence.last, last))
                    for absence in each.absences
                    if absence.first <= last
                ),
            )
            if each.id == officer_id
            else each
            for each in office.officers
        ),
    )


def keeps_away(officer: Officer, day: date) -> str:
    """Why the officer does not work on that day: a word, or "" when they do."""
    if officer.first and day < officer.first:
        return "not_yet_seconded"
    if officer.last and day > officer.last:
        return "secondment_over"
    if any(absence.first <= day <= absence.last for absence in officer.absences):
        return "absent"
    return ""


def stands_in(office: OfficerBook, officer_id: str, day: date, loads: Mapping[str, int]) -> str:
    """Who does the work of an absent officer on that day; "" when nobody can.

    The first backup of their desk who is there; without a desk, the least loaded officer of the
    same role and division.
    """
    for desk in office.desks:
        if desk.main == officer_id:
            there = _there(office, desk.backups, day)
            if there:
                return there[0]
    away = officer_of(office, officer_id)
    others = [
        each.id
        for each in office.officers
        if each.id != officer_id and each.division == away.division and _shares(each, away.roles)
    ]
    return least_loaded(_there(office, others, day), loads)


def at_place(office: OfficerBook, role: OfficerRole, division: str, day: date) -> list[str]:
    """The officers of a role (and of the division, if there is one) who work on that day."""
    fitting = [
        each.id
        for each in office.officers
        if role in each.roles and division in {"", each.division}
    ]
    return _there(office, fitting, day)


def least_loaded(officers: Iterable[str], loads: Mapping[str, int]) -> str:
    """The officer with the least open work, the first by id of equals; "" of nobody."""
    return min(officers, key=lambda each: (loads.get(each, 0), each), default="")


def _must_be_known(office: OfficerBook, officer_id: str) -> None:
    if officer_id not in {each.id for each in office.officers}:
        raise NotFound("Không có cán bộ này.", "There is no such officer.")


def _there(office: OfficerBook, officers: Iterable[str], day: date) -> list[str]:
    people = {each.id: each for each in office.officers}
    return [one for one in officers if one in people and not keeps_away(people[one], day)]


def _shares(officer: Officer, roles: tuple[OfficerRole, ...]) -> bool:
    return bool(set(officer.roles) & set(roles) & set(PLACES))


def _must_be_seconded_rightly(officer: Officer) -> None:
    if not officer.first and not officer.last:
        return
    least, most = MONTHS
    if not officer.first or not officer.last:
        raise _invalid("first", "cần cả hai ngày / both days are needed")
    if not _later(officer.first, least) <= _next(officer.last) <= _later(officer.first, most):
        raise _invalid("last", f"biệt phái {least} đến {most} tháng / {least} to {most} months")


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = divmod(year * 12 + month + 1, 12)
    # A month without that day ends the span on its last one (Bộ luật Dân sự 2015 Đ148).
    last = before(date(following[0], following[1] + 1, 1))
    return last.replace(day=min(day.day, last.day))


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _invalid(name: str, why: str) -> Invalid:
    return Invalid(
        "Sổ cán bộ chưa đúng; xin xem từng trường.",
        "The book of officers is not right; see each field.",
        fields={name: [why]},
    )
