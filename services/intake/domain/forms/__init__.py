"""The statutory forms 01 to 07: which are due, and what stands on each."""
