"""The clock, and jobs that run by it."""
