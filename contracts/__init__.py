"""What the services say to one another; the standard library only."""
