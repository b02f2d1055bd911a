"""A table of law that comes with the release: where it lies, and how it is read the first time."""

import sys
from collections.abc import Callable
from pathlib import Path

from foundation.errors import Invalid
from foundation.settings.watched_file import Content, WatchedFile, file_fault

_FOLDERS = (
    Path(__file__).resolve().parents[2],  # a checkout, or the image
    Path(sys.prefix) / "share" / "motcua",  # an installed wheel
)


class ShippedTable(WatchedFile[Content]):
    """A table of catalogue-data/, read again when its file changes."""

    def __init__(self, name: str, read: Callable[[str], Content], *, at_first: Content) -> None:
        """`read` parses the text of the file; `at_first` stands until a first reading succeeds."""
        super().__init__(
            shipped_path(name),
            lambda path: read(path.read_text(encoding="utf-8")),
            at_first=at_first,
            complaint=f"the table {name} cannot be read",
        )

    def must_be_right(self) -> None:
        """Read it for the first time: a process does not start on a table with a fault.

        Raises:
            SettingsError: there is none, or it has a fault; says which.
        """
        try:
            self.load()
        except (OSError, ValueError, Invalid) as error:
            raise file_fault(str(self.path), error) from error


def shipped_path(name: str) -> Path:
    """Where a table of that name is: beside the code, or where a wheel installs it."""
    paths = [folder / "catalogue-data" / name for folder in _FOLDERS]
    return next((path for path in paths if path.is_file()), paths[0])
