"""Whom to tell what, and what becomes of it; no I/O, and time is an argument."""
