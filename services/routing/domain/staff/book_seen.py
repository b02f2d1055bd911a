"""What an administrator saw of the book: a change that somebody else overtook changes nothing."""

from datetime import date

from foundation.as_seen import Facts, SeenThing
from services.routing.domain.staff.officers import OfficerBook


def of_officer(office: OfficerBook, officer_id: str) -> Facts:
    """What the book says of an officer, by name; nothing of one who is not in it."""
    for each in office.officers:
        if each.id == officer_id:
            return {
                "name": each.name,
                "roles": ", ".join(role.value for role in each.roles),
                "division": each.division,
                "first": _day(each.first),
                "last": _day(each.last),
                "absences": ", ".join(f"{one.first} – {one.last}" for one in each.absences),
                "email": each.email,
                "phone": each.phone,
                "language": each.language,
            }
    return {}


def of_desk(office: OfficerBook, code: str) -> Facts:
    """What the book says of one of the centre's desks; nothing of one that is not in it."""
    for each in office.desks:
        if each.code == code:
            return {"name": each.name, "main": each.main, "backups": ", ".join(each.backups)}
    return {}


def of_way(office: OfficerBook, procedure: str) -> Facts:
    """What the book says of the process for a procedure, "" for all others; nothing of none."""
    for each in office.ways:
        if each.procedure == procedure:
            urges = (f"{urge.days}: {urge.whom.value}" for urge in each.urges)
            return {
                "way": ", ".join(role.value for role in each.roles),
                "division": each.division,
                "urges": ", ".join(urges),
            }
    return {}


def _as_it_is(facts: Facts) -> Facts:
    return facts


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


SEEN = SeenThing("sổ cán bộ", "The book", _as_it_is)
mark, differences, must_be_as_seen = SEEN.mark, SEEN.differences, SEEN.must_be_as_seen
