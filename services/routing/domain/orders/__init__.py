"""What the centre orders the desk, and what the desk answers to it."""
