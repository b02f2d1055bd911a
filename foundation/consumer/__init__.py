"""Receives messages and hands each to its handler once."""
