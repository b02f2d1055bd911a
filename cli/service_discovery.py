"""The services of this tree: their names, and the nameko class of each."""

import importlib

from cli.embedded.data_folder import ROOT


def service_names() -> list[str]:
    """The names of all services: the folders of services/ that have a service.py."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/service.py"))


def service_classes() -> list[type]:
    """The nameko class of each service, from which the topology is derived."""
    return [service_class(name) for name in service_names()]


def service_class(name: str) -> type:
    """The nameko class of one service."""
    module = importlib.import_module(f"services.{name}.service")
    found: type = next(
        each for each in vars(module).values() if getattr(each, "name", None) == name
    )
    return found
