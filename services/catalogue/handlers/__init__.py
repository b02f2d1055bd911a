"""Entrypoints of the catalogue service: each reads, lets the domain decide, and saves."""
