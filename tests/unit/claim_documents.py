"""The few operations of a collection that claims use, in memory."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from pymongo.errors import DuplicateKeyError


class FakeCollection:
    """Documents by id; tests/integration/test_webhooks.py has the real one."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}

    def mongo(self) -> Any:
        return SimpleNamespace(collection=lambda _: self)

    def find(self, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [dict(each) for each in self.documents.values() if _fits(each, query)]

    def insert_one(self, document: Mapping[str, Any]) -> None:
        if document["_id"] in self.documents:
            raise DuplicateKeyError("taken")
        self.documents[document["_id"]] = dict(document)

    def update_one(
        self, query: Mapping[str, Any], change: Mapping[str, Any], *, upsert: bool = False
    ) -> Any:
        matched = [each for each in self.documents.values() if _fits(each, query)][:1]
        if upsert and not matched:
            matched = [self.documents.setdefault(query["_id"], dict(query))]
        return self._change(matched, change)

    def update_many(self, query: Mapping[str, Any], change: Mapping[str, Any]) -> Any:
        return self._change([e for e in self.documents.values() if _fits(e, query)], change)

    def delete_one(self, query: Mapping[str, Any]) -> None:
        self.delete_many(query)

    def delete_many(self, query: Mapping[str, Any]) -> None:
        kept = {key: each for key, each in self.documents.items() if not _fits(each, query)}
        self.documents = kept

    @staticmethod
    def _change(matched: list[dict[str, Any]], change: Mapping[str, Any]) -> Any:
        for each in matched:
            each.update(change.get("$set", {}))
            for name, more in change.get("$inc", {}).items():
                each[name] = each.get(name, 0) + more
        return SimpleNamespace(matched_count=len(matched))


def _fits(document: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    for name, wanted in query.items():
        value = document.get(name)
        if isinstance(wanted, Mapping):
            if value not in wanted["$in"]:
                return False
        elif value != wanted:
            return False
    return True
