"""Tells people: e-mail and SMS about their dossiers and complaints, each once and accounted for."""
