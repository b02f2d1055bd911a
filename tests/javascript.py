"""The libraries from npm that tests use, and the Node that they run in: that of Playwright.

`make javascript` installs them as requirements/javascript/package-lock.json says.
"""

from pathlib import Path

from playwright._impl._driver import compute_driver_executable

from tests.processes import ROOT

LIBRARIES = ROOT / ".venv" / "javascript" / "node_modules"


def node() -> str:
    """The path of Node."""
    found, _ = compute_driver_executable()
    return str(found)


def library(name: str) -> Path:
    """The folder of a library."""
    assert LIBRARIES.exists(), "no libraries from npm on this machine: run `make javascript`"
    return LIBRARIES / name
