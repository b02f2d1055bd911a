"""The roles of an agency's people (domain of TT 22/2019), and what each of them may do and see."""

from collections.abc import Mapping
from enum import StrEnum


class OfficerRole(StrEnum):
    """A role at the agency; a step stands with one of the first five."""

    CLERK = "clerk"
    SPECIALIST = "specialist"
    HEAD = "head"
    LEADER = "leader"
    SEAL = "seal"
    WATCHER = "watcher"
    STAFF = "staff"


class Right(StrEnum):
    """What a role may do at the desk.

    `own` sees the steps one holds or held, `division` those of one's division, `agency` all;
    `work` acts on steps that stand with the role, `share` gives others work, `staff` keeps the
    book of officers.
    """

    OWN = "own"
    DIVISION = "division"
    AGENCY = "agency"
    WORK = "work"
    SHARE = "share"
    STAFF = "staff"


PLACES = (
    OfficerRole.CLERK,
    OfficerRole.SPECIALIST,
    OfficerRole.HEAD,
    OfficerRole.LEADER,
    OfficerRole.SEAL,
)
OF_A_DIVISION = (OfficerRole.SPECIALIST, OfficerRole.HEAD)

RIGHTS: Mapping[OfficerRole, frozenset[Right]] = {
    OfficerRole.CLERK: frozenset({Right.OWN, Right.AGENCY, Right.WORK}),
    OfficerRole.SPECIALIST: frozenset({Right.OWN, Right.DIVISION, Right.WORK}),
    OfficerRole.HEAD: frozenset({Right.OWN, Right.DIVISION, Right.WORK, Right.SHARE}),
    OfficerRole.LEADER: frozenset(
        {Right.OWN, Right.DIVISION, Right.AGENCY, Right.WORK, Right.SHARE}
    ),
    OfficerRole.SEAL: frozenset({Right.OWN, Right.WORK}),
    OfficerRole.WATCHER: frozenset({Right.AGENCY}),
    OfficerRole.STAFF: frozenset({Right.STAFF}),
}
