"""Electronic forms of a procedure, from the catalogue and a draft to the officer who reads."""

import json
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from contracts.declarations import Declaration
from contracts.forms import FormFilled, FormKind
from contracts.orders import StepOrder
from contracts.procedure import Paper
from foundation.errors import Invalid, NotFound, Refused, Unknown
from foundation.fillable import parsed
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.documents.domain import forms
from services.intake.domain.case.declaring import FilledPaper, declare, declared
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.case.procedure import publish as learn
from services.intake.domain.counter import as_seen
from services.intake.domain.drafts.filling import form_key
from services.intake.schemas import outward
from services.routing.schemas import outward as desk_view
from tests.builders import (
    IF_ANY,
    PROCEDURE,
    PROPOSAL,
    REQUEST_FORM,
    Office,
    handed_in,
    published,
)
from tests.builders import submitted as plain
from tests.desks import OURS, OurDesk
from tests.markup import Markup, flaws
from tests.unit.fillable_forms import FORM, GOOD, TEXT
from tests.unit.test_apply_pages import (
    BROWSER,
    RESULT,
    attached,
    begun,
    carried,
    look,
    send,
    shown,
    text_of,
)

URLENCODED = "application/x-www-form-urlencoded"
KEY = form_key(REQUEST_FORM)
PAPERS = (
    Paper(name=REQUEST_FORM, form=TEXT),
    Paper(name=PROPOSAL),
    Paper(name=IF_ANY, required=False),
)
LAND = {"plot": "12", "area": "1.085,5", "use": "house", "since": "29/2/2020", "floors": ""}
OWNER = {"name": "Nguyễn Thị Hoa", "phone": "", "true": "yes", "papers": ["map", "deed"]}
CLERK = Identity("lan", frozenset({"counter"}))


@pytest.fixture(name="office")
def _office() -> Office:
    made = Office()
    made.tell(made.service.learn, published(version=2, papers=PAPERS), subject=PROCEDURE)
    return made


def typed(section: str, said: dict[str, Any]) -> dict[str, Any]:
    return {f"f-{section}-{name}": value for name, value in said.items()}


def fill(office: Office, draft: str, section: str, said: dict[str, Any]) -> Any:
    place = {"draft": draft, "paper": KEY, "section": section}
    name = {"1": "land", "2": "owner"}[section]
    request = Request(
        method="POST",
        path=f"/apply/{draft}/fill/{KEY}/{section}",
        headers={"content-type": URLENCODED, **BROWSER},
        stream=BytesIO(urlencode(typed(name, said), doseq=True).encode()),
        who=Identity("công dân 1", frozenset({"dossier:submit"})),
    )
    return office.service.fill_section_in(request, **place)


def before_form(office: Office) -> str:
    draft = begun(office)
    person = {"name": "Nguyễn Thị Hoa", "phone": "0912 345 678", "address": "12 Lê Lợi"}
    assert send(office, "fill_in", person, draft=draft, task="person").status_code == 303
    assert send(office, "fill_in", RESULT, draft=draft, task="result").status_code == 303
    assert attached(office, draft, PROPOSAL, "d-2").status_code == 303
    return draft


def filled(office: Office) -> str:
    draft = before_form(office)
    assert fill(office, draft, "1", LAND).status_code == 303
    assert fill(office, draft, "2", OWNER).status_code == 303
    return draft


def hand_in(office: Office, draft: str) -> Any:
    said = carried(shown(office, "look_at_task", draft=draft, task="check"))
    return send(office, "submit_draft", said, draft=draft)


def printed(office: Office) -> list[FormFilled]:
    return [each for each in office.dossiers.messages if isinstance(each, FormFilled)]


def submitted(office: Office) -> Dossier:
    draft = filled(office)
    assert hand_in(office, draft).status_code == 303
    dossier: Dossier = office.dossiers.get(draft)
    return dossier


