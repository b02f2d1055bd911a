"""`motcua agency`: what an agency needs to run its own desk, given, renewed and taken back."""
