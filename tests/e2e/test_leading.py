"""Over real processes: the lead goes on without one and orders anew; who errs is told."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from cli.journey.store_inspectors import StoreInspector
from contracts.envelope import write_time
from tests.e2e.running import Running
from tests.processes import until

CODE = "9.900601"
LEAD, ANSWERS, SILENT = "so-ke-hoach-dau-tu", "so-xay-dung", "so-tai-nguyen-moi-truong"
DECIDES = "ubnd-tinh"
DECISION = {"tasks": [{"agency": DECIDES, "action": "chấp thuận", "amount": 3, "decides": True}]}


@pytest.fixture(scope="module")
def block(running: Running) -> "Block":
    """A dossier whose first stage three agencies have side by side; one of them leads."""
    opinions = [
        {"agency": each, "action": "có ý kiến", "amount": 7} for each in (LEAD, ANSWERS, SILENT)
    ]
    summary = {"tasks": [{"agency": LEAD, "action": "lập báo cáo", "amount": 5}]}
    content = {
        "name": "Thủ tục có cơ quan chủ trì",
        "field": "Đầu tư",
        "agency": LEAD,
        "agency_name": "Sở Kế hoạch và Đầu tư",
        "time": {"unit": "working_days", "amount": 17},
        "papers": [],
        "route": [{"tasks": opinions, "join": "lead"}, summary, DECISION],
        "illustrative": True,
        "at_centre": [{"since": "2019-12-31"}],
    }
    made = Block(running, "")
    made.ok("publisher", "catalogue", f"/procedures/{CODE}", "PUT", json=content)
    made.ok("publisher", "catalogue", f"/procedures/{CODE}/publish", "POST", json={})
    until(lambda: running.call("clerk", "intake", f"/procedures/{CODE}").is_success)
    body = {
        "procedure": CODE,
        "channel": "online",
        "applicant": {"name": "Trần Thị Ví Dụ", "phone": "0912345677"},
        "documents": [],
    }
    dossier = made.ok("citizen:citizen-led", "intake", "/dossiers", "POST", json=body)["id"]
    made.ok("clerk", "intake", f"/dossiers/{dossier}/accept", "POST", json={})
    return Block(running, dossier)


class Block:
    """The dossier, and the desks that have it."""

    def __init__(self, running: Running, dossier: str) -> None:
        self.running = running
        self.dossier = dossier

    def ok(self, who: str, service: str, path: str, method: str = "GET", **rest: Any) -> Any:
        answer = self.running.call(who, service, path, method, **rest)
        assert answer.is_success, answer.text
        return answer.json()

    def desk(self, agency: str, path: str, body: object = None) -> Any:
        """What the agency's desk answers; with a body something is done there."""
        who, rest = f"officer:an:{agency}", {} if body is None else {"json": body}
        method = "GET" if body is None else "POST"
        return self.ok(who, f"routing:{agency}", path, method, **rest)

    def step(self, agency: str, stage: int, place: int = 0) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.desk(agency, f"/steps/{self.dossier}.{stage}.{place}")
        return found

    def act(self, agency: str, place: str, what: str, body: object) -> Any:
        return self.desk(agency, f"/steps/{self.dossier}.{place}/{what}", body)

    def arrives(self, agency: str, place: str) -> None:
        url, who = f"/steps/{self.dossier}.{place}", f"officer:an:{agency}"
        until(lambda: self.running.call(who, f"routing:{agency}", url).is_success, within=30)

    def route(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.desk(LEAD, f"/routes/{self.dossier}")["route"] or {}
        return found

    def out(self) -> set[str]:
        return {each["agency"] for each in self.route()["branches"] if each["state"] == "open"}

    def comes_true(self, look: Callable[[], Any]) -> None:
        until(look, within=30)


def test_a_second_apology_is_refused_and_its_desk_is_told_with_the_article(block: Block) -> None:
    buried = StoreInspector(block.running.platform).dead_letter_counts()
    for place, agency in enumerate((LEAD, ANSWERS, SILENT)):
        block.arrives(agency, f"0.{place}")
    owned = block.ok("clerk", "intake", f"/dossiers/{block.dossier}")
    due = datetime.fromisoformat(owned["due"])
    first, second = due + timedelta(days=7), due + timedelta(days=14)
    block.act(SILENT, "0.2", "extend", {"due": write_time(first), "reason": "chờ Bộ"})
    block.comes_true(lambda: datetime.fromisoformat(block.step(SILENT, 0, 2)["due"]) >= first)
    before = block.step(ANSWERS, 0, 1)
    block.act(ANSWERS, "0.1", "extend", {"due": write_time(second), "reason": "chờ Sở"})

    def refusals() -> list[dict[str, Any]]:
        listed = block.desk(ANSWERS, "/refusals")["refusals"]
        return [each for each in listed if each["dossier"] == block.dossier]

    block.comes_true(refusals)
    (refused,) = refusals()
    assert (refused["answer"], refused["article"]) == ("reply.extension", "NĐ 118/2025")
    assert "một lần" in refused["vi"]
    assert "once" in refused["en"]
    after = block.step(ANSWERS, 0, 1)
    assert (after["due"], after["extension"]) == (before["due"], None)
    assert [each["number"] for each in after["refusals"]] == [refused["number"]]
    block.desk(ANSWERS, f"/refusals/{block.dossier}/{refused['number']}/seen", {})
    assert refusals() == []
    assert StoreInspector(block.running.platform).dead_letter_counts() == buried


def test_the_lead_orders_anew_goes_on_without_one_and_the_way_ends(block: Block) -> None:
    assert block.out() == {LEAD, ANSWERS, SILENT}
    stranger = block.running.call(
        f"officer:an:{SILENT}",
        f"routing:{SILENT}",
        f"/routes/{block.dossier}/proceed",
        "POST",
        json={"stage": 0},
    )
    assert stranger.status_code == 409
    block.desk(LEAD, f"/routes/{block.dossier}/reroute", {"stage": 0, "stages": [DECISION]})
    block.comes_true(lambda: [len(each["tasks"]) for each in block.route()["planned"]] == [1])
    assert block.route()["asked"] is None
    block.act(ANSWERS, "0.1", "complete", {"outcome": "agreed"})
    block.comes_true(lambda: block.out() == {LEAD, SILENT})
    block.desk(LEAD, f"/routes/{block.dossier}/proceed", {"stage": 0})
    block.comes_true(lambda: block.step(SILENT, 0, 2)["state"] == "withdrawn")
    block.act(LEAD, "0.0", "complete", {"outcome": "agreed"})
    block.arrives(DECIDES, "1.0")
    written = block.running.upload(f"officer:an:{DECIDES}", "quyết định")
    block.act(DECIDES, "1.0", "complete", {"outcome": "approved", "document": written})
    shown = f"/dossiers/{block.dossier}"
    block.comes_true(lambda: block.ok("clerk", "intake", shown)["state"] == "resolved")
    block.comes_true(lambda: not block.route())
