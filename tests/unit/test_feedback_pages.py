"""The pages of feedback: the four kinds, their forms, following, rating, and what is published."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nameko.testing.services import worker_factory

from contracts.events import RatingGiven
from foundation.errors import Hidden, NotFound, Unknown
from foundation.observability import log_context
from foundation.vault import FileKeys
from foundation.vault.provider import NO_KEYS, Vault
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from foundation.web.rate_limit import LookupRateLimiter, SendingRateLimiter
from foundation.web.responses import TooMany
from foundation.worktime import local_day
from services.feedback import pages
from services.feedback.domain import publishing
from services.feedback.domain.denunciation import Denunciation
from services.feedback.domain.feedback import Feedback, FeedbackKind, FeedbackState
from services.feedback.domain.finding import findable
from services.feedback.domain.rating import KnownDossier, Rating
from services.feedback.domain.sealed_parts import SealedReading
from services.feedback.domain.visit import ALPHABET, CODE_LENGTH, Visit, shown, spelled
from services.feedback.service import FeedbackService
from services.feedback.store import Denunciations, Feedbacks, Ratings, Visits
from tests.builders import AGENCIES
from tests.desks import AskedStore
from tests.fakes import FakeCalendarCopies, FakeClock, FakeConnectedAgencies
from tests.markup import Markup, flaws

FORM, BROWSER = "application/x-www-form-urlencoded", {"accept": "text/html"}
CITIZEN = Identity("vneid|079184001234", frozenset({"feedback:write"}))
STRANGER = Identity("citizen-2", frozenset({"feedback:write"}))
GIVER = {"name": "Nguyễn Văn Đức", "phone": "0912345678"}
REFLECTION = {"about": "so-xay-dung", "text": "Sở trả lời chậm.\nĐã chờ ba tuần.", **GIVER}
SECRET = {
    "accused": "Nguyễn Văn Bình",
    "text": "Ông Bình nhận tiền tại nhà.",
    "name": "Nguyễn Thị Đoan Trang",
    "address": "12 Trần Phú, Bạc Liêu",
    "phone": "0912345678",
}
TRACES = ("Bình", "Trang", "Trần Phú", "0912345678", "912345678", "079184001234")


class FakeFeedbacks(AskedStore):
    standing = Feedbacks.standing
    to_pass_on = Feedbacks.to_pass_on
    searched = Feedbacks.searched
    published = Feedbacks.published
    saying = Feedbacks.saying
    having = Feedbacks.having
    not_findable = Feedbacks.not_findable

    def save(self, entity: Any, *messages: Any, **rest: Any) -> Any:
        """As Feedbacks.save."""
        return super().save(findable(entity), *messages, **rest)


class FakeRatings(AskedStore):
    is_given = Ratings.is_given


class FakeVisits(AskedStore):
    by_code = Visits.by_code


class FakeDenunciations(AskedStore):
    by_code = Denunciations.by_code
    actor = ""

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """As Store.save; notes whom the history would name."""
        self.actor = log_context.actor()
        return super().save(*args, **kwargs)


class FakeReadings(AskedStore):
    def append(self, reading: SealedReading) -> Any:
        return self.save(replace(reading, id=f"r{len(self.things)}"))


class Office:
    """The service over stores in memory, as browsers meet it."""

    def __init__(self, *, vault: Vault | None = None) -> None:
        self.clock = FakeClock()
        self.feedbacks: Any = FakeFeedbacks(Feedback, clock=self.clock)
        self.denunciations = FakeDenunciations(Denunciation, clock=self.clock)
        self.ratings = FakeRatings(Rating, clock=self.clock)
        self.visits = FakeVisits(Visit, clock=self.clock)
        self.dossiers = AskedStore(KnownDossier, clock=self.clock)
        self.service = worker_factory(
            FeedbackService,
            settings=SimpleNamespace(agencies=AGENCIES),
            guard=LookupRateLimiter(lambda: self.clock.now().timestamp()),
            sending=SendingRateLimiter(lambda: self.clock.now().timestamp()),
            feedbacks=self.feedbacks,
            denunciations=self.denunciations,
            sealed_readings=FakeReadings(SealedReading, clock=self.clock),
            ratings=self.ratings,
            visits=self.visits,
            dossiers=self.dossiers,
            connected_agencies=FakeConnectedAgencies(),
            calendars=FakeCalendarCopies(clock=self.clock),
            clock=self.clock,
            vault=vault or Vault(FileKeys({"vault.1": b"k" * 32})),
        )

    def look(
        self, method: str, path: str, who: Identity = CITIZEN, *, flawless: bool = True, **rest: Any
    ) -> Any:
        query = rest.pop("query", {})
        request = Request(path=path, query=query, who=who, headers=BROWSER)
        answer = getattr(self.service, method)(request, **rest)
        if answer.status_code < 300 and flawless:
            assert flaws(answer.get_data(as_text=True)) == []
        return answer

    def page(self, method: str, path: str, who: Identity = CITIZEN, **rest: Any) -> str:
        return str(self.look(method, path, who, **rest).get_data(as_text=True))

    def send(
        self, method: str, path: str, said: dict[str, str], who: Identity = CITIZEN, **rest: str
    ) -> Any:
        request = Request(
            method="POST",
            path=path,
            headers={"content-type": FORM, **BROWSER},
            stream=BytesIO(urlencode(said).encode()),
            who=who,
        )
        return getattr(self.service, method)(request, **rest)

    def speak(self, kind: str = "reflection", who: Identity = CITIZEN, **said: Any) -> Any:
        path = f"/feedback/new/{kind}"
        words = {"key": "k-1", **REFLECTION, **said}
        return self.send("send_feedback_by_form", path, words, who, kind=kind)

    def denounce(self, who: Identity = CITIZEN, **said: Any) -> Any:
        words = {"key": "k-1", **SECRET, **said}
        return self.send("send_denunciation_by_form", "/denounce", words, who)

    def rate(self, who: Identity = CITIZEN, **said: Any) -> Any:
        words = {"key": "k-1", **said}
        return self.send("send_rating_by_form", "/rate/d-1", words, who, dossier="d-1")

    def finished(self, by: str = "so-xay-dung") -> None:
        self.dossiers.save(KnownDossier(id="d-1", owner=CITIZEN.subject, returned_by=by))


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def id_of(answer: Any) -> str:
    """Of what was sent, from where its sender is led."""
    found = re.fullmatch(r"/(?:feedback|denounce)/own/([^/]+)/sent", answer.headers["Location"])
    assert found
    return found.group(1)


# The start page.


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_start_page_leads_to_all_four_kinds_whoever_looks(office: Office, lang: str) -> None:
    for who in (NOBODY, CITIZEN, Identity("lan", frozenset({"counter"}))):
        page = office.page("waiting", "/feedback", who, query={"lang": lang})
        links = [each.get("href") or "" for each in Markup(page).all("a")]
        for kind in ("reflection", "petition", "complaint"):
            assert f"/feedback/new/{kind}?lang={lang}" in links
        assert f"/denounce?lang={lang}" in links


def test_the_dossier_it_is_about_goes_on_to_the_form(office: Office) -> None:
    page = office.page("waiting", "/feedback", query={"dossier": "d 1"})
    assert '/feedback/new/petition?dossier=d+1"' in page
    written = office.page(
        "write_feedback", "/feedback/new/petition", kind="petition", query={"dossier": "d-1"}
    )
    assert '<input type="hidden" name="dossier" value="d-1">' in written
    assert 'name="phone"' not in written


def test_a_client_of_the_api_gets_its_list_at_the_same_address(office: Office) -> None:
    office.speak()
    answer = office.service.waiting(Request(path="/feedback", who=CITIZEN))
    assert len(answer["feedback"]) == 1


# Sending.


@pytest.mark.parametrize("kind", ["reflection", "petition", "complaint"])
def test_what_is_sent_is_kept_and_its_receipt_says_when_what_is_heard(
    office: Office, kind: str
) -> None:
    sent = office.speak(kind, learned="2026-11-01")
    page = office.page("confirm_feedback", sent.headers["Location"], id=id_of(sent))
    kept = office.feedbacks.get(id_of(sent))
    assert (kept.kind, kept.text, kept.giver) == (kind, REFLECTION["text"], CITIZEN.subject)
    assert kept.learned == "2026-11-01"
    assert kept.id in page
    assert kept.pass_on_by
    assert f"{local_day(kept.pass_on_by):%d/%m/%Y}" in page
    assert ("thụ lý hay không" in page) is (kind == "complaint")


def test_a_form_sent_twice_is_one_feedback(office: Office) -> None:
    answers = [office.speak() for _ in range(3)]
    assert {each.headers["Location"] for each in answers} == {
        f"/feedback/own/{id_of(answers[0])}/sent"
    }
    assert len(office.feedbacks.things) == 1


def test_a_form_changed_after_it_was_sent_is_asked_for_again_with_a_new_key(office: Office) -> None:
    office.speak()
    again = office.speak(text="Thêm một điều nữa.")
    page = again.get_data(as_text=True)
    assert (again.status_code, len(office.feedbacks.things)) == (422, 1)
    assert "Thêm một điều nữa." in page
    assert "đã được gửi và nhận một lần" in page
    assert 'name="key" value="k-1"' not in page


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(office: Office) -> None:
    answer = office.speak(about="", phone="12", text="Chậm <b>quá</b>")
    page = answer.get_data(as_text=True)
    assert flaws(page) == []
    assert answer.status_code == 422
    assert {'id="about-error"', 'id="phone-error"'} <= set(re.findall(r'id="[a-z]+-error"', page))
    assert "Chậm &lt;b&gt;quá&lt;/b&gt;" in page
    assert office.feedbacks.things == []


@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_is_kept_or_shown_again_and_never_breaks_a_page(
    text: str, name: str, phone: str
) -> None:
    office = Office()
    said = {"text": text, "name": name, "phone": phone}
    clean: dict[str, Any] = {n: v.encode("utf-8", "ignore").decode() for n, v in said.items()}
    answer = office.speak(**clean)
    if answer.status_code == 303:
        page = office.page("follow_feedback", "/feedback/own/x", id=id_of(answer))
        assert flaws(page) == []
    else:
        assert answer.status_code == 422
        assert flaws(answer.get_data(as_text=True)) == []


def test_somebody_with_more_rights_still_speaks_for_themselves(office: Office) -> None:
    both = Identity("minh", frozenset({"feedback:write", "centre", "denunciation"}))
    kept = office.feedbacks.get(id_of(office.speak(who=both)))
    assert (kept.giver, kept.channel) == ("minh", "online")
    sealed = office.denunciations.get(id_of(office.denounce(who=both)))
    assert sealed.channel == "online"


def test_nobody_is_shown_where_to_sign_in_and_a_form_waits_for_them(office: Office) -> None:
    for method, rest in (
        ("write_feedback", {"kind": "complaint"}),
        ("follow_feedback", {"id": "x"}),
        ("follow_denunciation", {"id": "x"}),
        ("write_rating", {"dossier": "d-1"}),
        ("write_denunciation", {}),
    ):
        assert "Đăng nhập" in office.page(method, "/x", NOBODY, **rest)
    for send in (office.speak, office.denounce, office.rate):
        with pytest.raises(Unknown):
            send(who=NOBODY)


def test_a_denunciation_has_no_open_form(office: Office) -> None:
    for kind in ("denunciation", "x"):
        with pytest.raises(NotFound):
            office.look("write_feedback", "/x", kind=kind)
        with pytest.raises(NotFound):
            office.speak(kind)


# Following.


def test_nobody_follows_anothers(office: Office) -> None:
    mine, sealed = id_of(office.speak()), id_of(office.denounce())
    with pytest.raises(Hidden):
        office.look("follow_feedback", "/x", STRANGER, id=mine)
    with pytest.raises(Hidden):
        office.look("follow_denunciation", "/x", STRANGER, id=sealed)
    with pytest.raises(NotFound):
        office.look("write_rating", "/x", STRANGER, dossier="d-1")


def test_guessing_codes_is_soon_over(office: Office) -> None:
    for number in range(20):
        with pytest.raises(NotFound):
            office.look("follow_feedback", "/x", STRANGER, id=f"guess-{number}")
    with pytest.raises(TooMany):
        office.look("follow_feedback", "/x", STRANGER, id="guess-20")
    assert id_of(office.speak())


def test_a_code_that_was_typed_leads_to_its_page(office: Office) -> None:
    led = office.look("look_up_feedback", "/feedback/own", query={"code": "a/b ?c"})
    assert led.headers["Location"] == "/feedback/own/a%2Fb%20%3Fc"
    assert office.look("look_up_feedback", "/x").headers["Location"] == "/feedback"
    led = office.look("look_up_denunciation", "/x", query={"code": "ab", "lang": "en"})
    assert led.headers["Location"] == "/denounce/own/ab?lang=en"


def answered(office: Office, **said: Any) -> Feedback:
    kept = office.feedbacks.get(id_of(office.speak(**said)))
    changed = {
        "state": FeedbackState.ANSWERED,
        "asked": "so-xay-dung",
        "explanation": "Đã xử lý <xong>.",
    }
    done: Feedback = office.feedbacks.change(kept.id, lambda each: (replace(each, **changed), ()))
    return done


def test_an_explanation_is_read_once_the_centre_approved_it(office: Office) -> None:
    done = answered(office)
    assert "Đã xử lý &lt;xong&gt;." in office.page("follow_feedback", "/x", id=done.id)
    waiting = {"state": FeedbackState.EXPLAINED}
    office.feedbacks.change(done.id, lambda each: (replace(each, **waiting), ()))
    assert "Đã xử lý" not in office.page("follow_feedback", "/x", id=done.id)


@pytest.mark.parametrize("state", list(FeedbackState))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_state_has_a_page(office: Office, state: FeedbackState, lang: str) -> None:
    mine = id_of(office.speak("complaint"))
    changed = {
        "state": state,
        "asked": "so-xay-dung",
        "passed_to": "ubnd-xa",
        "passed_on": office.clock.now(),
        "answer_by": office.clock.now() + timedelta(days=9),
        "forwarded": office.clock.now(),
    }
    office.feedbacks.change(mine, lambda each: (replace(each, **changed), ()))
    assert office.page("follow_feedback", "/x", id=mine, query={"lang": lang})


# Denouncing.


def test_a_denunciation_is_sealed_and_its_receipt_names_nobody(office: Office) -> None:
    sent = office.denounce()
    page = office.page("confirm_denunciation", sent.headers["Location"], id=id_of(sent))
    assert id_of(sent) in page
    for text in (page, str(sent.headers), str(office.denunciations.documents), sent.data.decode()):
        assert not [each for each in TRACES if each in text]


def test_a_denunciation_sent_twice_is_one(office: Office) -> None:
    assert len({id_of(office.denounce()) for _ in range(3)}) == 1
    assert len(office.denunciations.things) == 1


def test_who_denounces_stands_in_no_line_of_the_log(
    office: Office, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with log_context.acting_as(CITIZEN.subject):
        assert office.denounce(phone="", email="").status_code == 422
        office.look("follow_denunciation", "/x", id=id_of(office.denounce()))
    out = capsys.readouterr()
    for text in (out.out, out.err, caplog.text):
        assert not [each for each in TRACES if each in text]


def test_a_denunciation_that_is_not_right_keeps_what_was_typed(office: Office) -> None:
    answer = office.denounce(name="", address="")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, flaws(page)) == (422, [])
    assert "Ông Bình nhận tiền tại nhà." in page
    assert 'id="name-error"' in page
    assert office.denounce(name="", address="", phone="", evidence="yes").status_code == 303


def test_without_a_key_nothing_is_asked_for_and_nothing_is_taken() -> None:
    office = Office(vault=Vault(NO_KEYS))
    page = office.page("write_denunciation", "/denounce")
    assert "<textarea" not in page
    assert office.denounce().status_code >= 400
    assert office.denunciations.things == []


# Rating.


def test_a_dossier_is_rated_once_with_reasons(office: Office) -> None:
    office.finished()
    assert 'name="guidance"' in office.page("write_rating", "/rate/d-1", dossier="d-1")
    said: dict[str, Any] = {
        "score": "0",
        "officer": "2",
        "reason-late": "yes",
        "reason-attitude": "yes",
    }
    assert office.rate(**said, comment="Chờ lâu.").headers["Location"] == "/rate/d-1"
    kept = office.ratings.get("d-1")
    assert (kept.score, kept.officer, kept.time, set(kept.reasons)) == (
        0,
        2,
        None,
        {"attitude", "late"},
    )
    assert [each.score for each in office.ratings.messages if isinstance(each, RatingGiven)] == [0]
    again = office.rate(key="k-2", score="2")
    assert "Cảm ơn" in again.get_data(as_text=True)
    assert office.ratings.get("d-1").score == 0
    assert "Cảm ơn" in office.page("write_rating", "/rate/d-1", dossier="d-1")


def test_a_rating_without_its_first_answer_says_so(office: Office) -> None:
    office.finished()
    for score in ("", "3", "x"):
        answer = office.rate(score=score, comment="Chờ lâu.")
        page = answer.get_data(as_text=True)
        assert (answer.status_code, flaws(page)) == (422, [])
        assert 'id="score-error"' in page
        assert "Chờ lâu." in page


def test_what_is_not_finished_is_not_rated(office: Office) -> None:
    office.finished(by="")
    assert "Chưa đánh giá được" in office.page("write_rating", "/rate/d-1", dossier="d-1")
    assert office.rate(score="2").get_data(as_text=True)
    assert office.ratings.things == []


# Rating a visit.


CLERK = Identity("lan", frozenset({"counter"}))


def handed_out(office: Office, key: str = "k-1") -> str:
    """The code that a clerk's page shows."""
    led = office.send("hand_out_by_form", "/rate/hand-out", {"key": key}, CLERK)
    place = led.headers["Location"]
    page = office.page("show_code", place, CLERK, id=place.rpartition("/")[2])
    found = re.search(r'class="big code">([^<]+)<', page)
    assert found
    return found.group(1)


