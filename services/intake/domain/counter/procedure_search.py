"""Finding the procedure that a person at the counter needs, by words of its name or its code."""

from collections.abc import Iterable
from dataclasses import dataclass

from foundation.text.search_words import spelled
from services.intake.domain.case.procedure import Procedure

MOST_FOUND = 20


@dataclass(frozen=True, kw_only=True)
class ProcedureTitle:
    """A procedure in force as a clerk picks it; `words` is what it is found by, folded."""

    code: str
    name: str
    agency: str
    field: str
    words: str


def titles(procedures: Iterable[Procedure]) -> tuple[ProcedureTitle, ...]:
    """Those that new dossiers may be handed in for."""
    return tuple(_title(each) for each in procedures if each.in_force)


def matching(known: Iterable[ProcedureTitle], text: str) -> tuple[ProcedureTitle, ...]:
    """Those with a word that begins with each of the words, in any order, the closest first.

    A code that is typed whole comes first, then names that have the words side by side.
    """
    words = spelled(text)
    if not words:
        return ()
    found = [each for each in known if all(f" {word}" in each.words for word in words)]
    phrase = f" {' '.join(words)}"
    found.sort(
        key=lambda each: (
            each.code != text.strip(),
            phrase not in each.words,
            len(each.name),
            each.code,
        )
    )
    return tuple(found[:MOST_FOUND])


def _title(procedure: Procedure) -> ProcedureTitle:
    said = f"{procedure.name} {procedure.id} {procedure.field} {procedure.agency}"
    return ProcedureTitle(
        code=procedure.id,
        name=procedure.name,
        agency=procedure.agency,
        field=procedure.field,
        words=f" {' '.join(spelled(said))}",
    )
