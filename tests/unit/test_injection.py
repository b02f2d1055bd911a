"""What a service finds under the name of a dependency, in each worker that nameko makes."""

from types import SimpleNamespace
from typing import Any

from foundation.injection import Provider, ServiceContainer, inject


class Shelf(Provider):
    """Handed out as it is."""


class Label(Provider):
    def provided(self) -> str:
        return f"oak {self.container.config['number']}"


class Library:
    name = "library"
    shelf = Shelf()
    label = Label()


def test_a_provider_is_what_the_service_finds_unless_it_hands_out_something_else() -> None:
    container: Any = ServiceContainer(Library, {"number": 7})
    entrypoint = SimpleNamespace(method_name="read")
    one, other = inject(container, entrypoint), inject(container, entrypoint)
    assert isinstance(one, Library)
    assert one is not other
    assert isinstance(one.shelf, Shelf)
    assert one.shelf is other.shelf
    assert one.shelf is not Library.shelf
    assert (one.label, other.label) == ("oak 7", "oak 7")
