"""Telephone numbers: one spelling for each, and which of them an SMS reaches."""

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

REGION = "VN"
# An act looks at the same few numbers several times.
REMEMBERED = 64
_MOBILE = frozenset((PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE))


def spelled(text: str) -> str:
    """The number with +84 (or another country) before it; "" for what is no number in use."""
    number = _read(text)
    if number is None or not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable(text: str) -> str:
    """The number as people write it: `0912 345 678`, a foreign one with its country's code.

    What is no number in use is given back as it stands.
    """
    number = _read(text)
    if number is None or not phonenumbers.is_valid_number(number):
        return text
    form = phonenumbers.PhoneNumberFormat
    here = phonenumbers.region_code_for_number(number) == REGION
    return phonenumbers.format_number(number, form.NATIONAL if here else form.INTERNATIONAL)


def takes_sms(text: str) -> bool:
    """Whether an SMS reaches the number: a mobile one; no landline, hotline or premium number."""
    number = _read(text)
    return number is not None and phonenumbers.number_type(number) in _MOBILE


@lru_cache(maxsize=REMEMBERED)
def _read(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
