"""The chains of the procedures file as procedures that can be travelled.

Eight have no code and every third step no time: here, and only here, such a chain gets a code of
its own and such a step a day. Half days are whole ones. Everything else is the file's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from cli.embedded.data_folder import ROOT
from foundation.text.folding import fold
from services.catalogue.domain.words import unbracketed

FILE = ROOT / "catalogue-data" / "procedures.json"
CENTRE, APPLICANT = "trung-tam", "applicant"
LAND_OFFICE, LAND = "van-phong-dang-ky-dat-dai", "so-tai-nguyen-moi-truong"
REGISTRAR, BUILDING = "so-ke-hoach-dau-tu", "so-xay-dung"
POLICE, MILITARY, COMMUNE = "cong-an-tinh", "bo-chqs-tinh", "ubnd-xa"
TAX, TREASURY, JUSTICE = "cuc-thue-tinh", "kho-bac-nha-nuoc", "so-tu-phap"

# What agency-names.json leaves open: whom a person at the centre would take these words for.
WORDS: Mapping[str, Sequence[str]] = {
    "Trung tâm PVHCC / Cơ quan đăng ký đầu tư": (REGISTRAR,),
    "Cơ quan đăng ký đầu tư": (REGISTRAR,),
    "Các sở, UBND cấp xã, cơ quan liên quan (Công an tỉnh, Bộ CHQS tỉnh nếu nhạy cảm)": (
        *(BUILDING, LAND, COMMUNE, POLICE, MILITARY),
    ),
    "Cơ quan được hỏi ý kiến (PCCC, TNMT, quốc phòng, VHTT…)": (POLICE, LAND, MILITARY),
    "Cục Thuế / Chi cục Thuế": (TAX,),
    "Người sử dụng đất → Kho bạc Nhà nước / ngân hàng": (TREASURY,),
    "Người sử dụng đất → Kho bạc Nhà nước": (TREASURY,),
    "VPĐKĐĐ/Sở TNMT": (LAND,),
    "Lãnh đạo VPĐKĐĐ/Sở": (LAND_OFFICE,),
    "Lãnh đạo VPĐKĐĐ": (LAND_OFFICE,),
    "Văn phòng đăng ký đất đai → Trung tâm PVHCC": (LAND_OFFICE,),
    "VPĐKĐĐ → Trung tâm PVHCC": (LAND_OFFICE,),
    "Sở TNMT / Lãnh đạo VPĐKĐĐ": (LAND,),
    "Sở TNMT (nay Sở NN&MT) + VPĐKĐĐ": (LAND, LAND_OFFICE),
    "Sở TNMT / VPĐKĐĐ": (LAND,),
    "Chủ dự án": (APPLICANT,),
    "Cơ quan tham mưu (Sở TNMT)": (LAND,),
    "Trung tâm PVHCC / Sở Tư pháp": (JUSTICE,),
    "Trung tâm PVHCC / bưu chính": (CENTRE,),
    "Cơ quan đã cấp giấy tờ": ("co-quan-cap-giay-to",),
    "Trung tâm PVHCC / Sở Ngoại vụ": ("so-ngoai-vu",),
    "Cục Lãnh sự – Bộ Ngoại giao": ("cuc-lanh-su",),
    "Trung tâm Dịch vụ việc làm": ("trung-tam-dich-vu-viec-lam",),
    "UBND cấp huyện": ("ubnd-huyen",),
}

Task = dict[str, Any]


@dataclass(frozen=True)
class Chain:
    """A procedure's code, its row of the file, and its way.

    `asks` are the stages whose first agency sends the dossier back to the applicant.
    """

    code: str
    row: Mapping[str, Any]
    stages: tuple[tuple[Task, ...], ...]
    asks: frozenset[int] = frozenset()

    @property
    def as_row(self) -> dict[str, Any]:
        """What the catalogue's own reader takes, with time enough for all the stages."""
        needed = sum(max(task["amount"] for task in stage) for stage in self.stages)
        return {
            **self.row,
            "code": self.code,
            "time_unit": self.row["time_unit"] or "ngày làm việc",
            "time_value": max(self.row["time_value"] or 0, needed),
        }

    @property
    def route(self) -> list[list[Task]]:
        """As routes.json writes it."""
        return [list(stage) for stage in self.stages]

    def cut(self, code: str, *, task: Task, **row: Any) -> "Chain":
        """The same agencies in the same order under another code, each task changed like this."""
        stages = tuple(tuple(_changed(each, task) for each in stage) for stage in self.stages)
        return replace(self, code=code, stages=stages, row={**self.row, **row, "time_value": 0})


@cache
def chains() -> dict[str, Chain]:
    """The twenty-four, by code."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    found = [_chain(row) for row in rows if row.get("lien_thong")]
    return {each.code: each for each in found}


def _chain(row: Mapping[str, Any]) -> Chain:
    stages: list[list[Task]] = []
    asks = set()
    for step in sorted(row["lien_thong"]["steps"], key=lambda each: each["order"]):
        who = _agencies(step["agency"])
        tasks = [_task(step, agency) for agency in who]
        if who == (APPLICANT,):
            asks.add(len(stages) - 1)
        elif who == (CENTRE,) or step["duration"] == 0:
            continue  # handing over is the centre's own work
        elif step["mode"] == "parallel" and len(who) == 1:
            stages[-1] += tasks
        else:
            stages.append(tasks)
    (last,) = stages[-1]
    last.update(decides=True, on_silence="escalate")
    code = row["code"] or f"9.{100_000 + row['id']}"
    return Chain(code, row, tuple(tuple(each) for each in stages), frozenset(asks))


def _changed(task: Task, change: Task) -> Task:
    """Silence never decides."""
    return {**task, **change, **({"on_silence": "escalate"} if task.get("decides") else {})}


def _agencies(words: str) -> tuple[str, ...]:
    if words in WORDS:
        return tuple(WORDS[words])
    names = json.loads((FILE.parent / "agency-names.json").read_text(encoding="utf-8"))
    return ({fold(name): code for name, code in names.items()}[fold(unbracketed(words))],)


def _task(step: Mapping[str, Any], agency: str) -> Task:
    return {
        "agency": agency,
        "action": step["action"],
        "amount": max(1, int(step["duration"] or 1)),
        "unit": step["unit"] or "ngày làm việc",
        "clock": step["clock"],
        "on_silence": "consent" if "= đồng ý" in step["action"] else "escalate",
    }
