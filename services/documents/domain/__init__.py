"""Rules of the files of dossiers: what is accepted, whose it is, and who may read it."""
