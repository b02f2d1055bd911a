"""Gives a service the rules of urging that the administration keeps in a file."""

from pathlib import Path

from nameko.extensions import DependencyProvider

from foundation.errors import Invalid
from foundation.observability.logs import log
from foundation.settings import SettingsError
from foundation.worktime.reminders import Reminders, read_reminders


class Rulebook(DependencyProvider):
    """`rulebook = Rulebook()`, then `self.rulebook.rules()`; a changed file is read again.

    A process does not start on a file with a fault; one that breaks later leaves the old rules.
    """

    def setup(self) -> None:
        """Read the file for the first time.

        Raises:
            SettingsError: there is none, or it has faults; names each with its line.
        """
        self._path = Path(self.container.config["settings"].urging)
        self._changed = self._change()
        try:
            self._rules = self._read()
        except (OSError, ValueError, Invalid) as error:
            raise SettingsError(f"URGING={self._path}: {error}") from error

    def get_dependency(self, worker_ctx: object) -> "Rulebook":  # noqa: ARG002 -- nameko's signature
        """The book itself."""
        return self

    def rules(self) -> Reminders:
        """The rules as the file has them now; what is wrong with it is logged once a change."""
        changed = self._change()
        if changed != self._changed:
            self._changed = changed
            try:
                self._rules = self._read()
            except (OSError, ValueError, Invalid):
                log.exception("the rules of urging cannot be read", path=str(self._path))
        return self._rules

    def _read(self) -> Reminders:
        return read_reminders(self._path.read_text(encoding="utf-8"))

    def _change(self) -> int:
        return self._path.stat().st_mtime_ns if self._path.is_file() else 0
