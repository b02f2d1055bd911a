"""`motcua agency`: adds agencies, rotates their secrets, removes them, checks desk coverage."""
