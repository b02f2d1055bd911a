"""What comes in: events to be kept, and requests of integrators."""
