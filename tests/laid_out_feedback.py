"""Feedback of every state in stores in memory, for whoever looks at its pages."""

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from foundation.web.auth import Identity
from services.feedback.domain.feedback import FeedbackState
from services.feedback.domain.rating import KnownDossier
from services.feedback.domain.visit import Visit
from tests.builders import OWNER
from tests.unit.test_feedback_pages import Office, id_of, publish

GIVER = Identity(OWNER, frozenset({"feedback:write"}))
CODES = ("ABCDE23456", "FGHJK78999")
"""Of a visit that can be rated, and of one that was."""


def feedback() -> tuple[Any, tuple[str, ...]]:
    """The service, and the ids of what its giver, a denouncer and the counter have in it."""
    office = Office()
    office.service.guard = SimpleNamespace(against_guessing=lambda _: nullcontext())
    own = []
    for number, state in enumerate(FeedbackState):
        id = id_of(office.speak("complaint", GIVER, key=f"o-{number}"))
        held = {"state": state, "asked": "so-xay-dung", "answer_by": office.clock.now()}
        told = {"explanation": "Đã xử lý <b>xong</b>.", "passed_to": "so-y-te"}
        changed = {**held, **told, "passed_on": office.clock.now()}
        office.feedbacks.change(id, lambda each, new=changed: (replace(each, **new), ()))
        own.append(id)
    own.append(id_of(office.denounce(GIVER)))
    for number in range(3):
        publish(office, number, f"Vì sao <chậm> {number}?", "Đã khắc phục.", "so-xay-dung")
    for dossier, by in (("d-1", "so-xay-dung"), ("d-2", "")):
        office.dossiers.save(KnownDossier(id=dossier, owner=OWNER, returned_by=by))
    at = office.clock.now()
    office.visits.save(Visit(id="v-1", code=CODES[0], handed_out=at))
    office.visits.save(Visit(id="v-2", code=CODES[1], handed_out=at, rated=at, score=2))
    return office.service, (*own, "v-1", "nothing")
