"""What the platform does: eight services, each with the same rooms in the same order."""
