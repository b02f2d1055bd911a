"""Nghệ An's centre as QĐ 2773/QĐ-UBND of 2020 manned it: 34 official people, 38 in reserve.

The numbers are those of the decision; the people, and who stands in for whom, are made up.
"""

from typing import Any

AGENCIES = 17
DESKS = 34
RESERVE = 38
FIRST, LAST = "2020-09-01", "2022-08-31"


def books() -> list[dict[str, Any]]:
    """Seventeen books of two desks each; the first four agencies have one reserve more."""
    return [_book(number) for number in range(1, AGENCIES + 1)]


def _book(number: int) -> dict[str, Any]:
    desks = [f"quay-{2 * number - 1:02}", f"quay-{2 * number:02}"]
    spare = [f"{desks[0]}-b"] if number <= RESERVE - DESKS else []
    people = [f"{desk}-{part}" for desk in desks for part in ("chinh", "a")] + spare
    return {
        "agency": f"co-quan-{number:02}",
        "officers": [_officer(one) for one in people],
        "desks": [
            {
                "code": desk,
                "name": f"Quầy {desk[-2:]}",
                "main": f"{desk}-chinh",
                "backups": [one for one in people if one.startswith(desk) and one[-1] in "ab"],
            }
            for desk in desks
        ],
    }


def _officer(one: str) -> dict[str, Any]:
    return {
        "id": one,
        "name": f"Cán bộ {one}",
        "roles": ["clerk"],
        "first": FIRST,
        "last": LAST,
        "absences": [],
    }
