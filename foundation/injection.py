"""The one door to nameko: its extension classes, its container, and how it injects dependencies.

An extension is a class attribute of a service or of another extension. nameko binds a copy of it
to each container and calls its `setup`, `start`, `stop` and `kill` with the container's life.
"""

from typing import Any

from nameko import extensions
from nameko.containers import ServiceContainer, WorkerContext
from nameko.extensions import register_entrypoint

__all__ = [
    "Collector",
    "Entrypoint",
    "Provider",
    "ServiceContainer",
    "Shared",
    "inject",
    "register_entrypoint",
]


class Provider(extensions.DependencyProvider):
    """A dependency of a service: `clock = Clock()` in the class, `self.clock` in its methods."""

    def get_dependency(self, worker_ctx: object) -> Any:  # noqa: ARG002 -- nameko's signature
        """What the service finds under the attribute's name."""
        return self.provided()

    def provided(self) -> Any:
        """The provider itself, shared by all workers; override it to hand out something else."""
        return self


class Shared(extensions.SharedExtension):
    """An extension of which a container has one, however many other extensions declare it."""


class Collector(extensions.ProviderCollector):
    """Knows the extensions that registered with it (`_providers`); mixed into a `Shared`."""


class Entrypoint(extensions.Entrypoint):
    """Calls a method of the service when something happens: a request, a message, a timer."""


def inject(container: Any, entrypoint: Any) -> Any:
    """A new object of the container's service, with its dependencies.

    nameko makes one for every call; whoever keeps it for many calls saves that work.
    """
    service = container.service_cls()
    context = WorkerContext(container, service, entrypoint)
    container._inject_dependencies(context)  # noqa: SLF001 -- nameko has no other way
    return service
