"""Work at the same time, within bounds."""
