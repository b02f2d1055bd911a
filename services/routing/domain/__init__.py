"""The rules of an agency's desk: pure functions, with time as an argument."""
