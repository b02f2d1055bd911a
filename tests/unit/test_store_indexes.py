"""Indexes on servers that speak MongoDB's protocol and lack some of it (FerretDB 1)."""

from typing import Any

import pytest
from pymongo import IndexModel
from pymongo.errors import OperationFailure

from foundation.errors import Unavailable
from foundation.outbox import Store
from foundation.persistence.index import NOT_IMPLEMENTED, Index
from services.intake.domain.case.dossier import Dossier


class Indexed:
    """Takes the indexes that a server without partial ones takes, one command each."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.made: list[dict[str, Any]] = []

    def create_indexes(self, models: list[IndexModel]) -> None:
        (model,) = models
        if "partialFilterExpression" in model.document:
            raise OperationFailure("refused", code=self.code)
        self.made.append(dict(model.document))


class Shelf(Store[Dossier]):
    entity = Dossier
    collection = "shelf"
    indexes = (
        Index(name="plain", keys=(("state", 1),), unique=True),
        Index(name="part", keys=(("code", 1),), unique=True, partial={"code": {"$gt": ""}}),
    )
    documents: Any = None


def shelf(code: int) -> Shelf:
    made = Shelf()
    made.documents = Indexed(code)
    return made


def test_a_server_without_partial_indexes_gets_whole_ones_that_refuse_nothing() -> None:
    here = shelf(NOT_IMPLEMENTED)
    here.create_indexes()
    made = {each["name"]: each for each in here.documents.made}
    assert set(made) == {"outbox_at", "plain", "part"}
    assert made["plain"]["unique"]
    # Whole and unique, it would refuse the second dossier that has no code yet.
    assert not made["part"]["unique"]


def test_whatever_else_a_server_refuses_is_said() -> None:
    with pytest.raises(Unavailable):
        shelf(NOT_IMPLEMENTED + 1).create_indexes()
