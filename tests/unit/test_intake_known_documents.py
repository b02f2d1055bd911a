"""A dossier is full only with documents that were uploaded, by whoever may attach them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DocumentReleased, DossierAccepted, DossierSupplemented
from contracts.message import CENTRE
from contracts.orders import DocumentGiven, DocumentRefused
from foundation.errors import Invalid, NotYet, Refused
from foundation.web.responses import problem
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Attachment, State
from services.intake.domain.counter import known_document, reception, supplement
from services.intake.domain.counter.known_document import KnownDocument
from tests import builders
from tests.builders import (
    CALENDAR,
    IF_ANY,
    OWNER,
    PROPOSAL,
    RECEIPT,
    RECEIVED,
    REQUEST_FORM,
    Office,
    handed_in,
)

MINE = KnownDocument(id="d-1", told=True, owner=OWNER, sha256="5f" * 32)
SCAN = KnownDocument(id="d-1", told=True, clerk=True)
STRANGERS = replace(MINE, owner="công dân 2")
AGENCYS = KnownDocument(id="d-1", told=True, agency=builders.BUILDING)
FORM = KnownDocument(id="d-1", dossier=builders.DOSSIER)
PAPERS = (Attachment(paper=REQUEST_FORM, document="d-1"),)
NOBODYS = handed_in(
    documents=[{"paper": REQUEST_FORM, "id": "abc"}, {"paper": PROPOSAL, "id": "d-2"}]
)


def told(owner: str = OWNER, *, clerk: bool = False) -> DocumentGiven:
    return DocumentGiven(agency=CENTRE, owner=owner, clerk=clerk, sha256="5f" * 32)


def released(dossier: str) -> DocumentReleased:
    return DocumentReleased(agency=CENTRE, dossier=dossier)


@pytest.mark.parametrize(
    ("channel", "document", "stands"),
    [
        (Channel.ONLINE, MINE, True),
        (Channel.ONLINE, replace(MINE, owner="", dossier=builders.DOSSIER), True),
        (Channel.ONLINE, replace(MINE, owner="", dossier="another"), False),
        (Channel.ONLINE, STRANGERS, False),
        (Channel.ONLINE, SCAN, False),
        (Channel.ONLINE, AGENCYS, False),
        (Channel.ONLINE, FORM, False),
        (Channel.ONLINE, None, False),
        (Channel.COUNTER, SCAN, True),
        (Channel.COUNTER, replace(SCAN, dossier="another"), False),
        (Channel.COUNTER, MINE, False),
        (Channel.COUNTER, AGENCYS, False),
    ],
)
def test_whose_document_may_be_attached(
    channel: Channel, document: KnownDocument | None, *, stands: bool
) -> None:
    dossier = builders.submitted(channel=channel, documents=PAPERS)
    known = {document.id: document} if document else {}
    assert known_document.unheard(dossier, PAPERS, known) == (() if stands else (REQUEST_FORM,))


@pytest.mark.parametrize("document", [None, STRANGERS, AGENCYS, FORM, replace(MINE, dossier="x")])
def test_what_is_anothers_reads_as_what_is_not_there(document: KnownDocument | None) -> None:
    dossier = builders.submitted(documents=PAPERS)
    known = {document.id: document} if document else {}
    with pytest.raises(NotYet) as refused:
        reception.receive(dossier, builders.procedure(), RECEIPT, RECEIVED, known)
    with pytest.raises(NotYet) as unknown:
        reception.receive(dossier, builders.procedure(), RECEIPT, RECEIVED, {})
    assert (refused.value.en, refused.value.vi) == (unknown.value.en, unknown.value.vi)
    assert refused.value.fields == {"documents": (REQUEST_FORM,)}
    assert problem(refused.value, "vi").headers["Retry-After"] == "5"


@given(
    st.lists(st.sampled_from((told(), released("a"), released("b"))), max_size=6).flatmap(
        st.permutations
    )
)
def test_late_doubled_and_in_any_order_the_same_is_known_in_the_end(heard: list[object]) -> None:
    known = KnownDocument(id="d-1")
    for each in heard:
        if isinstance(each, DocumentGiven):
            known, _ = known_document.learn(known, each)
        elif isinstance(each, DocumentReleased):
            known, _ = known_document.join(known, each)
    joined = [each.dossier for each in heard if isinstance(each, DocumentReleased)]
    assert known.told == (told() in heard)
    assert known.dossier == (joined[-1] if joined else "")
    assert not (known.dossier and known.owner), "once a dossier has it, whose it was is not kept"


@given(
    st.lists(st.sampled_from((MINE, STRANGERS, SCAN, AGENCYS, FORM, None)), min_size=1, max_size=5)
)
def test_a_dossier_is_received_exactly_if_every_document_is_its_own(
    uploads: list[KnownDocument | None],
) -> None:
    names = (REQUEST_FORM, PROPOSAL, IF_ANY, IF_ANY, IF_ANY)
    papers = tuple(
        Attachment(paper=name, document=f"p-{n}")
        for n, name in enumerate((*names[: len(uploads)],))
    )
    dossier = builders.submitted(documents=papers)
    known = {f"p-{n}": replace(each, id=f"p-{n}") for n, each in enumerate(uploads) if each}
    full = all(each is MINE for each in uploads) and len(uploads) > 1
    missing = known_document.missing(dossier, builders.procedure(), known)
    assert bool(missing) != full
    if full:
        done, _ = reception.receive(dossier, builders.procedure(), RECEIPT, RECEIVED, known)
        assert done.received == RECEIVED
        return
    with pytest.raises(Exception, match=r"not here|not complete"):
        reception.receive(dossier, builders.procedure(), RECEIPT, RECEIVED, known)


def test_the_counter_asks_for_an_unheard_paper_too_and_the_new_file_takes_its_place() -> None:
    papers = (*PAPERS, Attachment(paper=IF_ANY, document="lost"))
    dossier = builders.submitted(documents=papers)
    missing = known_document.missing(dossier, builders.procedure(), {"d-1": MINE})
    assert missing == (PROPOSAL, IF_ANY)
    with pytest.raises(Invalid):
        supplement.guide(dossier, builders.procedure(), missing, (PROPOSAL,), "thiếu", RECEIVED)
    guided, _ = supplement.guide(dossier, builders.procedure(), missing, missing, "thiếu", RECEIVED)
    anew = tuple(
        Attachment(paper=name, document=f"n-{n}") for n, name in enumerate((PROPOSAL, IF_ANY))
    )
    known = {"d-1": MINE} | {each.document: replace(MINE, id=each.document) for each in anew}
    with pytest.raises(NotYet, match=PROPOSAL):
        supplement.supplement(guided, anew, RECEIVED, CALENDAR, {"d-1": MINE})
    full, _ = supplement.supplement(guided, anew, RECEIVED, CALENDAR, known)
    assert full.attachments == (*PAPERS, *anew)
    assert reception.receive(full, builders.procedure(), RECEIPT, RECEIVED, known)[0].received


def test_the_counter_adds_its_scan_to_an_online_dossier_and_the_event_says_so() -> None:
    dossier, _ = builders.asked(
        builders.consulting(), "1.0", builders.at("2020-09-18 10:00"), "Đơn"
    )
    papers = (Attachment(paper="Đơn", document="s-1"),)
    known = {"s-1": replace(SCAN, id="s-1")}
    with pytest.raises(NotYet):
        supplement.supplement(dossier, papers, RECEIVED, CALENDAR, known)
    _, messages = supplement.supplement(dossier, papers, RECEIVED, CALENDAR, known, counter=True)
    assert [each.counter for each in messages if isinstance(each, DossierSupplemented)] == [True]


def test_a_made_up_id_is_handed_in_by_name_and_never_received() -> None:
    office = Office()
    answer = office.ask(office.service.submit, NOBODYS)
    assert (answer.status, answer.body["unheard"]) == (201, [REQUEST_FORM])
    place = {"dossier_id": answer.body["id"]}
    assert office.ask(office.service.show, **place)["unheard"] == [REQUEST_FORM]
    with pytest.raises(NotYet, match=REQUEST_FORM):
        office.clerk(office.service.accept, **place)
    dossier = office.dossiers.get(place["dossier_id"])
    assert (dossier.state, dossier.received, dossier.code) == (State.SUBMITTED, None, "")
    assert not [each for each in office.dossiers.messages if isinstance(each, DossierAccepted)]


def test_an_event_that_was_late_makes_it_full_and_asking_twice_gives_the_same_code() -> None:
    office = Office()
    place = {"dossier_id": office.ask(office.service.submit, NOBODYS).body["id"]}
    with pytest.raises(NotYet):
        office.clerk(office.service.accept, key="k-1", **place)
    office.uploaded("abc")
    code = office.clerk(office.service.accept, key="k-1", **place).body["code"]
    office.tell(office.service.document_joined, released(place["dossier_id"]), subject="abc")
    assert office.clerk(office.service.accept, key="k-2", **place).body["code"] == code
    assert "unheard" not in office.ask(office.service.show, **place)


def test_one_document_makes_one_dossier_full_whoever_was_first() -> None:
    office = Office()
    first, second = (office.ask(office.service.submit, handed_in()).body["id"] for _ in range(2))
    for document in ("d-1", "d-2"):
        office.tell(office.service.document_joined, released(second), subject=document)
    with pytest.raises(NotYet):
        office.clerk(office.service.accept, dossier_id=first)
    assert office.clerk(office.service.accept, dossier_id=second).body["code"]


def test_who_hands_in_at_the_counter_attaches_what_the_counter_scanned() -> None:
    office = Office()
    answer = office.clerk(office.service.submit, handed_in(channel="counter"))
    assert answer.body["unheard"] == [REQUEST_FORM, PROPOSAL]
    office.scanned("s-1", "s-2")
    papers = [{"paper": REQUEST_FORM, "id": "s-1"}, {"paper": PROPOSAL, "id": "s-2"}]
    answer = office.clerk(office.service.submit, handed_in(channel="counter", documents=papers))
    assert answer.body["unheard"] == []
    assert office.clerk(office.service.accept, dossier_id=answer.body["id"]).body["code"]


def test_a_document_with_malware_is_no_paper_and_its_owner_is_told_so() -> None:
    refused = DocumentRefused(agency=CENTRE, owner=OWNER, clerk=False, reason="infected")
    known = known_document.refuse(MINE, refused)[0]
    dossier = builders.submitted()
    assert known_document.unheard(dossier, PAPERS, {"d-1": known}) == (REQUEST_FORM,)
    with pytest.raises(Refused, match="malware"):
        known_document.must_be_heard(dossier, PAPERS, {"d-1": known})
    strangers = replace(known, owner="somebody else")
    with pytest.raises(NotYet):
        known_document.must_be_heard(dossier, PAPERS, {"d-1": strangers})
    again = known_document.learn(known, told())[0]
    assert (again.refused, known_document.unheard(dossier, PAPERS, {"d-1": again})) == ("", ())


NOT_SCANNED = DocumentRefused(agency=CENTRE, owner=OWNER, clerk=False, reason="not_scannable")


def test_a_dossier_names_what_has_malware_and_what_could_not_be_scanned() -> None:
    office = Office()
    place = {"dossier_id": office.ask(office.service.submit, handed_in()).body["id"]}
    infected = DocumentRefused(agency=CENTRE, owner=OWNER, clerk=False, reason="infected")
    office.tell(office.service.refuse_document, infected, subject="d-1")
    office.tell(office.service.refuse_document, NOT_SCANNED, subject="d-2")
    shown = office.ask(office.service.show, **place)
    assert shown["unheard"] == [REQUEST_FORM, PROPOSAL]
    assert shown["not_passed"] == [
        {"paper": REQUEST_FORM, "reason": "infected"},
        {"paper": PROPOSAL, "reason": "not_scannable"},
    ]
    with pytest.raises(Refused) as refused:
        office.clerk(office.service.accept, **place)
    assert f"hold malware: {REQUEST_FORM}." in refused.value.en
    assert f"could not be scanned: {PROPOSAL}." in refused.value.en
    assert f"có mã độc: {REQUEST_FORM}." in refused.value.vi
    assert refused.value.fields == {"documents": (REQUEST_FORM, PROPOSAL)}


@pytest.mark.parametrize("joined_first", [True, False])
def test_what_did_not_pass_is_named_although_it_joined_the_dossier(*, joined_first: bool) -> None:
    dossier = builders.submitted(documents=PAPERS)
    known = KnownDocument(id="d-1")
    if joined_first:
        known = known_document.join(known, released(dossier.id))[0]
    known = known_document.refuse(known, NOT_SCANNED, 1)[0]
    if not joined_first:
        known = known_document.join(known, released(dossier.id))[0]
    assert known.owner == ""
    assert known_document.not_passed(dossier, PAPERS, {"d-1": known}) == {
        REQUEST_FORM: "not_scannable"
    }
    others = replace(known, dossier="another")
    assert known_document.not_passed(dossier, PAPERS, {"d-1": others}) == {}


def test_once_a_clerk_accepts_what_could_not_be_scanned_the_dossier_is_received() -> None:
    office = Office()
    place = {"dossier_id": office.ask(office.service.submit, handed_in()).body["id"]}
    office.tell(office.service.refuse_document, NOT_SCANNED, subject="d-1")
    with pytest.raises(Refused):
        office.clerk(office.service.accept, **place)
    office.uploaded("d-1")
    assert office.ask(office.service.show, **place)["not_passed"] == []
    assert office.clerk(office.service.accept, **place).body["code"]


@given(st.permutations([(1, told()), (2, NOT_SCANNED), (3, told()), (4, NOT_SCANNED)]))
def test_the_newest_word_on_a_document_counts_in_whatever_order_they_come(
    words: list[tuple[int, DocumentGiven | DocumentRefused]],
) -> None:
    known = KnownDocument(id="d-1")
    for seq, word in words:
        if isinstance(word, DocumentGiven):
            known, _ = known_document.learn(known, word, seq)
        else:
            known, _ = known_document.refuse(known, word, seq)
    assert (known.told, known.refused) == (False, "not_scannable")


def test_the_counter_decides_nothing_by_a_file_that_did_not_pass() -> None:
    dossier = builders.submitted()
    known_document.must_be_scanned(dossier, "d-1", {"d-1": SCAN})
    refused = replace(SCAN, told=False, refused="infected")
    with pytest.raises(Refused, match="malware"):
        known_document.must_be_scanned(dossier, "d-1", {"d-1": refused})
    for other in (None, MINE, replace(refused, dossier="another")):
        with pytest.raises(NotYet):
            known_document.must_be_scanned(dossier, "d-1", {"d-1": other} if other else {})


def test_an_agency_whose_file_did_not_pass_is_refused_and_not_waited_for() -> None:
    dossier = builders.submitted()
    refused = replace(AGENCYS, told=False, refused="infected")
    with pytest.raises(Refused):
        known_document.must_be_theirs(
            dossier, "d-1", builders.BUILDING, {"d-1": refused}, attempt=1
        )
