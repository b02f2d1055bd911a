"""docs/promises.md is honest: it leaves no promise out, and each test it names exists and runs."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
LABELS = frozenset(
    [f"P{n}" for n in range(1, 14)]
    + [f"R{n}" for n in range(1, 15)]
    + [str(n) for n in range(1, 43)]
)
ROW = re.compile(r"^\| ([PR]?\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")
CITED = re.compile(r"\b([PR]\d{1,2})\b|\b[Ff]aults? (\d+)(?:(?:,| to| and) (\d+))*")
CODE = ("contracts", "foundation", "services", "cli", "bench", "tests", "deploy", "docs")
READ = frozenset((".py", ".md", ".yaml", ".yml"))
NEVER = frozenset(("skip", "xfail"))


@dataclass(frozen=True)
class Row:
    """A promise, a rule or a fault: by which tests it is tried, and what is open."""

    label: str
    what: str
    tried: str
    rest: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        """File and name of each test."""
        return NAMED.findall(self.tried)


def rows(page: str) -> list[Row]:
    """The rows of the three tables."""
    return [Row(*cells) for cells in ROW.findall(page)]


def faults(page: str) -> Iterator[str]:
    """What is wrong with the page, one sentence each."""
    found = rows(page)
    labels = [each.label for each in found]
    yield from (f"{label} has no row" for label in sorted(LABELS - set(labels)))
    yield from (f"{label} has no business here" for label in sorted(set(labels) - LABELS))
    yield from (f"{label} has two rows" for label in sorted(set(labels)) if labels.count(label) > 1)
    for row in found:
        yield from _faults_of(row)


def _faults_of(row: Row) -> Iterator[str]:
    tests = row.tests
    if not tests and not (row.tried == "open" and row.rest.startswith("open")):
        yield f"{row.label} names no test and does not say open"
    if tests and not row.rest.startswith(("nothing", "open: ")):
        yield f"{row.label} does not say what is open, or that nothing is"
    if len(tests) != row.tried.count("::"):
        yield f"{row.label} names a test that cannot be read"
    for file, name in tests:
        trouble = trouble_with(file, name)
        if trouble:
            yield f"{row.label}: {file}::{name} {trouble}"


def trouble_with(file: str, name: str) -> str:
    """Why a test does not run, or ""."""
    path = ROOT / file
    if not path.is_file():
        return "is in a file that is not there"
    if not path.name.startswith("test_"):
        return "is in a file that pytest does not collect"
    return trouble_in(path.read_text(encoding="utf-8"), name)


def trouble_in(text: str, name: str) -> str:
    """Why a test in a module of this text does not run, or ""."""
    module = _parsed(text)
    scopes: list[ast.stmt] = []
    body = module.body
    for part in name.split("::"):
        found = next((each for each in body if _is_named(each, part)), None)
        if found is None or not part.startswith(("test", "Test")):
            return "is no test"
        scopes.append(found)
        body = found.body if isinstance(found, ast.ClassDef) else []
    if _is_marked(module.body) or any(_is_skipped(each) for each in scopes):
        return "is skipped"
    return ""


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _is_named(statement: ast.stmt, name: str) -> bool:
    """Whether it defines that name: a function, a class, or `TestPost = Post.TestCase`."""
    if isinstance(statement, ast.Assign):
        return any(isinstance(to, ast.Name) and to.id == name for to in statement.targets)
    return isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == name


def _is_skipped(statement: ast.stmt) -> bool:
    """By a decorator, by `pytestmark` in its class, or by `pytest.skip()` at its very beginning."""
    if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    if any(_mark(each) in NEVER for each in statement.decorator_list):
        return True
    if isinstance(statement, ast.ClassDef):
        return _is_marked(statement.body)
    calls = (each.value for each in statement.body[:2] if isinstance(each, ast.Expr))
    return any(_mark(each) in NEVER for each in calls)


def _is_marked(body: list[ast.stmt]) -> bool:
    """Whether `pytestmark` here leaves the tests out."""
    marks = [
        each.value
        for each in body
        if isinstance(each, ast.Assign) and _is_named(each, "pytestmark")
    ]
    return any(_mark(node) in NEVER for mark in marks for node in ast.walk(mark))


def _mark(node: ast.AST) -> str:
    """The last word of `pytest.mark.skip`, `pytest.mark.skip(…)` or `pytest.skip(…)`."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else ""


