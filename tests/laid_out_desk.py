"""A desk with what lies on it and who works there, over stores in memory."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.orders import Branch, ExplainOrder, RefusalOrder, RouteOrder, UrgeOrder
from contracts.procedure import Join, Stage, Task
from contracts.replies import ExtensionReply
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
    _duties(ours)
    return ours


def route(**changes: Any) -> RouteOrder:
    """The route of the dossier `r1`, which the agency leads: two others are out."""
    due = NOW + timedelta(days=5)
    order = RouteOrder(
        agency=OURS,
        code="000.00.00.H41-261123-0900",
        procedure="1.009645",
        procedure_name="Chấp thuận chủ trương đầu tư",
        stage=0,
        join=Join.LEAD,
        branches=(
            Branch(step="r1.1", agency=OURS, action="thẩm định", state="done"),
            Branch(step="r1.2", agency="so-tai-nguyen-moi-truong", action="<b>", state="open"),
            Branch(step="r1.3", agency="so-xay-dung-2", action="x", state="waiting", due=due),
        ),
        planned=(
            Stage(tasks=(Task(agency=OURS, action="báo cáo <b>", amount=5),)),
            Stage(tasks=(Task(agency="ubnd-tinh", action="ký", amount=3, decides=True),)),
        ),
    )
    return replace(order, **changes)


def _duties(ours: OurDesk) -> None:
    """What is asked of the agency beside steps: a route, a refused answer, a question."""
    ours.service.lead(route(), ours.about("r1", "lead"))
    refusal = RefusalOrder(
        agency=OURS,
        answer=ExtensionReply.TYPE,
        said=NOW,
        vi="Ngày hẹn mới phải sau hạn hiện nay.",
        en="The new date comes after the present one.",
        article="NĐ 61/2018 Đ19.9",
        step="d3.1",
        state="open",
    )
    ours.service.be_refused(refusal, ours.about("d3", "refusal", 2))
    question = ExplainOrder(
        agency=OURS,
        dossier="d1",
        question="Người dân phản ánh <b>: vì sao hồ sơ chậm 30 giờ?",
        answer_by=NOW + timedelta(days=2),
    )
    ours.service.ask(question, ours.about("f1", "explain"))
