"""`bench pages`: how long the pages of people who work here or come here take, with many dossiers.

Measured is the time of the server, from the request to the last byte, one request at a time.
"""

import copy
import time
from collections.abc import Iterator
from typing import Any

from bench.acts import INTAKE, ROUTING, Office
from bench.counted_office import weightless_office
from bench.filling import collections, fill
from bench.intake_platform import DESK
from bench.report import Report, percentile

MANY = 100_000
OF_TODAY = 200
PAPERS, ENTRIES = 50, 200
GOALS = {"p50": 20.0, "p99": 100.0}  # milliseconds
MOST_BYTES = 60_000
MOST_CALLS = 10_000

Asked = tuple[str, str, str, str]
"""What a page is called, its service, who looks at it, and its path."""


def measure(rounds: int, many: int = MANY) -> Report:
    """Fill the stores, then look at each page `rounds` times."""
    with weightless_office() as office, office.all_running():
        fill(office.setup, office.patterns, many, of_today=OF_TODAY)
        dossier = _heavy(office)
        _count_figures(office)
        made = Report(f"pages with {many:,} dossiers; ms of the server", at_most=True)
        for page in pages(dossier):
            made.rows.append(_row(office, page, rounds))
        made.database = office.setup.database
    for row in made.rows:
        for name, goal in GOALS.items():
            made.ratios[f"{row['page']}, {name}"] = row[name]
            made.goals = {**made.goals, f"{row['page']}, {name}": goal}
    return made


def pages(dossier: str) -> Iterator[Asked]:
    """The pages that are looked at all day; `dossier` is the one with many papers."""
    yield "start page", INTAKE, "citizen", "/"
    yield "own dossiers", INTAKE, "citizen", "/mine"
    yield "work list, counter", INTAKE, "clerk", "/counter"
    yield f"dossier with {PAPERS} papers, counter", INTAKE, "clerk", f"/counter/dossiers/{dossier}"
    yield "late dossiers, director", INTAKE, "director", "/late"
    yield "centre today, director", INTAKE, "director", "/centre"
    yield "behind a figure, director", INTAKE, "director", "/centre/dossiers?list=running"
    yield "work list, officer", ROUTING, "officer", f"/desks/{DESK}/work"


def _heavy(office: Office) -> str:
    """One dossier on its way gets many papers, and a long history; its id."""
    dossiers = collections(office.setup)["dossiers"]
    found: dict[str, Any] = dossiers.find_one({"state": "processing"})
    paper, entry = found["attachments"][0], found["history"][-1]
    papers = [copy.deepcopy(paper) | {"paper": f"Giấy tờ {number}"} for number in range(PAPERS)]
    changed = {"attachments": papers, "history": [copy.deepcopy(entry)] * ENTRIES}
    dossiers.update_one({"_id": found["_id"]}, {"$set": changed})
    return str(found["_id"])


def _count_figures(office: Office) -> None:
    """Let the timer of the director's figures go through all dossiers; a call counts some."""
    figures = office.setup.collection("intake", "figures")
    for _ in range(MOST_CALLS):
        if office.services[INTAKE].ask(do="fire", timer="count_deadlines")["failed"]:
            raise RuntimeError("count_deadlines failed; see the log of intake")
        if figures.count_documents({}):
            return
    raise RuntimeError(f"the figures were not counted by {MOST_CALLS} calls of their timer")


def _row(office: Office, page: Asked, rounds: int) -> dict[str, Any]:
    name, service, who, path = page
    client = office.client(service, who)
    html, times = client.page(path), []
    for _ in range(rounds):
        began = time.perf_counter()
        client.page(path)
        times.append((time.perf_counter() - began) * 1000)
    size = len(html.encode())
    if size > MOST_BYTES:
        raise RuntimeError(f"{path} has {size:,} bytes, {MOST_BYTES:,} are allowed")
    row = {share: percentile(times, part) for share, part in (("p50", 0.5), ("p99", 0.99))}
    return {"page": name, "bytes": size, **row}
