"""The doors of an agency's desk, by who stands before them."""
