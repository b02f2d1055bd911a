"""The journey of one real dossier through seven agencies and back, and the proof of it."""
