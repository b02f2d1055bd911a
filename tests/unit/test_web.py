"""What the web door reads and says, without a socket."""

import json
import math
from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, validate
from prometheus_client import REGISTRY
from werkzeug.wrappers import Response

from foundation import errors
from foundation.errors import Error, Invalid, NotFound, Refused, StoredResponse, Unavailable
from foundation.observability import log_context
from foundation.persistence.idempotency import Idempotency, request_key
from foundation.web import responses, translations
from foundation.web.auth import Identity
from foundation.web.body import Body, receive
from foundation.web.limits import MB, Limits
from foundation.web.request import Request, by_field, idempotency_key, read_json, read_query
from foundation.web.responses import (
    Malformed,
    TooLarge,
    WrongMediaType,
    WrongMethod,
    problem,
    to_response,
)
from foundation.web.server import HttpServer, continued, readable

LIMITS = Limits()
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0" + TURNING))
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)
MESSAGES = st.recursive(
    st.text() | st.lists(st.text()),
    lambda inner: st.dictionaries(st.text() | st.integers(), inner),
)


def said(response: Response) -> Any:
    return json.loads(response.get_data())


# Languages.


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("", "vi"),
        ("en", "en"),
        ("EN-us", "en"),
        ("en-GB,vi;q=0.5", "en"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr, en;q=0.3", "en"),
        ("fr", "vi"),
        ("*", "vi"),
        ("en;q=0", "vi"),
        ("en;q=0.4, vi;q=0.6", "vi"),
    ],
)
def test_the_language_is_the_one_the_caller_likes_best(header: str, spoken: str) -> None:
    assert translations.language(header) == spoken


@given(st.text() | st.from_regex(r"[a-z*-]{0,9}(;q=[\d.e+-]{0,9})?(,[a-z]{2};q=[\d.]*){0,50}"))
@example("en;q=" + "9" * 400)
@example("en;q=nan")
def test_whatever_a_language_header_holds_there_is_a_language(header: str) -> None:
    assert translations.language(header) in {"vi", "en"}


# The Idempotency-Key.


@given(st.from_regex(r"[!-+\--~]{1,128}", fullmatch=True))
def test_a_visible_key_is_taken_as_it_is(key: str) -> None:
    assert idempotency_key(key) == key


@given(st.text(max_size=200))
@example("a\n")
@example("")
@example("é")
@example("a" * 129)
def test_any_other_key_is_refused_by_name(key: str) -> None:
    if key.isascii() and key.isprintable() and not {" ", ","} & set(key) and 0 < len(key) <= 128:
        return
    with pytest.raises(Invalid) as refusal:
        idempotency_key(key)
    assert set(refusal.value.fields) == {"Idempotency-Key"}


@given(st.lists(st.text(), min_size=8, max_size=8))
def test_two_requests_have_one_key_only_if_they_are_the_same(parts: list[str]) -> None:
    one, other = parts[:4], parts[4:]
    same = request_key(*one) == request_key(*other)
    assert same == (one == other)


def test_a_key_belongs_to_its_caller_its_door_and_its_method() -> None:
    asked: dict[str, Any] = {"method": "POST", "path": "/a", "headers": {"idempotency-key": "k"}}
    first = Request(**asked, who=Identity("an"))
    others = [
        Request(**asked, who=Identity("bình")),
        Request(**asked | {"path": "/b"}, who=Identity("an")),
        Request(**asked | {"method": "PUT"}, who=Identity("an")),
        Request(**asked | {"headers": {"idempotency-key": "l"}}, who=Identity("an")),
    ]
    assert first.new_id == Request(**asked, who=Identity("an")).new_id
    assert len({first.new_id, *(each.new_id for each in others)}) == 5


def test_a_request_promises_an_answer_and_is_known_by_its_body() -> None:
    headers = {"idempotency-key": "k"}
    one = Request(headers=headers, stream=BytesIO(b"1")).once(201, lambda thing: {"id": thing})
    other = Request(headers=headers, stream=BytesIO(b"2")).once(201, lambda thing: {"id": thing})
    assert one.reply("x") == StoredResponse(201, {"id": "x"})
    assert one.key == other.key
    assert one.fingerprint != other.fingerprint
    assert Idempotency(key="event").reply is None


