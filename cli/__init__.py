"""The `motcua` command: runs the platform on one machine, and operates it anywhere."""
