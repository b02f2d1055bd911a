"""HTTP API of the officer at work: acts on a step, and the explanations owed to citizens."""

from typing import Any

from contracts.message import Message
from foundation.errors import StoredResponse
from foundation.web import Request, get, post
from foundation.worktime import local_day
from services.routing import schemas
from services.routing.domain.docket.docket import Change, Docket, find
from services.routing.domain.docket.step import Step
from services.routing.domain.lateness import urging_answer
from services.routing.domain.orders import explanation as answers
from services.routing.domain.orders.explanation import Explanation
from services.routing.domain.staff import officers
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.roles import Right
from services.routing.domain.work import handing_over, step_work
from services.routing.handlers.context import DeskContext


class StepsApi(DeskContext):
    """Everything an officer does with a step."""

    @post("/steps/<step>/take", scope="desk", gives=schemas.StepAnswer)
    def take(self, request: Request, step: str) -> StoredResponse:
        """Assign the step to the caller."""
        act = self._act(request)
        return self._change(request, act, step, lambda docket: step_work.take(docket, step, act))

    @post("/steps/<step>/give", scope="desk", gives=schemas.StepAnswer)
    def give(self, request: Request, step: str) -> StoredResponse:
        """Assign the step to another officer, with a reason."""
        act, said, office = self._act(request), request.load(schemas.Giving), self._office()

        def decide(docket: Docket) -> Change:
            here = find(docket, step)
            _must_be_there(office, said["to"], here, here.place, act)
            return handing_over.give(docket, step, act, **said)

        return self._change(request, act, step, decide)

    @post("/steps/<step>/pass", scope="desk", gives=schemas.StepAnswer)
    def pass_on(self, request: Request, step: str) -> StoredResponse:
        """Pass the step on to the next place inside the agency, or back to the one before."""
        act, said, office = self._act(request), request.load(schemas.Passing), self._office()

        def decide(docket: Docket) -> Change:
            if said["to"]:
                here = find(docket, step)
                place = handing_over.place_after(here, back=said["back"])
                _must_be_there(office, said["to"], here, place, act)
            return handing_over.pass_on(docket, step, act, **said)

        return self._change(request, act, step, decide)

    @post("/steps/<step>/notes", scope="desk", gives=schemas.StepAnswer)
    def note(self, request: Request, step: str) -> StoredResponse:
        """Add a note that stays inside the agency."""
        act, text = self._act(request), request.load(schemas.Noting)["text"]
        act.must(Right.WORK)
        return self._change(
            request, act, step, lambda docket: handing_over.note(docket, step, act, text)
        )

    @post("/steps/<step>/await", scope="desk", gives=schemas.StepAnswer)
    def await_agency(self, request: Request, step: str) -> StoredResponse:
        """Note that the officer waits for another agency's answer; the time goes on."""
        act, said = self._act(request), request.load(schemas.Awaiting)
        return self._change(
            request, act, step, lambda docket: handing_over.await_agency(docket, step, act, **said)
        )

    @post("/steps/<step>/answered", scope="desk", gives=schemas.StepAnswer)
    def stop_waiting(self, request: Request, step: str) -> StoredResponse:
        """Note that the other agency has answered."""
        act, why = self._act(request), request.load(schemas.Noting)["text"]
        return self._change(
            request, act, step, lambda docket: handing_over.stop_waiting(docket, step, act, why)
        )

    @post("/steps/<step>/complete", scope="desk", gives=schemas.StepAnswer)
    def complete(self, request: Request, step: str) -> StoredResponse:
        """Complete the agency's part."""
        act, said = self._act(request), request.load(schemas.Completion)
        return self._change(
            request, act, step, lambda docket: step_work.complete(docket, step, act, **said)
        )

    @post("/steps/<step>/supplement", scope="desk", gives=schemas.StepAnswer)
    def supplement(self, request: Request, step: str) -> StoredResponse:
        """Ask the citizen for papers, once and in time (NĐ 61/2018 Đ19.4)."""
        act, need = self._act(request), request.load(schemas.SupplementRequest)
        calendar = self.calendars.calendar()
        return self._change(
            request,
            act,
            step,
            lambda docket: step_work.supplement(docket, step, act, need, calendar=calendar),
        )

    @post("/steps/<step>/extend", scope="desk", gives=schemas.StepAnswer)
    def extend(self, request: Request, step: str) -> StoredResponse:
        """Apologise and ask for another date, once and in time (NĐ 61/2018 Đ19.9)."""
        act, said = self._act(request), request.load(schemas.ExtensionRequest)
        return self._change(
            request, act, step, lambda docket: step_work.extend(docket, step, act, **said)
        )

    @post("/steps/<step>/refuse", scope="desk", gives=schemas.StepAnswer)
    def refuse(self, request: Request, step: str) -> StoredResponse:
        """Refuse by law, within the time (NĐ 61/2018 Đ19.8)."""
        act, said = self._act(request), request.load(schemas.LegalRefusal)
        return self._change(
            request, act, step, lambda docket: step_work.refuse(docket, step, act, **said)
        )

    @post("/steps/<step>/urgings/<urging>", scope="desk", gives=schemas.StepAnswer)
    def answer_urging(self, request: Request, step: str, urging: str) -> StoredResponse:
        """Tell the director why the step is late and when it will be done."""
        act, said = self._act(request), request.load(schemas.UrgingAnswer)
        return self._change(
            request,
            act,
            step,
            lambda docket: urging_answer.answer(docket, step, urging, act, **said),
        )

    @get("/explanations", scope="desk", gives=schemas.ExplanationsAnswer)
    def owed(self, request: Request) -> dict[str, Any]:
        """Questions without an answer, the most urgent first."""
        act, asked = self._act(request), request.asked(schemas.PagedRecords())
        act.must(Right.WORK)
        return schemas.explanations(*self.explanations.owed(act.now, **asked))

    @post("/explanations/<feedback>", scope="desk", gives=schemas.ExplanationAnswer)
    def explain(self, request: Request, feedback: str) -> StoredResponse:
        """Answer a question; the text goes to the centre alone."""
        once, act = request.once(200, schemas.explanation), self._act(request)
        act.must(Right.WORK)
        said = request.load(schemas.Answered)
        asked, mark = self.explanations.asked(feedback), request.headers.get("if-match", "")

        def decide(each: Explanation) -> tuple[Explanation, tuple[Message, ...]]:
            answers.QUESTION_SEEN.must_be_as_seen(each, mark)
            return answers.explain(each, act, said["explanation"])

        return once.reply(self.explanations.change(asked.id, decide, once=once))


def _must_be_there(office: OfficerBook, to: str, step: Step, place: int, act: OfficerAct) -> None:
    officers.must_be_there(office, to, local_day(act.now), step.way[place], step.division)
