"""The rules of an agency's desk; no I/O, and time is an argument."""
