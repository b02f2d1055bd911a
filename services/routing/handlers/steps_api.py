"""For the officer who works: what can be done with a step, and the answers owed to citizens."""

from typing import Any

from foundation.errors import Answer
from foundation.web import Request, get, post
from foundation.worktime import Calendar, local_day
from services.routing import schemas
from services.routing.domain import explanation as answers
from services.routing.domain import inside, officers, urged, work
from services.routing.domain.act import Act
from services.routing.domain.docket import Change, Docket, find
from services.routing.domain.officers import Office
from services.routing.domain.roles import Right
from services.routing.domain.step import Step
from services.routing.handlers.context import Desk


class Steps(Desk):
    """For officers at work."""

    @post("/steps/<step>/take", scope="desk")
    def take(self, request: Request, step: str) -> Answer:
        """The caller will do this step."""
        act = self._act(request)
        return self._change(request, act, step, lambda docket: work.take(docket, step, act))

    @post("/steps/<step>/give", scope="desk")
    def give(self, request: Request, step: str) -> Answer:
        """Another officer will do it, for a reason."""
        act, said, office = self._act(request), request.load(schemas.Giving), self._office()

        def decide(docket: Docket) -> Change:
            here = find(docket, step)
            _must_be_there(office, said["to"], here, here.place, act)
            return inside.give(docket, step, act, **said)

        return self._change(request, act, step, decide)

    @post("/steps/<step>/pass", scope="desk")
    def pass_on(self, request: Request, step: str) -> Answer:
        """On to the next place inside the agency, or back to the one before."""
        act, said, office = self._act(request), request.load(schemas.Passing), self._office()

        def decide(docket: Docket) -> Change:
            if said["to"]:
                here = find(docket, step)
                place = inside.place_after(here, back=said["back"])
                _must_be_there(office, said["to"], here, place, act)
            return inside.pass_on(docket, step, act, **said)

        return self._change(request, act, step, decide)

    @post("/steps/<step>/notes", scope="desk")
    def note(self, request: Request, step: str) -> Answer:
        """A note that stays inside the agency."""
        act, text = self._act(request), request.load(schemas.Noting)["text"]
        act.must(Right.WORK)
        return self._change(request, act, step, lambda docket: inside.note(docket, step, act, text))

    @post("/steps/<step>/await", scope="desk")
    def await_agency(self, request: Request, step: str) -> Answer:
        """The officer waits for another agency's answer; the time goes on."""
        act, said = self._act(request), request.load(schemas.Awaiting)
        return self._change(
            request, act, step, lambda docket: inside.await_agency(docket, step, act, **said)
        )

    @post("/steps/<step>/answered", scope="desk")
    def stop_waiting(self, request: Request, step: str) -> Answer:
        """The other agency answered."""
        act, why = self._act(request), request.load(schemas.Noting)["text"]
        return self._change(
            request, act, step, lambda docket: inside.stop_waiting(docket, step, act, why)
        )

    @post("/steps/<step>/complete", scope="desk")
    def complete(self, request: Request, step: str) -> Answer:
        """The agency's part is done."""
        act, said = self._act(request), request.load(schemas.Completion)
        return self._change(
            request, act, step, lambda docket: work.complete(docket, step, act, **said)
        )

    @post("/steps/<step>/supplement", scope="desk")
    def supplement(self, request: Request, step: str) -> Answer:
        """Ask the citizen for papers, once and in time (NĐ 61/2018 Đ19.4)."""
        act, need = self._act(request), request.load(schemas.Supplement)
        calendar = Calendar.default()
        return self._change(
            request,
            act,
            step,
            lambda docket: work.supplement(docket, step, act, need, calendar=calendar),
        )

    @post("/steps/<step>/extend", scope="desk")
    def extend(self, request: Request, step: str) -> Answer:
        """Apologise and ask for another date, once and in time (NĐ 61/2018 Đ19.9)."""
        act, said = self._act(request), request.load(schemas.Apology)
        return self._change(
            request, act, step, lambda docket: work.extend(docket, step, act, **said)
        )

    @post("/steps/<step>/refuse", scope="desk")
    def refuse(self, request: Request, step: str) -> Answer:
        """Refuse by law, within the time (NĐ 61/2018 Đ19.8)."""
        act, said = self._act(request), request.load(schemas.Refusal)
        return self._change(
            request, act, step, lambda docket: work.refuse(docket, step, act, **said)
        )

    @post("/steps/<step>/urgings/<urging>", scope="desk")
    def answer_urging(self, request: Request, step: str, urging: str) -> Answer:
        """Tell the director why the step is late and when it will be done."""
        act, said = self._act(request), request.load(schemas.Promise)
        return self._change(
            request, act, step, lambda docket: urged.answer(docket, step, urging, act, **said)
        )

    @get("/explanations", scope="desk")
    def owed(self, request: Request) -> dict[str, Any]:
        """Questions without an answer, the most urgent first."""
        self._act(request).must(Right.WORK)
        owed = self.explanations.owed(agency=self.settings.agency, limit=schemas.MOST_SHOWN)
        return schemas.explanations(owed)

    @post("/explanations/<feedback>", scope="desk")
    def explain(self, request: Request, feedback: str) -> Answer:
        """Answer one; the words go to the centre alone."""
        once, act = request.once(200, schemas.explanation), self._act(request)
        act.must(Right.WORK)
        said = request.load(schemas.Answered)
        asked = self.explanations.asked(feedback, agency=self.settings.agency)
        return once.reply(
            self.explanations.change(
                asked.id, lambda each: answers.explain(each, act, said["explanation"]), once=once
            )
        )


def _must_be_there(office: Office, to: str, step: Step, place: int, act: Act) -> None:
    officers.must_be_there(office, to, local_day(act.now), step.way[place], step.division)
