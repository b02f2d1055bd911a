"""The rules of a dossier's way through the centre; no I/O, and time is an argument."""
