"""The paths of all pages with the service that serves each, taken from the code as the topology is.

A reverse proxy in front of the services asks here: one address for people, however many services
there are. What is no page (the API) is not behind that address.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cli import service_discovery

AGENCY = "<agency>"


@dataclass(frozen=True, order=True)
class PagePath:
    """A path of a page, as werkzeug has it: `/late/<dossier_id>`; and the service behind it."""

    path: str
    service: str

    @property
    def exact(self) -> bool:
        """Whether it is one path alone."""
        return "<" not in self.path

    @property
    def pattern(self) -> str:
        """As a regular expression: `^/late/[^/]+$`."""
        parts = re.split(r"<[^>]+>", self.path)
        return f"^{'[^/]+'.join(re.escape(part) for part in parts)}$"

    @property
    def beginning(self) -> str:
        """What all addresses of it begin with, up to its first part that varies: `/late`."""
        fixed = self.path.replace(AGENCY, "AGENCY").partition("<")[0].replace("AGENCY", AGENCY)
        return fixed.rstrip("/") or "/"


def page_paths(services: Sequence[type] = ()) -> list[PagePath]:
    """The paths of all pages, each once. Two services never have the same one.

    Raises:
        ValueError: two services have a page at the same path.
    """
    from foundation.web.openapi import routes_of  # noqa: PLC0415 -- imports schemas only when needed

    found = {
        PagePath(each.route.path, str(vars(service)["name"]))
        for service in services or service_discovery.service_classes()
        for each in routes_of(service)
        if each.route.page
    }
    by_path: dict[str, PagePath] = {}
    for each in sorted(found):
        other = by_path.setdefault(each.path, each)
        if other.service != each.service and not each.path.startswith(SHARED):
            raise ValueError(f"{each.path} is a page of {other.service} and of {each.service}")
    return sorted(by_path.values())


SHARED = ("/sign-in", "/sign-out", "/signed-out")
"""Pages that several services have because they share them; the first of them serves them all."""


def for_ingress() -> str:
    """The rules of an Ingress for all pages, as the chart reads them (JSON)."""
    rules = {
        (each.beginning, "Exact" if each.exact else "Prefix", each.service) for each in page_paths()
    }
    told = [dict(zip(("path", "type", "service"), each, strict=True)) for each in sorted(rules)]
    return json.dumps(told, indent=2) + "\n"
