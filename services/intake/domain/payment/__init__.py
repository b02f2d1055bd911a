"""Paying the charges of a dossier online: what is asked of a platform, and what its answers do."""
