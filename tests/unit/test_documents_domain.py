from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DocumentReleased, DocumentStored
from contracts.message import CENTRE
from contracts.orders import ContactGiven, DocumentGiven
from foundation.errors import NotFound
from services.documents.domain.access_list import (
    DossierAccess,
    ask,
    decide,
    hand_in,
    open_dossier,
    read,
    report,
)
from services.documents.domain.storing import (
    FORMATS,
    LONGEST_NAME,
    Document,
    DocumentActor,
    named,
    store,
    tell,
)

PDF = "application/pdf"
CITIZEN = DocumentActor(subject="citizen-1")
STRANGER = DocumentActor(subject="citizen-2")
CLERK = DocumentActor(subject="clerk-1", clerk=True)
OFFICER = DocumentActor(subject="officer-1", agency="so-xay-dung")
DOCUMENT = Document(
    id="doc-1",
    uploader=CITIZEN,
    name="Bản vẽ.pdf",
    media_type=PDF,
    sha256="ab" * 32,
    size=7,
    stored=datetime(2020, 9, 15, 2, 30, tzinfo=UTC),
)
ACCESS = DossierAccess(id="d-1", owner="citizen-1", agencies=("so-xay-dung",))
people = st.sampled_from([CITIZEN, STRANGER, CLERK, OFFICER])


@pytest.mark.parametrize(
    ("sent", "media_type", "kept"),
    [
        ("đơn.pdf", PDF, "đơn.pdf"),
        ("Đơn.PDF", PDF, "Đơn.PDF"),
        ("ảnh.jfif", "image/jpeg", "ảnh.jfif"),
        ("ảnh.jpg", "image/png", "ảnh.png"),
        ("đơn", PDF, "đơn.pdf"),
        ("đơn.2026", PDF, "đơn.2026.pdf"),
        ("a.exe", PDF, "a.exe.pdf"),
        ("", PDF, "tai-lieu.pdf"),
        (".pdf", PDF, "tai-lieu.pdf"),
        (".png", PDF, "tai-lieu.pdf"),
        ("ả" * 149, PDF, "ả" * 146 + ".pdf"),
    ],
)
def test_the_ending_of_a_name_says_what_the_file_is(sent: str, media_type: str, kept: str) -> None:
    assert named(sent, media_type) == kept


@given(st.text(max_size=150), st.sampled_from(sorted(FORMATS)))
def test_every_name_ends_in_what_its_file_is_and_stays_so(name: str, media_type: str) -> None:
    kept = named(name, media_type)
    assert kept.lower().endswith(FORMATS[media_type])
    assert len(kept) <= LONGEST_NAME
    assert named(kept, media_type) == kept


def test_the_name_of_a_file_stays_out_of_its_event_and_intake_alone_hears_whose_it_is() -> None:
    kept, messages = store(DOCUMENT)
    assert kept.told
    assert messages == (
        DocumentGiven(
            agency=CENTRE,
            owner=DOCUMENT.uploader.subject,
            clerk=False,
            sha256="ab" * 32,
            name=DOCUMENT.name,
            size=7,
        ),
        DocumentStored(agency=CENTRE, sha256="ab" * 32, size=7, media_type="application/pdf"),
    )


def test_an_officers_file_is_the_matter_of_the_agency() -> None:
    assert store(replace(DOCUMENT, uploader=OFFICER))[1][0].agency == "so-xay-dung"


def test_whose_a_document_of_the_staff_is_names_no_person() -> None:
    for uploader, clerk, agency in ((CLERK, True, CENTRE), (OFFICER, False, "so-xay-dung")):
        told = store(replace(DOCUMENT, uploader=uploader))[1][0]
        assert told == DocumentGiven(agency=agency, owner="", clerk=clerk, sha256="ab" * 32, size=7)


def test_what_an_older_release_stored_is_told_once_and_a_form_never() -> None:
    told, (first,) = tell(DOCUMENT)
    assert (told.told, type(first)) == (True, DocumentGiven)
    assert tell(told) == (told, ())
    form = replace(DOCUMENT, form="receipt")
    assert tell(form) == (replace(form, told=True), ())


def test_a_clerks_scan_joins_an_online_dossier_by_the_centres_word_alone() -> None:
    scan = replace(DOCUMENT, uploader=CLERK)
    assert hand_in(scan, ACCESS, "so-xay-dung") == (scan, ())
    assert hand_in(scan, ACCESS, "so-xay-dung", counter=True)[0].dossier == "d-1"
    strangers = replace(DOCUMENT, uploader=DocumentActor(subject="stranger"))
    assert hand_in(strangers, ACCESS, "so-xay-dung", counter=True) == (strangers, ())


