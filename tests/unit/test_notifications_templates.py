"""Templates are tried before anybody is written to; SMS are counted as carriers count them."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import gsm

from cli.__main__ import run
from cli.errors import CliError
from contracts.events import DossierOverdue
from contracts.replies import HandlerReply
from foundation.errors import Invalid, NotFound
from foundation.web import Request
from foundation.web.auth import Identity
from foundation.worktime import HO_CHI_MINH
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.quiet import QuietHours, read_quiet_hours, read_quiet_plan
from services.notifications.domain.situation import kinds
from services.notifications.domain.template import TemplateParts
from services.notifications.schemas import check_shipped, measured, preview
from services.notifications.schemas.templates import LANGUAGES, must_be_good, shipped
from tests.unit.test_notifications_service import CONTACT, Desk, FakeProvider, submitted

GOOD = {"subject": "Hồ sơ {{ code }}", "mail": "Kính gửi {{ name }}: {{ procedure }}", "sms": "x"}


def test_every_template_of_the_code_uses_only_what_its_kind_gives() -> None:
    check_shipped()
    for kind in kinds():
        for language in LANGUAGES:
            parts = shipped(kind, language)
            assert parts.subject
            assert parts.mail


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", kinds())
def test_every_kind_can_be_previewed_and_fits_one_sms(kind: str, language: str) -> None:
    shown: Any = preview(kind, language)
    assert "Trần Thị An" in shown["mail"]["text"]
    assert "Sở Xây dựng" in shown["mail"]["text"]
    assert "{" not in json.dumps(shown["mail"], ensure_ascii=False).strip("{}")
    if "sms" in shown:
        assert (shown["sms"]["alphabet"], shown["sms"]["segments"]) == ("GSM-7", 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{{ salary }}", "salary"),
        ("{% if code %}", "Syntax"),
        ("{% include 'letter.vi.txt' %}", "other files"),
        ("{{ due.year.x }}", "example"),
        ("{{ ''.__class__.__mro__ }}", "SecurityError"),
        ("{{ name.__init__.__globals__ }}", "SecurityError|Undefined"),
        ("{{ handlers.append('x') }}", "SecurityError"),
        ("{{ money('x') }}", "example"),
        ("{{ 1 / 0 }}", "ZeroDivision"),
    ],
)
def test_a_template_that_would_fail_is_refused_when_it_is_published(wrong: str, said: str) -> None:
    draft = TemplateParts(subject="x", mail=wrong, sms="")
    with pytest.raises(Invalid) as refused:
        preview("accepted", "vi", draft)
    found = refused.value.en + str(getattr(refused.value, "fields", ""))
    assert any(each in found for each in said.split("|")), found


def test_each_part_that_is_wrong_is_named_with_what_may_stand_there() -> None:
    with pytest.raises(Invalid) as refused:
        must_be_good("overdue", TemplateParts(subject="{{ x }}", mail="{{ due }}", sms="{{ y }}"))
    named: Any = refused.value.fields
    assert set(named) == {"subject", "sms"}
    assert "handlers" in named["sms"][0][1]


@pytest.mark.parametrize(("kind", "language"), [("nothing", "vi"), ("accepted", "fr")])
def test_a_kind_that_there_is_none_of_is_said(kind: str, language: str) -> None:
    with pytest.raises(NotFound, match="accepted"):
        preview(kind, language)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.service.meet(CONTACT, desk.about())
    return desk


def asked(body: dict[str, str], method: str = "PUT") -> Request:
    return Request(
        method=method,
        headers={"content-type": "application/json"},
        stream=BytesIO(json.dumps(body).encode()),
        who=Identity(subject="van-phong", scopes=frozenset({"catalogue:write"})),
    )


def test_a_published_edition_is_used_from_the_next_message_on(desk: Desk) -> None:
    service = desk.service
    assert service.template(Request(), "submitted", "vi")["edition"] == 0
    shown = service.publish(asked(GOOD), "submitted", "vi")
    assert shown["edition"] == 1
    desk.tell(submitted())
    (mail, sms) = desk.notices.things
    assert (mail.letter.subject[:5], sms.letter.text) == ("Hồ sơ", "x")
    assert "1.009645" in mail.letter.text
    assert "Trung tâm" in mail.letter.text  # the frame of every letter stays
    service.publish(asked(GOOD), "submitted", "vi")  # the same again is no other edition
    other = GOOD | {"sms": "y"}
    editions: Any = service.publish(asked(other), "submitted", "vi")["editions"]
    assert [(each["edition"], each["by"]) for each in editions] == [
        (1, "van-phong"),
        (2, "van-phong"),
    ]


def test_a_draft_is_shown_and_not_stored(desk: Desk) -> None:
    shown: Any = desk.service.preview(asked(GOOD, "POST"), "submitted", "vi")
    assert shown["sms"]["text"] == "x"
    assert desk.templates.things == []
    with pytest.raises(Invalid):
        desk.service.publish(asked({**GOOD, "mail": "{{ salary }}"}), "submitted", "vi")
    assert desk.templates.things == []


def test_a_letter_names_agency_and_officer_since_when_and_until_when(desk: Desk) -> None:
    told = HandlerReply(agency="so-xay-dung", step="s-1", name="Trần An", role="specialist")
    desk.service.name_handler(told, desk.about(message="h-1"))
    desk.tell(submitted())
    text = desk.notices.things[0].letter.text
    assert "Trần An, chuyên viên, Sở Xây dựng, từ 09:00 ngày 23/11/2026." in text


def test_quiet_hours_keep_telephones_still_and_letters_going(desk: Desk) -> None:
    desk.settings.quiet_hours = "21:00-07:00"
    desk.clock.moment = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 23:30 in Viet Nam
    desk.tell(submitted())  # urgent: it answers what the person did just now
    desk.tell(overdue(desk), message="m-2")
    provider = FakeProvider(reference="1")
    for channel in (NoticeChannel.EMAIL, NoticeChannel.SMS):
        desk.send(provider, channel)
    assert [(each.kind, each.channel.value) for each in provider.given] == [
        ("submitted", "email"),
        ("overdue", "email"),
        ("submitted", "sms"),
    ]
    desk.clock.moment = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    desk.send(provider)
    assert provider.given[-1].kind == "overdue"
    assert provider.given[-1].begun == desk.clock.moment


def test_a_kind_has_quiet_hours_of_its_own_also_if_it_is_urgent(desk: Desk) -> None:
    desk.settings.quiet_hours = "21:00-07:00 submitted=22:00-06:00 overdue=17:00-08:30"
    desk.clock.moment = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 23:30 in Viet Nam
    desk.tell(submitted())
    desk.tell(overdue(desk), message="m-2")
    found = {each.kind: each for each in desk.notices.things if each.channel is NoticeChannel.SMS}
    due = {kind: each.due.astimezone(HO_CHI_MINH).strftime("%H:%M") for kind, each in found.items()}
    assert due == {"submitted": "06:00", "overdue": "08:30"}


def test_a_plan_of_quiet_hours_is_read_and_what_is_mistyped_stops_the_start() -> None:
    night = read_quiet_hours("21:00-07:00")
    plan = read_quiet_plan("21:00-07:00 returned=17:00-08:00", kinds())
    assert plan.of("returned", urgent=False) == read_quiet_hours("17:00-08:00")
    assert plan.of("resolved", urgent=False) == night
    assert plan.of("submitted", urgent=True) == QuietHours()
    anytime = read_quiet_plan("21:00-07:00 returned=", kinds())
    assert anytime.of("returned", urgent=False) == QuietHours()
    assert read_quiet_plan("", kinds()).of("resolved", urgent=False) == QuietHours()
    for wrong in ("21-7", "=21:00-07:00", "retruned=17:00-08:00", "returned 17:00-08:00"):
        with pytest.raises(ValueError, match=r"21:00-07:00|no kind"):
            read_quiet_plan(wrong, kinds())


def overdue(desk: Desk) -> Any:
    return DossierOverdue(agency="so-xay-dung", due=desk.clock.now())


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["21:00-07:00", "12:00-13:30", ""]))
def test_no_moment_after_quiet_hours_is_quiet_or_far(now: datetime, text: str) -> None:
    hours = read_quiet_hours(text)
    then = hours.over(now)
    assert hours.over(then) == then
    assert timedelta(0) <= then - now <= timedelta(hours=10)
    local = then.astimezone(HO_CHI_MINH).time()
    assert then == now or (local.hour, local.minute) == (hours.end.hour, hours.end.minute)


@pytest.mark.parametrize("wrong", ["21-7", "24:00-07:00", "21:00", "x"])
def test_hours_that_are_none_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="21:00-07:00"):
        read_quiet_hours(wrong)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\f"), max_size=700))
def test_sms_are_counted_as_another_library_cuts_them(text: str) -> None:
    length = measured(text)
    assert (length.segments == 0) == (text == "")
    try:
        parts, coding, _ = gsm.make_parts(text)
    except ValueError:
        return  # more parts than one message may have
    if text:
        assert length.alphabet == ("GSM-7" if coding == 0 else "UCS-2")
        assert abs(length.segments - len(parts)) <= 1


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("[" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "[" + "a" * 152, "GSM-7", 306, 3),  # the bracket is not split
        ("đ" * 70, "UCS-2", 70, 1),
        ("đ" * 71, "UCS-2", 71, 2),
        ("đ" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
    ],
)
def test_the_borders_of_an_sms(text: str, alphabet: str, units: int, segments: int) -> None:
    length = measured(text)
    assert (length.alphabet, length.units, length.segments) == (alphabet, units, segments)


def test_the_command_shows_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notify", "preview", "accepted", "--language", "en"]) == 0
    assert "Your dossier 000.00.00.H41-261123-0001 is accepted" in capsys.readouterr().out
    assert run(["notify", "preview", "overdue", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sms"]["segments"] == 1


def test_the_command_says_what_is_wrong_with_a_draft(tmp_path: Path) -> None:
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps({**GOOD, "mail": "{{ salary }}"}), encoding="utf-8")
    with pytest.raises(CliError) as said:
        run(["notify", "preview", "submitted", "--draft", str(draft)])
    assert "mail: Nothing is known of salary; there are: " in said.value.en
    with pytest.raises(CliError, match="cannot be read"):
        run(["notify", "preview", "submitted", "--draft", str(tmp_path / "none")])
