"""`python -m services` lists the services; `python -m services intake` runs one."""

from foundation.runtime.patch import patch

patch()

import ast  # noqa: E402 -- nothing may be imported before the patch
import importlib  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from foundation.runtime.multi_tenant import host  # noqa: E402
from foundation.runtime.run import BAD_SETTINGS, run  # noqa: E402

HERE = Path(__file__).parent


def names() -> list[str]:
    """Every service there is: a folder with a service.py."""
    return sorted(path.parent.name for path in HERE.glob("*/service.py"))


def service(name: str) -> type:
    """The one class with a `name` in the service's service.py."""
    module = importlib.import_module(f"services.{name}.service")
    found: type = next(
        each for each in vars(module).values() if getattr(each, "name", None) == name
    )
    return found


def sentence(name: str) -> str:
    """What the service does, in its own words."""
    tree = ast.parse((HERE / name / "__init__.py").read_text())
    return ast.get_docstring(tree) or ""


def main(arguments: list[str]) -> int:
    """List the services, or run the one that is named."""
    if len(arguments) == 1 and arguments[0] in names():
        start = host if os.environ.get("HOSTED") else run
        return start(service(arguments[0]), os.environ)
    for name in names():
        sys.stdout.write(f"{name:15} {sentence(name)}\n")
    return BAD_SETTINGS if arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
