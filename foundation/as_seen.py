"""What somebody saw of a thing: an act that others overtook changes nothing.

A page's form carries it as a text, and the API takes it in If-Match. A page that shows less carries
less: only what its text names is compared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from foundation.errors import Refused

T = TypeVar("T")
Facts = Mapping[str, str]
"""What decides how people act on a thing, by name; no value has a tab in it."""

NEW = "new"
"""The mark of what is not there yet."""
_APART = "\t"
_ANY = ("", "*")


class ChangedSince(Refused):
    """Somebody acted on the thing after it was looked at."""


@dataclass(frozen=True)
class SeenThing(Generic[T]):
    """How a kind of thing is compared: its name in both languages, and its facts."""

    vi: str
    en: str
    facts: Callable[[T], Facts]

    def mark(self, thing: T) -> str:
        """The facts as one text, for a form to carry."""
        return _APART.join(f"{name}={value}" for name, value in self.facts(thing).items()) or NEW

    def differences(self, seen: str, thing: T) -> Mapping[str, tuple[str, str]]:
        """The facts that are others now: what was seen, and what holds.

        Of a mark that names no fact at all, everything is another.
        """
        before, after = _facts_of(seen), self.facts(thing)
        named = before.keys() & after.keys() or after.keys()
        return {
            name: (before.get(name, ""), value)
            for name, value in after.items()
            if name in named and before.get(name, "") != value
        }

    def must_be_as_seen(self, thing: T, seen: str) -> None:
        """Refuse an act on what is not as it was when it was looked at.

        Raises:
            ChangedSince: somebody has acted since; without a mark nothing is compared.
        """
        if seen in _ANY or self.mark(thing) == seen:
            return
        gone = not self.facts(thing).keys() & _facts_of(seen).keys()
        if gone or self.differences(seen, thing):
            raise ChangedSince(
                f"Trong lúc ông/bà xem, {self.vi} đã thay đổi; chưa có gì được ghi. Xem điểm thay "
                "đổi rồi gửi lại.",
                f"{self.en} changed while you looked at it; nothing was done. See what changed, "
                "then send it again.",
            )


def _facts_of(seen: str) -> dict[str, str]:
    parts = (part.partition("=") for part in seen.split(_APART))
    return {name: value for name, _, value in parts}
