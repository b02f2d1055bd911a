"""Work at the same time, within bounds: green threads, a bounded map, back-off.

Also used by module: `green`, the one module that imports eventlet's concurrency.
"""

from foundation.concurrency.backoff import Backoff
from foundation.concurrency.bounded_map import bounded_map, prefetch

__all__ = ["Backoff", "bounded_map", "prefetch"]
