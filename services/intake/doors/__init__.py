"""The doors of intake, by who stands before them."""
