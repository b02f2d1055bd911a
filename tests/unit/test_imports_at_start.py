"""What no service loads when it starts: libraries that take seconds, and that it may never need.

A platform on one machine starts twenty processes, and each test of it does so anew.
"""

import subprocess
import sys

import pytest

from tests.processes import ROOT

SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/service.py"))
SLOW = (
    "jsonschema",
    "rfc3987_syntax",
    "lark",
    "hypothesis",
    "schemathesis",
    "weasyprint",
    "pyhanko",
)
LOOK = """
import sys
from foundation.runtime.patch import patch
patch()
import services.{name}.service
print(*(each for each in {slow!r} if each in sys.modules))
"""


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_loads_nothing_slow_at_its_start(name: str) -> None:
    look = LOOK.format(name=name, slow=SLOW)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", look],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
