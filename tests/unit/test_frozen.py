"""A frozen dataclass with some fields changed is what `dataclasses.replace` makes of it."""

import dataclasses
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.frozen import replace
from tests.builders import accepted
from tests.processes import ROOT


@dataclass(frozen=True, kw_only=True)
class Plain:
    """As the domain has them."""

    name: str
    days: int = 3
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slotted:
    """Without a dictionary of its own."""

    name: str


@dataclass(frozen=True)
class Checked:
    """Looks at its fields when it is made."""

    days: int

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError("days")


@dataclass(frozen=True)
class Remembering:
    """Keeps what it made of its fields."""

    days: int

    @cached_property
    def hours(self) -> int:
        return self.days * 24


@dataclass(frozen=True)
class Derived:
    """Has a field that is not given."""

    days: int
    hours: int = field(init=False, default=0)


@given(st.text(), st.integers(), st.tuples(st.text()))
def test_it_is_what_the_library_makes(name: str, days: int, papers: tuple[str, ...]) -> None:
    before = Plain(name="a", papers=("b",))
    after = replace(before, name=name, days=days)
    assert after == dataclasses.replace(before, name=name, days=days)
    assert hash(after) == hash(dataclasses.replace(before, name=name, days=days))
    assert replace(after, papers=papers).papers == papers
    assert before == Plain(name="a", papers=("b",))


def test_a_dossier_is_the_same_either_way() -> None:
    dossier = accepted()
    changed = replace(dossier, steps=(), code="X")
    assert changed == dataclasses.replace(dossier, steps=(), code="X")
    assert vars(changed).keys() == {each.name for each in dataclasses.fields(dossier)}
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.code = "Y"  # type: ignore[misc]


@pytest.mark.parametrize("entity", [Plain(name="a"), Slotted("a"), Checked(1), Derived(1)])
def test_a_field_that_is_not_there_is_refused(entity: Any) -> None:
    with pytest.raises(TypeError):
        replace(entity, surname="b")


def test_where_more_is_made_of_the_fields_it_is_made_anew() -> None:
    assert replace(Slotted("a"), name="b") == Slotted("b")
    with pytest.raises(ValueError, match="days"):
        replace(Checked(1), days=-1)
    known = Remembering(1)
    assert known.hours == 24
    assert replace(known, days=2).hours == 48
    with pytest.raises(ValueError, match="init=False"):
        replace(Derived(1), hours=5)


def test_no_domain_pays_for_each_field() -> None:
    slow = re.compile(r"^from dataclasses import .*\breplace\b", re.MULTILINE)
    domains = list((ROOT / "services").glob("*/domain/**/*.py"))
    assert len(domains) > 100
    assert [str(each) for each in domains if slow.search(each.read_text("utf-8"))] == []
