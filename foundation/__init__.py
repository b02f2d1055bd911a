"""How the services say it, keep it and show it. Knows no dossier."""
