"""Database indexes: declared beside the queries that use them, created on any server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.errors import OperationFailure

from foundation.frozen import replace

NOT_IMPLEMENTED = 238


@dataclass(frozen=True, kw_only=True)
class Index:
    """An index, declared beside the queries that use it."""

    name: str
    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    sparse: bool = False
    partial: Mapping[str, Any] | None = None

    def model(self) -> IndexModel:
        """As pymongo creates it."""
        part: dict[str, Any] = {"partialFilterExpression": self.partial} if self.partial else {}
        return IndexModel(
            list(self.keys), name=self.name, unique=self.unique, sparse=self.sparse, **part
        )


def create_index(index: Index, documents: Any) -> None:
    """Make the index on a collection; safe to repeat.

    Raises:
        OperationFailure: the server refuses it.
    """
    try:
        documents.create_indexes([index.model()])
    except OperationFailure as error:
        if error.code != NOT_IMPLEMENTED or not index.partial:
            raise
        # Slower than the part that is asked for, and no fence; the answers are the same.
        create_index(replace(index, partial=None, unique=False), documents)
