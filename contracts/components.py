"""The components of a dossier (thành phần hồ sơ), and how each came to be there as data."""

from dataclasses import dataclass
from enum import StrEnum


class Digitisation(StrEnum):
    """The digitisation of a component; the words are those of the catalogue's code table.

    COMPONENT_REUSED is a file that its owner handed in before, RESULT_REUSED the result of an
    earlier dossier. FROM_DATABASE has no file: data of a published database stand in its place.
    """

    NONE = "none"
    DIGITISED = "digitised"
    COMPONENT_REUSED = "component_reused"
    RESULT_REUSED = "result_reused"
    FROM_DATABASE = "from_database"


@dataclass(frozen=True, kw_only=True)
class Component:
    """A paper of a dossier: its `documents`, or the `database` whose data stand for it.

    `reference` is the number in that database. `because` is why its data could not be had, where
    that was tried (incident, disaster, wrong_data), whatever came in its place since.
    """

    paper: str
    state: Digitisation
    documents: tuple[str, ...] = ()
    database: str = ""
    reference: str = ""
    because: str = ""
