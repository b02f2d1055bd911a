"""Merges a rendered PDF into a longer one: renumbers its objects, moves its tags below the whole.

Runs in the child process (foundation.pdf.worker), where the libraries for PDF are.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from foundation.pdf.stream import DOCUMENT, IN_FILE, IN_STREAM, PAGES, TREE, PdfPart

_PACKED = 200  # objects that are kept together, compressed

# A text in parentheses or in hexadecimals, which may look like anything, or a reference.
_TEXT_OR_REFERENCE = re.compile(
    rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]*>|(?<![\w.])(\d+) 0 R\b", re.DOTALL
)


def merge(pdf: bytes, *, first: int, place: int) -> PdfPart:
    """The part that begins with object `first` and with the page of key `place`."""
    with Pdf.open(BytesIO(pdf)) as source:
        tree = source.Root.StructTreeRoot
        document = tree.K[0] if isinstance(tree.K, Array) else tree.K
        dropped = {
            source.Root.Pages.objgen[0]: PAGES,
            tree.objgen[0]: TREE,
            document.objgen[0]: DOCUMENT,
        }
        pages = [page.obj for page in source.pages]
        places = _places(source, place)
        for page in pages:
            page.StructParents = int(page.StructParents) + place
        kept = {each.objgen[0]: each for each in source.objects if _is_kept(each, dropped)}
        numbers = {old: first + index for index, old in enumerate(kept)}
        _name_apart(kept, first)
        body, table = _write(kept, numbers | dropped, first)
        return PdfPart(
            body=body,
            table=table,
            pages=[numbers[page.objgen[0]] for page in pages],
            tags=[numbers[each.objgen[0]] for each in document.K],
            places=[(key, numbers[each.objgen[0]]) for key, each in places],
        )


def _places(source: Pdf, place: int) -> list[tuple[int, Object]]:
    flat = list(source.Root.StructTreeRoot.ParentTree.Nums)
    return [
        (int(key) + place, source.make_indirect(owners))
        for key, owners in zip(flat[::2], flat[1::2], strict=True)
    ]


def _is_kept(each: Object, dropped: Mapping[int, int]) -> bool:
    if each.objgen[0] in dropped:
        return False
    described = isinstance(each, Dictionary | Stream) and "/Type" in each
    kind = each["/Type"] if described else None
    return kind not in (Name.Catalog, Name.XRef, Name.ObjStm, Name.Metadata)


def _name_apart(kept: Mapping[int, Object], first: int) -> None:
    """Cells are named by their place in their part: the names of two parts must differ."""
    for each in kept.values():
        if isinstance(each, Dictionary) and "/S" in each and "/ID" in each:
            each.ID = String(f"{first}-{each.ID}")
            attributes = each.get("/A", Dictionary())
            headers = (
                attributes.get("/Headers", Array()) if isinstance(attributes, Dictionary) else ()
            )
            if headers:
                attributes.Headers = Array([String(f"{first}-{name}") for name in headers])


def _write(
    kept: Mapping[int, Object], numbers: Mapping[int, int], first: int
) -> tuple[bytes, list[tuple[int, int, int]]]:
    """The bytes of all objects, and where each is; those without bytes of their own are packed."""
    table: dict[int, tuple[int, int, int]] = {}
    body = bytearray()
    packed: list[tuple[int, bytes]] = []
    for old, each in kept.items():
        if isinstance(each, Stream):
            table[numbers[old]] = (IN_FILE, len(body), 0)
            body += _stream(numbers[old], each, numbers)
        else:
            packed.append((numbers[old], _renumbered(each.unparse(resolved=True), numbers)))
    extra = first + len(kept)
    for number, group in enumerate(_groups(packed), extra):
        table |= {each: (IN_STREAM, number, index) for index, (each, _) in enumerate(group)}
        table[number] = (IN_FILE, len(body), 0)
        body += _pack(number, group)
    return bytes(body), [table[number] for number in sorted(table)]


def _groups(packed: list[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    for index in range(0, len(packed), _PACKED):
        yield packed[index : index + _PACKED]


def _stream(number: int, each: Stream, numbers: Mapping[int, int]) -> bytes:
    raw = each.read_raw_bytes()
    described = Dictionary(dict(each.items()))
    described.Length = len(raw)
    head = _renumbered(described.unparse(), numbers)
    return b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, head, raw)


def _pack(number: int, group: list[tuple[int, bytes]]) -> bytes:
    starts, at = [], 0
    for each, text in group:
        starts.append(b"%d %d" % (each, at))
        at += len(text) + 1
    index = b" ".join(starts) + b"\n"
    data = zlib.compress(index + b"\n".join(text for _, text in group))
    head = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>" % (
        len(group),
        len(index),
        len(data),
    )
    return b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, head, data)


def _renumbered(text: bytes, numbers: Mapping[int, int]) -> bytes:
    def anew(found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return found[0]
        number = numbers.get(int(found[1]))
        return b"null" if number is None else b"%d 0 R" % number

    return _TEXT_OR_REFERENCE.sub(anew, text)
