"""What a reader of the event log wants of the labels of events."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LabelIs:
    """Wants a label to have a value, or to begin with it."""

    name: str
    value: str
    prefix: bool = False

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether an event with these labels is wanted, or has no such label."""
        value = labels.get(self.name)
        if value is None:
            return True
        return value.startswith(self.value) if self.prefix else value == self.value

    @property
    def query(self) -> dict[str, Any]:
        """As a query; what has no such label is found too."""
        name = f"labels.{self.name}"
        if not self.prefix:
            return {name: {"$in": [self.value, None]}}
        bounds = {"$gte": self.value, "$lt": f"{self.value}\U0010ffff"}
        return {"$or": [{name: bounds}, {name: None}]}