def test_the_applicants_document_joins_their_dossier() -> None:
    joined, events = hand_in(DOCUMENT, ACCESS, "so-xay-dung")
    assert joined.dossier == "d-1"
    assert events == (DocumentReleased(agency="so-xay-dung", dossier="d-1"),)


def test_handing_in_twice_is_handing_in_once() -> None:
    joined, _ = hand_in(DOCUMENT, ACCESS, "so-xay-dung")
    assert hand_in(joined, ACCESS, "so-xay-dung") == (joined, ())


def test_a_document_stays_with_its_first_dossier() -> None:
    joined, _ = hand_in(DOCUMENT, ACCESS, "so-xay-dung")
    assert hand_in(joined, replace(ACCESS, id="d-2"), "so-xay-dung") == (joined, ())


@given(people, people)
def test_only_the_applicant_or_at_the_counter_a_clerk_can_hand_in(
    uploader: DocumentActor, owner: DocumentActor
) -> None:
    document = replace(DOCUMENT, uploader=uploader)
    online = hand_in(document, replace(ACCESS, owner=owner.subject), "so-xay-dung")[0]
    assert bool(online.dossier) == (uploader == owner)
    counter = hand_in(document, replace(ACCESS, owner=""), "so-xay-dung")[0]
    assert bool(counter.dossier) == uploader.clerk


def test_an_agencys_own_document_joins_a_dossier_it_was_asked_about() -> None:
    opinion = replace(DOCUMENT, uploader=OFFICER)
    joined, events = report(opinion, ACCESS, "so-xay-dung")
    assert (joined.dossier, len(events)) == ("d-1", 1)
    assert report(joined, ACCESS, "so-xay-dung") == (joined, ())


def test_an_agency_cannot_bring_in_another_ones_document() -> None:
    assert report(DOCUMENT, ACCESS, "so-xay-dung") == (DOCUMENT, ())


def test_an_agency_that_was_not_asked_cannot_bring_in_anything() -> None:
    with pytest.raises(NotFound):
        report(replace(DOCUMENT, uploader=OFFICER), replace(ACCESS, agencies=()), "so-xay-dung")


@given(st.lists(st.sampled_from(["so-xay-dung", "ubnd-xa", "cong-an-tinh"]), max_size=6))
def test_each_agency_stands_on_the_list_once(asked: list[str]) -> None:
    access = replace(ACCESS, agencies=())
    for agency in asked:
        access, _ = ask(access, agency)
    assert sorted(access.agencies) == sorted(set(asked))


def test_the_result_is_the_applicants_to_read_once_it_is_decided() -> None:
    opinion, _ = report(replace(DOCUMENT, uploader=OFFICER), ACCESS, "so-xay-dung")
    with pytest.raises(NotFound):
        read(opinion, ACCESS, CITIZEN)
    decided, _ = decide(ACCESS, opinion.id)
    assert read(opinion, decided, CITIZEN) == opinion
    assert decide(decided, opinion.id) == (decided, ())


def test_naming_a_strangers_document_as_a_result_opens_nothing() -> None:
    decided, _ = decide(replace(ACCESS, owner=STRANGER.subject), DOCUMENT.id)
    with pytest.raises(NotFound):
        read(DOCUMENT, None, STRANGER)
    assert decided.results == (DOCUMENT.id,)


@given(reader=people, handed_in=st.booleans(), asked=st.booleans())
def test_a_document_is_read_by_those_it_concerns_and_by_nobody_else(
    *, reader: DocumentActor, handed_in: bool, asked: bool
) -> None:
    document = hand_in(DOCUMENT, ACCESS, "so-xay-dung")[0] if handed_in else DOCUMENT
    agencies = ("so-xay-dung",) if asked else ("ubnd-xa",)
    access = replace(ACCESS, agencies=agencies) if handed_in else None
    concerned = [CITIZEN] + [CLERK] * handed_in + [OFFICER] * (handed_in and asked)
    if reader in concerned:
        assert read(document, access, reader) == document
    else:
        with pytest.raises(NotFound):
            read(document, access, reader)


def test_colleagues_of_the_officer_who_uploaded_it_may_read_a_draft() -> None:
    draft = replace(DOCUMENT, uploader=OFFICER)
    colleague = DocumentActor(subject="officer-2", agency="so-xay-dung")
    assert read(draft, None, colleague) == draft


def test_a_dossier_handed_in_at_the_counter_opens_nothing_to_a_nameless_reader() -> None:
    contact = ContactGiven(agency="so-xay-dung", owner="", name="A", phone="1", email="")
    access, _ = decide(open_dossier("d-1", contact), DOCUMENT.id)
    with pytest.raises(NotFound):
        read(replace(DOCUMENT, dossier="d-1"), access, STRANGER)
