"""What a file is by its content, whatever its name and sender say, and whether it is whole."""
