"""Marshmallow fields for every text from outside: one kind on one line, one on several.

A schema of what comes in uses these and never `fields.String`: they clean what people paste
(`foundation.text.cleaning`), take a text of blanks for none, refuse control characters saying
where they stand, and have a bound.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, missing, validate

from foundation.text import cleaning
from foundation.text.person_name import holds_letter, holds_link


class Line(fields.String):
    """A text on one line, of at most `most` characters; a line break inside is refused."""

    lines = False
    """Whether it may have several lines."""

    def __init__(self, most: int, *, least: int = 0, validate: Any = (), **kwargs: Any) -> None:
        """`least` is the fewest characters; `validate` and the rest are as marshmallow has them."""
        more = validate if isinstance(validate, list | tuple) else (validate,)
        super().__init__(validate=(_length(least, most), *more), **kwargs)

    def clean(self, text: str) -> str:
        """The text as it is kept; what is clean stays as it is."""
        return cleaning.one_line(text)

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """The text, cleaned and checked; one of nothing but blanks counts as not given."""
        if isinstance(value, str):
            value = self.clean(value)
            if not value:
                if self.required or isinstance(self.parent, fields.List):
                    raise self.make_error("required")
                value = missing
        return super().deserialize(value, attr, data, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        text = text if isinstance(value, str) else self.clean(text)
        place = cleaning.odd_character(text, lines=self.lines)
        if place is not None:
            raise _odd(text, place)
        return text


class JoinedLine(Line):
    """A text on one line; where its author began another, or used a tab, there is a blank."""

    def clean(self, text: str) -> str:
        """The text as it is kept."""
        return cleaning.joined_lines(text)


class Paragraphs(Line):
    """A text on several lines, with at most one empty line between two others."""

    lines = True

    def clean(self, text: str) -> str:
        """The text as it is kept."""
        return cleaning.paragraphs(text)


class CodeLine(Line):
    """A code, an id or a number as a keyboard has it: with plain digits and hyphens."""

    def clean(self, text: str) -> str:
        """The text as it is kept."""
        return cleaning.code_text(text)


class SearchLine(Line):
    """Words that are searched for, among them codes with their hyphens."""

    def clean(self, text: str) -> str:
        """The text as it is kept."""
        return cleaning.plain_dashes(cleaning.one_line(text))


class PersonName(Line):
    """The name of a person or firm: it holds a letter and nothing that becomes a link in mail."""

    def __init__(self, *, validate: Any = (), **kwargs: Any) -> None:
        """Takes what Line takes; the longest name has 200 characters."""
        more = validate if isinstance(validate, list | tuple) else (validate,)
        super().__init__(200, validate=(_must_be_a_name, *more), **kwargs)


class CleanTable(fields.Raw):
    """JSON of any shape that is looked at elsewhere; each text in it is made one harmless line."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        table = super()._deserialize(value, attr, data, **kwargs)
        return cleaning.each_text(table, cleaning.harmless_line)


def _must_be_a_name(text: str) -> None:
    if holds_link(text):
        raise ValidationError(
            "Họ tên không được chứa địa chỉ web hay thư điện tử. / "
            "A name may not hold a web or mail address."
        )
    if not holds_letter(text):
        raise ValidationError("Họ tên phải có chữ cái. / A name must hold a letter.")


def _length(least: int, most: int) -> validate.Length:
    return validate.Length(least, most) if least else validate.Length(max=most)


def _odd(text: str, place: int) -> ValidationError:
    """Words that say where the character is, for those who do not see it."""
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    if cleaning.is_line_break(text[place]):
        return ValidationError(
            f"Chỉ viết trên một dòng: có chỗ xuống dòng ở ký tự thứ {place + 1}. / "
            f"Write it on one line: character {place + 1} begins another."
        )
    code = f"U+{ord(text[place]):04X}"
    vi = f"dòng {line}, " if line > 1 else ""
    en = f"line {line}, " if line > 1 else ""
    return ValidationError(
        f"Có ký tự điều khiển không nhìn thấy ({code}) ở {vi}ký tự thứ {column}; "
        "xin xóa đoạn đó và gõ lại. / "
        f"A control character that is not seen ({code}) stands at {en}character {column}; "
        "delete it there and type again."
    )
