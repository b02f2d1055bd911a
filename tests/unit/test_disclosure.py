import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.text.folding import fold
from foundation.worktime import Calendar
from services.feedback.domain.denunciation import Doing
from services.feedback.domain.disclosure import (
    ADDRESS,
    EMAIL,
    NAME,
    NUMBER,
    PHONE,
    disclosed,
    must_name_nobody,
)
from services.feedback.domain.sealed_parts import DenouncerSecret
from tests.fakes import FakeClock

SECRET = DenouncerSecret(
    text="x",
    name="Nguyễn Thị Đoan Trang",
    address="số 12 đường Trần Phú, phường 3, Bạc Liêu",
    phone="+84912345678",
    email="doantrang.bl@gmail.com",
    number="079184001234",
    dossier="000.00.00.H04-261129-0007",
    subject="vneid|079184001234",
)
DOING = Doing(by="handler", now=FakeClock().now(), calendar=Calendar.default())
CLEAN = (
    "Nội dung tố cáo ông Nguyễn Văn Bình, chuyên viên Sở Xây dựng tỉnh Bạc Liêu, nhận tiền của "
    "người dân ngày 12/3/2026 là đúng. Đề nghị xử lý theo Điều 12, đường dây nóng 0291 382 2222."
)


def test_a_conclusion_about_the_accused_and_the_matter_names_nobody() -> None:
    assert disclosed(CLEAN, SECRET) == ()
    must_name_nobody(CLEAN, SECRET, DOING)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("bà Nguyễn Thị Đoan Trang", NAME),
        ("ba nguyen thi doan trang", NAME),
        ("NGUYỄN THỊ ĐOAN TRANG", NAME),
        ("Nguyễn-Thị_Đoan  Trang", NAME),
        ("N g u y ễ n T h ị Đ o a n T r a n g", NAME),
        ("Nguyễn\u200b Thị Đo\u200ban Trang", NAME),
        ("chị Trang", NAME),
        ("Bà Đoan Trang", NAME),
        ("N.T.Đ.T", NAME),
        ("N.T.Đ. Trang", NAME),
        ("0912345678", PHONE),
        ("0912.345.678", PHONE),
        ("+84 (912) 345-678", PHONE),
        ("".join(chr(ord(each) + 0xFEE0) for each in "0912345678"), PHONE),
        ("số căn cước 079 184 001 234", NUMBER),
        ("hồ sơ 000.00.00.H04-261129-0007", NUMBER),
        ("DOANTRANG.BL@gmail.com", EMAIL),
        ("doantrang.bl (at) gmail", EMAIL),
        ("12 Trần Phú", ADDRESS),
        ("nhà số 12, phố tran phu", ADDRESS),
    ],
)
def test_what_gives_the_denouncer_away_is_found_however_it_is_spelled(
    said: str, kind: object
) -> None:
    assert kind in disclosed(f"Theo đơn của {said} thì nội dung đúng.", SECRET)


def test_the_refusal_says_the_kind_and_repeats_nothing() -> None:
    with pytest.raises(Invalid) as caught:
        must_name_nobody("Bà Nguyễn Thị Đoan Trang, 0912345678", SECRET, DOING)
    said = fold(f"{caught.value.vi} {caught.value} {caught.value.fields}")
    assert "trang" not in said
    assert "912" not in said
    assert caught.value.fields["text"] == [NAME, PHONE]


def test_a_name_of_one_word_is_found_behind_a_title_and_not_in_every_word() -> None:
    secret = DenouncerSecret(text="x", name="Hoa")
    assert disclosed("Sở Văn hóa giải quyết hòa thuận", secret) == ()
    assert disclosed("theo lời bà Hoa", secret) == (NAME,)


forms = st.sampled_from(
    [
        str,
        str.upper,
        str.lower,
        fold,
        lambda text: unicodedata.normalize("NFD", text),
        "  ".join,
        lambda text: text.replace(" ", "."),
    ]
)
words = st.text("abc dđêơ ", max_size=40)


@given(words, words, forms, st.sampled_from([SECRET.name, SECRET.phone, SECRET.email]))
def test_no_words_around_it_hide_it(before: str, after: str, form: object, given: str) -> None:
    assert callable(form)
    assert disclosed(f"{before}. {form(given)} .{after}", SECRET)
