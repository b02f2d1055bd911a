"""The digitisation of each component of a dossier is what its acts have left, and is shown."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as given_
from hypothesis import strategies as st

from contracts.components import Component, Digitisation
from contracts.events import DossierAccepted
from contracts.message import CENTRE
from contracts.orders import DocumentGiven, StepOrder
from services.intake.domain.case.components import components, digitised
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.case.looked_up import LookedUp, WhyNot
from services.intake.domain.counter import from_data, reception, supplement
from services.intake.domain.counter.digitising import before_receipt
from services.intake.domain.counter.known_document import KnownDocument, learn
from tests import builders
from tests.builders import CALENDAR, OWNER, PROPOSAL, RECEIPT, REQUEST_FORM, Office
from tests.unit.test_intake_from_data import FIRST_DAY, REGISTER, found, handed_in, known

MINE = KnownDocument(id="d-1", told=True, owner=OWNER)
NONE, DIGITISED = Digitisation.NONE, Digitisation.DIGITISED
REUSED, RESULT = Digitisation.COMPONENT_REUSED, Digitisation.RESULT_REUSED


def states(parts: tuple[Component, ...]) -> dict[str, Digitisation]:
    return {each.paper: each.state for each in parts}


def given(*reused: str) -> tuple[Dossier, dict[str, KnownDocument]]:
    """A dossier whose first paper has these files."""
    files = [Attachment(paper=REQUEST_FORM, document=f"f-{n}") for n in range(len(reused))]
    papers = (*files, Attachment(paper=PROPOSAL, document="p"))
    uploads = {f"f-{n}": replace(MINE, id=f"f-{n}", reused=was) for n, was in enumerate(reused)}
    return builders.submitted(documents=papers), {**uploads, "p": replace(MINE, id="p")}


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ((), NONE),
        (("",), DIGITISED),
        (("component",), REUSED),
        (("component", "result"), REUSED),
        (("result",), RESULT),
        (("result", ""), DIGITISED),
    ],
)
def test_files_say_how_a_component_came_to_be_there(
    files: tuple[str, ...], state: Digitisation
) -> None:
    dossier, uploads = given(*files)
    parts = before_receipt(dossier, builders.procedure(), uploads)
    assert states(parts) == {REQUEST_FORM: state, PROPOSAL: DIGITISED}
    assert digitised(parts) == 1 + (state is not NONE)


@pytest.mark.parametrize(
    "lost",
    [None, replace(MINE, refused="infected", told=False), replace(MINE, owner="another")],
)
def test_a_file_that_is_not_there_digitises_nothing(lost: KnownDocument | None) -> None:
    dossier, uploads = given("")
    uploads = {"p": uploads["p"]} | ({"f-0": lost} if lost else {})
    assert states(before_receipt(dossier, builders.procedure(), uploads))[REQUEST_FORM] is NONE


def test_where_a_file_came_from_stays_with_the_dossier_after_its_receipt() -> None:
    dossier, uploads = given("result")
    taken, _ = reception.receive(dossier, builders.procedure(), RECEIPT, builders.RECEIVED, uploads)
    assert states(components(taken)) == {REQUEST_FORM: RESULT, PROPOSAL: DIGITISED}
    accepted, messages = reception.accept(taken, 1, CALENDAR)
    (told,) = [each for each in messages if isinstance(each, DossierAccepted)]
    assert (told.components, told.digitised) == (2, 2)
    (order,) = [each for each in messages if isinstance(each, StepOrder)]
    assert order.components == components(accepted)


def test_data_stand_for_a_paper_and_the_number_there_is_shown() -> None:
    dossier, _ = from_data.look_up(handed_in(), known(), found())
    (taken,) = [each for each in before_receipt(dossier, known(), {}) if each.paper == PROPOSAL]
    assert taken == Component(
        paper=PROPOSAL, state=Digitisation.FROM_DATABASE, database=REGISTER, reference="12"
    )


@pytest.mark.parametrize("why", WhyNot)
def test_why_data_could_not_be_had_stays_whatever_comes_in_their_place(why: WhyNot) -> None:
    dossier, _ = from_data.look_up(handed_in(), known(), found(because=why.value))
    (failed,) = [each for each in before_receipt(dossier, known(), {}) if each.paper == PROPOSAL]
    assert (failed.state, failed.because, failed.database) == (NONE, why.value, REGISTER)
    brought = (*dossier.attachments, Attachment(paper=PROPOSAL, document="d-2"))
    dossier = replace(dossier, attachments=brought, received=FIRST_DAY)
    (file,) = [each for each in components(dossier) if each.paper == PROPOSAL]
    assert (file.state, file.because, file.documents) == (DIGITISED, why.value, ("d-2",))


def test_a_paper_that_is_awaited_after_the_receipt_is_not_digitised_yet() -> None:
    dossier, _ = builders.asked(
        builders.consulting(), "1.0", builders.at("2020-09-18 10:00"), "Bản vẽ"
    )
    assert states(components(dossier))["Bản vẽ"] is NONE
    more = Attachment(paper="Bản vẽ", document="v-1")
    uploads = {"v-1": replace(MINE, id="v-1", reused="component")}
    supplied = supplement.supplement(
        dossier, (more,), builders.at("2020-09-18 11:00"), CALENDAR, uploads
    )[0]
    assert states(components(supplied))["Bản vẽ"] is REUSED


LOOKED = st.builds(
    LookedUp,
    paper=st.sampled_from((REQUEST_FORM, PROPOSAL, "khác")),
    database=st.just(REGISTER),
    at=st.just(FIRST_DAY),
    because=st.sampled_from(("", "incident")),
)
FILES = st.lists(
    st.builds(
        Attachment,
        paper=st.sampled_from((REQUEST_FORM, PROPOSAL)),
        document=st.uuids().map(str),
        reused=st.sampled_from(("", "component", "result")),
    ),
    max_size=5,
    unique_by=lambda each: each.document,
)


@given_(FILES, st.lists(LOOKED, max_size=3, unique_by=lambda each: each.paper))
def test_whatever_was_done_each_paper_is_one_component_and_no_file_is_lost(
    files: list[Attachment], looked: list[LookedUp]
) -> None:
    dossier = replace(builders.accepted(), attachments=tuple(files), looked_up=tuple(looked))
    parts = components(dossier)
    assert len({each.paper for each in parts}) == len(parts)
    assert sorted(d for each in parts for d in each.documents) == sorted(
        each.document for each in files
    )
    for each in parts:
        taken = any(one.paper == each.paper and not one.because for one in looked)
        assert (each.state is Digitisation.FROM_DATABASE) == taken
        assert (each.state is NONE) == (not taken and not each.documents)


def test_the_words_are_those_of_the_code_table_of_the_catalogue() -> None:
    table = json.loads(Path("catalogue-data/codes.json").read_text(encoding="utf-8"))
    assert {each["code"] for each in table["digitisation"]} == {each.value for each in Digitisation}


def test_told_twice_or_by_an_older_version_a_file_is_new() -> None:
    old = DocumentGiven(agency=CENTRE, owner=OWNER, clerk=False, sha256="5f" * 32)
    document, _ = learn(KnownDocument(id="d-1"), old)
    assert document.reused == ""
    again = replace(old, reused="result")
    assert learn(learn(document, again)[0], again)[0].reused == "result"


def test_citizen_clerk_and_officer_read_it() -> None:
    office = Office()
    told = DocumentGiven(
        agency=CENTRE, owner=OWNER, clerk=False, sha256="5f" * 32, reused="component"
    )
    office.tell(office.service.learn_document, told, subject="d-1")
    place = {"dossier_id": office.ask(office.service.submit, builders.handed_in()).body["id"]}

    def read() -> dict[str, Any]:
        return {each["paper"]: each["state"] for each in shown(office, place)["components"]}

    assert read() == {REQUEST_FORM: "component_reused", PROPOSAL: "digitised"}
    assert "dùng lại giấy tờ đã nộp" in page_of(office, "look_at_counter_dossier", place)
    code = office.clerk(office.service.accept, **place).body["code"]
    assert read() == {REQUEST_FORM: "component_reused", PROPOSAL: "digitised"}
    tracked = office.ask(office.service.track, code=code)
    assert [each["state"] for each in tracked["components"]] == ["component_reused", "digitised"]


def shown(office: Office, place: dict[str, str]) -> dict[str, Any]:
    whole: dict[str, Any] = office.clerk(office.service.show, **place)
    return whole


def page_of(office: Office, door: str, place: dict[str, str]) -> str:
    page = office.clerk(getattr(office.service, door), **place)
    return str(page.get_data(as_text=True))
