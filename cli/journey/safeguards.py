"""What the journey shows of safeguards: malware, a signature, a relayed explanation, a secret."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.journey.actors import Cast, wait_until
from cli.journey.scenario import JourneyTraces
from cli.journey.store_inspectors import StoreInspector
from cli.language import localized
from cli.local_platform import LocalPlatform
from contracts.envelope import read_time
from foundation.worktime import HO_CHI_MINH

_CONTENT = {
    "whole": ("chữ ký đúng, tệp không đổi", "the signature holds, nothing was changed"),
    "extended": ("chữ ký đúng, phần ký không đổi", "the signature holds, what it covers is whole"),
}
_OUTCOME = {
    "upheld": ("đúng", "upheld"),
    "partly": ("đúng một phần", "upheld in part"),
    "refuted": ("không đúng", "refuted"),
}


def show_safeguards(
    platform: LocalPlatform, cast: Cast, traces: JourneyTraces, console: Console
) -> None:
    """Print what became of the two files, the complaint and the denunciation."""
    table = Table(title=localized("Giấy tờ đáng tin, tiếng nói được bảo vệ", "Papers and voices"))
    table.add_column(localized("Điều gì", "What"))
    table.add_column(localized("Hệ thống cho thấy", "What the platform shows"), overflow="fold")
    infected = cast.citizen.get("documents", f"/documents/{traces.infected}")
    answered = cast.citizen.get("feedback", f"/feedback/{traces.feedback}")
    rows = (
        (("Tệp có mã độc", "A file with malware"), quarantine_in_words(infected)),
        (("PDF đã ký số", "A signed PDF"), signature_in_words(_read(cast, traces.signed))),
        (("Khiếu nại", "A complaint"), _relayed(answered)),
        (("Tố cáo, trong nhật ký", "A denunciation, in the log"), _logged(platform, traces)),
    )
    for name, said in rows:
        table.add_row(localized(*name), Text(said))
    console.print(table)


def quarantine_in_words(document: Mapping[str, Any]) -> str:
    """What became of a file with malware; says so where there is no scanner."""
    if document["state"] == "quarantined":
        found = document["scan"]["finding"]
        return localized(
            f"bị cách ly ({found}); không ai tải về được",
            f"quarantined ({found}); nobody can download it",
        )
    return localized(
        "ở đây không có trình quét nên chỉ ghi là chưa quét (cài clamav-daemon)",
        "there is no scanner here, so that it is marked as not scanned (install clamav-daemon)",
    )


def _read(cast: Cast, document: str) -> Mapping[str, Any]:
    def signing() -> Mapping[str, Any] | None:
        shown = cast.citizen.get("documents", f"/documents/{document}")["signing"]
        found: Mapping[str, Any] | None = None if shown["state"] == "waiting" else shown
        return found

    return wait_until(signing, "chữ ký số được đọc", "reading of the signature")


def signature_in_words(signing: Mapping[str, Any]) -> str:
    """Who signed, when, and whether it holds; why not, of one that could not be read."""
    if not signing["signatures"]:
        return f"{signing['state']} {signing['trouble']}".strip()
    first = signing["signatures"][0]
    at = read_time(first["claimed"]).astimezone(HO_CHI_MINH)
    holds = _CONTENT.get(first["content"], (first["content"], first["content"]))
    known = localized(
        "chứng thư của cơ quan chứng thực đã biết"
        if first["chain"] == "known"
        else "chứng thư tự cấp: cán bộ phải kiểm tra",
        "its certificate is of a known authority"
        if first["chain"] == "known"
        else "no known authority certifies it: the officer has to check",
    )
    who = f"{first['signer']}, {first['organisation']}, {at:%H:%M:%S}"
    return f"{who}; {localized(*holds)}; {known}"


def _relayed(feedback: Mapping[str, Any]) -> str:
    found = localized(*_OUTCOME[feedback["outcome"]])
    return f"{found}: {feedback['explanation']}"


def _logged(platform: LocalPlatform, traces: JourneyTraces) -> str:
    """The event log's only line on it, as it stands there."""
    log = StoreInspector(platform).database("subscriptions")["log"]

    def told() -> list[str]:
        wanted = {"event": {"$regex": traces.denunciation}}
        events = (json.loads(each["event"]) for each in log.find(wanted))
        return [json.dumps(each, ensure_ascii=False) for each in events]

    return "\n".join(wait_until(told, "tố cáo trong nhật ký", "denunciation in the log"))
