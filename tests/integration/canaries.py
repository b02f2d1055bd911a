"""Words that nobody else says, in every spelling of a program, to be looked for everywhere."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from foundation.text.folding import fold


@dataclass(frozen=True)
class Canaries:
    """Names, numbers and phrases of one person, and their spellings."""

    words: tuple[str, ...]
    needles: tuple[bytes, ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Canaries":
        given = tuple(words)
        found = {each: None for word in given for each in spellings(word)}
        return cls(given, tuple(found))

    def hits(self, haystack: bytes) -> list[bytes]:
        """What is found of them."""
        return [each for each in self.needles if each in haystack]


def spellings(canary: str) -> Iterator[bytes]:
    """The ways in which programs write a text down."""
    for text in {canary, fold(canary), canary.upper(), canary.lower(), canary.replace(" ", "")}:
        yield text.encode()
        yield text.encode("utf-16-le")
        yield json.dumps(text)[1:-1].encode()
        yield quote(text).encode()
        yield base64.b64encode(text.encode())[:-4] if len(text) > 8 else text.encode()


SPEAKER = {
    "name": "Lường Thị Ngân Khánh",
    "phone": "+84976543210",
    "email": "ngkhanh.l@vidu.example",
}
SAID = "Ao sen Bảy Mẫu bị lấp."
SPOKEN = Canaries.of(
    (SPEAKER["name"], "Ngân Khánh", "0976543210", "976543210", "ngkhanh.l", "sen Bảy Mẫu")
)
"""Somebody who says openly what troubles them, and is told what became of it."""
