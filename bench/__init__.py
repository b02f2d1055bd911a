"""Measures the platform beside what others would use, in one run."""
