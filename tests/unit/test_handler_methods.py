"""No handler class of a service takes the place of another's method without anybody noticing."""

from collections import defaultdict

import pytest

from cli import service_discovery

SERVICES = service_discovery.service_classes()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_no_two_handler_classes_define_the_same_method(service: type) -> None:
    """A service is put together from classes: of two methods of one name the first would win."""
    defined = defaultdict[str, list[str]](list)
    for part in service.__mro__:
        if part.__module__.startswith(("services.", "foundation.")):
            for name, value in vars(part).items():
                if callable(value) and not name.startswith("__"):
                    defined[name].append(part.__qualname__)
    assert {name: parts for name, parts in defined.items() if len(parts) > 1} == {}
