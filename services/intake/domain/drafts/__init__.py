"""Drafts of what a citizen hands in online: what was said so far, and what is left to do."""