def rate_visit(office: Office, code: str, key: str = "k-1", **said: str) -> Any:
    words = {"key": key, **said}
    return office.send("send_visit_rating", f"/rate/visit/{code}", words, NOBODY, code=code)


def visit_page(office: Office, code: str) -> str:
    return office.page("write_visit_rating", f"/rate/visit/{code}", NOBODY, code=code)


def test_a_visit_is_rated_once_by_its_code_without_a_name(office: Office) -> None:
    code = handed_out(office)
    typed = f" {code.lower().replace('-', ' ')} "
    led = office.look("ask_for_code", "/rate", NOBODY, query={"code": typed})
    assert led.headers["Location"] == f"/rate/visit/{spelled(code)}"
    assert 'name="officer"' in visit_page(office, spelled(code))
    said = {"score": "0", "guidance": "0", "reason-unclear": "yes"}
    assert rate_visit(office, code, **said).status_code == 303
    assert "Cảm ơn" in rate_visit(office, code, "k-2", score="2").get_data(as_text=True)
    assert "Cảm ơn" in visit_page(office, code)
    told = [each for each in office.visits.messages if isinstance(each, RatingGiven)]
    assert [(each.score, each.guidance, each.dossier) for each in told] == [(0, 0, "")]
    assert [each.score for each in office.visits.things] == [0]