def cited() -> Iterator[tuple[str, str]]:
    """Where a label of a promise, rule or fault is cited, and which."""
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in READ and path != Path(__file__).resolve():
                for match in CITED.finditer(path.read_text(encoding="utf-8")):
                    yield from (
                        (str(path.relative_to(ROOT)), each) for each in match.groups() if each
                    )


def test_the_page_is_whole_and_every_test_it_names_runs() -> None:
    assert list(faults(PAGE)) == []


def test_every_label_that_is_cited_stands_in_the_page() -> None:
    places = list(cited())
    assert {"P5", "P7", "R11", "18", "32"} <= {label for _, label in places}
    assert [each for each in places if each[1] not in LABELS] == []


@pytest.mark.parametrize(
    ("label", "was", "becomes", "said"),
    [
        ("7", r"^\| 7 ", "| 70 ", "7 has no row"),
        ("R9", r"^\| R9 ", "| R8 ", "R8 has two rows"),
        ("P7", r"::\w+`", "::test_of_nothing`", "::test_of_nothing is no test"),
        ("P7", r"\w+\.py", "test_nowhere.py", "is in a file that is not there"),
        ("P7", r"tests/faults/\w+\.py", "tests/faults/proofs.py", "pytest does not collect"),
        ("P7", r"`tests/", "`test/", "P7 names a test that cannot be read"),
        ("15", r"\| open \|", "| surely |", "15 names no test"),
        ("22", r"\| open \|$", "| nothing |", "22 names no test and does not say open"),
        ("P13", r"\| open: ", "| soon: ", "P13 does not say what is open"),
    ],
)
def test_what_is_wrong_in_the_page_is_found(label: str, was: str, becomes: str, said: str) -> None:
    lines = PAGE.splitlines()
    (row,) = (number for number, line in enumerate(lines) if line.startswith(f"| {label} |"))
    wrong = re.sub(was, becomes, lines[row], count=1)
    assert wrong != lines[row]
    lines[row] = wrong
    assert any(said in each for each in faults("\n".join(lines)))


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("def test_a(): pass", "test_a", ""),
        ("class TestA:\n    def test_b(self): pass", "TestA::test_b", ""),
        ("TestA = Model.TestCase", "TestA", ""),
        ("pytestmark = pytest.mark.timeout(5)\ndef test_a(): pass", "test_a", ""),
        ("@pytest.mark.skipif(no_docker, reason='-')\ndef test_a(): pass", "test_a", ""),
        ("def test_a(): pass", "test_b", "is no test"),
        ("def helper(): pass", "helper", "is no test"),
        ("class TestA:\n    pass\ndef test_b(): pass", "TestA::test_b", "is no test"),
        ("@pytest.mark.skip\ndef test_a(): pass", "test_a", "is skipped"),
        ("@pytest.mark.skip(reason='-')\ndef test_a(): pass", "test_a", "is skipped"),
        ("@pytest.mark.xfail\ndef test_a(): pass", "test_a", "is skipped"),
        ("pytestmark = [pytest.mark.skip]\ndef test_a(): pass", "test_a", "is skipped"),
        ("def test_a():\n    'Why.'\n    pytest.skip('-')", "test_a", "is skipped"),
        ("@pytest.mark.skip\nclass TestA:\n    def test_b(_): pass", "TestA::test_b", "is skipped"),
    ],
)
def test_a_test_that_does_not_run_is_found(text: str, name: str, said: str) -> None:
    assert trouble_in(text, name) == said
