"""What a message would look like: a template filled in with an example, and counted as an SMS."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from jinja2 import TemplateError
from marshmallow import Schema, post_load

from contracts.envelope import write_time
from foundation.errors import Invalid, NotFound
from foundation.web.text_fields import Line, Paragraphs
from services.notifications.domain.applicant import ApplicantContact, HandlingPerson
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.situation import CORRECTED, SITUATIONS, Situation
from services.notifications.domain.template import NoticeTemplate, TemplateParts
from services.notifications.schemas import templates
from services.notifications.schemas.segments import measured
from services.notifications.schemas.texts import Letters, write

LONGEST_PART, LONGEST_SUBJECT = 10_000, 500
WRONG = (TemplateError, TypeError, ValueError, KeyError, AttributeError, ArithmeticError)
"""What an expression of a template can end in."""
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
EXAMPLE: Mapping[str, Any] = MappingProxyType(
    {
        "agency": "so-xay-dung",
        "amount": 1_500_000,
        "article": "Điều 1",
        "because": "stopped",
        "code": "000.00.00.H41-261123-0001",
        "due": datetime(2026, 12, 21, 9, 0, tzinfo=UTC),
        "papers": ("Bản vẽ", "Giấy ủy quyền"),
        "procedure": "1.009645",
        "removes": datetime(2027, 1, 4, 9, 0, tzinfo=UTC),
        "state": 8,
        "was": datetime(2026, 12, 14, 9, 0, tzinfo=UTC),
    }
)
"""What the fields of events hold in an example; a field that is not here holds its own name."""
PERSON = ApplicantContact(
    id="01940000-0000-7000-8000-000000000001",
    name="Nguyễn Văn Ví Dụ",
    phone="+84900000000",
    email="vi.du@example.org",
    language="vi",
    code="000.00.00.H41-261123-0001",
    due=EXAMPLE["due"],
    handlers=(
        HandlingPerson(
            step="s-1", name="Trần Thị An", role="specialist", since=MORNING, agency="so-xay-dung"
        ),
    ),
)
WORD = "Bản vẽ thiếu chữ ký của đơn vị thiết kế."
AGENCIES = MappingProxyType({"so-xay-dung": "Sở Xây dựng"})


class TemplateSchema(Schema):
    """A template as it is published: its three texts, with {{ variables }}."""

    subject = Line(LONGEST_SUBJECT, required=True)
    mail = Paragraphs(LONGEST_PART, required=True)
    sms = Paragraphs(LONGEST_PART, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> TemplateParts:
        """As the domain has it."""
        return TemplateParts(**data)


def situation_of_kind(kind: str, language: str) -> Situation:
    """The situation of a kind.

    Raises:
        NotFound: there is no such kind, or no such language.
    """
    known = {each.kind: each for each in (*SITUATIONS.values(), CORRECTED)}
    if kind not in known or language not in templates.LANGUAGES:
        raise NotFound(
            f"Không có mẫu tin này; các loại: {', '.join(known)}; ngôn ngữ: vi, en.",
            f"There is no such template; kinds: {', '.join(known)}; languages: vi, en.",
        )
    return known[kind]


def preview(kind: str, language: str, parts: TemplateParts | None = None) -> dict[str, object]:
    """What a person would read, by the template of the code or by a draft.

    Raises:
        NotFound: there is no such kind or language.
        Invalid: the draft cannot be used; says of each part why.
    """
    situation = situation_of_kind(kind, language)
    parts = parts or templates.shipped(kind, language)
    templates.must_be_good(kind, parts)
    letters = _tried(situation, language, parts)
    mail, sms = letters.get(NoticeChannel.EMAIL), letters.get(NoticeChannel.SMS)
    shown: dict[str, object] = {"kind": kind, "language": language}
    if mail:
        shown["mail"] = {"subject": mail.subject, "text": mail.text}
    if sms:
        length = measured(sms.text)
        shown["sms"] = {
            "text": sms.text,
            "alphabet": length.alphabet,
            "units": length.units,
            "segments": length.segments,
            "cut": sms.text.endswith("..."),
        }
    return shown


def published(template: NoticeTemplate, kind: str, language: str) -> dict[str, object]:
    """The template in use, its edition, and which variables may stand in it."""
    parts = template.parts or templates.shipped(kind, language)
    return {
        "kind": kind,
        "language": language,
        "edition": template.edition,
        "subject": parts.subject,
        "mail": parts.mail,
        "sms": parts.sms,
        "variables": sorted(templates.given(kind)),
        "editions": [
            {"edition": each.number, "by": each.by, "at": write_time(each.at)}
            for each in template.editions
        ],
    }


def _tried(situation: Situation, language: str, parts: TemplateParts) -> Letters:
    """The letters of the example.

    Raises:
        Invalid: an expression does not work with it.
    """
    event = next((each for each, told in SITUATIONS.items() if told == situation), None)
    names = [each.name for each in fields(event)] if event else []
    facts = {**{name: EXAMPLE.get(name, name) for name in names}, "dossier": PERSON.id}
    person = replace(PERSON, language=language)
    try:
        return write(situation, person, facts, WORD, agencies=AGENCIES, parts=parts)
    except WRONG as error:
        said = f"{type(error).__name__}: {error}"[:200]
        raise Invalid(
            f"Mẫu tin không dùng được với dữ liệu ví dụ: {said}.",
            f"The template does not work with the example: {said}.",
        ) from error
