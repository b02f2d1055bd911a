"""View model of the upload pages: where a file was sent for, what is taken, how to go back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from foundation.web.html_pages import PageRenderer, with_query
from foundation.web.page_words import Words
from services.documents.domain.allowance import MB
from services.documents.domain.storing import FORMATS

PAGES = PageRenderer(Path(__file__).resolve().parent / "templates" / "pages")


def taken(largest: int) -> Words:
    """What may be sent, with at most so many bytes."""
    most = f"{largest // MB} MB"
    return (
        f"PDF, ảnh (JPG, PNG, TIFF), Word (DOCX) hoặc Excel (XLSX); nhiều nhất {most}.",
        f"PDF, a picture (JPG, PNG, TIFF), Word (DOCX) or Excel (XLSX); {most} at most.",
    )


def accept() -> str:
    """How the names of files end that are taken, as a browser is told."""
    return ",".join(ending for endings in FORMATS.values() for ending in endings)


@dataclass(frozen=True)
class UploadPlace:
    """What a file is sent for: a draft (`apply`) or a dossier (`mine`) of intake, and its paper.

    All addresses are made of these alone: no form and no query says where to go on to.
    """

    kind: str
    owner_of: str
    paper: str

    @property
    def action(self) -> str:
        """Where the form with the file is sent to."""
        return f"/uploads/{self._path}"

    def action_for(self, asked: Mapping[str, str]) -> str:
        """The same, with the procedure and the paper that the query of a form named."""
        return with_query(
            self.action, {each: asked.get(each, "") for each in ("procedure", "paper")}
        )

    @property
    def back(self) -> str:
        """The page of intake that the file was chosen on."""
        return f"/{self.kind}/{quote(self.owner_of, safe='')}/papers/{quote(self.paper, safe='')}"

    def with_file(self, document: str) -> str:
        """The page of intake that asks whether to use the file."""
        return f"{self.back}/file/{quote(document, safe='')}"

    @property
    def _path(self) -> str:
        parts = (self.kind, self.owner_of, self.paper)
        return "/".join(quote(each, safe="") for each in parts)
