"""How long files, feedback and ratings are kept: rules that are data, and the hold."""
