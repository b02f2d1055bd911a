"""The handlers of an agency's desk: HTTP APIs, bus messages and periodic jobs."""
