"""Finding a dossier at the counter: by its code, its receipt's QR, a name or a telephone.

A dossier has its search words stored with it, so that an index finds it. Every act sets them anew
(domain/act.py), so they follow corrections, and they go when the dossier goes.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contracts.envelope import write_time
from contracts.history import ChainLink, Revision
from foundation.errors import Invalid
from foundation.frozen import replace
from foundation.places import counted_back
from foundation.text.folding import fold
from foundation.text.search_words import beginnings, in_any_order, spelled, typed
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.counter.citizen_list import owned_at

MOST_WORDS = 160
A_DAY = timedelta(days=1)
# What is read of a dossier to show it among what was found.
FOUND = (
    *("procedure", "procedure_name", "agency", "channel", "owner", "applicant", "attachments"),
    *("case", "submitted", "state", "code", "received", "due", "proxy", "found_at"),
)

# What is read of it for a row of a list, of the counter or behind a figure of the centre.
LISTED = (*FOUND, "answer_by", "ledger", "unreached", "field", "press_order")

# Written as people do: 0912 345 678, (0238) 3.842.579, +84 912 345 678.
_TELEPHONE = re.compile(r"[0-9+(][0-9 ().+-]{6,24}")
# The number that a dossier has within its unit reads like a telephone's: 200915-0001.
_NUMBER = re.compile(r"[0-9]{6}-[0-9]{4,6}")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15
# Digits of a number of Viet Nam with its 0; one that begins with 84 and has more names the country.
_LOCAL = 10


@dataclass(frozen=True, kw_only=True)
class LookupRecord:
    """One look of a clerk or the director: who asked what, when, and which dossiers were shown.

    Append-only; the id and the link are the audit log's to give. There is one chain of the
    centre's looks: `agency` is "".
    """

    id: str = ""
    agency: str = ""
    by: str
    at: datetime
    asked: str
    shown: tuple[str, ...] = ()
    link: ChainLink = field(default_factory=ChainLink)
    revision: Revision = field(default_factory=Revision)


def findable(dossier: Dossier) -> Dossier:
    """The dossier with its search words, and its places in a search and on its owner's list."""
    return replace(
        dossier, words=words_of(dossier), found_at=place_of(dossier), owned=owned_at(dossier)
    )


def words_of(dossier: Dossier) -> tuple[str, ...]:
    """The index words of a dossier: its code, whole and without the unit, its id, its people.

    Of the applicant, and of who handed it in for them: the telephone, each word of the name and
    its beginnings. So "Nguyễn Hoa" and "hoa ngu" find Nguyễn Thị Hoa.
    """
    _, _, number = fold(dossier.code).partition("-")
    people = (dossier.applicant, *((dossier.proxy,) if dossier.proxy else ()))
    found = [fold(dossier.code), number, dossier.id]
    found += [telephone_word(each.phone) for each in people]
    for each in people:
        found += beginnings(spelled(each.name))
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def place_of(dossier: Dossier) -> str:
    """Its place among what is found: unique, and the newest first, as the order of texts has it.

    A list is read in ascending order: so the moment is counted back from the end of all lists.
    """
    return f"{write_time(counted_back(dossier.submitted))} {dossier.id}"


def sought(text: str) -> tuple[str, ...]:
    """The words of a query, the most selective first; a dossier must have all of them.

    Raises:
        Invalid: nothing in it can be looked for.
    """
    said = typed(text)
    telephone = telephone_word(said) if _is_telephone(said) else ""
    words = (telephone,) if telephone else in_any_order(said)
    if not words:
        raise Invalid(
            "Xin nhập mã hồ sơ, họ tên hoặc số điện thoại của người nộp, hoặc quét mã QR.",
            "Enter the code of a dossier, the applicant's name or telephone, or scan the QR code.",
            fields={"q": ("bắt buộc / required",)},
        )
    return words


def telephone_word(text: str) -> str:
    """The search word of a telephone number, however it is written; "" if there are no digits.

    A number of Viet Nam has one spelling: +84 912 345 678 and 0912.345.678 are `tel:0912345678`.
    """
    digits = "".join(each for each in text if each in "0123456789")
    if digits.startswith("84") and len(digits) > _LOCAL:
        digits = "0" + digits[2:].lstrip("0")
    elif digits.startswith("0084"):
        digits = "0" + digits[4:].lstrip("0")
    return f"tel:{digits}" if digits else ""


def _is_telephone(text: str) -> bool:
    digits = sum(each.isdigit() for each in text)
    known = _TELEPHONE.fullmatch(text) and not _NUMBER.fullmatch(text)
    return bool(known) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS
