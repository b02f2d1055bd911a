"""The figures that fault tests print are counted, and the count would notice a loss."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.accounts import Account, account_of

FAULTS = Path(__file__).parents[1] / "faults"


def purse(coins: int, *keys: str) -> dict[str, Any]:
    return {"coins": coins, "handled": [{"key": key} for key in keys]}


WHOLE = {"a": purse(2, "r1", "r2"), "b": purse(1, "r3")}


@pytest.mark.parametrize(
    ("paid", "counted", "account"),
    [
        (WHOLE, {"a": purse(2, "e1", "e2"), "b": purse(1, "e3")}, Account()),
        (WHOLE, {"a": purse(1, "e1"), "b": purse(1, "e3")}, Account(lost=1)),
        (WHOLE, {"a": purse(2, "e1", "e2")}, Account(lost=1)),
        ({"a": WHOLE["a"]}, {"a": purse(2, "e1", "e2")}, Account(lost=1)),
        (WHOLE, {}, Account(lost=3)),
        (WHOLE, {"a": purse(3, "e1", "e2", "e2"), "b": purse(1, "e3")}, Account(counted_twice=1)),
        (WHOLE, {"a": purse(3, "e1", "e2", "e4"), "b": purse(1, "e3")}, Account(counted_twice=1)),
        (
            {**WHOLE, "b": purse(2, "r3", "r3")},
            {"a": purse(2, "e1", "e2"), "b": purse(2, "e3", "e4")},
            Account(counted_twice=1),
        ),
    ],
    ids=[
        "all is well",
        "a coin was not counted",
        "a purse was not counted",
        "a receipt without a purse",
        "nothing arrived",
        "an event had its effect twice",
        "one coin too many",
        "a request had its effect twice",
    ],
)
def test_each_coin_that_is_lost_or_repeated_is_in_the_account(
    paid: dict[str, Any], counted: dict[str, Any], account: Account
) -> None:
    assert account_of(["a", "b"], paid, counted) == account


def test_no_fault_test_prints_a_literal_as_if_it_were_measured() -> None:
    assert list(printed_literals(FAULTS)) == []


def test_a_literal_among_the_figures_is_found(tmp_path: Path) -> None:
    text = 'figures("killed", lost=0, seconds=took)\n'
    (tmp_path / "test_x.py").write_text(text, encoding="utf-8")
    assert list(printed_literals(tmp_path)) == ["test_x.py:1: lost"]


def printed_literals(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "figures":
                for each in node.keywords:
                    if isinstance(each.value, ast.Constant):
                        yield f"{path.name}:{node.lineno}: {each.arg}"
