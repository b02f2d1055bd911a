"""How the tests let an agency act: through the doors of its own desk, run by the platform."""

from typing import Protocol

from cli.journey.actors import Actor
from cli.local_platform import LocalPlatform

PAPER = b"%PDF-1.4\n% a written decision\n%%EOF\n"


class Desk(Protocol):
    """One agency at work. Whoever calls has seen that the step is at the desk."""

    def complete(self, dossier: str, step: str, *, decides: bool = False) -> None:
        """Do the agency's part; a decision comes with its document."""

    def refuse(self, dossier: str, step: str, article: str) -> None:
        """Refuse by law."""

    def ask(self, dossier: str, step: str, paper: str) -> None:
        """Ask the citizen, through the centre, for a paper."""


class OwnDesk:
    """The desk of an agency that runs the platform's routing service."""

    def __init__(self, platform: LocalPlatform, agency: str) -> None:
        """One officer does it all."""
        self._officer = Actor(platform, "officer", f"officer-{agency}", agency)

    def complete(self, dossier: str, step: str, *, decides: bool = False) -> None:  # noqa: ARG002
        """As Desk."""
        said = {"outcome": "agreed"}
        if decides:
            document = self._officer.upload("quyet-dinh.pdf", PAPER)
            said = {"outcome": "approved", "document": document}
        self._officer.post("routing", f"/steps/{step}/complete", said)

    def refuse(self, dossier: str, step: str, article: str) -> None:  # noqa: ARG002 -- as Desk
        """As Desk."""
        self._officer.post("routing", f"/steps/{step}/refuse", {"article": article})

    def ask(self, dossier: str, step: str, paper: str) -> None:  # noqa: ARG002 -- as Desk
        """As Desk."""
        need = {"papers": [paper], "reason": "Hồ sơ chưa thể hiện rõ."}
        self._officer.post("routing", f"/steps/{step}/supplement", need)
