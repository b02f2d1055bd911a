"""The calendar that the unit decides on, and what a new edition does to open dossiers."""
