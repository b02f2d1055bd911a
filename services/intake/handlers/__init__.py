"""What comes in to intake: HTTP requests, messages of the bus, and timers."""