def test_a_body_that_was_read_half_is_known_by_all_of_it() -> None:
    stream = BytesIO(b"0123456789")
    stream.read(4)
    request = Request(headers={"idempotency-key": "k"}, stream=stream)
    whole = Request(headers={"idempotency-key": "k"}, stream=BytesIO(b"0123456789"))
    assert request.once(200, dict).fingerprint == whole.once(200, dict).fingerprint
    assert stream.read() == b"456789"


# JSON.


@given(PLAIN)
def test_plain_json_is_read_as_it_was_meant(value: Any) -> None:
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize("mark", [*TURNING, "\ud800", "\0"])
def test_a_text_that_does_not_read_as_it_is_written_is_refused(mark: str) -> None:
    with pytest.raises(Invalid):
        read_json(json.dumps({f"a{mark}": 1}).encode())
    for value in (f"An{mark}Văn", [{"name": f"{mark}"}]):
        if mark in TURNING:
            assert read_json(json.dumps(value).encode()) == value, "the field removes it"
            continue
        with pytest.raises(Invalid):
            read_json(json.dumps(value).encode())
    arabic = "عبد الله (An)"
    assert read_json(json.dumps(arabic).encode()) == arabic


@given(st.binary() | st.text(alphabet='[]{}",:0123456789.eE-+tfnu\\ \0').map(str.encode))
@example(b"[" * 100_000)
@example(b"9" * 5000)
@example(b'"\\udc00"')
def test_whatever_comes_is_plain_json_or_refused(body: bytes) -> None:
    try:
        value = read_json(body)
    except Invalid:
        return
    again = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    assert read_json(again) == value


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON; charset=UTF-8",
        'application/json; charset="utf-8"',
        'application/json ;\tCharset="UTF-8" ; x=y',
        "application/json;charset = utf8;",
        "application/json;",
    ],
)
def test_a_json_body_is_read_once_it_is_declared(kind: str) -> None:
    request = Request(headers={"content-type": kind}, stream=BytesIO(b'{"a": 1}'))
    assert request.json == request.json == {"a": 1}


def test_a_body_that_is_not_declared_as_json_is_not_read() -> None:
    for kind in ("", "text/json", "multipart/form-data", "application/json, text/plain"):
        with pytest.raises(WrongMediaType, match="must be JSON"):
            _ = Request(headers={"content-type": kind}, stream=BytesIO(b"{}")).json


@pytest.mark.parametrize("charset", ["utf-16", '"UTF-16"', " latin1", " windows-1258", "utf-8-x"])
def test_a_body_in_another_charset_is_refused_by_its_name(charset: str) -> None:
    kind = f"application/json; charset={charset}"
    with pytest.raises(WrongMediaType, match="UTF-8 only"):
        _ = Request(headers={"content-type": kind}, stream=BytesIO(b"{}")).json


def test_a_mark_of_byte_order_before_json_is_passed_over_once() -> None:
    assert read_json(b"\xef\xbb\xbf{}") == {}
    with pytest.raises(Invalid):
        read_json(b"\xef\xbb\xbf\xef\xbb\xbf{}")


# Fields.


class Paper(Schema):
    code = fields.String(required=True, validate=validate.Length(max=3))


class Everything(Schema):
    papers = fields.List(fields.Nested(Paper))
    email = fields.Email()
    score = fields.Integer(validate=validate.Range(0, 2))
    low = fields.Integer(validate=validate.Range(min=1))
    high = fields.Integer(validate=validate.Range(max=1))
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    day = fields.Date()
    moment = fields.AwareDateTime()
    told = fields.Boolean()
    url = fields.URL()
    word = fields.String(validate=validate.Regexp("a+"), allow_none=False)
    short = fields.String(validate=validate.Length(min=2))
    exact = fields.String(validate=validate.Length(equal=2))
    between = fields.String(validate=validate.Length(2, 3))
    share = fields.Float()
    id = fields.UUID()


WRONG = {
    "papers": [{"code": "abcd"}, {}, 7],
    "email": "x",
    "score": 3,
    "low": 0,
    "high": 2,
    "kind": "c",
    "day": "x",
    "moment": "x",
    "told": "x",
    "url": "x",
    "word": None,
    "short": "a",
    "exact": "a",
    "between": "a",
    "share": "x",
    "id": "x",
    "other": 1,
}


