"""The handlers of notifications: what is planned, sent, reported by providers, and shown."""
