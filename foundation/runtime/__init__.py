"""Starts a service, tells whether it can work, and ends it in time."""
