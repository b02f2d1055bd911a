"""`motcua dead`: lists dead letters and replays them."""
