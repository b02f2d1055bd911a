"""The code of a procedure in the national database, however it was copied."""

import re

from foundation.text.cleaning import code_text

# A province or ministry puts the code of its unit behind it: 1.011442.000.00.00.H38, 1.012784.H19.
_WITH_TAIL = re.compile(r"(\d\.\d{6})(?:\.\d{2,3})*\.[gh]\d{2}(?:\.\d{2,3})*", re.IGNORECASE)


def bare(text: str) -> str:
    """The code without the tail that a unit puts behind it; what is no such code stays."""
    code = code_text(text)
    found = _WITH_TAIL.fullmatch(code)
    return found[1] if found else code
