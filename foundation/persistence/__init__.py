"""The document database and the object store, and how entities are kept there."""

from foundation.persistence.by_moment import MomentQuery, Spread
from foundation.persistence.galloping_search import last_position
from foundation.persistence.idempotency import Idempotency
from foundation.persistence.index import Index
from foundation.persistence.paging import PageQuery
from foundation.persistence.ttl_cache import TtlCache, VersionCache

__all__ = [
    "Idempotency",
    "Index",
    "MomentQuery",
    "PageQuery",
    "Spread",
    "TtlCache",
    "VersionCache",
    "last_position",
]
