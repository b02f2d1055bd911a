"""What takes days, tried on a platform whose days last ten seconds; it stops with this folder."""
