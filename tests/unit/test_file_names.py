"""Names of files in HTTP headers: kept as people wrote them, by whatever program they come."""

import unicodedata
from email.header import Header
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.text.file_names import attachment, sent_name, shortened, tidy

LONGEST = 150
NAMES = ["đơn.pdf", "Bản vẽ (1).pdf", "Nguyễn Văn à.pdf", "文档.pdf", 'Đơn "gấp"; bản 2.pdf']
texts = st.text(st.characters(exclude_categories=["Cs"]))


def wire(value: str) -> str:
    """What WSGI hands over of a header that was sent in UTF-8."""
    return value.encode().decode("latin-1")


def name_of(disposition: str) -> str:
    return sent_name({"content-disposition": disposition}, LONGEST)


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_in_in_each_way_that_programs_send_it(name: str) -> None:
    extended = f"filename*=UTF-8''{quote(name, safe='')}"
    assert sent_name({"x-filename": quote(name)}, LONGEST) == name
    assert sent_name({"x-filename": wire(name)}, LONGEST) == name
    assert name_of(wire(f"attachment; filename={quoted(name)}")) == name
    assert name_of(wire(f"form-data; name=file; filename={quoted(name)}")) == name
    assert name_of(f"attachment; {extended}") == name
    assert name_of(f'attachment; filename="don.pdf"; {extended}') == name
    assert name_of(f'attachment; {extended}; filename="don.pdf"') == name
    assert name_of(f'attachment;FileName = "{quote(name, safe="")}"') == name
    assert name_of(f'attachment; filename="{Header(name, "utf-8").encode()}"') == name
    assert name_of(wire(f"attachment; filename*=utf-8'vi'{name.replace(';', '%3B')}")) == name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment", ""),
        ("", ""),
        ("attachment; filename=a.pdf", "a.pdf"),
        ("attachment; filename=don xin.pdf; size=3", "don xin.pdf"),
        (r'attachment; filename="\a\b\".pdf"', 'ab".pdf'),
        (r'attachment; filename="C:\hồ sơ\đơn.pdf"', "đơn.pdf"),
        (r'attachment; filename="\\\\may-chu\\chung\\a.pdf"', "a.pdf"),
        ('attachment; filename="50%25.pdf"', "50%25.pdf"),
        ('attachment; filename="100%.pdf"', "100%.pdf"),
        ("attachment; filename*=iso-8859-1'en'%A3%20rates.pdf", "£ rates.pdf"),
        ("attachment; filename*=\"UTF-8''%C4%91.pdf\"", "đ.pdf"),
        # What cannot be read is not guessed at: the plain name stands in for it.
        ("attachment; filename*=UTF-8''%ff.pdf; filename=a.pdf", "a.pdf"),
        ("attachment; filename*=windows-1258''%F0.pdf; filename=a.pdf", "a.pdf"),
        ("attachment; filename*=đơn.pdf; filename=a.pdf", "a.pdf"),
        ('attachment; filename="a.pdf"; filename="b.pdf"', "a.pdf"),
        ('attachment; x="filename=b.pdf"; filename=a.pdf', "a.pdf"),
        ('attachment; filename="=?utf-8?B?_w==?="', "=?utf-8?B?_w==?="),
        ('attachment; filename="=?x-none?B?YQ==?="', "=?x-none?B?YQ==?="),
    ],
)
def test_what_else_stands_in_a_header_is_read_as_the_rules_have_it(
    disposition: str, name: str
) -> None:
    assert name_of(wire(disposition)) == name


def test_a_name_in_latin_1_is_read_as_that() -> None:
    assert name_of('attachment; filename="caf\xe9.pdf"') == "café.pdf"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("a\0b\x7f\x9f.pdf", "ab.pdf"),
        ("\u202efdp.a.pdf", "fdp.a.pdf"),
        ("\u2067a\u2069\u200b\ufeff.pdf", "a.pdf"),
        ("Bản\u00a0vẽ\t1.pdf", "Bản vẽ 1.pdf"),
        (" .đơn.pdf. ", "đơn.pdf"),
        ("..", ""),
        ("a/", ""),
        (unicodedata.normalize("NFD", "đề nghị.pdf"), "đề nghị.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("a." + "b" * 300, "a." + "b" * 148),
    ],
)
def test_only_a_tidy_last_part_of_a_name_is_kept(sent: str, kept: str) -> None:
    assert tidy(sent, LONGEST) == kept
    assert sent_name({"x-filename": quote(sent)}, LONGEST) == kept


@given(texts)
def test_a_tidy_name_stays_as_it_is_and_holds_nothing_that_harms(name: str) -> None:
    kept = tidy(name, LONGEST)
    assert tidy(kept, LONGEST) == kept
    assert kept.isprintable()
    assert not {"/", "\\"} & set(kept)
    assert len(kept) <= LONGEST


@given(texts, st.integers(20, 200))
def test_a_shortened_name_is_the_beginning_of_the_whole_one(name: str, longest: int) -> None:
    short = shortened(name, longest)
    assert len(short) <= longest
    stem = short.rpartition(".")[0] or short
    assert name.startswith(stem)


@given(texts)
def test_a_name_that_goes_out_comes_back_and_its_header_holds_together(name: str) -> None:
    kept = tidy(name, LONGEST)
    header = attachment(kept)
    assert name_of(header) == kept
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


@given(texts.map(lambda text: tidy(text, LONGEST)))
def test_every_tidy_name_is_read_from_utf_8_in_quotes(name: str) -> None:
    if "%" not in name and "=?" not in name:
        assert name_of(wire(f"attachment; filename={quoted(name)}")) == name


@given(texts)
def test_no_header_is_too_odd_to_be_read(value: str) -> None:
    for header in ("x-filename", "content-disposition"):
        for each in (value, f"attachment; filename={value}", f"a; filename*={value}"):
            assert len(sent_name({header: each}, LONGEST)) <= LONGEST


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Bản vẽ đất.pdf", "Ban ve dat.pdf"),
        ("文档.pdf", "tai-lieu.pdf"),
        ("文档", "tai-lieu"),
        ('a"b\\c%41.pdf', "abc41.pdf"),
    ],
)
def test_old_programs_get_a_plain_name(name: str, plain: str) -> None:
    header = attachment(name)
    assert header.startswith(f'attachment; filename="{plain}"; ')
    assert header.endswith(f"filename*=UTF-8''{quote(name, safe='')}")
