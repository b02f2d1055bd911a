"""What can be an e-mail address, and which telephone takes an SMS."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from foundation.text import email_address, telephone
from foundation.web.email_field import EmailAddress
from foundation.web.phone_field import Phone

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
LOCALS = st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9+_-]{1,9})?", fullmatch=True)


class Reachable(Schema):
    email = EmailAddress(load_default="")
    phone = Phone(load_default="")


@given(LOCALS, st.lists(LABELS, min_size=1, max_size=3))
def test_a_usual_address_is_taken_as_it_is(local: str, labels: list[str]) -> None:
    address = f"{local}@{'.'.join(labels)}.vn"
    assert Reachable().load({"email": address})["email"] == address


@given(st.text(string.printable + "\u200bễ\u0430@@..", max_size=90))
@example("a@b.vn, c@d.vn")
def test_what_is_taken_goes_into_one_header_of_one_letter(text: str) -> None:
    try:
        address = Reachable().load({"email": text})["email"]
    except ValidationError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert address.count("@") == bool(address)
    assert not set(address) & set(' ,;<>"[]()\\')
    assert Reachable().load({"email": address})["email"] == address


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("an", "name@domain.vn"),
        ("@x.vn", "name@domain.vn"),
        ("a b@x.vn", "Character 2 (U+0020)"),
        ("nguyễn@x.vn", "Character 5 (U+1EC5)"),
        ("\u0430n@x.vn", "Character 1 (U+0430)"),
        ("an@gm\u0430il.com", "Character 6 (U+0430)"),
        ('"a"@x.vn', "Character 1 (U+0022)"),
        ("a@x,y.vn", "Character 4 (U+002C)"),
        ("a" * 65 + "@x.vn", "65 characters; 64"),
        ("a@[127.0.0.1]", "in brackets"),
        ("a@localhost", "with a dot"),
        ("a@1.2.3.4", "with a dot"),
        ("a..b@x.vn", "two dots"),
        ("a@x..vn", "two dots"),
        ("a@-x.vn", "hyphens between"),
        ("a@" + "x" * 64 + ".vn", "too long"),
        ("a@" + ".".join(["x" * 60] * 5) + ".vn", "too long"),
        ("a" * 64 + "@" + ".".join(["x" * 60] * 4) + ".vn", "254 is the most"),
        ("an@x.vn\nBcc: b@y.vn", "begins another"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_words_that_help(address: str, said: str) -> None:
    with pytest.raises(ValidationError) as error:
        Reachable().load({"email": address})
    (words,) = error.value.messages_dict["email"]
    vi, _, en = words.partition(" / ")
    assert said in en
    assert en.isascii()
    assert not vi.isascii()


def test_what_nobody_sees_goes_before_an_address_is_looked_at() -> None:
    pasted = "\ufeff an\u2011hoa\u200b@x\uff0evn\u00ad\u00a0\n"
    assert Reachable().load({"email": pasted})["email"] == "an-hoa@x.vn"
    assert Reachable().load({"email": " \u200b "}) == {"email": "", "phone": ""}


def test_a_domain_with_letters_is_kept_as_the_mail_system_writes_it() -> None:
    assert Reachable().load({"email": "an@bưuđiện.vn"})["email"].startswith("an@xn--")
    assert email_address.trouble("an@bưuđiện.vn") is None


@pytest.mark.parametrize(
    "written",
    [
        "0912 345 678",
        "0912345678\n",
        "\u202d0912\u00a0345\u00a0678\u202c",
        "+84 912-345-678",
        "0912\u2013345\u2013678",
        "\uff10\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
        "(0912) 345.678",
    ],
)
def test_a_number_has_one_spelling_however_it_is_written(written: str) -> None:
    assert Reachable().load({"phone": written})["phone"] == "+84912345678"


@pytest.mark.parametrize("written", ["00000000", "12345", "không có", "0912345678\nx", "0" * 60])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        Reachable().load({"phone": written})


@pytest.mark.parametrize(
    ("number", "reached"),
    [
        ("+84912345678", True),
        ("0912345678", True),
        ("+12025550147", True),
        ("+842438221234", False),
        ("0238 3123 456", False),
        ("19001234", False),
        ("18001091", False),
        ("00000000", False),
        ("", False),
        ("không có", False),
    ],
)
def test_an_sms_goes_to_mobile_numbers_alone(number: str, reached: bool) -> None:  # noqa: FBT001
    assert telephone.takes_sms(number) == reached


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842913822222", "0291 3822 222"),
        ("+4930123456", "+49 30 123456"),
        ("", ""),
        ("số lẻ 12", "số lẻ 12"),
    ],
)
def test_a_number_is_shown_as_people_write_it(kept: str, shown: str) -> None:
    assert telephone.readable(kept) == shown
    assert telephone.spelled(telephone.readable(kept)) == telephone.spelled(kept)
