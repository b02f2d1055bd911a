"""A draft by itself: whatever its owner does in whatever order, its rules hold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.procedure import Paper
from foundation.errors import Hidden, Invalid, Refused
from services.intake.domain.case.dossier import Applicant, Attachment
from services.intake.domain.case.procedure import Procedure, cases_of
from services.intake.domain.counter.known_document import KnownDocument
from services.intake.domain.drafts import draft as drafting
from services.intake.domain.drafts import progress
from services.intake.domain.drafts.draft import KEPT_FOR, MOST_FILES, OnlineDraft
from services.intake.domain.drafts.progress import DraftTask, TaskState
from tests.builders import OWNER, PROCEDURE, RECEIVED, procedure

HOA = Applicant(name="Nguyễn Thị Hoa", phone="+84912345678", address="12 Lê Lợi")
NAMES = ("Đơn", "Bản vẽ", "Giấy phép cũ")
PAPERS = st.builds(
    Paper,
    name=st.sampled_from(NAMES),
    case=st.sampled_from(("", "Cấp mới", "Cấp lại")),
    required=st.booleans(),
    database=st.sampled_from(("", "CSDL")),
)
PROCEDURES = st.builds(
    lambda papers, version: replace(procedure(), papers=tuple(papers), published=version),
    st.lists(PAPERS, max_size=5, unique_by=lambda each: (each.name, each.case)),
    st.integers(1, 3),
)
WORDS = st.lists(
    st.tuples(
        st.sampled_from(("case", "person", "result", "attach", "detach", "hand in")),
        st.sampled_from(("Cấp mới", "Cấp lại", "khác", "")),
        st.sampled_from(NAMES),
        st.sampled_from(("d-1", "d-2", "d-3", "stranger", "unknown")),
    ),
    max_size=14,
)
KNOWN = {
    **{name: KnownDocument(id=name, told=True, owner=OWNER) for name in ("d-1", "d-2", "d-3")},
    "stranger": KnownDocument(id="stranger", told=True, owner="công dân 2"),
}


def begun(of: Procedure) -> OnlineDraft:
    return drafting.begin("draft-1", OWNER, of, 0, RECEIVED)


def told(
    draft: OnlineDraft, of: Procedure, word: tuple[str, str, str, str], hours: int
) -> OnlineDraft:
    what, case, paper, document = word
    now = RECEIVED + timedelta(hours=hours)
    asked = [each.paper for each in progress.papers_of(draft, of)]
    attachment = Attachment(paper=paper, document=document)
    known = KNOWN.get(document)
    rules = {
        "case": lambda: drafting.pick_case(draft, of, case, now),
        "person": lambda: drafting.describe(draft, HOA, now),
        "result": lambda: drafting.tell(draft, "", "vi", "counter", now),
        "attach": lambda: drafting.attach(draft, asked, attachment, known, now),
        "detach": lambda: drafting.detach(draft, document, now),
        "hand in": lambda: drafting.hand_in(draft, now),
    }
    try:
        return rules[what]()[0]
    except (Invalid, Refused):
        return draft


@given(PROCEDURES, PROCEDURES, WORDS)
def test_whatever_is_said_a_draft_holds_only_its_owners_files_each_once(
    first: Procedure, second: Procedure, words: list[tuple[str, str, str, str]]
) -> None:
    draft = begun(first)
    for hours, word in enumerate(words):
        # The procedure gets another version halfway.
        of = first if hours < len(words) // 2 else second
        draft = told(draft, of, word, hours)
        documents = [each.document for each in draft.papers]
        assert len(documents) == len(set(documents))
        assert set(documents) <= {"d-1", "d-2", "d-3"}
        assert draft.expires >= draft.begun + KEPT_FOR
        assert draft.owner == OWNER
        assert not (draft.handed_in and (draft.papers or draft.applicant))


@given(PROCEDURES, WORDS)
def test_it_is_handed_in_exactly_when_every_task_is_done(
    of: Procedure, words: list[tuple[str, str, str, str]]
) -> None:
    draft = begun(of)
    for hours, word in enumerate(words):
        draft = told(draft, of, word, hours) if word[0] != "hand in" else draft
    tasks = progress.tasks(draft, of)
    ready = tasks[DraftTask.CHECK] is TaskState.TODO
    assert ready == all(
        state is TaskState.DONE for task, state in tasks.items() if task is not DraftTask.CHECK
    )
    seen = str(of.published)
    if not ready:
        with pytest.raises(Invalid):
            progress.submission(draft, of, KNOWN, seen, RECEIVED)
        return
    made = progress.submission(draft, of, KNOWN, seen, RECEIVED)
    case = progress.case_of(draft, of)
    assert made.case == (case or "")
    assert len({each.document for each in made.documents}) == len(made.documents)
    handed = {each.paper for each in made.documents}
    assert handed <= {each.name for each in of.papers if each.case in ("", case)}
    needed = {
        each.name
        for each in of.papers
        if each.required and not each.database and each.case in ("", case)
    }
    assert needed <= handed
    with pytest.raises(Refused):
        progress.submission(draft, of, KNOWN, "0", RECEIVED)
    if made.documents:
        with pytest.raises(Refused):
            progress.submission(draft, of, {}, seen, RECEIVED)


@given(PROCEDURES)
def test_there_is_a_task_to_pick_the_case_only_where_there_are_several(of: Procedure) -> None:
    tasks = progress.tasks(begun(of), of)
    assert (DraftTask.CASE in tasks) == (len(cases_of(of)) > 1)
    assert list(tasks)[-1] is DraftTask.CHECK


def test_the_key_of_a_paper_is_the_same_however_its_name_is_spelled() -> None:
    assert progress.key_of("Bản vẽ") == progress.key_of("Bản  vẽ ")
    assert progress.key_of("Bản vẽ") != progress.key_of("Ban ve")


def test_nobody_but_its_owner_is_shown_it_and_only_in_its_time() -> None:
    draft = begun(procedure())
    end = RECEIVED + KEPT_FOR
    assert drafting.shown_to_owner(draft, OWNER, end - timedelta(seconds=1)) == draft
    for subject, now in ((OWNER, end), ("công dân 2", RECEIVED), ("", RECEIVED)):
        with pytest.raises(Hidden):
            drafting.shown_to_owner(draft, subject, now)


def test_a_draft_of_nobody_is_shown_to_nobody() -> None:
    with pytest.raises(Hidden):
        drafting.shown_to_owner(replace(begun(procedure()), owner=""), "", RECEIVED)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (replace(procedure(), withdrawn=9), "không còn hiệu lực"),
        (replace(procedure(), channels=("counter", "post")), "không nhận qua kênh"),
    ],
)
def test_what_may_not_be_handed_in_online_is_not_begun(of: Procedure, said: str) -> None:
    with pytest.raises(Refused) as refused:
        begun(of)
    assert said in refused.value.vi
    assert refused.value.article
    assert of.id == PROCEDURE
    assert MOST_FILES > 1
