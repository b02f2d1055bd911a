"""Templates that the office publishes: editions, of which the last one is used."""

from dataclasses import dataclass
from datetime import datetime

from contracts.events import Event
from contracts.history import Revision
from foundation.as_seen import SeenThing
from foundation.frozen import replace

MOST_EDITIONS = 50


@dataclass(frozen=True, kw_only=True)
class TemplateParts:
    """The three texts of a template; `sms` or `mail` is empty where a kind has none."""

    subject: str
    mail: str
    sms: str


@dataclass(frozen=True, kw_only=True)
class TemplateEdition:
    """One edition: its number, its texts, who published it, and when."""

    number: int
    parts: TemplateParts
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NoticeTemplate:
    """The template of a kind in a language (`accepted.vi`), with its editions, the last one used.

    Without an edition, and with one that is all empty, that of the code is used.
    """

    id: str
    editions: tuple[TemplateEdition, ...] = ()
    revision: Revision = Revision()

    @property
    def parts(self) -> TemplateParts | None:
        """The texts in use; None for those of the code."""
        last = self.editions[-1].parts if self.editions else None
        return last if last and last.mail else None

    @property
    def edition(self) -> int:
        """The number of the edition in use; 0 is that of the code."""
        return self.editions[-1].number if self.editions and self.parts else 0


def publish(
    template: NoticeTemplate, parts: TemplateParts, by: str, at: datetime, *, seen: str = ""
) -> tuple[NoticeTemplate, tuple[Event, ...]]:
    """Add an edition, which is used from now on; the earliest are forgotten beyond fifty.

    The words that are in use already make no edition. `seen` is what the publisher saw of it.

    Raises:
        ChangedSince: somebody published since.
    """
    if template.editions and template.editions[-1].parts == parts:
        return template, ()
    must_be_as_seen(template, seen)
    number = template.editions[-1].number + 1 if template.editions else 1
    edition = TemplateEdition(number=number, parts=parts, by=by, at=at)
    return replace(template, editions=(*template.editions, edition)[-MOST_EDITIONS:]), ()


def facts(template: NoticeTemplate) -> dict[str, str]:
    """What decides how people act on it, by name."""
    return {"edition": str(template.editions[-1].number if template.editions else 0)}


SEEN = SeenThing("mẫu tin này", "The template", facts)
mark, differences, must_be_as_seen = SEEN.mark, SEEN.differences, SEEN.must_be_as_seen
