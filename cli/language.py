"""The language of what a command prints: Vietnamese or English, chosen once for each run."""

import os
from contextvars import ContextVar

LANGUAGES = ("vi", "en")

_language: ContextVar[str] = ContextVar("language", default="")


def localized(vi: str, en: str) -> str:
    """Whichever of the two texts is in the language of this run."""
    return en if language() == "en" else vi


def language() -> str:
    """The language of this run: `--lang`, else English if LANG begins with en, else Vietnamese."""
    return _language.get() or ("en" if os.environ.get("LANG", "").startswith("en") else "vi")


def set_language(chosen: str) -> None:
    """Use this language from now on, whatever LANG says."""
    _language.set(chosen)
