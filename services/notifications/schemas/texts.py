"""Rendering of messages from templates."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from contracts.orders import VisitWord, WebhookTrouble
from contracts.roles import named
from foundation.text.cleaning import each_text, harmless_line, harmless_paragraphs
from foundation.text.folding import decompose
from foundation.text.person_name import greeted
from foundation.worktime import HO_CHI_MINH
from services.notifications.domain.applicant import ApplicantContact, HandlingPerson
from services.notifications.domain.digest import Digest
from services.notifications.domain.notice import NoticeText
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.situation import Situation
from services.notifications.domain.template import TemplateParts
from services.notifications.schemas import templates

Letters = Mapping[NoticeChannel, NoticeText]

SMS_LENGTH = 160
"""Characters of one SMS in the GSM alphabet; a longer one would be billed and cut as several."""
NO_CODE = {"vi": "của Ông/Bà", "en": "(not yet numbered)"}
SINCE = {"vi": "từ {}", "en": "since {}"}
NO_NAMES: Mapping[str, str] = MappingProxyType({})
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
    situation: Situation,
    applicant: ApplicantContact,
    facts: Mapping[str, Any],
    word: str,
    *,
    agencies: Mapping[str, str] = NO_NAMES,
    parts: TemplateParts | None = None,
) -> dict[NoticeChannel, NoticeText]:
    """The letter for each channel that the situation allows and that reaches the applicant.

    By the template `parts`, if the office published one. What is stored may be older than the rules
    for what comes in: nothing in it begins a paragraph or a link where none belongs.
    """
    parts = parts or templates.shipped(situation.kind, applicant.language)
    known = _known(applicant, facts, word, agencies)
    sms = as_sms(templates.rendered(parts.sms, known))
    short = NoticeText(subject="", text=sms, language=applicant.language)
    letters = {
        NoticeChannel.EMAIL: _mail(parts, applicant.language, known),
        NoticeChannel.SMS: short,
        NoticeChannel.ZALO: replace(short, parameters=_facts(applicant, known, sms)),
    }
    reached = applicant.channels()
    return {
        channel: letter
        for channel, letter in letters.items()
        if channel in reached and situation.allows(channel)
    }


def _known(
    applicant: ApplicantContact,
    facts: Mapping[str, Any],
    word: str,
    agencies: Mapping[str, str],
) -> dict[str, Any]:
    """What a template is given: the event's own fields, and what every kind has."""
    facts = each_text(facts, harmless_line)
    return {
        **facts,
        "code": facts.get("code") or applicant.code or NO_CODE[applicant.language],
        "name": greeted(applicant.name),
        "word": harmless_paragraphs(word),
        "handlers": [
            _handler(each, applicant.language, agencies) for each in applicant.handlers if each.name
        ],
        "result_due": applicant.due,
        "moment": partial(moment, language=applicant.language),
        "money": money,
    }


def _handler(person: HandlingPerson, language: str, agencies: Mapping[str, str]) -> str:
    """Who has a part of the dossier, of which agency, since when (NĐ 224/2026 Đ15.1g)."""
    who = named(person.name, person.role, language)
    agency = agencies.get(person.agency, "")
    since = SINCE[language].format(moment(person.since, language))
    return harmless_line(", ".join(each for each in (who, agency, since) if each))


def _facts(applicant: ApplicantContact, known: Mapping[str, Any], text: str) -> dict[str, str]:
    """What may go into the parameters of an approved template; "" for what we do not know."""
    due = known.get("due") or applicant.due
    return {
        "name": applicant.name,
        "code": known["code"],
        "dossier": applicant.id,
        "procedure": str(known.get("procedure", "")),
        "agency": str(known.get("agency", "")),
        "handler": known["handlers"][-1] if known["handlers"] else "",
        "due": moment(due, applicant.language) if due else "",
        "text": text,
    }


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
    subject = " ".join(templates.block(name, "subject", known).split())
    return {
        NoticeChannel.EMAIL: NoticeText(
            subject=subject, text=templates.block(name, "mail", known), language=language
        ),
        NoticeChannel.SMS: NoticeText(
            subject="", text=as_sms(templates.block(name, "sms", known)), language=language
        ),
    }


def webhook_letter(trouble: WebhookTrouble, subscription: str) -> NoticeText:
    """The letter to the owner of a webhook that does not work, in both languages."""
    texts = {}
    for language in templates.LANGUAGES:
        known = {
            "trouble": trouble,
            "subscription": harmless_line(subscription),
            "target": harmless_line(trouble.target),
            "moment": partial(moment, language=language),
        }
        name = f"webhook.{language}.txt"
        texts[language] = [templates.block(name, part, known) for part in ("subject", "mail")]
    subjects, mails = zip(*texts.values(), strict=True)
    return NoticeText(
        subject=" / ".join(" ".join(each.split()) for each in subjects),
        text="\n\n".join(each.strip() for each in mails),
    )


def visit_letter(word: VisitWord) -> NoticeText:
    """The SMS to whoever booked a time at the counter; it names nobody."""
    language = word.language if word.language in templates.LANGUAGES else "vi"
    known = {"word": word, "moment": partial(moment, language=language)}
    text = templates.block(f"visit.{language}.txt", "sms", known)
    return NoticeText(subject="", text=as_sms(text), language=language)


def unsubscribe_page(language: str, *, done: bool) -> str:
    """The page at which a reader ends what the law does not make us tell."""
    return templates.whole("unsubscribe.html", {"lang": language, "done": done})


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


def _mail(parts: TemplateParts, language: str, known: Mapping[str, Any]) -> NoticeText:
    subject = " ".join(templates.rendered(parts.subject, known).split())
    body = templates.rendered(parts.mail, known)
    text = templates.whole(f"letter.{language}.txt", {**known, "text": body})
    return NoticeText(subject=subject, text=text, language=language)
