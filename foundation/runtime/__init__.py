"""Starts a service, tells whether it can work, and ends it in time.

Hands on nothing: `patch` must run before anything else of a service is imported.
"""
