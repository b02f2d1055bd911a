"""Receives messages and hands each to its handler once."""

from foundation.consumer.handlers import MessageMeta, on, on_many, returned

__all__ = ["MessageMeta", "on", "on_many", "returned"]
