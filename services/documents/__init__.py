"""Keeps the files of dossiers: checked, named by their hash, shown only to those concerned."""
