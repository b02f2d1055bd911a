"""The roles of an agency's people (domain of TT 22/2019), and what each of them may do and see."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the agency; a step stands with one of the first five."""

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


PLACES = (Role.CLERK, Role.SPECIALIST, Role.HEAD, Role.LEADER, Role.SEAL)
OF_A_DIVISION = (Role.SPECIALIST, Role.HEAD)

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.CLERK: frozenset({Right.OWN, Right.AGENCY, Right.WORK}),
    Role.SPECIALIST: frozenset({Right.OWN, Right.DIVISION, Right.WORK}),
    Role.HEAD: frozenset({Right.OWN, Right.DIVISION, Right.WORK, Right.SHARE}),
    Role.LEADER: frozenset({Right.OWN, Right.DIVISION, Right.AGENCY, Right.WORK, Right.SHARE}),
    Role.SEAL: frozenset({Right.OWN, Right.WORK}),
    Role.WATCHER: frozenset({Right.AGENCY}),
    Role.STAFF: frozenset({Right.STAFF}),
}
