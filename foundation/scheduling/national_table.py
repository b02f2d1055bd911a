"""Provides the table of national days off that came with this release to a service."""

from collections.abc import Callable
from pathlib import Path

from foundation.errors import Invalid
from foundation.injection import Provider
from foundation.settings import SettingsError
from foundation.worktime import shipped
from foundation.worktime.national_decisions import TABLE


class NationalTable(Provider):
    """`nation = NationalTable()`; a process does not start on a table that is not right."""

    def __init__(self, table: Path = TABLE) -> None:
        """`table` is the file."""
        self._path = table

    def setup(self) -> None:
        """Read the table.

        Raises:
            SettingsError: there is none, or it has faults; names each with its line.
        """
        try:
            self._table = shipped(self._path).written()
        except Invalid as error:
            raise SettingsError(error.vi, error.en) from error
        self._followed = False

    def follow(self, work: Callable[[str], object]) -> None:
        """Let `work` count by the table, as `NationalDecisions.written`; once in a process.

        So of two releases that run side by side, the one that was started last is followed.
        """
        if not self._followed:
            work(self._table)
            self._followed = True
