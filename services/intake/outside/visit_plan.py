"""The plan of the hall (visits.json), a file of the administration that may change meanwhile."""

from pathlib import Path

from foundation.injection import Provider
from foundation.settings.watched_file import WatchedFile, file_fault
from services.intake.domain.visits.plan import VisitPlan, read_plan


def plan_of(path: Path) -> VisitPlan:
    """The plan that a file holds.

    Raises:
        OSError: there is none.
        ValueError: it is not as it should be.
    """
    try:
        return read_plan(path.read_text(encoding="utf-8"))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


class HallPlan(Provider):
    """`hall = HallPlan()`, then `self.hall.plan()`; a changed file is read again."""

    def setup(self) -> None:
        """Read it for the first time; a process does not start on a file with a fault.

        Raises:
            SettingsError: there is none, or it is not as it should be.
        """
        path = Path(self.container.config["settings"].visits)
        self._file: WatchedFile[VisitPlan | None] = WatchedFile(
            path, plan_of, at_first=None, complaint="the plan of the hall cannot be read"
        )
        try:
            self._file.load()
        except (OSError, ValueError) as error:
            raise file_fault(f"VISITS={path}", error) from error

    def plan(self) -> VisitPlan:
        """The plan as the file has it now, or as it had it while it was right."""
        found = self._file.value()
        assert found is not None  # noqa: S101 -- `setup` has read it
        return found
