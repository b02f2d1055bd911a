"""What the platform does: seven services, each with the same rooms in the same order."""
