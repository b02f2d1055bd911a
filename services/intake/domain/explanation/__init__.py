"""The time of a dossier explained: whose it was, why the date moved, what its history says."""
