"""How long files are kept: rules that are data, read from a table."""