def test_a_form_is_a_task_that_comes_after_who_it_is_for(office: Office) -> None:
    draft = begun(office)
    page = shown(office, "look_at_draft", draft=draft)
    assert "Tờ khai điện tử" in Markup(page).text
    assert f"/apply/{draft}/fill" not in page
    assert fill(office, draft, "1", LAND).status_code == 409
    send(office, "fill_in", {"name": "Hoa", "phone": "0912345678"}, draft=draft, task="person")
    assert f"/apply/{draft}/fill" in shown(office, "look_at_draft", draft=draft)
    assert "điền ngay trên trang này" in shown(office, "look_before_beginning", procedure=PROCEDURE)


def test_a_section_is_a_page_filled_in_with_what_is_known(office: Office) -> None:
    draft = before_form(office)
    sections = Markup(shown(office, "look_at_forms", draft=draft))
    assert "Thửa đất" in sections.text
    page = Markup(shown(office, "look_at_section", draft=draft, paper=KEY, section="2"))
    values = {each["name"]: each.get("value") for each in page.all("input") if each.get("name")}
    assert values["f-owner-name"] == "Nguyễn Thị Hoa"
    assert values["f-owner-phone"] == "+84912345678"
    assert values["f-owner-email"] is None


def test_sections_lead_on_and_what_was_typed_is_kept(office: Office) -> None:
    draft = before_form(office)
    answer = fill(office, draft, "1", LAND)
    assert answer.headers["Location"] == f"/apply/{draft}/fill/{KEY}/2"
    assert fill(office, draft, "2", OWNER).headers["Location"] == f"/apply/{draft}"
    page = shown(office, "look_at_section", draft=draft, paper=KEY, section="1")
    values = {each.get("name"): each.get("value") for each in Markup(page).all("input")}
    assert values["f-land-area"] == "1085.5"
    assert values["f-land-since"] == "2020-02-29"
    kept = office.drafts.get(draft).filled[0]
    assert parsed(kept.data)["owner"]["papers"] == ["map", "deed"]


@pytest.mark.parametrize(("lang", "said"), [("vi", "Xin điền mục này."), ("en", "Fill this in.")])
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    office: Office, lang: str, said: str
) -> None:
    draft = before_form(office)
    request = Request(
        method="POST",
        path="/apply",
        query={"lang": lang},
        headers={"content-type": URLENCODED, **BROWSER},
        stream=BytesIO(urlencode(typed("land", {**LAND, "plot": "", "area": "x<b>"})).encode()),
        who=Identity("công dân 1", frozenset({"dossier:submit"})),
    )
    answer = office.service.fill_section_in(request, draft=draft, paper=KEY, section="1")
    html = answer.get_data(as_text=True)
    assert (answer.status_code, flaws(html)) == (422, [])
    assert said in Markup(html).text
    assert 'id="f-land-area-error"' in html
    assert 'value="x&lt;b&gt;"' in html
    assert office.drafts.get(draft).filled == ()


def test_the_check_shows_it_and_without_it_nothing_is_handed_in(office: Office) -> None:
    draft = before_form(office)
    assert "chưa điền" in shown(office, "look_at_task", draft=draft, task="check")
    assert (
        send(office, "submit_draft", {"seen": "2", "agreed": "yes"}, draft=draft).status_code == 422
    )
    fill(office, draft, "1", LAND)
    fill(office, draft, "2", OWNER)
    check = Markup(shown(office, "look_at_task", draft=draft, task="check")).text
    for each in ("Đất ở", "1.085,5", "29/02/2020", "Bản đồ; Hợp đồng", "không ghi"):
        assert each in check


def test_handed_in_it_is_kept_as_data_and_printed_as_its_paper(office: Office) -> None:
    dossier = submitted(office)
    [made] = dossier.declarations
    assert (made.paper, made.edition) == (REQUEST_FORM, 2)
    assert parsed(made.data)["land"]["area"] == 1085.5
    assert made.document in {each.document for each in dossier.attachments}
    [form] = printed(office)
    assert (form.kind, form.document, form.declaration) == (
        FormKind.DECLARATION,
        made.document,
        made,
    )
    assert [each.kind for each in dossier.forms] == [FormKind.DECLARATION]
    assert office.drafts.get(dossier.id).filled == ()
    assert hand_in_again(office, dossier.id).status_code == 303
    assert len(printed(office)) == 1


