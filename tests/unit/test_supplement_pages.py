"""Papers that a dossier waits for, sent by pages: collected first, then sent in one go."""

import re
from html import unescape
from io import BytesIO
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Hidden, NotFound, Unknown
from foundation.web import Request
from services.intake.domain.case.dossier import Attachment, State
from services.intake.domain.clock.waits import Wait, WaitKind
from services.intake.domain.drafts import supplying
from services.intake.domain.drafts.progress import key_of
from tests.builders import OWNER, PROPOSAL, RECEIVED, Office, handed_in, submitted
from tests.markup import Markup, flaws
from tests.unit.test_apply_pages import BROWSER, FORM, told, who

PLAN, MAP = "Bản vẽ mặt bằng", "Bản đồ"


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def waiting(office: Office) -> str:
    """A dossier of which the counter asks for two papers."""
    dossier_id = str(office.ask(office.service.submit, handed_in()).body["id"])
    said = {"papers": [PLAN, MAP], "reason": "Thiếu bản vẽ"}
    office.clerk(office.service.guide, said, dossier_id=dossier_id)
    return dossier_id


def look(office: Office, door: str, subject: str = OWNER, **place: str) -> str:
    request = Request(path="/mine", who=who(subject), headers=BROWSER)
    html = str(getattr(office.service, door)(request, **place).get_data(as_text=True))
    assert flaws(html) == []
    return html


def send(office: Office, door: str, said: Any, subject: str = OWNER, **place: str) -> Any:
    request = Request(
        method="POST",
        path="/" + "/".join(["mine", *place.values()]),
        headers={"content-type": FORM, **BROWSER},
        stream=BytesIO(urlencode(said).encode()),
        who=who(subject),
    )
    return getattr(office.service, door)(request, **place)


def attach(office: Office, dossier_id: str, paper: str, document: str) -> Any:
    said = {"document": document}
    return send(office, "attach_to_asked", said, dossier_id=dossier_id, paper=key_of(paper))


def carried(page: str) -> dict[str, str]:
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in pairs}


def both_attached(office: Office, dossier_id: str) -> None:
    for number, paper in enumerate((PLAN, MAP)):
        told(office, f"s-{number}")
        assert attach(office, dossier_id, paper, f"s-{number}").status_code == 303


def test_papers_are_collected_and_sent_in_one_go(office: Office) -> None:
    dossier_id = waiting(office)
    assert PLAN in Markup(look(office, "look_at_asked_papers", dossier_id=dossier_id)).text
    told(office, "s-0", name="mặt bằng.pdf")
    place = {"dossier_id": dossier_id, "paper": key_of(PLAN)}
    page = look(office, "look_at_asked_file", **place, document="s-0")
    assert "mặt bằng.pdf" in page
    assert attach(office, dossier_id, PLAN, "s-0").status_code == 303
    # A request is answered whole: with one paper of two there is nothing to send yet.
    assert "/supplement" not in look(office, "look_at_asked_papers", dossier_id=dossier_id)
    told(office, "s-1")
    attach(office, dossier_id, MAP, "s-1")
    said = carried(look(office, "look_at_asked_papers", dossier_id=dossier_id))
    answers = [send(office, "supplement_by_form", said, dossier_id=dossier_id) for _ in range(3)]
    assert {each.headers["Location"] for each in answers} == {f"/mine/{dossier_id}/did/supplement"}
    found = office.dossiers.get(dossier_id)
    assert found.state is State.SUBMITTED
    assert [each.document for each in found.attachments][-2:] == ["s-0", "s-1"]
    told_of = [each.type for each in office.dossiers.history(dossier_id)]
    assert told_of.count("dossier.supplemented") == 1
    assert office.drafts.things == []
    assert "Hiện không có" in look(office, "look_at_asked_papers", dossier_id=dossier_id)


