"""View model of the pages of message templates."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from foundation.errors import Error
from foundation.web.html_pages import PageRenderer
from foundation.web.page_words import Words
from foundation.web.translations import Language, field_words
from foundation.worktime import to_minute
from services.notifications.domain import template as templates
from services.notifications.domain.template import NoticeTemplate, TemplateParts

PAGES = PageRenderer(Path(__file__).resolve().parent / "templates" / "pages")
FACTS: dict[str, Words] = {"edition": ("Bản đang dùng", "Edition in use")}


def in_use(known: Iterable[NoticeTemplate]) -> dict[str, int]:
    """The number of the edition in use of each template that was ever published."""
    return {each.id: each.edition for each in known}


def parts_of(found: NoticeTemplate, shipped: TemplateParts, number: str) -> TemplateParts:
    """The texts of the edition with this number; those in use where there is none."""
    chosen = (each.parts for each in found.editions if str(each.number) == number)
    return next(chosen, found.parts or shipped)


def moment(at: datetime) -> str:
    """A moment as people write it."""
    return f"{to_minute(at):%H:%M %d/%m/%Y}"


def changed(seen: str, found: NoticeTemplate) -> tuple[tuple[Words, str, str], ...]:
    """What is otherwise than it was seen: its name, as it was, as it is."""
    differences = templates.differences(seen, found) if seen else {}
    return tuple((FACTS[name], before, after) for name, (before, after) in differences.items())


def errors_of(error: Error | None, language: Language) -> dict[str, str]:
    """What is wrong with each field, or under "" with the whole."""
    if error is None:
        return {}
    found = {name: field_words(each[0], language) for name, each in error.fields.items() if each}
    return found or {"": error.en if language == "en" else error.vi}
