"""The scenario of the journey: procedure 1.009645, from the first upload to the explanation."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

from cli.catalogue.csv_and_json import known_beside, rows_of
from cli.catalogue.importer import ImportStatus, import_row, open_catalogue
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from cli.journey.action_log import ActionLog
from cli.journey.actors import Actor, Cast, sha256, wait_for_files, wait_until
from cli.journey.duplicate_message import publish_duplicate
from cli.journey.sample_pdf import pdf
from cli.language import localized
from cli.local_platform import LocalPlatform
from foundation.files.clamd import TEST_FILE

PROCEDURE = "1.009645"
REGISTRAR, CHAIRMAN = "so-ke-hoach-dau-tu", "ubnd-tinh"
ASKS_FOR_MORE, IS_DOUBLED = "so-xay-dung", "so-tai-nguyen-moi-truong"
ACTIONS = 35
_DATA = ROOT / "catalogue-data"


DENUNCIATION = {
    "name": "Quàng Thị Xuyến Chi",
    "address": "47 hẻm Kỳ Đồng, phường 9",
    "phone": "0987604321",
    "accused": "Tạ Vĩnh Khoát",
    "text": "Ông Khoát nhận phong bì ở quán Mây Hồng.",
}
"""What is sealed as it comes in; none of it may be seen again anywhere."""


@dataclass
class JourneyTraces:
    """What the checks after a journey need to know: ids, digests of uploads, the due date."""

    dossier: str = ""
    code: str = ""
    due: str = ""
    feedback: str = ""
    denunciation: str = ""
    infected: str = ""
    signed: str = ""
    uploads: dict[str, str] = field(default_factory=dict)
    repeated: str = ""


class Scenario:
    """Runs the journey, action after action."""

    def __init__(self, platform: LocalPlatform, cast: Cast, log: ActionLog) -> None:
        """Does nothing yet."""
        self.traces = JourneyTraces()
        self._platform = platform
        self._cast = cast
        self._log = log
        self._names = {each.code: each.name for each in platform.agencies}

    def run(self) -> JourneyTraces:
        """Run all actions in their order.

        Raises:
            CliError: a service refused, or something did not happen in time.
        """
        self._publish()
        self._hand_in()
        self._accept()
        self._one_step(REGISTRAR, "agreed", "gửi lấy ý kiến", "sends for opinions")
        self._opinions()
        self._one_step(REGISTRAR, "agreed", "báo cáo thẩm định", "appraisal report")
        self._one_step(CHAIRMAN, "approved", "quyết định", "decision")
        self._return()
        self._complain()
        self._denounce()
        self._upload_what_is_looked_into()
        return self.traces

    def _publish(self) -> None:
        who = localized("Trung tâm", "The centre")
        with self._log.action(who, f"công bố thủ tục {PROCEDURE}", f"publishes {PROCEDURE}"):
            file = _DATA / "procedures.json"
            line, row = next(each for each in rows_of(file) if each[1].get("code") == PROCEDURE)
            with open_catalogue(self._platform.folder) as client:
                result = import_row(client, line, row, known_beside(file))
        if result.status not in (ImportStatus.PUBLISHED, ImportStatus.UNCHANGED):
            raise CliError(
                f"Không công bố được thủ tục {PROCEDURE}: {result.reason}",
                f"The procedure {PROCEDURE} could not be published: {result.reason}",
            )

    def _hand_in(self) -> None:
        citizen, who = self._cast.citizen, localized("Công dân", "The citizen")
        with self._log.action(who, "đọc thủ tục đã công bố", "reads the published procedure"):
            procedure = citizen.get("catalogue", f"/procedures/{PROCEDURE}")
            papers = [each["name"] for each in procedure["papers"] if each["required"]]
        with self._log.action(
            who, f"tải lên {len(papers)} giấy tờ", f"uploads {len(papers)} papers"
        ):
            documents = [{"paper": name, "id": self._upload(citizen, name)} for name in papers]
        body = {"procedure": PROCEDURE, "channel": "online", "applicant": self._cast.applicant}
        with self._log.action(who, "nộp hồ sơ trực tuyến", "hands the dossier in"):
            self._wait_until_intake_knows()
            receipt = citizen.post("intake", "/dossiers", body | {"documents": documents})
            wait_for_files(citizen, receipt["id"])
        self.traces.dossier = receipt["id"]

    def _accept(self) -> None:
        dossier, clerk = self.traces.dossier, self._cast.clerk
        who = localized("Cán bộ một cửa", "The clerk")
        with self._log.action(
            who, "kiểm tra, tiếp nhận, cấp mã", "checks, accepts, gives the code"
        ):
            receipt = clerk.post("intake", f"/dossiers/{dossier}/accept")
        self.traces.code, self.traces.due = receipt["code"], receipt["due"]

    def _one_step(self, agency: str, outcome: str, vi: str, en: str) -> None:
        step = self._arrives(agency)
        self._complete(agency, step, outcome, vi, en)

    def _opinions(self) -> None:
        route = self._cast.citizen.get("catalogue", f"/procedures/{PROCEDURE}")["route"]
        widest = max(route, key=lambda stage: len(stage["tasks"]))
        agencies = [task["agency"] for task in widest["tasks"]]
        with ThreadPoolExecutor(len(agencies)) as side_by_side:
            # The context carries the language of this run into each thread.
            begun = [side_by_side.submit(copy_context().run, self._opinion, a) for a in agencies]
        for each in begun:
            each.result()

    def _opinion(self, agency: str) -> None:
        step = self._arrives(agency)
        if agency == ASKS_FOR_MORE:
            self._supplement(agency, step)
        self._complete(agency, step, "agreed", "cho ý kiến", "gives its opinion")
        if agency == IS_DOUBLED:
            with self._log.action(
                self._names[agency],
                "gửi lại lần hai cùng một tin nhắn (chỉ được tính một lần)",
                "sends the same message a second time (must count once)",
            ):
                self.traces.repeated = publish_duplicate(
                    self._platform, agency, self.traces.dossier, step
                )

    def _supplement(self, agency: str, step: str) -> None:
        officer, name = self._cast.officers[agency], self._names[agency]
        paper = localized("Bản vẽ mặt bằng tổng thể", "General ground plan")
        need = {"papers": [paper], "reason": "Bản vẽ chưa thể hiện ranh giới khu đất."}
        with self._log.action(name, "yêu cầu bổ sung một giấy tờ", "asks for one more paper"):
            officer.post("routing", f"/steps/{step}/take")
            officer.post("routing", f"/steps/{step}/supplement", need)
        citizen, dossier = self._cast.citizen, self.traces.dossier
        with self._log.action(
            localized("Công dân", "The citizen"),
            "thấy yêu cầu, nộp bổ sung",
            "sees what is asked, and supplies it",
        ):
            wait_until(lambda: self._asked(dossier), "yêu cầu bổ sung", "request for papers")
            documents = [{"paper": paper, "id": self._upload(citizen, paper)}]
            citizen.post("intake", f"/dossiers/{dossier}/supplement", {"documents": documents})
        with self._log.action(name, "nhận giấy tờ bổ sung", "has the paper"):
            path = f"/steps/{step}"
            wait_until(
                lambda: officer.get("routing", path)["state"] != "waiting",
                "giấy tờ bổ sung tại cơ quan",
                "paper at the agency",
            )

    def _complete(self, agency: str, step: str, outcome: str, vi: str, en: str) -> None:
        officer, name = self._cast.officers[agency], self._names[agency]
        with self._log.action(name, vi, en):
            if officer.get("routing", f"/steps/{step}")["state"] == "received":
                officer.post("routing", f"/steps/{step}/take")
            document = self._upload(officer, f"{name}: {vi}")
            done = {"outcome": outcome, "document": document}
            officer.post("routing", f"/steps/{step}/complete", done)

    def _return(self) -> None:
        citizen, clerk, dossier = self._cast.citizen, self._cast.clerk, self.traces.dossier
        with self._log.action(
            localized("Hệ thống", "The platform"), "hồ sơ đã có kết quả", "the dossier is resolved"
        ):
            wait_until(lambda: self._shown()["state"] == "resolved", "kết quả", "result")
        result = self._shown()["result"]
        with self._log.action(
            localized("Công dân", "The citizen"), "tải kết quả về", "downloads the result"
        ):
            wait_until(
                lambda: citizen.can_get("documents", f"/documents/{result}"),
                "kết quả",
                "result to read",
            )
            self._must_be_the_same(citizen, result)
        with self._log.action(
            localized("Cán bộ một cửa", "The clerk"), "trả kết quả", "hands it over"
        ):
            clerk.post("intake", f"/dossiers/{dossier}/return", {"channel": "online"})
        rating = {"dossier": dossier, "score": 2, "comment": "Nhanh, rõ ràng."}
        with self._log.action(
            localized("Công dân", "The citizen"), "đánh giá: rất hài lòng", "rates it"
        ):
            wait_until(lambda: self._rated(rating), "quyền đánh giá", "right to rate")

    def _complain(self) -> None:
        citizen, centre = self._cast.citizen, self._cast.centre
        who, text = localized("Công dân", "The citizen"), "Sở yêu cầu bản vẽ đã có trong hồ sơ."
        words = {"kind": "complaint", "about": ASKS_FOR_MORE, "text": text}
        with self._log.action(who, "phản ánh về một cơ quan", "complains about one agency"):
            given = citizen.post("feedback", "/feedback", words | {"dossier": self.traces.dossier})
            self.traces.feedback = given["id"]
        with self._log.action(
            localized("Trung tâm", "The centre"), "chuyển cơ quan giải trình", "asks it"
        ):
            centre.post("feedback", f"/feedback/{given['id']}/forward")
        officer = self._cast.officers[ASKS_FOR_MORE]
        said = {"explanation": "Bản vẽ trong hồ sơ thiếu ranh giới; Sở xin lỗi vì chưa nói rõ."}
        with self._log.action(self._names[ASKS_FOR_MORE], "giải trình", "explains itself"):
            wait_until(lambda: self._owed(officer, given["id"]), "yêu cầu giải trình", "question")
            officer.post("routing", f"/explanations/{given['id']}", said)
        path = f"/feedback/{given['id']}"
        with self._log.action(
            localized("Trung tâm", "The centre"), "duyệt giải trình", "approves the explanation"
        ):
            wait_until(
                lambda: centre.get("feedback", path)["state"] == "explained",
                "giải trình chờ duyệt",
                "explanation to approve",
            )
            centre.post("feedback", f"{path}/approve", {"outcome": "upheld"})
        with self._log.action(who, "nhận được giải trình", "reads the explanation"):
            wait_until(
                lambda: citizen.get("feedback", path)["explanation"], "giải trình", "explanation"
            )

    def _denounce(self) -> None:
        with self._log.action(
            localized("Công dân", "The citizen"), "tố cáo một cán bộ", "denounces an officer"
        ):
            given = self._cast.citizen.post("feedback", "/denunciations", DENUNCIATION)
            self.traces.denunciation = given["id"]

    def _upload_what_is_looked_into(self) -> None:
        from foundation.pdf.throw_away_signature import signed  # noqa: PLC0415 -- takes a second

        citizen, who = self._cast.citizen, localized("Công dân", "The citizen")
        with self._log.action(who, "tải lên một tệp có mã độc", "uploads a file with malware"):
            self.traces.infected = citizen.upload("nhiem-ma-doc.pdf", b"%PDF-1.7 " + TEST_FILE)
        with self._log.action(who, "tải lên một PDF đã ký số", "uploads a signed PDF"):
            title = localized("Giấy xác nhận quy hoạch", "Zoning certificate")
            content = signed(pdf(title, localized("Đã ký số.", "Digitally signed.")))
            self.traces.signed = citizen.upload("da-ky-so.pdf", content)

    # What is awaited.

    def _arrives(self, agency: str) -> str:
        with self._log.action(
            self._names[agency], "lệnh đến bàn xử lý", "has the order at its desk"
        ):
            return wait_until(
                lambda: self._waiting_step(agency),
                f"hồ sơ tại {self._names[agency]}",
                f"dossier at {self._names[agency]}",
            )

    def _waiting_step(self, agency: str) -> str | None:
        officer = self._cast.officers[agency]
        listed = officer.each("routing", "/steps?state=received&limit=200", "steps")
        mine = (each["id"] for each in listed if each["id"].startswith(self.traces.dossier))
        return next(mine, None)

    def _wait_until_intake_knows(self) -> None:
        clerk = self._cast.clerk
        wait_until(
            lambda: clerk.can_get("intake", f"/procedures/{PROCEDURE}"),
            "thủ tục tại bộ phận tiếp nhận",
            "procedure at the counter",
        )

    def _asked(self, dossier: str) -> list[Any]:
        shown = self._cast.citizen.get("intake", f"/dossiers/{dossier}")
        return list(shown["to_supply"])

    def _shown(self) -> Mapping[str, Any]:
        shown: Mapping[str, Any] = self._cast.citizen.get(
            "intake", f"/dossiers/{self.traces.dossier}"
        )
        return shown

    def _rated(self, rating: Mapping[str, Any]) -> bool:
        try:
            self._cast.citizen.post("feedback", "/ratings", rating)
        except CliError as error:
            # Feedback learns a moment later that the dossier was handed over.
            if re.search(r"\((404|409)\)", str(error)):
                return False
            raise
        return True

    def _owed(self, officer: Actor, feedback: str) -> bool:
        owed = officer.each("routing", "/explanations?limit=200", "explanations")
        return any(each["id"] == feedback for each in owed)

    def _upload(self, person: Actor, title: str) -> str:
        content = pdf(
            title, localized("Hồ sơ minh họa của motcua.", "A sample paper of motcua."), title
        )
        document = person.upload(f"{title[:60]}.pdf", content)
        self.traces.uploads[document] = sha256(content)
        return document

    def _must_be_the_same(self, person: Actor, document: str) -> None:
        if sha256(person.download(document)) != self.traces.uploads[document]:
            raise CliError(
                f"Tệp {document} tải về khác tệp đã tải lên.",
                f"The document {document} is not the one that was uploaded.",
            )
