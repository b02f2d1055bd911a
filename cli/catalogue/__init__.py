"""`motcua catalogue`: brings procedures into the catalogue, counts them, shows the code tables."""
