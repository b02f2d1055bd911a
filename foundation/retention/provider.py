"""Provides the rules of retention (retention.csv) of the administration to a service."""

from pathlib import Path

from foundation.errors import Invalid
from foundation.injection import Provider
from foundation.retention.table import RetentionRules, read_retention
from foundation.settings.watched_file import WatchedFile, file_fault
from foundation.tables import text_of


class RetentionTable(Provider):
    """`retention = RetentionTable()`, then `self.retention.rules()`; a changed file is read again.

    A process does not start on a file with a fault; one that breaks later leaves the old rules.
    """

    def setup(self) -> None:
        """Read the file for the first time; without one everything is kept.

        Raises:
            SettingsError: there is none where it should be, or it has faults.
        """
        path = self.container.config["settings"].retention
        self._file: WatchedFile[RetentionRules] | None = None
        if not path:
            return
        self._file = WatchedFile(
            Path(path),
            lambda file: read_retention(text_of(file.read_bytes())),
            at_first=(),
            complaint="the rules of retention cannot be read",
        )
        try:
            self._file.load()
        except (OSError, ValueError, Invalid) as error:
            raise file_fault(f"RETENTION={path}", error) from error

    def rules(self) -> RetentionRules:
        """The rules as the file has them now."""
        return self._file.value() if self._file else ()
