"""The rules of the catalogue: versions of a procedure, words to find it by, rows of a data file."""
