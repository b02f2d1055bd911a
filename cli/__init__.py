"""The `motcua` command: one machine, one platform, one line to start it."""
