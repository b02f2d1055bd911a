"""The forms of feedback: their fields as the bodies of the API, and what is wrong with each."""

from collections.abc import Mapping
from typing import Any

from foundation.errors import Error, Invalid
from foundation.web.page_words import Words
from foundation.web.translations import Language, field_words
from services.feedback.domain.rating import DissatisfactionReason
from services.feedback.domain.taking_in import BY_STAFF

Fields = Mapping[str, str]
Body = dict[str, Any]

FEEDBACK_FIELDS = ("about", "text", "learned", "name", "phone", "email")
DENUNCIATION_FIELDS = (
    *("accused", "about", "text", "evidence"),
    *("name", "address", "phone", "email", "number", "dossier"),
)
TAKEN_IN_FIELDS = (
    *("channel", "came", "about", "text", "learned", "demand"),
    *("name", "address", "phone", "email"),
)
RATING_FIELDS = ("score", "officer", "time", "guidance", "comment")
OFFSET = "+07:00"
"""Viet Nam has one time, the year round."""
_GIVER = ("name", "phone", "email")
_SENT_BEFORE: Words = (
    "Biểu mẫu này đã được gửi và nhận một lần với nội dung khác. Nếu muốn gửi thêm, xin bấm Gửi.",
    "This form was sent before with other words, and received. To send this too, press Send.",
)
"""A browser that goes back may send a form a second time."""


def feedback_of(kind: str, said: Fields, language: Language) -> Body:
    """A reflection, petition or complaint; about a dossier its giver is known by it."""
    body: Body = {"kind": kind} | _given(said, "about", "text", "learned")
    if said.get("dossier"):
        return body | {"dossier": said["dossier"]}
    return body | {"person": _given(said, *_GIVER) | {"language": language}}


def taken_in_of(kind: str, said: Fields, language: Language) -> Body:
    """What staff enter of what came otherwise than online."""
    body = feedback_of(kind, said, language) | arrival_of(said) | _given(said, "demand")
    if "anonymous" in said:
        body.pop("person", None)
        return body | {"anonymous": True}
    if "person" in body:
        body["person"] |= _given(said, "address")
    return body


def arrival_of(said: Fields) -> Body:
    """By which way it came in, and when: a form says that in the time of the centre."""
    came = {"came": f"{said['came']}{OFFSET}"} if said.get("came") else {}
    channel = said.get("channel", "")
    return {"channel": channel if channel in BY_STAFF else ""} | came


def denunciation_of(said: Fields, language: Language) -> Body:
    """A denunciation; what is empty is left out."""
    texts = (each for each in DENUNCIATION_FIELDS if each != "evidence")
    return _given(said, *texts) | {"evidence": "evidence" in said, "language": language}


def rating_of(dossier: str, said: Fields) -> Body:
    """A rating of a dossier."""
    return {"dossier": dossier} | impression_of(said)


def impression_of(said: Fields) -> Body:
    """How satisfied somebody was; each reason is a box of its own."""
    scores = {
        each: _score(said[each])
        for each in ("score", "officer", "time", "guidance")
        if said.get(each)
    }
    reasons = [each.value for each in DissatisfactionReason if f"reason-{each.value}" in said]
    return {"reasons": reasons} | scores | _given(said, "comment")


def errors_of(error: Error | None, language: Language, fields: tuple[str, ...]) -> dict[str, str]:
    """What is wrong with each field, in the order of the form, and under "" with the whole."""
    if error is None:
        return {}
    placed = {place.rpartition(".")[2]: texts for place, texts in error.fields.items()}
    placed["name"] = [*placed.get("name", ()), *placed.pop("person", ())]
    found = {each: field_words(placed[each][0], language) for each in fields if placed.get(each)}
    beside = len(found) == len([texts for texts in placed.values() if texts])
    if found and beside and not error.article:
        return found
    vi, en = (
        _SENT_BEFORE if isinstance(error, Invalid) and not error.fields else (error.vi, error.en)
    )
    return {"": en if language == "en" else vi} | found


def _given(said: Fields, *names: str) -> Body:
    return {each: said[each] for each in names if said.get(each)}


def _score(text: str) -> int | str:
    """A number as the API takes it; what is none goes on as it is, for the schema to refuse."""
    return int(text) if text in {"0", "1", "2"} else text
