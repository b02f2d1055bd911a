"""Work at the same time, within bounds: green threads, a bounded map, back-off.

Also used by module: `green`, the one module that imports eventlet's concurrency.
"""

from foundation.concurrency.backoff import Backoff
from foundation.concurrency.bounded_map import bounded_map, prefetch
from foundation.concurrency.polling import poll

__all__ = ["Backoff", "bounded_map", "poll", "prefetch"]
