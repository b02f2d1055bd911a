"""The route through the agencies: stages, steps side by side, and what an agency may answer."""
