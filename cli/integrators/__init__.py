"""Integrators that read events from a queue of their own: `motcua integrator`."""