def asked(body: Any, language: str) -> Request:
    headers = {"content-type": "application/json", "accept-language": language}
    return Request(headers=headers, stream=BytesIO(json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("bắt buộc / required", "bắt buộc", "required"),
        ("Chữ số và . / - _. / Digits and . / - _.", "Chữ số và . / - _.", "Digits and . / - _."),
        ("Unknown field.", "Không có trường này.", "Unknown field."),
        ("Must be one of: a / b.", "Phải là một trong: a / b.", "Must be one of: a / b."),
        ("chỉ tiếng Việt / thôi ạ", "chỉ tiếng Việt / thôi ạ", "chỉ tiếng Việt / thôi ạ"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_the_caller_s_language(
    text: str, vi: str, en: str
) -> None:
    assert (translations.field_words(text, "vi"), translations.field_words(text, "en")) == (vi, en)


def test_what_is_wrong_stands_under_the_path_of_its_field() -> None:
    with pytest.raises(Invalid) as refusal:
        asked(WRONG, "en").load(Everything())
    found = refusal.value.fields
    assert set(found) == (set(WRONG) - {"papers"}) | {"papers.0.code", "papers.1.code", "papers.2"}


def test_every_message_of_the_library_has_its_vietnamese_words() -> None:
    with pytest.raises(Invalid) as english:
        asked(WRONG, "en").load(Everything())
    with pytest.raises(Invalid) as vietnamese:
        asked(WRONG, "vi").load(Everything())
    same = {
        name
        for name, texts in english.value.fields.items()
        if list(texts) == list(vietnamese.value.fields[name])
    }
    assert same == set()
    assert vietnamese.value.fields["score"] == ["Phải từ 0 đến 2."]


def test_a_body_that_is_no_object_is_refused_as_a_whole() -> None:
    with pytest.raises(Invalid) as refusal:
        asked([1], "en").load(Everything())
    assert set(refusal.value.fields) == {"body"}


def test_a_query_is_read_by_a_schema_too() -> None:
    request = Request(query={"score": "2"})
    assert request.asked(Everything()) == {"score": 2}
    with pytest.raises(Invalid):
        Request(query={"score": "9"}).asked(Everything())


@given(MESSAGES)
def test_any_tree_of_messages_becomes_a_flat_list_by_field(messages: Any) -> None:
    for texts in by_field(ValidationError(messages).messages).values():
        assert all(isinstance(text, str) for text in texts)


@given(st.text())
def test_any_query_is_read_or_refused(text: str) -> None:
    try:
        assert all(isinstance(value, str) for value in read_query(text).values())
    except Invalid:
        assert "%00" in text or "\0" in text or text.count("&") >= 50


# Answers.


def test_a_door_may_answer_in_four_ways() -> None:
    for result in ({"a": 1}, (200, {"a": 1}), StoredResponse(200, {"a": 1})):
        response = to_response(result)
        assert (response.status_code, said(response)) == (200, {"a": 1})
    own = to_response(Response(b"x", content_type="text/html"))
    assert (own.get_data(), own.headers["X-Content-Type-Options"]) == (b"x", "nosniff")


@pytest.mark.parametrize("result", [None, "text", [1], {"a": {1}}, {"a": math.nan}, 7])
def test_what_has_no_json_is_a_bug_and_not_an_answer(result: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        to_response(result)


def everything_that_goes_wrong() -> list[Error]:
    return [
        *(kind("vi", "en") for kind in (Invalid, Refused, NotFound, Unavailable, errors.Stale)),
        *(kind("vi", "en") for kind in (errors.Unknown, errors.Forbidden, errors.Duplicate)),
        *(kind("vi", "en") for kind in (Malformed, WrongMediaType)),
        *(
            kind()
            for kind in (responses.Busy, responses.TookTooLong, responses.TooSlow, responses.Broken)
        ),
        TooLarge(MB),
        WrongMethod(["POST", "GET"]),
    ]


@pytest.mark.parametrize("error", everything_that_goes_wrong(), ids=repr)
def test_every_error_has_a_title_in_both_languages(error: Error) -> None:
    with log_context.trace():
        vi, en = said(problem(error, "vi")), said(problem(error, "en"))
    assert error.name in translations.TITLES
    assert vi["title"] != en["title"]
    assert vi["type"] == en["type"] == f"urn:motcua:problem:{error.name}"
    assert vi["status"] == error.status
    assert len(vi["trace_id"]) == 32


def test_a_problem_names_the_rule_and_the_fields() -> None:
    error = Invalid("vi", "en", article="Đ17.1c", fields={"a.b": ["wrong"]})
    body = said(problem(error, "vi"))
    assert (body["article"], body["errors"]) == ("Đ17.1c", {"a.b": ["wrong"]})


def test_a_caller_cannot_make_endless_metrics() -> None:
    server = HttpServer()
    server.service = "counted"
    for method in ("BREW", "GETS", "X" * 16):
        server.count("/a", method, 405)
    labels = {"service": "counted", "route": "/a", "method": "other", "code": "405"}
    assert REGISTRY.get_sample_value("motcua_http_requests_total", labels) == 3


# Traces and paths.


@given(st.text(max_size=80))
@example(f"00-{'0' * 32}-{'b' * 16}-01")
@example(f"00-{'a' * 32}-{'0' * 16}-01")
@example(f"00-{'A' * 32}-{'b' * 16}-01")
@example(f"00-{'a' * 32}-{'b' * 16}-01\n")
def test_a_trace_header_that_is_not_one_is_not_continued(header: str) -> None:
    assert continued(header) == ""


def test_a_good_trace_header_is_continued() -> None:
    header = f"00-{'a' * 32}-{'b' * 16}-00"
    assert continued(header) == header


@given(st.binary())
def test_a_path_is_readable_or_leads_nowhere(path: bytes) -> None:
    try:
        assert readable(path.decode("latin-1")).isprintable()
    except NotFound:
        return


def test_a_path_is_read_without_what_nobody_sees() -> None:
    pasted = "/dossiers/\ufeff a\u00a0\u200b/accept\u202c"
    assert readable(pasted.encode().decode("latin-1")) == "/dossiers/a/accept"
    with pytest.raises(NotFound):
        readable("/dossiers/a\nb")


def test_a_query_is_read_without_what_nobody_sees() -> None:
    assert read_query("a=%EF%BB%BF%20x%E2%80%8B%0A&b=1") == {"a": "x", "b": "1"}


# Bodies.


def chunked(sent: bytes) -> Body:
    return Body(BytesIO(sent), None, None)


def written(pieces: list[bytes]) -> bytes:
    return b"".join(b"%X\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


@given(st.lists(st.binary(min_size=1)), st.binary())
def test_chunks_come_out_as_they_went_in_and_not_a_byte_more(
    pieces: list[bytes], after: bytes
) -> None:
    body = chunked(written(pieces) + after)
    with receive(body, MB, LIMITS) as stream:
        assert stream.read() == b"".join(pieces)
    assert body.finished
    assert body.rfile.read() == after


@given(st.binary() | st.text(alphabet="0123abcx+-; \r\n").map(str.encode))
def test_whatever_comes_in_chunks_is_read_or_refused(sent: bytes) -> None:
    body = chunked(sent)
    try:
        receive(body, MB, LIMITS).close()
    except Malformed:
        assert not body.finished
    else:
        assert body.finished


@given(st.binary(), st.integers(0, 50))
def test_a_body_of_known_length_is_whole_or_refused(sent: bytes, length: int) -> None:
    body = Body(BytesIO(sent), length, None)
    if length > len(sent):
        with pytest.raises(Malformed):
            receive(body, MB, LIMITS)
    else:
        with receive(body, MB, LIMITS) as stream:
            assert stream.read() == sent[:length]


@pytest.mark.parametrize("size", [10, 11])
def test_the_cap_holds_to_the_byte(size: int) -> None:
    bodies = [Body(BytesIO(b"x" * size), size, None), chunked(written([b"x"] * size))]
    for body in bodies:
        if size > 10:
            with pytest.raises(TooLarge):
                receive(body, 10, LIMITS)
        else:
            receive(body, 10, LIMITS).close()


def test_a_large_upload_has_time_for_a_slow_line() -> None:
    assert LIMITS.seconds_for_body(MB) == 30
    assert 25 * MB / LIMITS.seconds_for_body(25 * MB) < 100_000
