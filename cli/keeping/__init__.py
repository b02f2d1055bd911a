"""`motcua verify`, `backup` and `restore`: that what is kept is whole, and stays so."""