def hand_in_again(office: Office, draft: str) -> Any:
    return send(office, "submit_draft", {"seen": "2", "agreed": "yes"}, draft=draft)


def test_it_is_full_without_an_upload_and_goes_to_the_agency_with_its_data(office: Office) -> None:
    dossier = submitted(office)
    office.clerk(office.service.accept, dossier_id=dossier.id)
    accepted = office.dossiers.get(dossier.id)
    assert accepted.code
    orders = [each for each in office.dossiers.messages if isinstance(each, StepOrder)]
    assert orders[0].declarations == dossier.declarations
    assert dossier.declarations[0].document in orders[0].documents
    again = StepOrder.read(json.loads(json.dumps(orders[0].write())))
    assert again.declarations == orders[0].declarations


def test_its_person_and_the_counter_read_it(office: Office) -> None:
    dossier = submitted(office)
    own = shown(office, "look_at_one", dossier_id=dossier.id)
    at_counter = office.service.look_at_counter_dossier(
        Request(who=CLERK, headers=BROWSER), dossier.id
    ).get_data(as_text=True)
    assert flaws(at_counter) == []
    for page in (own, at_counter):
        assert "Đất ở" in Markup(page).text
    body = outward._WholeDossier().dump(dossier)  # noqa: SLF001 -- what the API answers
    assert body["declarations"][0]["data"]["land"]["plot"] == "12"


def test_the_officer_reads_it_on_the_page_of_the_step_and_in_the_api() -> None:
    desk = OurDesk()
    declaration = declared("d1", procedure(), "", (FilledPaper(paper=REQUEST_FORM, data=GOOD),))
    desk.order("d1", "d1.1", declarations=declaration)
    docket = desk.dockets.get("d1")
    assert docket.steps[0].declarations == declaration
    answer = desk_view.step("d1.1")(docket)
    assert answer["declarations"][0]["data"]["land"]["use"] == "house"
    officer = Identity("an", frozenset({"desk"}), OURS)
    page = desk.service.look_at_step(Request(who=officer, headers=BROWSER), OURS, "d1.1")
    html = page.get_data(as_text=True)
    assert flaws(html) == []
    for each in ("Đất ở", "85,5", REQUEST_FORM):
        assert each in Markup(html).text


def procedure() -> Procedure:
    return learn(Procedure(id=PROCEDURE), published(papers=PAPERS))[0]


def test_a_new_version_keeps_what_still_fits_and_asks_for_the_rest(office: Office) -> None:
    draft = filled(office)
    check = carried(shown(office, "look_at_task", draft=draft, task="check"))
    newer = json.loads(TEXT)
    land = newer["properties"]["land"]
    land["properties"]["street"] = {
        "type": "string",
        "title": "Đường",
        "x-en": {"title": "Street"},
    }
    land["required"] = ["street", "plot"]
    del land["properties"]["area"]
    papers = (replace(PAPERS[0], form=json.dumps(newer)), *PAPERS[1:])
    office.tell(office.service.learn, published(version=3, papers=papers), subject=PROCEDURE)
    answer = send(office, "submit_draft", check, draft=draft)
    assert answer.status_code == 409
    assert "phiên bản mới" in text_of(answer)
    page = shown(office, "look_at_section", draft=draft, paper=KEY, section="1")
    values = {each.get("name"): each.get("value") for each in Markup(page).all("input")}
    assert values["f-land-plot"] == "12"
    assert "f-land-area" not in values
    assert "Thủ tục đã có phiên bản mới" in Markup(page).text
    said = {"plot": "12", "use": "house", "street": "Lê Lợi"}
    assert fill(office, draft, "1", said).headers["Location"] == f"/apply/{draft}"
    assert hand_in(office, draft).status_code == 303
    assert office.dossiers.get(draft).declarations[0].edition == 3


