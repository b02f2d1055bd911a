"""A streaming PDF writer: any length, written front to back, each part as it is rendered.

Only numbers are held meanwhile: a register of a year needs no more memory than one part of it.
Parts come from foundation.pdf.merge with their objects numbered for their place in the book.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self
from xml.sax.saxutils import escape

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PAGES, TREE, DOCUMENT = 1, 2, 3
"""The numbers that parts refer to: all pages, the tree of tags, its one document."""
FIRST_FREE = 4

FREE, IN_FILE, IN_STREAM = 0, 1, 2
_ENTRY_SIZE = 1 + 8 + 2
_LAST_FREE = 0xFFFF

_ABOUT = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@dataclass(frozen=True, kw_only=True)
class PdfPart:
    """A rendered part: its bytes, and the numbers of the objects in them.

    `table` has an entry for each of its objects: where from the part's first byte, or in which
    object and which of that. `places` are keys of pages with the objects that say which tag owns
    what on them.
    """

    body: bytes
    table: Sequence[tuple[int, int, int]]
    pages: Sequence[int]
    tags: Sequence[int]
    places: Sequence[tuple[int, int]]

    def write(self) -> bytes:
        """As one answer of the press."""
        lists = {name: list(getattr(self, name)) for name in ("table", "pages", "tags", "places")}
        head = json.dumps(lists).encode()
        return b"%d\n" % len(head) + head + self.body

    @classmethod
    def read(cls, answer: bytes) -> Self:
        """As `write` wrote it."""
        length, _, rest = answer.partition(b"\n")
        head = json.loads(rest[: int(length)])
        return cls(body=rest[int(length) :], **head)


@dataclass
class PdfStream:
    """The writer: what is known of the parts so far; `at` is the length of the file in bytes."""

    title: str
    language: str = "vi"
    at: int = 0
    table: bytearray = field(default_factory=bytearray)
    pages: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    seen: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def next_object(self) -> int:
        """The number of the first object of the part to come."""
        return FIRST_FREE + len(self.table) // _ENTRY_SIZE

    @property
    def next_place(self) -> int:
        """The key of the first page of the part to come."""
        return len(self.pages)

    def begin(self) -> bytes:
        """The first bytes of the file."""
        return self._out(HEADER)

    def add(self, part: PdfPart) -> bytes:
        """Take the next part in; its bytes follow in the file."""
        for kind, where, which in part.table:
            place = where + self.at if kind == IN_FILE else where
            self.table += _entry(kind, place, which)
        self.pages += part.pages
        self.tags += part.tags
        self.places += part.places
        return self._out(part.body)

    def end(self) -> Iterator[bytes]:
        """The last bytes: what holds the parts together, and the table of all objects."""
        about = self.next_object
        fixed = {}
        for number, body in self._frame(about).items():
            fixed[number] = self.at
            yield self._out(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        yield self._contents(fixed, about + 3)

    def _frame(self, about: int) -> dict[int, bytes]:
        kids = _refs(self.pages)
        places = b" ".join(b"%d %d 0 R" % tuple(place) for place in self.places)
        root = b"<< /Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R /Metadata %d 0 R " % (
            PAGES,
            TREE,
            about,
        )
        root += b"/Lang (%s) /MarkInfo << /Marked true >> " % self.language.encode()
        root += b"/ViewerPreferences << /DisplayDocTitle true >> >>"
        tree = b"<< /Type /StructTreeRoot /K [ %d 0 R ] " % DOCUMENT
        tree += b"/ParentTree << /Nums [ %s ] >> >>" % places
        document = b"<< /Type /StructElem /S /Document /P %d 0 R /K [ %s ] >>"
        return {
            PAGES: b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(self.pages), kids),
            TREE: tree,
            DOCUMENT: document % (TREE, _refs(self.tags)),
            about: self._about(),
            about + 1: root,
            about + 2: b"<< /Title <%s> >>" % _text(self.title),
        }

    def _about(self) -> bytes:
        text = _ABOUT.format(title=escape(self.title)).encode()
        head = b"<< /Type /Metadata /Subtype /XML /Length %d >>" % len(text)
        return b"%s\nstream\n%s\nendstream" % (head, text)

    def _contents(self, fixed: dict[int, int], number: int) -> bytes:
        begun = self.at
        first = [_entry(IN_FILE, fixed[each], 0) for each in (PAGES, TREE, DOCUMENT)]
        last = [_entry(IN_FILE, at, 0) for each, at in fixed.items() if each >= FIRST_FREE]
        own = _entry(IN_FILE, begun, 0)
        nothing = _entry(FREE, 0, _LAST_FREE)
        table = zlib.compress(nothing + b"".join(first) + self.table + b"".join(last) + own)
        name = self.seen.hexdigest()[:32].encode()
        head = b"<< /Type /XRef /W [ 1 8 2 ] /Size %d /Root %d 0 R /Info %d 0 R " % (
            number + 1,
            number - 2,
            number - 1,
        )
        head += b"/ID [ <%s> <%s> ] /Filter /FlateDecode " % (name, name)
        head += b"/Length %d >>" % len(table)
        body = b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, head, table)
        return self._out(b"%sstartxref\n%d\n%%%%EOF\n" % (body, begun))

    def _out(self, piece: bytes) -> bytes:
        self.at += len(piece)
        self.seen.update(piece)
        return piece


def _entry(kind: int, where: int, which: int) -> bytes:
    """One line of the table of objects."""
    return kind.to_bytes(1, "big") + where.to_bytes(8, "big") + which.to_bytes(2, "big")


def _text(text: str) -> bytes:
    """As PDF has it in hexadecimals: UTF-16 with its mark."""
    return (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode()


def _refs(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
