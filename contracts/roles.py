"""What the people of an agency do in a dossier, in words that an applicant reads."""

from collections.abc import Mapping
from types import MappingProxyType

ROLE_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "clerk": ("văn thư", "records clerk"),
        "specialist": ("chuyên viên", "officer"),
        "head": ("lãnh đạo phòng", "head of division"),
        "leader": ("lãnh đạo cơ quan", "head of the agency"),
        "seal": ("đóng dấu, phát hành", "sealing and issuing"),
    }
)
"""The places of an agency's own process by their codes: Vietnamese, English."""

LONGEST_NAME = 100


def named(name: str, role: str, language: str) -> str:
    """A person as the applicant reads of them: `Nguyễn Văn An, chuyên viên`; the role alone."""
    said = ROLE_NAMES.get(role, ("", ""))[language == "en"]
    return ", ".join(part for part in (name, said) if part)