def test_a_form_that_is_not_required_may_be_left_out_again(office: Office) -> None:
    papers = (replace(PAPERS[0], required=False), *PAPERS[1:])
    office.tell(office.service.learn, published(version=3, papers=papers), subject=PROCEDURE)
    draft = before_form(office)
    fill(office, draft, "1", LAND)
    said = carried(shown(office, "look_at_task", draft=draft, task="check"))
    assert said == {}
    page = shown(office, "look_at_section", draft=draft, paper=KEY, section="1")
    assert "Không nộp tờ khai này" in page
    assert send(office, "take_form_out", {}, draft=draft, paper=KEY).status_code == 303
    assert hand_in(office, draft).status_code == 303
    assert office.dossiers.get(draft).declarations == ()


def test_a_form_that_is_required_cannot_be_taken_out(office: Office) -> None:
    draft = filled(office)
    assert send(office, "take_form_out", {}, draft=draft, paper=KEY).status_code == 409
    assert office.drafts.get(draft).filled


def test_only_its_own_person_sees_a_section_and_nobody_types_into_one(office: Office) -> None:
    draft = filled(office)
    place: dict[str, Any] = {"draft": draft, "paper": KEY, "section": "1"}
    with pytest.raises(NotFound):
        look(office, "look_at_section", subject="công dân 2", **place)
    with pytest.raises(Unknown):
        send(office, "fill_section_in", {}, subject="", **place)
    assert "Đăng nhập" in shown(office, "look_at_section", subject="", **place)


@pytest.mark.parametrize("section", ["0", "3", "x", "\u0661", "9" * 400, "-1"])
def test_a_part_that_is_not_there_is_not_found(office: Office, section: str) -> None:
    draft = before_form(office)
    with pytest.raises(NotFound):
        look(office, "look_at_section", draft=draft, paper=KEY, section=section)
    with pytest.raises(NotFound):
        look(office, "look_at_section", draft=draft, paper="gone", section="1")


def body(**changes: Any) -> dict[str, Any]:
    declaration = {"paper": REQUEST_FORM, "data": GOOD, "edition": 2, **changes}
    return handed_in(documents=[{"paper": PROPOSAL, "id": "d-2"}], declarations=[declaration])


