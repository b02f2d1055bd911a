"""What the command says, in Vietnamese or in English."""

import os
from contextvars import ContextVar

LANGUAGES = ("vi", "en")

_language: ContextVar[str] = ContextVar("language", default="")


class Trouble(Exception):
    """Something is missing, taken or broken: one sentence that also says what to do."""

    def __init__(self, vi: str, en: str, *, code: int = 1) -> None:
        """Both languages, so that whoever catches it can choose; `code` is the exit code."""
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.code = code


def say(vi: str, en: str) -> str:
    """The text in the language of this run."""
    return en if language() == "en" else vi


def language() -> str:
    """`--lang`, else an English LANG, else Vietnamese."""
    return _language.get() or ("en" if os.environ.get("LANG", "").startswith("en") else "vi")


def speak(chosen: str) -> None:
    """Speak this language from now on."""
    _language.set(chosen)
