"""A desk on a real socket over stores in memory: `python -m tests.integration.desk_served`.

The argument is that of `served`. `desk()` says what lies on it and who works there.
"""

from foundation.runtime.patch import patch

patch()

from datetime import timedelta  # noqa: E402 -- nothing before the patch
from types import SimpleNamespace  # noqa: E402 -- nothing before the patch

from contracts.orders import UrgeOrder  # noqa: E402 -- nothing before the patch
from services.routing.domain.staff.officers import AgencyProcess, Officer, OfficerBook  # noqa: E402
from services.routing.domain.staff.roles import OfficerRole  # noqa: E402
from services.routing.service import Routing  # noqa: E402 -- nothing before the patch
from tests.builders import AGENCIES, at  # noqa: E402 -- nothing before the patch
from tests.desks import OURS, OurDesk  # noqa: E402 -- nothing before the patch
from tests.fakes import FakeClock, FakeRulebook  # noqa: E402 -- nothing before the patch
from tests.integration.doors_served import doors_of  # noqa: E402 -- nothing before the patch
from tests.integration.served import serve  # noqa: E402 -- nothing before the patch

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


def doors(laid_out: OurDesk) -> type:
    """The desk's doors over what `desk` laid out; denials are recorded with its readings."""
    return doors_of(
        Routing,
        settings=SimpleNamespace(agency=OURS, agencies=AGENCIES),
        clock=laid_out.clock,
        dockets=laid_out.dockets,
        explanations=laid_out.explanations,
        offices=laid_out.offices,
        readings=laid_out.readings,
        calendars=laid_out.calendars,
        rulebook=FakeRulebook(),
        job_runner=None,
    )


if __name__ == "__main__":
    serve(doors(desk()))
