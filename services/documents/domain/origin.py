"""What is kept with a document of where it comes from: the one it replaces, the one it repeats."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class DocumentOrigin:
    """The origin of one document; the names are those of its fields in the database.

    It was given in place of `supersedes`; while `superseding`, that one is still to learn of it.
    In its own place came `superseded_by`. It repeats `reused_from`, whose file it has; `consent` is
    how the citizen agreed to that, `consented` when; `reused_result` that it was the result of a
    dossier.
    """

    supersedes: str = ""
    superseding: bool = False
    superseded_by: str = ""
    reused_from: str = ""
    consent: str = ""
    consented: datetime | None = None
    reused_result: bool = False

    @property
    def reused(self) -> str:
        """What the file was before: a `component` or the `result` of a dossier; "" if it is new."""
        kind = "result" if self.reused_result else "component"
        return kind if self.reused_from else ""