def test_a_clerk_gets_one_code_for_one_click(office: Office) -> None:
    assert handed_out(office) == handed_out(office)
    assert handed_out(office) != handed_out(office, "k-2")
    assert len(office.visits.things) == 2


def test_a_code_holds_for_a_month(office: Office) -> None:
    code = handed_out(office)
    office.clock.forward(days=31)
    assert "Mã đã hết hạn" in visit_page(office, code)
    assert rate_visit(office, code, score="2").status_code >= 400
    assert office.visits.messages == []


def test_guessing_codes_of_visits_is_soon_over(office: Office) -> None:
    for number in range(20):
        with pytest.raises(NotFound):
            visit_page(office, f"GUESS{number}")
    with pytest.raises(TooMany):
        visit_page(office, "GUESS20")


@given(st.text(st.sampled_from(ALPHABET), min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_is_known_again_however_it_is_typed(code: str) -> None:
    assert spelled(shown(code).lower()) == spelled(f" {shown(code)}") == code


# What is published.


def publish(office: Office, number: int, question: str, answer: str, about: str) -> None:
    office.clock.forward(minutes=1)
    done = answered(office, key=f"p-{number}", about=about, text=f"Bí mật số {number}")
    office.feedbacks.change(
        done.id, lambda each: publishing.publish(each, question, answer, office.clock.now())
    )


def questions(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'<h2 lang="vi">([^<]*)</h2>', page)]


@pytest.fixture(name="published")
def _published(office: Office) -> Office:
    for number in range(5):
        about = "so-xay-dung" if number % 2 else "ubnd-xa"
        publish(office, number, f"Vì sao chậm cấp phép {number}?", "Đã khắc phục.", about)
    return office


def answers(office: Office, **query: str) -> str:
    return office.page("answers", "/answers", NOBODY, query=query)


def test_everybody_reads_what_was_published_the_latest_first(published: Office) -> None:
    assert [each[-2] for each in questions(answers(published))] == ["4", "3", "2", "1", "0"]
    assert "Bí mật" not in answers(published)


def test_published_answers_are_found_by_their_words_and_not_by_those_of_their_giver(
    published: Office,
) -> None:
    assert len(questions(answers(published, words="cham cap phep"))) == 5
    assert questions(answers(published, words="khắc phục"))[0][-2] == "4"
    assert len(questions(answers(published, words="cham", agency="so-xay-dung"))) == 2
    assert questions(answers(published, words="bi mat")) == []


def walked(office: Office, **query: str) -> list[str]:
    found, after = [], ""
    while True:
        page = answers(office, **query, after=after, limit="2")
        found += questions(page)
        onward = re.search(r'rel="next" href="/answers\?[^"]*after=([^"&]+)', page)
        if not onward:
            return found
        after = unescape(onward.group(1)).replace("+", " ").replace("%3A", ":")


@pytest.mark.parametrize("query", [{}, {"words": "cham"}, {"words": "cham phep"}])
def test_page_by_page_each_is_found_once(published: Office, query: dict[str, str]) -> None:
    assert [each[-2] for each in walked(published, **query)] == ["4", "3", "2", "1", "0"]


def test_what_was_taken_back_is_found_no_more(published: Office) -> None:
    for each in published.feedbacks.things:
        published.feedbacks.change(each.id, publishing.take_back)
    assert questions(answers(published, words="cham")) == []
    assert questions(answers(published)) == []


def test_what_an_earlier_version_published_becomes_findable(published: Office) -> None:
    for document in published.feedbacks.documents.values():
        del document["public_at"]
        del document["public_words"]
    assert questions(answers(published, words="cham")) == []
    for each in published.feedbacks.not_findable(limit=10):
        published.feedbacks.change(each, lambda one: (findable(one), ()))
    assert len(questions(answers(published, words="cham"))) == 5
    assert published.feedbacks.not_findable(limit=10) == []


def test_every_kind_has_its_words() -> None:
    assert set(pages.KINDS) == set(FeedbackKind)
    assert set(pages.STATES) == set(FeedbackState)
