"""What is filled into an electronic form: texts of a page or JSON of the API become checked data.

Data is `{section: {field: value}}`; what was left empty is not in it.

jsonschema is imported when the first form is looked at: with the libraries of its formats, as tests
have them, that compiles a grammar for seconds, and most processes never look at a form.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from foundation.errors import Invalid
from foundation.fillable.definition import EntryField, FieldKind, FillableForm, FormSection, Words
from foundation.text import cleaning, email_address, telephone

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import ValidationError

LARGEST_ANSWER = 32 * 1024
"""As many bytes of JSON all that is filled into one form may have."""
_KEPT = 256
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
_FIGURE = re.compile(r"-?\d{1,18}(\.\d{1,6})?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_IDENTITY = re.compile(r"[0-9A-Z][0-9A-Z-]{4,18}[0-9A-Z]")

_UNKNOWN: Words = ("Biểu mẫu không có mục này.", "The form has no such field.")
_NOT_AN_OBJECT: Words = ("Phải là đối tượng JSON.", "Must be a JSON object.")
FIGURES = (FieldKind.INTEGER, FieldKind.NUMBER)
CODES = (FieldKind.ONE, FieldKind.SEVERAL)


def from_texts(section: FormSection, said: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The data of a section as it was typed into a page; names of no field are not looked at.

    What cannot be read as its kind stays a text, and is found wrong when it is checked.
    """
    read = ((each.name, _value(each, said.get(each.name, ()))) for each in section.fields)
    return {name: value for name, value in read if value is not None}


