"""The error that ends a command: one sentence in Vietnamese and English, and an exit code."""

IMPOSSIBLE_INPUT = 2
"""The exit code of a command whose input can never be right."""


class CliError(Exception):
    """A command cannot go on: says in both languages what is wrong and what to do about it."""

    def __init__(self, vi: str, en: str, *, code: int = 1) -> None:
        """`code` is the exit code of the process."""
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.code = code
