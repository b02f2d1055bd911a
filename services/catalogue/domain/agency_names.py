"""Which agency a cell means: one agency has one code, however it is spelled."""

import re
from collections.abc import Mapping

from services.catalogue.domain.reading import wrong
from services.catalogue.domain.words import spelled, unbracketed

_PEOPLES_COMMITTEE = ("uy", "ban", "nhan", "dan")
# Abbreviations that offices write for parts of a name, folded and without "và".
_SHORT = {
    "bhxh": "bao hiem xa hoi",
    "gddt": "giao duc dao tao",
    "gtvt": "giao thong van tai",
    "khcn": "khoa hoc cong nghe",
    "khdt": "ke hoach dau tu",
    "ldtbxh": "lao dong thuong binh xa hoi",
    "nnptnt": "nong nghiep phat trien nong thon",
    "tnmt": "tai nguyen moi truong",
    "tttt": "thong tin truyen thong",
    "vhttdl": "van hoa the thao du lich",
}
_BETWEEN_TWO = re.compile(r"[;|/\\\n]")
_COMMA_OR_AND = re.compile(r",| và ")


def agency_code(name: str) -> str:
    """`Sở Tài nguyên và Môi trường` → `so-tai-nguyen-moi-truong`; brackets are left out.

    `UBND` and `Ủy ban nhân dân` are one word.
    """
    words = [each for each in spelled(unbracketed(name)) if each != "va"]
    for at in range(len(words) - len(_PEOPLES_COMMITTEE) + 1):
        if tuple(words[at : at + len(_PEOPLES_COMMITTEE)]) == _PEOPLES_COMMITTEE:
            words[at : at + len(_PEOPLES_COMMITTEE)] = ["ubnd"]
            break
    return "-".join(words)


def agency_of(name: str, names: Mapping[str, str]) -> str:
    """The code of the one agency that a cell names: by the `names` known, else by its own name.

    Raises:
        Invalid: it names two agencies, or none.
    """
    codes = {_key(each): code for each, code in names.items()}
    if _key(name) in codes:
        return codes[_key(name)]
    parts = [each.strip() for each in _BETWEEN_TWO.split(name) if each.strip()]
    listed = [each.strip() for each in _COMMA_OR_AND.split(name) if each.strip()]
    if len(parts) == 1 and len(listed) > 1 and all(_key(each) in codes for each in listed):
        parts = listed
    code = agency_code(name)
    if len(parts) > 1 or not code:
        said = "; ".join(parts) or name
        raise wrong(
            "agency",
            f"mỗi ô chỉ ghi một cơ quan chủ trì, không phải {said!r:.120}",
            f"a cell names one agency in charge, not {said!r:.120}",
        )
    return code


def _key(name: str) -> str:
    """The same for all spellings: without marks, brackets, "và" and abbreviations."""
    words = agency_code(name).split("-")
    return " ".join(_SHORT.get(each, each) for each in words)
