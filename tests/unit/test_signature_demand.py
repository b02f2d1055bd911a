"""Where a procedure demands a digital signature, what is not signed is not taken, and says why."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DocumentSignaturesRead
from contracts.message import CENTRE
from contracts.orders import DocumentGiven
from contracts.procedure import Paper
from contracts.signatures import SignatureVerdict
from foundation.errors import Invalid, NotYet, Refused
from services.catalogue.domain.fillable import must_be_signable
from services.documents.domain.signed import SignatureEvidence, SignatureState, verdict_of
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.counter import known_document, reception, supplement
from services.intake.domain.counter.known_document import KnownDocument
from services.intake.domain.counter.signature_demand import USELESS, missing
from services.intake.domain.drafts.progress import key_of
from tests import builders
from tests.builders import CALENDAR, OWNER, PROPOSAL, RECEIPT, RECEIVED, REQUEST_FORM, Office
from tests.unit.test_apply_pages import attached, begun, filled, handed_in, look, shown, text_of
from tests.unit.test_catalogue_feasible import CONTENT
from tests.unit.test_documents_signing import CHANGED, GOOD

SIGNED = (Paper(name=REQUEST_FORM, signed=True), Paper(name=PROPOSAL))
PAPERS = (
    Attachment(paper=REQUEST_FORM, document="d-1"),
    Attachment(paper=PROPOSAL, document="d-2"),
)
PLAIN = KnownDocument(id="d-2", told=True, owner=OWNER, signature=SignatureVerdict.UNSIGNED)
CHECKED = replace(RECEIPT, signatures_checked=(REQUEST_FORM,))
PROCEDURE = builders.procedure(papers=SIGNED)


def known(verdict: SignatureVerdict, **changes: Any) -> dict[str, KnownDocument]:
    signed = KnownDocument(id="d-1", told=True, owner=OWNER, signature=verdict)
    return {"d-1": replace(signed, **changes), "d-2": PLAIN}


def submit(verdict: SignatureVerdict, **changes: Any) -> Dossier:
    handed = builders.submission(documents=PAPERS)
    so_far = known(verdict, **changes)
    owner, now = OWNER, RECEIVED
    return reception.submit(
        builders.DOSSIER, handed, PROCEDURE, now, CALENDAR, owner=owner, known=so_far
    )[0]


WAITING = submit(SignatureVerdict.WAITING)


def receive(verdict: SignatureVerdict, receipt: reception.Receipt = RECEIPT) -> Dossier:
    return reception.receive(WAITING, PROCEDURE, receipt, RECEIVED, known(verdict))[0]


@pytest.mark.parametrize("verdict", SignatureVerdict)
def test_handing_in_refuses_what_is_known_to_be_useless_and_nothing_else(
    verdict: SignatureVerdict,
) -> None:
    if verdict not in USELESS:
        assert submit(verdict).signed_papers == (REQUEST_FORM,)
        return
    with pytest.raises(Refused) as refused:
        submit(verdict)
    assert refused.value.fields == {"documents": (REQUEST_FORM,)}
    assert REQUEST_FORM in refused.value.vi
    assert "upload" in refused.value.en.lower()
    assert refused.value.article


@pytest.mark.parametrize("verdict", SignatureVerdict)
@pytest.mark.parametrize("checked", [False, True])
def test_the_receipt_asks_for_a_valid_one_or_the_clerks_own_check(
    verdict: SignatureVerdict, *, checked: bool
) -> None:
    receipt = CHECKED if checked else RECEIPT
    to_check = (SignatureVerdict.UNPROVEN, SignatureVerdict.UNKNOWN)
    if verdict is SignatureVerdict.VALID or (checked and verdict in to_check):
        taken = receive(verdict, receipt)
        assert taken.received == RECEIVED
        assert taken.signatures_checked == receipt.signatures_checked
        return
    late = verdict is SignatureVerdict.WAITING
    with pytest.raises(NotYet if late else Refused, match=REQUEST_FORM):
        receive(verdict, receipt)


def test_a_clerk_checks_no_signature_that_nothing_demands() -> None:
    strange = replace(RECEIPT, signatures_checked=(PROPOSAL,))
    with pytest.raises(Invalid):
        receive(SignatureVerdict.VALID, strange)


def test_where_nothing_is_demanded_nothing_unsigned_is_refused() -> None:
    dossier = builders.submitted(documents=PAPERS)
    so_far = known(SignatureVerdict.UNSIGNED)
    taken, _ = reception.receive(dossier, builders.procedure(), RECEIPT, RECEIVED, so_far)
    assert taken.received


def test_the_procedure_in_force_at_the_receipt_counts() -> None:
    dossier = builders.submitted(documents=PAPERS)
    with pytest.raises(Refused):
        reception.receive(dossier, PROCEDURE, RECEIPT, RECEIVED, known(SignatureVerdict.UNSIGNED))


def test_what_the_counter_scanned_is_held_to_no_signature() -> None:
    handed = builders.submission(documents=PAPERS, channel=Channel.COUNTER)
    scans = {
        each: KnownDocument(id=each, told=True, clerk=True, signature=SignatureVerdict.UNSIGNED)
        for each in ("d-1", "d-2")
    }
    dossier, _ = reception.submit(
        builders.DOSSIER, handed, PROCEDURE, RECEIVED, CALENDAR, owner="", known=scans
    )
    assert reception.receive(dossier, PROCEDURE, RECEIPT, RECEIVED, scans)[0].received


def test_of_a_strangers_file_nothing_is_learnt() -> None:
    """Whoever names another's document does not hear whether it is signed."""
    for other in ({"owner": "another"}, {"dossier": "another", "owner": ""}):
        assert submit(SignatureVerdict.BROKEN, **other).attachments == PAPERS


