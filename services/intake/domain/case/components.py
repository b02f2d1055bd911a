"""The components of a dossier and the digitisation of each, as its acts have left it.

Nothing sets the state by hand: a file that was uploaded, used again or filled in, data taken from a
published database, and the look-up that failed say it (`LawRule.FROM_DATA`).
"""

from collections.abc import Collection, Iterable

from contracts.components import Component, Digitisation
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.case.looked_up import LookedUp
from services.intake.domain.case.paper_names import each_spelled, spelled


def components(
    dossier: Dossier, required: Iterable[str] = (), *, absent: Collection[str] = ()
) -> tuple[Component, ...]:
    """The components of a dossier: its papers, looked-up data, and papers that are awaited.

    Until its receipt also those `required`; the files of papers that are `absent` are not there.
    """
    looked_up = {each.paper: each for each in dossier.looked_up}
    awaited = (paper for request in dossier.requests for paper in request.papers)
    given = dict[str, list[Attachment]]()
    for each in dossier.attachments:
        given.setdefault(spelled(each.paper), []).append(each)
    names = each_spelled((*required, *awaited, *given, *looked_up))
    return tuple(
        _component(name, given.get(name, ()), looked_up.get(name), lost=name in absent)
        for name in names
    )


def digitised(found: Iterable[Component]) -> int:
    """How many of the components are there as data, in whichever way."""
    return sum(each.state is not Digitisation.NONE for each in found)


def _component(
    name: str, files: Collection[Attachment], found: LookedUp | None, *, lost: bool
) -> Component:
    taken = found is not None and not found.because
    return Component(
        paper=name,
        state=Digitisation.FROM_DATABASE if taken else _state(files, lost=lost),
        documents=tuple(each.document for each in files),
        database=found.database if found else "",
        reference=found.reference if found else "",
        because=found.because if found else "",
    )


def _state(files: Collection[Attachment], *, lost: bool) -> Digitisation:
    if lost or not files:
        return Digitisation.NONE
    origins = {each.reused for each in files}
    if "" in origins:
        return Digitisation.DIGITISED
    result = origins == {"result"}
    return Digitisation.RESULT_REUSED if result else Digitisation.COMPONENT_REUSED
