"""The form of an agency's own process for a procedure: its rows, and the body of the API."""

from collections.abc import Mapping
from typing import Any

from foundation.text.procedure_code import bare
from services.routing.domain.staff.officers import AgencyProcess, OfficerBook
from services.routing.domain.staff.roles import PLACES

OTHERS = "-"
"""What stands for all procedures that have no process of their own."""
MOST_ROWS, LEAST_ROWS, SPARE_ROWS = 20, 4, 2
Fields = Mapping[str, str]


def code_of(typed: str) -> str:
    """The procedure as the book has it: "" for all others."""
    return bare(typed).strip(OTHERS)


def known(office: OfficerBook, typed: str) -> AgencyProcess | None:
    """The process that is kept for what was typed; None if there is none, or nothing was typed."""
    code = code_of(typed)
    return next((each for each in office.ways if typed and each.procedure == code), None)


def body_of(said: Fields) -> dict[str, Any]:
    """The form as the API's body has it: the rows that were filled in, in their order."""
    code = code_of(said.get("way-procedure", ""))
    urges = [
        {"days": said.get(f"way-days-{row}", ""), "whom": said.get(f"way-whom-{row}", "")}
        for row in range(1, MOST_ROWS + 1)
    ]
    roles = (said.get(f"way-role-{row}", "") for row in range(1, MOST_ROWS + 1))
    return {
        **({"procedure": code} if code else {}),
        "roles": [each for each in roles if each],
        "division": said.get("way-division", ""),
        "urges": [each for each in urges if any(each.values())],
    }


def filled_in(way: AgencyProcess | None) -> dict[str, str]:
    """The form as the book has the process."""
    if way is None:
        return {}
    filled = {"way-procedure": way.procedure or OTHERS, "way-division": way.division}
    filled |= {f"way-role-{row}": role.value for row, role in enumerate(way.roles, 1)}
    for row, urge in enumerate(way.urges, 1):
        filled |= {f"way-days-{row}": str(urge.days), f"way-whom-{row}": urge.whom.value}
    return filled


def shown(filled: Fields) -> dict[str, Any]:
    """What the form lets one pick from, and how many rows it has of each kind."""
    return {
        "places": PLACES,
        "role_rows": _rows(filled, "way-role-"),
        "urge_rows": max(_rows(filled, "way-days-"), _rows(filled, "way-whom-")),
    }


def _rows(filled: Fields, prefix: str) -> int:
    used = max((n for n in range(1, MOST_ROWS + 1) if filled.get(f"{prefix}{n}")), default=0)
    return min(max(used + SPARE_ROWS, LEAST_ROWS), MOST_ROWS)
