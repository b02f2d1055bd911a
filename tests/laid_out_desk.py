"""A desk with what lies on it and who works there, over stores in memory."""

from datetime import timedelta

from contracts.orders import UrgeOrder
from services.routing.domain.staff.officers import AgencyProcess, Officer, OfficerBook
from services.routing.domain.staff.roles import OfficerRole
from tests.builders import at
from tests.desks import OURS, OurDesk
from tests.fakes import FakeClock

NOW = at("2026-11-25 09:40")
PLANNING = "quy-hoach"
OFFICERS = (
    Officer(id="dung", name="Phạm Văn Dũng", roles=(OfficerRole.SPECIALIST,), division=PLANNING),
    Officer(id="lan", name="Vũ Thị Lan", roles=(OfficerRole.SPECIALIST,), division=PLANNING),
    Officer(id="truong", name="Đỗ Quốc Trường", roles=(OfficerRole.HEAD,), division=PLANNING),
    Officer(id="quan", name="Hồ Minh Quân", roles=(OfficerRole.STAFF,)),
)
WAY = AgencyProcess(roles=(OfficerRole.SPECIALIST, OfficerRole.HEAD), division=PLANNING)
HOURS = {"d1": -30, "d2": 4, "d3": 76, "d4": 24 * 9, "d5": 24 * 12}
NAMES = ("Công ty Cổ phần Đầu tư và Phát triển Hạ tầng Đô thị miền Trung", "Nguyễn Thị Hoa")


def desk(clock: FakeClock | None = None) -> OurDesk:
    """Five dossiers, the first late and urged, two of them Dũng's, and 30 more to page by."""
    ours = OurDesk(clock=clock or FakeClock(NOW))
    book = OfficerBook(id=OURS, agency=OURS, officers=OFFICERS, ways=(WAY,))
    ours.offices.save(book)
    for number, (dossier, hours) in enumerate(HOURS.items()):
        ours.order(
            dossier,
            f"{dossier}.1",
            code=f"000.00.00.H41-261123-{number + 1:04}",
            due=ours.clock.now() + timedelta(hours=hours),
            applicant=NAMES[number % 2],
            documents=(f"doc-{number}", "doc-plan"),
        )
    for number in range(30):
        ours.order(
            f"m{number:02}",
            f"m{number:02}.1",
            code=f"000.00.00.H41-261124-{number + 1:04}",
            due=ours.clock.now() + timedelta(days=20 + number),
        )
    for dossier in ("d1", "d2"):
        ours.service.take(ours.request(officer="dung"), f"{dossier}.1")
    order = UrgeOrder(
        agency=OURS,
        step="d1.1",
        urging="u1",
        words="Đề nghị báo cáo lý do chậm.",
        answer_by=NOW + timedelta(days=1),
    )
    ours.service.urge(order, ours.about("d1", "urge", 2))
    return ours