def texts_of(section: FormSection, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """The data of a section as a page shows it in its fields."""
    return {each.name: _texts(data[each.name]) for each in section.fields if each.name in data}


def filled(form: FillableForm, data: Any) -> dict[str, dict[str, Any]]:
    """All that was filled in, cleaned and held to the form.

    Raises:
        Invalid: names each field by `section.field`, with what is wrong.
    """
    clean = cleaned(form, data)
    wrong = {
        f"{section.name}.{name}": words
        for section in form.sections
        for name, words in _wrong(section, clean.get(section.name, {})).items()
    }
    if wrong:
        raise _misfilled(wrong)
    _must_be_bounded(clean)
    return clean


def checked(section: FormSection, data: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled into one section, cleaned and held to it.

    Raises:
        Invalid: names each field, with what is wrong.
    """
    clean = _given(section, data)
    wrong = _wrong(section, clean)
    if wrong:
        raise _misfilled(wrong)
    _must_be_bounded(clean)
    return clean


def cleaned(form: FillableForm, data: Any) -> dict[str, dict[str, Any]]:
    """Data of the API: objects of sections the form has; texts as they are kept.

    Raises:
        Invalid: it is not made so.
    """
    if not isinstance(data, Mapping):
        raise _misfilled({"data": _NOT_AN_OBJECT})
    sections = {each.name: each for each in form.sections}
    wrong = {str(name)[:60]: _UNKNOWN for name in data if name not in sections}
    wrong |= {
        name: _NOT_AN_OBJECT for name in sections if not isinstance(data.get(name, {}), Mapping)
    }
    if wrong:
        raise _misfilled(wrong)
    return {name: _given(section, data.get(name, {})) for name, section in sections.items()}


def known_only(form: FillableForm, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The data without what the form does not ask for: of an older version, for the newer one."""
    return {
        section.name: {
            name: value
            for name, value in data.get(section.name, {}).items()
            if section.field(name) is not None
        }
        for section in form.sections
    }


def known_of(section: FormSection, person: Mapping[str, str]) -> dict[str, Any]:
    """What a section is filled in with before anybody has: what is known of the applicant."""
    return {
        each.name: person[each.known]
        for each in section.fields
        if each.known and person.get(each.known)
    }


def written(data: Mapping[str, Any]) -> str:
    """The data as one text, always the same for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parsed(text: str) -> dict[str, Any]:
    """The data of such a text; none of ""."""
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def _value(of: EntryField, said: Sequence[str]) -> Any:
    texts = [each.strip() for each in said if each.strip()]
    if of.kind is FieldKind.SEVERAL:
        return texts or None
    if of.kind is FieldKind.TICK:
        return bool(texts) or None
    if not texts:
        return None
    if of.kind in FIGURES:
        return _figure(texts[0], whole=of.kind is FieldKind.INTEGER)
    return _day(texts[0]) if of.kind is FieldKind.DATE else texts[0]


def _figure(text: str, *, whole: bool) -> int | float | str:
    """A number as people write it in Viet Nam (1.500,25) or with a point; else the text."""
    plain = cleaning.code_text(text).replace(" ", "")
    plain = plain.replace(".", "") if _GROUPED.fullmatch(plain) else plain
    plain = plain.replace(",", ".", 1)
    if _WHOLE.fullmatch(plain):
        return int(plain)
    return float(plain) if _FIGURE.fullmatch(plain) and not whole else text


def _day(text: str) -> str:
    """A day as browsers send it, also where a person wrote 31/12/2026."""
    found = _DAY.fullmatch(cleaning.code_text(text))
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, bool):
        return ["yes"] if value else []
    return [str(value)]


def _given(section: FormSection, data: Mapping[Any, Any]) -> dict[str, Any]:
    """What was filled into a section as it is kept; a field that is left empty is not in it."""
    clean = {str(name): _clean(section.field(str(name)), each) for name, each in data.items()}
    return {
        name: each for name, each in clean.items() if not (_empty(each) and section.field(name))
    }


def _empty(value: Any) -> bool:
    return value is None or value in ("", [])


def _clean(of: EntryField | None, value: Any) -> Any:
    kind = of.kind if of else FieldKind.LINE
    if isinstance(value, list):
        return [_clean(of, each) for each in value]
    if isinstance(value, float):
        return _plain(value, whole=kind is FieldKind.INTEGER)
    return _text(kind, value) if isinstance(value, str) else value


def _text(kind: FieldKind, value: str) -> str:
    if kind is FieldKind.TEXT:
        return cleaning.paragraphs(value)
    if kind is FieldKind.IDENTITY:
        return cleaning.code_text(value).replace(" ", "").upper()
    if kind is FieldKind.PHONE:
        return telephone.spelled(value) or cleaning.one_line(value)
    return cleaning.one_line(value)


def _plain(value: float, *, whole: bool) -> float | str:
    """A number as it is kept: 5.0 as 5 where it is to be whole; what is no number is a text."""
    if not isfinite(value):
        return str(value)
    return int(value) if whole and value.is_integer() else value


def _wrong(section: FormSection, data: Mapping[str, Any]) -> dict[str, Words]:
    """What is wrong with each field, the first thing for each."""
    found: dict[str, Words] = {}
    for error in _validator(section.name, written(section.schema)).iter_errors(data):
        for name in _names(error, data, section):
            found.setdefault(name[:60], _words(error, section.field(name)))
    for each in section.fields:
        text = data.get(each.name)
        lines = each.kind is FieldKind.TEXT
        if isinstance(text, str) and cleaning.odd_character(text, lines=lines) is not None:
            found.setdefault(each.name, _ODD)
    return found


@lru_cache(_KEPT)
def _validator(_name: str, schema: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- takes long, as said above

    return Draft202012Validator(parsed(schema), format_checker=_formats())


def _names(error: "ValidationError", data: Mapping[str, Any], section: FormSection) -> list[str]:
    """The fields that an error is about."""
    asked: Any = error.validator_value
    if error.absolute_path:
        return [str(error.absolute_path[0])]
    if error.validator == "additionalProperties":
        return [str(name) for name in data if section.field(str(name)) is None]
    if error.validator == "dependentRequired":
        others = {n: v for n, v in asked.items() if n in data}
        return [each for names in others.values() for each in names if each not in data]
    return [name for name in asked if name not in data]


def _words(error: "ValidationError", of: EntryField | None) -> Words:
    if of is None:
        return _UNKNOWN
    keyword = str(error.validator)
    if keyword in ("required", "dependentRequired", "const", "oneOf"):
        return _CHOOSE if of.kind in CODES else _TICK if of.kind is FieldKind.TICK else _MISSING
    if keyword == "type":
        return _TYPES.get(of.kind, _TYPES[FieldKind.LINE])
    if keyword == "format":
        return _FORMS[of.kind]
    vi, en = _BOUNDS.get(keyword, _OTHERWISE)
    return vi.format(error.validator_value), en.format(error.validator_value)


def _misfilled(wrong: Mapping[str, Words]) -> Invalid:
    return Invalid(
        "Biểu mẫu điện tử có chỗ chưa đúng; xin sửa các mục được nêu.",
        "The electronic form is not filled in correctly; see the fields named.",
        fields={name: [words] for name, words in wrong.items()},
    )


def _must_be_bounded(data: Mapping[str, Any]) -> None:
    if len(written(data).encode()) > LARGEST_ANSWER:
        most = LARGEST_ANSWER // 1024
        raise Invalid(
            f"Nội dung biểu mẫu quá dài (quá {most} kB); xin viết ngắn lại hoặc nộp kèm tệp.",
            f"What was filled in is too long (over {most} kB); shorten it or add a file instead.",
        )


_ODD: Words = (
    "Có ký tự điều khiển không nhìn thấy; xin xóa và gõ lại.",
    "It holds a control character that is not seen; delete it and type again.",
)
_MISSING: Words = ("Xin điền mục này.", "Fill this in.")
_CHOOSE: Words = ("Xin chọn trong các mục nêu ra.", "Choose from those that are offered.")
_TICK: Words = ("Xin đánh dấu vào ô này.", "Tick this box.")
_TYPES: Mapping[FieldKind, Words] = {
    FieldKind.INTEGER: ("Phải là số nguyên, như 1500.", "Must be a whole number, such as 1500."),
    FieldKind.NUMBER: ("Phải là số, như 85,5.", "Must be a number, such as 85.5."),
    FieldKind.TICK: ("Phải là đúng hoặc sai (true, false).", "Must be true or false."),
    FieldKind.SEVERAL: ("Phải là danh sách.", "Must be a list."),
    FieldKind.LINE: ("Phải là văn bản.", "Must be a text."),
}
_FORMS: Mapping[FieldKind, Words] = {
    FieldKind.DATE: ("Phải là ngày có thật, như 31/12/2026.", "Must be a day, such as 31/12/2026."),
    FieldKind.EMAIL: (
        "Địa chỉ thư phải có dạng ten@mien.vn.",
        "An address is written like name@domain.vn.",
    ),
    FieldKind.PHONE: (
        "Không phải số điện thoại đang dùng, như 0912345678.",
        "This is no telephone number in use, such as 0912345678.",
    ),
    FieldKind.IDENTITY: (
        "Số định danh có 12 chữ số; số hộ chiếu có chữ và số.",
        "An identity number has 12 digits; a passport number has letters and digits.",
    ),
}
_OTHERWISE: Words = ("Giá trị không hợp lệ.", "This value cannot stand here.")
_BOUNDS: Mapping[str, Words] = {
    "minLength": ("Ít nhất {} ký tự.", "At least {} characters."),
    "maxLength": ("Nhiều nhất {} ký tự.", "At most {} characters."),
    "minimum": ("Không nhỏ hơn {}.", "Not below {}."),
    "maximum": ("Không lớn hơn {}.", "Not above {}."),
    "minItems": ("Chọn ít nhất {}.", "Choose at least {}."),
    "maxItems": ("Chọn nhiều nhất {}.", "Choose at most {}."),
    "uniqueItems": ("Không chọn hai lần.", "Nothing may be chosen twice."),
}


def _is_day(text: object) -> bool:
    try:
        return not isinstance(text, str) or bool(date.fromisoformat(text))
    except ValueError:
        return False


@cache
def _formats() -> "FormatChecker":
    from jsonschema import FormatChecker  # noqa: PLC0415 -- takes long, as said above

    found = FormatChecker(formats=())
    found.checks("date")(_is_day)
    found.checks("email")(lambda text: not email_address.trouble(str(text)))
    found.checks("phone")(lambda text: bool(telephone.spelled(str(text))))
    found.checks("identity")(lambda text: bool(_IDENTITY.fullmatch(str(text))))
    return found