def test_the_api_takes_it_as_data(office: Office) -> None:
    answer = office.ask(office.service.submit, body())
    dossier = office.dossiers.get(answer.body["id"])
    assert parsed(dossier.declarations[0].data) == GOOD
    assert answer.body["unheard"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"paper": PROPOSAL}, "declarations.0.paper"),
        ({"data": {**GOOD, "sea": {}}}, "declarations.0.data.sea"),
        ({"data": {**GOOD, "land": {**GOOD["land"], "x": 1}}}, "declarations.0.data.land.x"),
        (
            {"data": {**GOOD, "land": {**GOOD["land"], "plot": "ắ" * 100_000}}},
            "declarations.0.data.land.plot",
        ),
        ({"edition": 1}, "declarations.0.edition"),
    ],
)
def test_the_api_says_which_place_of_the_body_is_wrong(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises((Invalid, Refused)) as caught:
        office.ask(office.service.submit, body(**changes))
    assert list(caught.value.fields) == [field]
    assert not office.dossiers.things


def test_a_paper_is_filled_in_once(office: Office) -> None:
    twice = body()
    twice["declarations"] *= 2
    with pytest.raises(Invalid, match="once"):
        office.ask(office.service.submit, twice)


def at_counter(office: Office, door: str, said: Any = None, **place: Any) -> Any:
    request = Request(
        method="POST" if said is not None else "GET",
        path="/counter",
        headers={"content-type": URLENCODED, **BROWSER},
        stream=BytesIO(urlencode(said or {}, doseq=True).encode()),
        who=CLERK,
    )
    return getattr(office.service, door)(request, **place)


def without_form(office: Office) -> Dossier:
    answer = office.clerk(office.service.submit, handed_in(channel="counter", documents=[]))
    dossier: Dossier = office.dossiers.get(answer.body["id"])
    return dossier


def test_a_clerk_fills_it_in_on_one_page_and_again(office: Office) -> None:
    dossier = without_form(office)
    page = at_counter(office, "look_at_counter_dossier", dossier_id=dossier.id)
    assert f"/counter/dossiers/{dossier.id}/fill/{KEY}" in page.get_data(as_text=True)
    place = {"dossier_id": dossier.id, "paper": KEY}
    page = at_counter(office, "look_at_counter_form", **place).get_data(as_text=True)
    assert flaws(page) == []
    hidden = {
        str(each["name"]): str(each.get("value") or "")
        for each in Markup(page).all("input")
        if each.get("type") == "hidden"
    }
    said = {**hidden, **typed("land", LAND), **typed("owner", OWNER)}
    answer = at_counter(office, "fill_in_for_applicant", said, **place)
    assert answer.status_code == 303
    first = office.dossiers.get(dossier.id).declarations[0]
    assert at_counter(office, "fill_in_for_applicant", said, **place).status_code == 303
    assert len(printed(office)) == 1
    page = at_counter(office, "look_at_counter_form", **place).get_data(as_text=True)
    assert 'value="12"' in page
    office.clerk(
        office.service.declare,
        {"paper": REQUEST_FORM, "data": {**GOOD, "land": {**GOOD["land"], "plot": "13"}}},
        dossier_id=dossier.id,
    )
    now = office.dossiers.get(dossier.id)
    assert parsed(now.declarations[0].data)["land"]["plot"] == "13"
    assert [each.document for each in now.attachments] == [now.declarations[0].document]
    assert first.document != now.declarations[0].document


def test_what_a_clerk_gets_wrong_is_said_and_kept(office: Office) -> None:
    dossier = without_form(office)
    seen = as_seen.mark(dossier)
    said = {"key": "k", "seen": seen, **typed("land", {**LAND, "area": "-1"})}
    answer = at_counter(office, "fill_in_for_applicant", said, dossier_id=dossier.id, paper=KEY)
    html = answer.get_data(as_text=True)
    assert (answer.status_code, flaws(html)) == (422, [])
    assert "Không nhỏ hơn 1." in Markup(html).text
    assert 'value="12"' in html


def test_what_was_taken_in_is_not_filled_in_any_more(office: Office) -> None:
    dossier = submitted(office)
    office.clerk(office.service.accept, dossier_id=dossier.id)
    with pytest.raises(Refused):
        office.clerk(
            office.service.declare, {"paper": REQUEST_FORM, "data": GOOD}, dossier_id=dossier.id
        )
    page = at_counter(office, "look_at_counter_dossier", dossier_id=dossier.id)
    assert "/fill/" not in page.get_data(as_text=True)


def test_the_same_again_changes_nothing() -> None:
    dossier = replace_state(declared("d", procedure(), "", (filled_paper(),)))
    assert declare(dossier, procedure(), filled_paper()) == (dossier, ())


def filled_paper() -> FilledPaper:
    return FilledPaper(paper=REQUEST_FORM, data=GOOD)


def replace_state(declarations: tuple[Declaration, ...]) -> Dossier:
    return replace(plain(), declarations=declarations, state=State.SUBMITTED)


def test_an_older_dossier_and_an_older_order_are_read_without_any() -> None:
    assert Paper(name="x").form == ""
    order = {"step": "s", "code": "c", "procedure": "p", "procedure_name": "n", "action": "a"}
    read = StepOrder.read(
        {**order, "agency": OURS, "due": "2026-11-30T01:00:00.000Z", "applicant": "x"}
    )
    assert read.declarations == ()


def test_the_print_becomes_a_document_of_the_dossier(office: Office) -> None:
    dossier = submitted(office)
    form, _ = forms.fill(dossier.id, printed(office)[0], office.clock.now())
    document, _ = forms.issue(form, "5f" * 32, 1000, office.clock.now())
    assert (document.id, document.dossier) == (dossier.declarations[0].document, dossier.id)
    assert document.name == f"to-khai-{dossier.id}.pdf"
    assert document.form == "declaration"


def test_a_form_that_cannot_be_shown_here_is_not_learnt() -> None:
    broken = json.dumps({**FORM, "$schema": "x"})
    with pytest.raises(Invalid, match="schema"):
        learn(Procedure(id=PROCEDURE), published(papers=(Paper(name="x", form=broken),)))


def test_nobody_is_asked_to_sign_in_where_the_api_is_used(office: Office) -> None:
    with pytest.raises(Unknown):
        office.service.look_at_forms(Request(who=NOBODY, headers={}), draft="d")
