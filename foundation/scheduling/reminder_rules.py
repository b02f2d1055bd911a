"""Provides the reminder rules (urging.csv) of the administration to a service."""

from pathlib import Path

from foundation.errors import Invalid
from foundation.injection import Provider
from foundation.settings.watched_file import WatchedFile, file_fault
from foundation.tables import text_of
from foundation.worktime.reminders import Reminders, read_reminders


class ReminderRules(Provider):
    """`rulebook = ReminderRules()`, then `self.rulebook.rules()`; a changed file is read again.

    A process does not start on a file with a fault; one that breaks later leaves the old rules.
    """

    def setup(self) -> None:
        """Read the file for the first time.

        Raises:
            SettingsError: there is none, or it has faults; names each with its line.
        """
        settings = self.container.config["settings"]
        self._file: WatchedFile[Reminders] = WatchedFile(
            Path(settings.urging),
            lambda path: read_reminders(text_of(path.read_bytes())),
            at_first=(),
            complaint="the rules of urging cannot be read",
        )
        try:
            self._file.load()
        except (OSError, ValueError, Invalid) as error:
            raise file_fault(f"URGING={self._file.path}", error) from error

    def rules(self) -> Reminders:
        """The rules as the file has them now; what is wrong with it is logged once a change."""
        return self._file.value()
