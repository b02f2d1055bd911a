"""Schemas (marshmallow) of the HTTP API of subscriptions."""