def test_a_useless_paper_is_asked_for_once_in_full_and_the_new_file_replaces_it() -> None:
    bad = known(SignatureVerdict.BROKEN)
    lacking = missing(WAITING, PROCEDURE, bad)
    assert lacking == (REQUEST_FORM,)
    guided, _ = supplement.guide(WAITING, PROCEDURE, lacking, lacking, "ký lại", RECEIVED)
    anew = (Attachment(paper=REQUEST_FORM, document="n-1"),)

    def supply(verdict: SignatureVerdict) -> Dossier:
        after = bad | {"n-1": replace(bad["d-1"], id="n-1", signature=verdict)}
        return supplement.supplement(guided, anew, RECEIVED, CALENDAR, after)[0]

    with pytest.raises(Refused, match="bears none"):
        supply(SignatureVerdict.UNSIGNED)
    full = supply(SignatureVerdict.VALID)
    assert full.attachments == (PAPERS[1], *anew)
    good = bad | {"n-1": replace(bad["d-1"], id="n-1", signature=SignatureVerdict.VALID)}
    assert reception.receive(full, PROCEDURE, RECEIPT, RECEIVED, good)[0].received


def given_as(verdict: SignatureVerdict) -> DocumentGiven:
    return DocumentGiven(
        agency=CENTRE, owner=OWNER, clerk=False, sha256="5f" * 32, signature=verdict.value
    )


def read_as(verdict: str, state: str = "read") -> DocumentSignaturesRead:
    return DocumentSignaturesRead(
        agency=CENTRE, state=state, signatures=1, valid=0, report="5f" * 32, verdict=verdict
    )


@given(
    st.permutations(
        [given_as(SignatureVerdict.WAITING), given_as(SignatureVerdict.UNKNOWN), read_as("broken")]
    ),
    st.lists(st.sampled_from([given_as(SignatureVerdict.WAITING), read_as("broken")]), max_size=3),
)
def test_what_was_read_stands_whichever_word_came_first_or_twice(
    heard: list[Any], again: list[Any]
) -> None:
    document = KnownDocument(id="d-1")
    for each in (*heard, *again):
        read = isinstance(each, DocumentSignaturesRead)
        rule: Any = known_document.read_signatures if read else known_document.learn
        document, _ = rule(document, each)
    assert document.signature is SignatureVerdict.BROKEN
    assert document.told


@pytest.mark.parametrize(
    ("state", "comes_to"),
    [("unsigned", SignatureVerdict.UNSIGNED), ("read", SignatureVerdict.UNPROVEN)],
)
def test_an_older_word_on_signatures_leaves_the_rest_to_the_clerk(
    state: str, comes_to: SignatureVerdict
) -> None:
    document, _ = known_document.read_signatures(KnownDocument(id="d-1"), read_as("", state))
    assert document.signature is comes_to


@pytest.mark.parametrize(
    ("signatures", "comes_to"),
    [
        ((GOOD,), SignatureVerdict.VALID),
        ((GOOD, CHANGED), SignatureVerdict.BROKEN),
        ((replace(GOOD, time_stamp=True),), SignatureVerdict.UNSIGNED),
        ((replace(GOOD, chain=GOOD.chain.UNKNOWN),), SignatureVerdict.UNPROVEN),
        ((GOOD, replace(GOOD, chain=GOOD.chain.UNKNOWN)), SignatureVerdict.VALID),
    ],
)
def test_what_a_report_comes_to(signatures: Any, comes_to: SignatureVerdict) -> None:
    kept = SignatureEvidence(signature_state=SignatureState.READ, signatures=signatures)
    assert verdict_of(kept, "application/pdf") is comes_to
    more = replace(kept, signatures_more=True)
    assert verdict_of(more, "application/pdf") is not SignatureVerdict.VALID


