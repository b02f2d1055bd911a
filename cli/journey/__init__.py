"""`motcua journey`: one dossier through seven agencies on the running platform, then checks."""
