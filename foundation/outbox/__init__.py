"""Stores whose every write also keeps the messages it causes, and the relay that sends them."""

from foundation.outbox.audit_log import CHAIN_INDEX, AuditLog
from foundation.outbox.reader import Reading
from foundation.outbox.store import Store
from foundation.outbox.word_search import WordSearch, in_narrow_windows

__all__ = ["CHAIN_INDEX", "AuditLog", "Reading", "Store", "WordSearch", "in_narrow_windows"]
