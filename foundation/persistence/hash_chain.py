"""Hash chains of append-only entries, one per agency. Pure: no database here.

Each is numbered without gaps and sealed with the hash of the one before (contracts/history.py).
The last of a chain is remembered beside it, so that a cut-off end is found too:

    chains: {_id: "readings.so-xay-dung", seq, hash}
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from contracts.envelope import write_time
from contracts.history import ChainLink, Entry, seal
from foundation.frozen import replace
from foundation.persistence.document import to_fields
from foundation.persistence.entity_fields import RESERVED_FIELDS

T = TypeVar("T")

CHAINS = "chains"
UNSEALED = frozenset((*RESERVED_FIELDS, "link"))


def chain_entry(kind: str, document: Mapping[str, Any]) -> Entry:
    """An entry of an audit log, from its document, as the chain entry whose hash it has."""
    link = document["link"]
    data = {
        name: write_time(value) if isinstance(value, datetime) else value
        for name, value in document.items()
        if name not in UNSEALED
    }
    return Entry(
        seq=link["seq"],
        id=document["_id"],
        type=kind,
        time=document["at"],
        actor="",
        data=data,
        prev=link["prev"],
        hash=link["hash"],
    )


def chain_id(collection: str, agency: str) -> str:
    """The id under which the end of a chain is stored."""
    return f"{collection}.{agency}"


def sealed_after(entity: T, last: ChainLink, kind: str) -> T:
    """The entity numbered and sealed as the successor of `last`."""
    seq = last.seq + 1
    link = ChainLink(seq=seq, prev=last.hash or last.prev)
    one = replace(cast("Any", entity), id=f"{cast('Any', entity).agency}.{seq}", link=link)
    sealed = seal(chain_entry(kind, {"_id": one.id, **to_fields(one)}))
    return cast("T", replace(one, link=replace(link, hash=sealed.hash)))
