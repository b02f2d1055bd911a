"""Papers in whose place the counter takes data that a published database holds.

`LawRule.FROM_DATA` (NĐ 118/2025 Đ4.2a, Đ17.2a as amended): a paper is not asked for where such data
can be had. Where they cannot (incident, disaster, wrong data) it is asked for, and why is said.
"""

from collections.abc import Collection
from datetime import datetime

from contracts.events import DossierDataLookedUp
from contracts.law import LawRule
from foundation.errors import Invalid, Refused
from foundation.frozen import replace
from foundation.law import cite, holds
from services.intake.domain.case.dossier import Decided, Dossier, State, must_be
from services.intake.domain.case.looked_up import LookedUp
from services.intake.domain.case.paper_names import each_spelled, spelled
from services.intake.domain.case.procedure import Procedure, must_know_papers
from services.intake.domain.counter.completeness import taken
from services.intake.domain.counter.reception import must_not_be_under_receipt


def look_up(dossier: Dossier, procedure: Procedure, found: LookedUp) -> Decided:
    """Note what was found of a paper, before the receipt; of two looks the later one counts.

    Raises:
        Refused: there is no such law yet, or the dossier is received or ended.
        Invalid: the paper is none of the procedure's.
    """
    asked = dossier.state is State.SUPPLEMENT and dossier.received is None
    must_be(dossier, State.SUBMITTED, *((State.SUPPLEMENT,) if asked else ()))
    must_not_be_under_receipt(dossier)
    if not holds(LawRule.FROM_DATA, found.at):
        raise Refused(
            "Ngày này chưa có quy định lấy dữ liệu thay giấy tờ; xin nhận giấy tờ.",
            "No law puts data in the place of papers on this day; please take the paper.",
        )
    must_know_papers(procedure, (found.paper,))
    found = replace(found, paper=spelled(found.paper))
    others = tuple(each for each in dossier.looked_up if each.paper != found.paper)
    told = DossierDataLookedUp(agency=dossier.agency, paper=found.paper, because=found.because)
    return replace(dossier, looked_up=(*others, found)), (told,)


def must_not_be_held(
    dossier: Dossier, procedure: Procedure, papers: Collection[str], now: datetime
) -> None:
    """Hold a request for papers to what no published database holds.

    Raises:
        Invalid: one does, and nobody has said why its data cannot be had.
    """
    if not holds(LawRule.FROM_DATA, now):
        return
    tried = {each.paper for each in dossier.looked_up if each.because}
    asked = each_spelled(papers)
    held = {
        spelled(each.name): each.database
        for each in procedure.papers
        if each.database and spelled(each.name) in asked and spelled(each.name) not in tried
    }
    taken_already = [name for name in asked if name in taken(dossier)]
    if held or taken_already:
        listed = "; ".join([*(f"{name} ({database})" for name, database in held.items())])
        listed = listed or "; ".join(taken_already)
        raise Invalid(
            f"Dữ liệu đã công bố có giấy tờ này: {listed}. Hãy lấy dữ liệu, hoặc ghi vì sao không "
            "lấy được, rồi mới yêu cầu.",
            f"Published data hold this: {listed}. Take them, or note why they cannot be had, "
            "before you ask for the paper.",
            article=cite(LawRule.FROM_DATA, now),
            fields={"papers": [*held, *taken_already]},
        )


def with_reasons(dossier: Dossier, papers: Collection[str], reason: str) -> str:
    """The reason of a request, and why published data do not serve for these papers."""
    english = dossier.applicant.language == "en"
    said = [
        f"{each.named}: {each.why_not[english]}."
        for each in dossier.looked_up
        if each.because and each.paper in papers
    ]
    if not said:
        return reason
    opening = "Data that could not be had" if english else "Dữ liệu không khai thác được"
    return f"{reason}\n{opening}: {' '.join(said)}"
