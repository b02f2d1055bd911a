"""What the digital signatures of a file come to, as documents tells it and intake reads it."""

from enum import StrEnum


class SignatureVerdict(StrEnum):
    """Whether a file bears a digital signature that may be relied on.

    UNKNOWN was never told: the file is older than the telling. WAITING is still to be read.
    UNSIGNED has none, or is a kind of file whose signatures are not read. BROKEN has one whose
    content is not what was signed, or was changed since. VALID has a whole one of a person whose
    chain is known, and none that is broken. UNPROVEN can be neither: the signer's chain is not
    known here, or the file could not be read; a person has to look.
    """

    UNKNOWN = ""
    WAITING = "waiting"
    UNSIGNED = "unsigned"
    BROKEN = "broken"
    VALID = "valid"
    UNPROVEN = "unproven"

    @property
    def is_final(self) -> bool:
        """Whether it is what a reading came to: a reading is made once."""
        return self not in (SignatureVerdict.UNKNOWN, SignatureVerdict.WAITING)
