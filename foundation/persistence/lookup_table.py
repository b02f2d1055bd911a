"""A table of short texts by key: learnt many at a time, and looked up many at a time."""

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import UpdateOne

from foundation.injection import Provider
from foundation.persistence.mongo import Mongo, translate_errors


class LookupTable(Provider):
    """One collection, `{_id: key, value}`; the newest value of a key counts."""

    mongo = Mongo()

    def __init__(self, collection: str) -> None:
        """`collection` is its name in the service's database."""
        self.collection = collection

    def learn(self, values: Mapping[str, str]) -> None:
        """Keep these values under their keys; safe to repeat.

        Raises:
            Unavailable: some may be kept, so call again.
        """
        if values:
            writes = [
                UpdateOne({"_id": key}, {"$set": {"value": value}}, upsert=True)
                for key, value in values.items()
            ]
            with translate_errors():
                self._documents.bulk_write(writes, ordered=False)

    def known(self, keys: Iterable[str]) -> dict[str, str]:
        """The values of those keys that the table has.

        Raises:
            Unavailable: the database does not answer.
        """
        wanted = sorted(set(keys) - {""})
        if not wanted:
            return {}
        with translate_errors():
            found = self._documents.find({"_id": {"$in": wanted}})
            return {each["_id"]: each["value"] for each in found}

    @property
    def _documents(self) -> Any:
        return self.mongo.collection(self.collection)
