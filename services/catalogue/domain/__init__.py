"""The rules of the catalogue: versions, what can be followed, finding, coverage, rows of files."""
