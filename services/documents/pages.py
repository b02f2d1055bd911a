"""View model of the upload pages: where a file was sent for, what is taken, how to go back."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from foundation.web.html_pages import PageRenderer
from foundation.web.page_words import Words
from services.documents.domain.storing import FORMATS, LARGEST_FILE

PAGES = PageRenderer(Path(__file__).resolve().parent / "templates" / "pages")
_MOST = f"{LARGEST_FILE >> 20} MB"
TAKEN: Words = (
    f"PDF, ảnh (JPG, PNG, TIFF), Word (DOCX) hoặc Excel (XLSX); nhiều nhất {_MOST}.",
    f"PDF, a picture (JPG, PNG, TIFF), Word (DOCX) or Excel (XLSX); {_MOST} at most.",
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
