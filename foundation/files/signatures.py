"""How files begin: the media type of a file by its first bytes.

The library puremagic was tried first (1.30): it finds no PDF behind a byte order mark or a blank
line, takes every ZIP for a DOCX, and does not know the commonest HEIC of Android.
"""

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"
HEIC = "image/heic"
AVIF = "image/avif"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
VIDEO = "video/mp4"
OTHER_PICTURE = "image/*"
ARCHIVE = "application/x-archive"
PROGRAM = "application/x-executable"
WEB_PAGE = "text/html"
FORM_DATA = "multipart/form-data"
UNKNOWN = "application/octet-stream"

PDF_MARK = b"%PDF-"
PDF_WITHIN = 1024
"""ISO 32000-1 annex H: readers find the mark of a PDF anywhere in its first 1,024 bytes."""
LONGEST_BEGINNING = PDF_WITHIN + len(PDF_MARK) - 1

_SIGNATURES = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"GIF8", OTHER_PICTURE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\x1f\x8b\x08", ARCHIVE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"#!", PROGRAM),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
# The brands of ISO base media files that hold a still picture; every other one is a film.
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))


def begins_as(beginning: bytes) -> str:
    """The media type by the first bytes, `LONGEST_BEGINNING` of them; UNKNOWN for no known one."""
    for mark, media_type in _SIGNATURES:
        if beginning.startswith(mark):
            return media_type
    if beginning[4:8] == b"ftyp":
        return _by_brand(beginning)
    if beginning[:4] == b"RIFF":
        return OTHER_PICTURE if beginning[8:12] == b"WEBP" else VIDEO
    if beginning[:2] == b"BM" and beginning[6:10] == b"\0\0\0\0":
        return OTHER_PICTURE
    return _by_text(beginning)


def _by_brand(beginning: bytes) -> str:
    size = int.from_bytes(beginning[:4])
    others = beginning[16 : min(size, len(beginning))]
    brands = [beginning[8:12], *(others[at : at + 4] for at in range(0, len(others), 4))]
    if _AVIF_BRANDS.intersection(brands):
        return AVIF
    return HEIC if _HEIC_BRANDS.intersection(brands) else VIDEO


def _by_text(beginning: bytes) -> str:
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_HTML):
        return WEB_PAGE
    if text.startswith(b"--") and b"content-disposition:" in text:
        return FORM_DATA
    return PDF if PDF_MARK in beginning else UNKNOWN
