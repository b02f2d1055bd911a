"""A file of the administration or the operator that may change while the process runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from foundation.errors import Invalid
from foundation.observability.logs import log
from foundation.settings.environment import SettingsError

Content = TypeVar("Content")


def file_fault(place: str, error: OSError | ValueError | Invalid) -> SettingsError:
    """Why a process does not start on a file: `place` is its path, or the setting and the path."""
    if isinstance(error, Invalid):
        return SettingsError(f"{place}: {error.vi}", f"{place}: {error.en}")
    if isinstance(error, OSError):
        return SettingsError(
            f"{place}: không đọc được ({error})", f"{place} cannot be read: {error}"
        )
    return SettingsError(
        f"{place}: nội dung không đúng ({error})", f"{place} is not right: {error}"
    )


class WatchedFile(Generic[Content]):
    """A cache of one parsed file that reads it anew when its modification time changed.

    A file that breaks later, or goes, leaves the last good value; what is wrong is logged once a
    change, and the file tried again each time it is asked for until it is good.
    """

    def __init__(
        self, path: Path, parse: Callable[[Path], Content], *, at_first: Content, complaint: str
    ) -> None:
        """Nothing is read yet: `at_first` is the value until a first reading succeeds.

        `parse` reads the file, and raises whatever is wrong with it; `complaint` is what the log
        says then.
        """
        self.path = path
        self.changed: int | None = None
        """When the file changed whose content this is, in ns since 1970; None for `at_first`."""
        self._parse = parse
        self._content = at_first
        self._complaint = complaint
        self._complained: int | None = None

    def load(self) -> Content:
        """Read the file now, whether it changed or not.

        Raises:
            OSError: there is none, or it cannot be read.
            Exception: whatever `parse` raises for a file that is not as it should be.
        """
        # First the time: what is written while we read has another, and is read again.
        changed = self.path.stat().st_mtime_ns
        self._content = self._parse(self.path)
        self.changed, self._complained = changed, None
        return self._content

    def value(self) -> Content:
        """The value of the file now, or the last good one."""
        found = self._found()
        if found != self.changed or self._complained is not None:
            self._try(found)
        return self._content

    def _try(self, found: int) -> None:
        try:
            self.load()
        except Exception:  # noqa: BLE001 -- whatever is wrong with a file, the last good one stands
            if found != self._complained:
                self._complained = found
                log.exception(self._complaint, path=str(self.path))

    def _found(self) -> int:
        """When the file changed, in ns since 1970; -1 if there is none."""
        try:
            return self.path.stat().st_mtime_ns
        except OSError:
            return -1
