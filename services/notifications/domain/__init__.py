"""The rules of notices and digests: pure functions, with time as an argument."""
