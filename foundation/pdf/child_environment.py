"""What a child process is told by its environment."""

import os

_WANTED = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


def passed_on() -> dict[str, str]:
    """No secret of ours: only where the child's libraries are, and the language."""
    return {name: os.environ[name] for name in _WANTED if name in os.environ}
