"""A service is one class made of many handler classes: none hides a method of another.

Where two bases that know nothing of each other have a method of one name, the first silently takes
the place of the second, and what the second meant to do is not done.
"""

import importlib
from collections import defaultdict
from collections.abc import Iterator

import pytest

from foundation.injection import Provider
from tests.processes import ROOT

SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/service.py"))


def service_of(name: str) -> type:
    module = importlib.import_module(f"services.{name}.service")
    (found,) = (
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and each.__module__ == module.__name__
        and "publishes" in vars(each)
    )
    return found


def hidden(service: type) -> Iterator[str]:
    """Names that two bases have, neither of which is made from the other.

    Two that ask for the same provider get the same.
    """
    bases = defaultdict(list)
    for base in service.__mro__[:-1]:
        for name, value in vars(base).items():
            if not name.startswith("__") and not isinstance(value, Provider):
                bases[name].append(base)
    for name, (first, *others) in bases.items():
        for each in others:
            if not issubclass(first, each):
                yield f"{first.__name__}.{name} hides {each.__name__}.{name}"


@pytest.mark.parametrize("name", SERVICES)
def test_no_handler_hides_a_method_of_another(name: str) -> None:
    assert list(hidden(service_of(name))) == []


def test_one_that_hides_another_is_seen() -> None:
    class Papers:
        def _hand_in(self) -> str:
            return "papers"

    class Fees:
        def _hand_in(self) -> str:
            return "fees"

    class Both(Papers, Fees):
        pass

    class Later(Papers):
        def _hand_in(self) -> str:
            return "later"

    assert list(hidden(Both)) == ["Papers._hand_in hides Fees._hand_in"]
    assert list(hidden(Later)) == []