@pytest.mark.parametrize(
    ("state", "media_type", "comes_to"),
    [
        (SignatureState.NOT_READ, "image/png", SignatureVerdict.UNSIGNED),
        (SignatureState.NOT_READ, "application/pdf", SignatureVerdict.UNKNOWN),
        (SignatureState.UNSIGNED, "application/pdf", SignatureVerdict.UNSIGNED),
        (SignatureState.WAITING, "application/pdf", SignatureVerdict.WAITING),
        (SignatureState.NOT_READABLE, "application/pdf", SignatureVerdict.UNPROVEN),
    ],
)
def test_what_is_known_before_a_report(
    state: SignatureState, media_type: str, comes_to: SignatureVerdict
) -> None:
    assert verdict_of(SignatureEvidence(signature_state=state), media_type) is comes_to


def test_no_procedure_is_published_that_demands_what_cannot_be_signed() -> None:
    filled_in = Paper(name="Tờ khai", form="{}", signed=True)
    with pytest.raises(Refused, match="no file to sign"):
        must_be_signable(replace(CONTENT, papers=(filled_in,)))
    twice = (Paper(name="Đơn", case="a", signed=True), Paper(name="Đơn", case="b"))
    with pytest.raises(Refused, match="several cases"):
        must_be_signable(replace(CONTENT, papers=twice))


@pytest.fixture(name="office")
def _office() -> Office:
    office = Office()
    changed = builders.published(version=2, papers=SIGNED)
    office.tell(office.service.learn, changed, subject=builders.PROCEDURE)
    return office


def told(office: Office, document: str, verdict: SignatureVerdict) -> None:
    given = replace(given_as(verdict), name=f"{document}.pdf")
    office.tell(office.service.learn_document, given, subject=document)


def test_the_citizen_is_told_what_is_demanded_and_an_unsigned_file_is_not_attached(
    office: Office,
) -> None:
    before = shown(office, "look_before_beginning", procedure=builders.PROCEDURE)
    assert "tệp PDF đã ký số" in before
    draft = begun(office)
    told(office, "d-1", SignatureVerdict.UNSIGNED)
    place = {"draft": draft, "paper": key_of(REQUEST_FORM)}
    assert "Tệp phải là PDF đã ký số" in shown(office, "look_at_draft_paper", **place)
    page = shown(office, "look_at_draft_file", document="d-1", **place)
    assert "chưa có chữ ký số dùng được" in page
    assert "Dùng tệp này" not in page
    refused = attached(office, draft, REQUEST_FORM, "d-1")
    assert refused.status_code == 409
    assert "chưa được ký" in text_of(refused)
    assert attached(office, draft, PROPOSAL, "d-1").status_code == 303


def test_a_file_that_turns_out_broken_stops_the_hand_in_and_nothing_is_lost(
    office: Office,
) -> None:
    told(office, "d-1", SignatureVerdict.WAITING)
    told(office, "d-2", SignatureVerdict.UNSIGNED)
    draft = filled(office)
    office.tell(office.service.signatures_read, read_as("broken"), subject="d-1")
    answer = handed_in(office, draft)
    assert answer.status_code == 409
    assert "bị sửa sau khi ký số" in text_of(answer)
    assert office.drafts.get(draft).papers == PAPERS
    assert "Tệp không dùng được" in shown(office, "look_at_draft_papers", draft=draft)


def test_the_clerk_sees_the_reading_wait_and_accepts_when_it_came(office: Office) -> None:
    told(office, "d-1", SignatureVerdict.WAITING)
    told(office, "d-2", SignatureVerdict.UNSIGNED)
    answer = office.ask(office.service.submit, builders.handed_in())
    assert answer.body["signatures"] == [{"paper": REQUEST_FORM, "id": "d-1", "verdict": "waiting"}]
    place = {"dossier_id": answer.body["id"]}
    assert "đang đọc chữ ký số" in counter(office, **place)
    with pytest.raises(NotYet, match="not read yet"):
        office.clerk(office.service.accept, **place)
    office.tell(office.service.signatures_read, read_as("unproven"), subject="d-1")
    page = counter(office, **place)
    assert 'name="accept-checked-1"' in page
    with pytest.raises(Refused, match="cannot be verified"):
        office.clerk(office.service.accept, **place)
    noted = {"signatures_checked": [REQUEST_FORM]}
    assert office.clerk(office.service.accept, noted, **place).body["code"]
    assert "cán bộ đã kiểm tra" in counter(office, **place)
    whole = office.clerk(office.service.show, **place)
    assert whole["signed_papers"] == whole["signatures_checked"] == [REQUEST_FORM]


def counter(office: Office, **place: str) -> str:
    page = office.clerk(office.service.look_at_counter_dossier, **place)
    return str(page.get_data(as_text=True))


def test_a_valid_signature_is_all_that_is_asked(office: Office) -> None:
    told(office, "d-1", SignatureVerdict.VALID)
    told(office, "d-2", SignatureVerdict.UNSIGNED)
    draft = filled(office)
    assert handed_in(office, draft).status_code == 303
    assert look(office, "look_at_receipt", draft=draft).status_code == 200
    assert office.clerk(office.service.accept, dossier_id=draft).body["code"]
