"""The parts of an applicant's address, kept beside the text that forms print."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AddressParts:
    """Province by its administrative code, district and commune by code or name, and the line.

    A district is a part of an address of before 1/7/2025; where such a one lies today, the
    catalogue says (`GET /places`). `text` is the address that these are the parts of: if that is
    corrected, they are its parts no more.
    """

    province: str
    district: str = ""
    commune: str = ""
    line: str = ""
    text: str = ""


def parts_of(text: str, parts: AddressParts | None) -> AddressParts | None:
    """The parts of an address, unless its text became another one since they were given."""
    return parts if parts is not None and parts.text == text else None
