"""Rendering of messages from templates, and what an office is shown of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from marshmallow import Schema, fields, validate

from contracts.envelope import write_time
from contracts.roles import named
from foundation.text.cleaning import each_text, harmless_line, harmless_paragraphs
from foundation.text.folding import decompose
from foundation.text.person_name import greeted
from foundation.web.fields import After, Moment
from foundation.worktime import HO_CHI_MINH
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.digest import Digest
from services.notifications.domain.notice import Notice, NoticeText, Situation
from services.notifications.domain.notice_channel import NoticeChannel

MOST_SHOWN = 200
SMS_LENGTH = 160
"""Characters of one SMS in the GSM alphabet; a longer one would be billed and cut as several."""
NO_CODE = {"vi": "của Ông/Bà", "en": "(not yet numbered)"}
DATES = {"vi": "%H:%M ngày %d/%m/%Y", "en": "%H:%M on %d/%m/%Y"}

# What is typed in offices and is not in the alphabet of SMS (GSM 03.38).
_PLAIN = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "…": "...",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "`": "'",
        "[": "(",
        "]": ")",
        "{": "(",
        "}": ")",
        "|": "/",
        "\\": "/",
        "~": "-",
        "^": "",
        "\N{FRACTION SLASH}": "/",
    }
)


def write(
    situation: Situation, applicant: ApplicantContact, facts: Mapping[str, Any], word: str
) -> dict[NoticeChannel, NoticeText]:
    """The letter for each channel of the situation that reaches the applicant.

    What is stored may be older than the rules for what comes in: nothing in it begins a paragraph
    or a link where none belongs.
    """
    facts = each_text(facts, harmless_line)
    known = {
        **facts,
        "code": facts.get("code") or applicant.code or NO_CODE[applicant.language],
        "name": greeted(applicant.name),
        "word": harmless_paragraphs(word),
        "handlers": [
            harmless_line(named(each.name, each.role, applicant.language))
            for each in applicant.handlers
            if each.name
        ],
        "moment": partial(moment, language=applicant.language),
        "money": money,
    }
    name = f"{situation.kind}.{applicant.language}.txt"
    letters = {
        NoticeChannel.EMAIL: _mail(name, applicant.language, known),
        NoticeChannel.SMS: NoticeText(subject="", text=as_sms(_part(name, "sms", known))),
    }
    reached = applicant.channels()
    return {channel: letters[channel] for channel in situation.channels if channel in reached}


def gather(digest: Digest) -> dict[NoticeChannel, NoticeText]:
    """The letter for each channel that tells somebody at an office of late work.

    What is late comes first, the longest first.
    """
    language = digest.reader.language
    known = {
        "digest": digest,
        "lines": sorted(digest.lines, key=lambda each: (not each.late, each.due)),
        "unlisted": digest.late + digest.soon - len(digest.lines),
        "moment": partial(moment, language=language),
    }
    name = f"reminder.{language}.txt"
    subject = " ".join(_part(name, "subject", known).split())
    return {
        NoticeChannel.EMAIL: NoticeText(subject=subject, text=_part(name, "mail", known)),
        NoticeChannel.SMS: NoticeText(subject="", text=as_sms(_part(name, "sms", known))),
    }


def moment(time: datetime, language: str) -> str:
    """A moment in Vietnamese time as people read it, `16:00 ngày 08/10/2020`."""
    return time.astimezone(HO_CHI_MINH).strftime(DATES[language])


def money(amount: int) -> str:
    """An amount of VND as people in Viet Nam write it, `1.500.000`."""
    return f"{amount:,}".replace(",", ".")


def as_sms(text: str) -> str:
    """The text as every telephone shows it: no diacritics, one line, at most 160 characters.

    Cut at the end of a word if one ends in the last quarter, and marked with three dots.
    """
    decomposed = decompose(text).translate(_PLAIN)
    words = "".join(each if each.isprintable() else " " for each in decomposed if each.isascii())
    plain = " ".join(words.split())
    if len(plain) <= SMS_LENGTH:
        return plain
    room = SMS_LENGTH - len("...")
    end = plain.rfind(" ", room * 3 // 4, room + 1)
    return plain[: end if end > 0 else room].rstrip(" ,;:.-") + "..."


class MessagesQuery(Schema):
    """Query of the messages about a dossier: at most `limit`, after the `next` of a page."""

    limit = fields.Integer(load_default=MOST_SHOWN, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class _NoticeAnswer(Schema):
    id = kind = channel = state = fields.String()
    tries = fields.Integer()
    planned = Moment()


class MessagesAnswer(Schema):
    """A page of the messages about a dossier, and what became of each."""

    messages = fields.List(fields.Nested(_NoticeAnswer))
    more = fields.Boolean()
    next = fields.String()


def listed(found: Sequence[Notice], following: str) -> dict[str, object]:
    """A page of messages; `next` is the `after` of the page to come, "" if there is none."""
    rows = [shown(each) for each in found]
    return {"messages": rows, "more": bool(following), "next": following}


def shown(notice: Notice) -> dict[str, object]:
    """What became of a message, without its text and without the address."""
    return {
        "id": notice.id,
        "kind": notice.kind,
        "channel": notice.channel.value,
        "state": notice.state.value,
        "tries": notice.tries,
        "planned": write_time(notice.planned),
    }


def _mail(name: str, language: str, known: Mapping[str, Any]) -> NoticeText:
    letter = _templates().get_template(f"letter.{language}.txt")
    subject = " ".join(_part(name, "subject", known).split())
    return NoticeText(subject=subject, text=letter.render(**known, text=_part(name, "mail", known)))


def _part(name: str, part: str, known: Mapping[str, Any]) -> str:
    template = _templates().get_template(name)
    return "".join(template.blocks[part](template.new_context(dict(known)))).strip()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),  # plain text is left as it is
        trim_blocks=True,
        lstrip_blocks=True,
    )
