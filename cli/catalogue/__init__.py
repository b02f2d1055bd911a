"""`motcua catalogue`: imports procedures, counts those at the centre, shows the code tables."""
