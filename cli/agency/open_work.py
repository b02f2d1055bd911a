"""Open work of an agency, read from the databases: what it owes, and what the centre waits for."""

from typing import Any

from cli.agency.database_users import database_name, open_client
from cli.local_platform import LocalPlatform
from foundation.places import BEGINNING
from foundation.settings import database_of
from services.intake.domain.case.dossier import AT_AN_AGENCY, UNDER_WAY, StepState
from services.routing.domain.docket.lists import OPEN_STEPS
from services.routing.domain.docket.step import OPEN

MOST = 100
AWAITED = (StepState.PLANNED, *AT_AN_AGENCY)
TELLING = ("dockets", "explanations", "offices")


def owed_work(platform: LocalPlatform, code: str) -> list[str]:
    """Ids of the agency's open steps, unanswered explanations and unsent messages.

    At most a hundred of each.
    """
    with open_client(platform) as client:
        database = client[database_name(code)]
        return [*open_steps(database, code), *_unanswered(database), *_unsent(database)]


def awaited_steps(platform: LocalPlatform, code: str) -> list[str]:
    """Ids of the steps that the centre has ordered of the agency, or will order.

    A dossier keeps its route: what is planned would be sent to nobody if the agency were gone.
    """
    theirs = {"state": {"$in": [state.value for state in UNDER_WAY]}, "steps.agency": code}
    with open_client(platform) as client:
        dossiers = client[database_of("intake", "")]["dossiers"].find(theirs, {"steps": 1})
        return [
            str(step["id"])
            for dossier in dossiers
            for step in dossier["steps"]
            if step["agency"] == code and step["state"] in AWAITED
        ]


def open_steps(database: Any, code: str) -> list[str]:
    """Ids of the open steps in the database of the agency's desk."""
    listed = {"agency": code, "lists": OPEN_STEPS}
    dockets = database["dockets"].find(listed, {"steps": 1}).limit(MOST)
    return [
        str(step["id"]) for docket in dockets for step in docket["steps"] if step["state"] in OPEN
    ]


def _unanswered(database: Any) -> list[str]:
    asked = database["explanations"].find({"explained": None}, {"_id": 1}).limit(MOST)
    return [str(each["_id"]) for each in asked]


def _unsent(database: Any) -> list[str]:
    waits = {"outbox.at": {"$gt": BEGINNING}}
    return [
        f"{collection}/{each['_id']}"
        for collection in TELLING
        for each in database[collection].find(waits, {"_id": 1}).limit(MOST)
    ]
