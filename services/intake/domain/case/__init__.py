"""The dossier itself: states, procedure, fees, pauses, apologies, and who may see it."""