def test_what_changed_meanwhile_is_shown_and_nothing_is_sent(office: Office) -> None:
    dossier_id = waiting(office)
    both_attached(office, dossier_id)
    said = carried(look(office, "look_at_asked_papers", dossier_id=dossier_id))
    office.ask(office.service.withdraw, dossier_id=dossier_id)
    answer = send(office, "supplement_by_form", said, dossier_id=dossier_id)
    assert answer.status_code == 409
    assert flaws(answer.get_data(as_text=True)) == []
    assert "Trạng thái" in Markup(answer.get_data(as_text=True)).text
    assert office.dossiers.get(dossier_id).state is State.WITHDRAWN


def test_a_strangers_file_is_neither_attached_nor_sent(office: Office) -> None:
    dossier_id = waiting(office)
    told(office, "x", owner="công dân 2")
    assert attach(office, dossier_id, PLAN, "x").status_code == 409
    assert office.drafts.things == []
    both_attached(office, dossier_id)
    said = carried(look(office, "look_at_asked_papers", dossier_id=dossier_id))
    answer = send(office, "supplement_by_form", said | {"document-1": "x"}, dossier_id=dossier_id)
    assert answer.status_code == 409
    assert office.dossiers.get(dossier_id).state is State.SUPPLEMENT


def test_only_papers_that_are_asked_for_have_a_page(office: Office) -> None:
    dossier_id = waiting(office)
    with pytest.raises(NotFound):
        look(office, "look_at_asked_paper", dossier_id=dossier_id, paper=key_of(PROPOSAL))
    with pytest.raises(NotFound):
        attach(office, dossier_id, PROPOSAL, "d-1")


@pytest.mark.parametrize("subject", ["công dân 2", "cán bộ 1", ""])
def test_to_all_others_nothing_is_there(office: Office, subject: str) -> None:
    dossier_id, paper = waiting(office), key_of(PLAN)
    looks: list[tuple[str, dict[str, str]]] = [
        ("look_at_asked_papers", {}),
        ("look_at_asked_paper", {"paper": paper}),
        ("look_at_asked_paper_again", {"paper": paper, "name": "removed"}),
        ("look_at_asked_file", {"paper": paper, "document": "d-1"}),
    ]
    for door, place in looks:
        if subject:
            with pytest.raises(Hidden):
                look(office, door, subject, dossier_id=dossier_id, **place)
        else:
            assert PLAN not in look(office, door, "", dossier_id=dossier_id, **place)
    forms: list[tuple[str, dict[str, str]]] = [
        ("attach_to_asked", {"paper": paper}),
        ("detach_from_asked", {"paper": paper}),
        ("supplement_by_form", {}),
    ]
    for door, place in forms:
        with pytest.raises(Hidden if subject else Unknown):
            send(office, door, {"key": "k"}, subject, dossier_id=dossier_id, **place)
    assert office.dossiers.get(dossier_id).state is State.SUPPLEMENT


NAMES = ("a", "b", "c", "d")


@given(
    st.lists(st.lists(st.sampled_from(NAMES), min_size=1, unique=True), max_size=4),
    st.sets(st.sampled_from(NAMES)),
)
def test_what_is_ready_answers_each_request_it_touches_whole(
    asked: list[list[str]], there: set[str]
) -> None:
    waits = tuple(
        Wait(kind=WaitKind.PAPERS, since=RECEIVED, who="x", article="", papers=tuple(each))
        for each in asked
    )
    dossier = submitted()
    dossier = type(dossier)(**{**vars(dossier), "waits": waits})
    draft = supplying.collect(dossier, RECEIVED)
    papers = tuple(Attachment(paper=each, document=f"x-{each}") for each in sorted(there))
    draft = type(draft)(**{**vars(draft), "papers": papers})
    ready = {each.paper for each in supplying.ready(dossier, draft)}
    wanted = {name for each in asked for name in each} & there
    subsets = [set(each) for size in range(5) for each in combinations(sorted(wanted), size)]
    whole = [
        subset
        for subset in subsets
        if all(set(each) <= subset for each in asked if subset & set(each))
    ]
    # The most that may be sent, by trying every choice of papers.
    assert ready == set().union(*whole)
