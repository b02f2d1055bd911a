"""The acting officer with roles and rights, and the check that an order is for this agency."""

from dataclasses import dataclass
from datetime import datetime

from foundation.errors import Forbidden
from services.routing.domain.staff.roles import RIGHTS, OfficerRole, Right


@dataclass(frozen=True)
class OfficerAct:
    """The actor of a request: an officer (a token's subject), the moment (UTC), the roles.

    `roles` and `division` come from the agency's book of officers; without `roles` the agency
    keeps no book, and whoever it lets in may do everything.
    """

    officer: str
    now: datetime
    roles: frozenset[OfficerRole] | None = None
    division: str = ""

    def may(self, right: Right) -> bool:
        """Whether one of the roles has the right."""
        return self.roles is None or any(right in RIGHTS[role] for role in self.roles)

    def must(self, right: Right) -> None:
        """Forbidden, unless one of the roles has the right."""
        if not self.may(right):
            raise Forbidden(
                "Vai trò của ông/bà ở cơ quan không có quyền làm việc này.",
                "Your role at the agency has no right to do this.",
            )


def must_be_ours(ordered: str, agency: str) -> None:
    """Refuse an order that was meant for another agency (Forbidden)."""
    if ordered != agency:
        raise Forbidden("Lệnh này của cơ quan khác.", "This order is another agency's.")
