"""What is read of a dossier for a row of a list is all that the row shows."""

from dataclasses import replace

import pytest

from foundation.persistence.document import revision_fields, to_entity, to_fields
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.centre import figures
from services.intake.domain.counter.finding import LISTED
from services.intake.handlers import counter_words
from services.intake.schemas.outward import ListedFields
from tests import journeys


def as_listed(dossier: Dossier) -> Dossier:
    stored = {"_id": dossier.id, **revision_fields(dossier.revision), **to_fields(dossier)}
    read = {name: stored[name] for name in (*LISTED, "_id", "version", "seqs", "head")}
    found: Dossier = to_entity(Dossier, read)
    return found


@pytest.mark.parametrize("dossier", journeys.dossiers(), ids=lambda each: each.id)
def test_a_row_is_the_same_of_what_is_read_for_it(dossier: Dossier) -> None:
    whole = replace(dossier, unreached=("sms",), answer_by=journeys.NOW)
    listed = as_listed(whole)
    assert counter_words.row(listed, journeys.NOW) == counter_words.row(whole, journeys.NOW)
    assert figures.row(listed, journeys.NOW) == figures.row(whole, journeys.NOW)
    assert ListedFields().dump(listed) == ListedFields().dump(whole)
