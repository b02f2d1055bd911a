"""`bench feedback`: the lists and the search of feedback with 100,000 entries.

First the store's query alone, then the whole HTTP answer, as `bench desk` does.
"""

import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote

from bench.bulk_insert import insert_together, let_settle
from bench.child_process import READY, ChildProcess, child_processes, send
from bench.desk import (
    GOAL,
    MEASURED_WITHIN,
    QueryTimes,
    embedded_servers,
    measure_query,
    measured_times,
    start_programs,
)
from bench.http_client import MinimalHttpClient
from bench.intake_platform import LIFETIME
from bench.processor_time import database_pids
from bench.report import Report, percentile
from bench.work_folder import named_database, work_folder
from cli import tokens
from cli.local_platform import LocalPlatform
from services.feedback.domain.feedback import Feedback, FeedbackKind, FeedbackState
from services.feedback.domain.finding import FeedbackSearch, findable
from services.feedback.domain.keeping import VoiceRetention

MANY = 100_000
PAGE = 50
SERVICE = "feedback"
BATCH, FILLED_WITHIN = 500, 7200.0
OPEN_SHARE, PUBLIC_SHARE = 20, 10  # of so many entries one is open, of so many one is public
AGENCIES = tuple(f"so-{number}" for number in range(20))
KINDS = (FeedbackKind.REFLECTION, FeedbackKind.PETITION, FeedbackKind.COMPLAINT)
OPEN_STATES = (FeedbackState.RECEIVED, FeedbackState.FORWARDED, FeedbackState.EXPLAINED)
SYLLABLES = 2_000
WORDS_OF_A_TEXT = 40


@dataclass(frozen=True)
class FeedbackQuery:
    """One list or search at an HTTP path, and how the store is asked for it."""

    path: str
    ask: Callable[[Any, datetime, str], tuple[Sequence[Any], str]]
    later: bool = False

    @property
    def title(self) -> str:
        """The name in the table."""
        return f"{self.path}{', page 2' if self.later else ''}"


def feedback_queries() -> list[FeedbackQuery]:
    """Every list, second pages, and searches by a rare word, a common one, and what is known."""
    return [
        FeedbackQuery("/feedback?state=received", _standing),
        FeedbackQuery("/feedback?state=received", _standing, later=True),
        FeedbackQuery("/feedback/overdue", _overdue),
        FeedbackQuery("/answers", _published),
        FeedbackQuery("/answers", _published, later=True),
        _search("words=tu1999"),
        _search("words=tu0"),
        _search("words=tu0", later=True),
        _search("words=tu0%20tu5&agency=so-3&state=answered"),
        _search("state=received&agency=so-3"),
        _search("kind=complaint&month=2026-06"),
    ]


def measure(rounds: int, many: int = MANY) -> Report:
    """Fill the store with `many` entries, then ask for every list `rounds` times in turn."""
    with work_folder() as root, embedded_servers(root) as platform:
        with child_processes(lambda: _reader(platform, rounds, many)) as (reader,):
            alone = [QueryTimes(**said) for said in reader.receive(MEASURED_WITHIN)["times"]]
        start_programs(platform, platform.instance(SERVICE).process_name)
        at_door = [_at_door(platform, each, rounds) for each in feedback_queries()]
        made = _report(alone, at_door, many)
        made.database = named_database(
            platform.servers.addresses().mongo_url,
            external=bool(platform.servers.external_database),
        )
    return made


def read() -> None:
    """The child process: fills the store and queries it, as the service does."""
    from foundation.runtime.run import make_container  # noqa: PLC0415 -- after the patch
    from foundation.scheduling import now  # noqa: PLC0415 -- after the patch
    from foundation.settings import read_settings  # noqa: PLC0415 -- after the patch
    from services.feedback.settings import FeedbackSettings  # noqa: PLC0415 -- after the patch
    from services.feedback.store import Feedbacks  # noqa: PLC0415 -- after the patch

    environ = {
        "AMQP_URL": "amqp://127.0.0.1:1/",  # nothing is sent
        "MONGO_URL": os.environ["MONGO_URL"],
        "TOKEN_KEYS": "none",
    }
    service = type("Reading", (), {"name": SERVICE, "feedbacks": Feedbacks()})
    container = make_container(service, read_settings(FeedbackSettings, SERVICE, environ))
    container.start()
    parts: Any = container.dependencies
    store = next(each for each in parts if isinstance(each, Feedbacks))
    # Before filling: the embedded database builds an index over a full store very slowly.
    store.create_indexes()
    moment, rounds = now(), int(os.environ["ROUNDS"])
    database = json.loads(os.environ["DATABASE"])
    _fill(store, int(os.environ["MANY"]), moment)
    send(filled=True)
    send(**{READY: True})
    processes = [os.getpid(), *database]
    asks = [_asking(store, each, moment) for each in feedback_queries()]
    send(times=[vars(measure_query(ask, rounds, processes)) for ask in asks])
    container.kill()


def _search(query: str, *, later: bool = False) -> FeedbackQuery:
    asked = FeedbackSearch(**{name: value.replace("%20", " ") for name, value in _pairs(query)})

    def ask(store: Any, now: datetime, after: str) -> tuple[Sequence[Any], str]:
        found: tuple[Sequence[Any], str] = store.searched(asked, now, limit=PAGE, after=after)
        return found

    return FeedbackQuery(f"/feedback/search?{query}", ask, later)


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for each in query.split("&"):
        name, _, value = each.partition("=")
        yield name, value


def _standing(store: Any, now: datetime, after: str) -> tuple[Sequence[Any], str]:
    found: tuple[Sequence[Any], str] = store.standing(
        FeedbackState.RECEIVED, now, limit=PAGE, after=after
    )
    return found


def _overdue(store: Any, now: datetime, after: str) -> tuple[Sequence[Any], str]:
    found: tuple[Sequence[Any], str] = store.to_pass_on(now, limit=PAGE, after=after)
    return found


def _published(store: Any, now: datetime, after: str) -> tuple[Sequence[Any], str]:
    found: tuple[Sequence[Any], str] = store.published(now, limit=PAGE, after=after)
    return found


def _asking(store: Any, query: FeedbackQuery, now: datetime) -> Callable[[], int]:
    after = query.ask(store, now, "")[1] if query.later else ""
    return lambda: len(query.ask(store, now, after)[0])


def _reader(platform: LocalPlatform, rounds: int, many: int) -> ChildProcess:
    told = {
        "GREEN": "1",
        "MONGO_URL": platform.servers.addresses().mongo_url,
        "DATABASE": json.dumps(database_pids(platform.servers.addresses().mongo_url)),
        "ROUNDS": str(rounds),
        "MANY": str(many),
    }
    child = ChildProcess(SERVICE, "read", told, platform.folder.log("bench-feedback"))
    child.receive(FILLED_WITHIN)
    return child


def _at_door(platform: LocalPlatform, query: FeedbackQuery, rounds: int) -> QueryTimes:
    instance, running = platform.instance(SERVICE), platform.supervisor.running()
    token = tokens.sign_token(platform.folder, "centre", "director", lifetime=LIFETIME)
    client = MinimalHttpClient(instance.http, token)
    path = f"{query.path}{'&' if '?' in query.path else '?'}limit={PAGE}"
    if query.later:
        path += f"&after={quote(client.get(path)['next'])}"

    def ask() -> int:
        body = client.get(path)
        return len(next(rows for rows in body.values() if isinstance(rows, list)))

    databases = database_pids(platform.servers.addresses().mongo_url)
    pids = [running[instance.process_name].pid, *databases]
    return measure_query(ask, rounds, pids)


def _report(alone: list[QueryTimes], at_door: list[QueryTimes], many: int) -> Report:
    title = f"feedback with {many:,} entries, pages of {PAGE}; ms of the query, and at the door"
    made = Report(title, at_most=True)
    for query, asked, answer in zip(feedback_queries(), alone, at_door, strict=True):
        row: dict[str, Any] = {"list": query.title, "rows": answer.found}
        made.rows.append(row | measured_times("query", asked) | measured_times("door", answer))
        made.ratios[f"{query.title}, p99 at the door"] = percentile(answer.wall, 0.99)
    made.goals = dict.fromkeys(made.ratios, GOAL)
    return made


def _fill(store: Any, many: int, now: datetime) -> None:
    entries = _documents(many, now)
    while batch := list(islice(entries, BATCH)):
        insert_together(store.documents, batch)
    let_settle(store.documents)


def _documents(many: int, now: datetime) -> Iterator[dict[str, Any]]:
    from foundation.persistence.document import revision_fields, to_fields  # noqa: PLC0415 -- after the patch

    chance = random.Random(1)  # noqa: S311 -- the same data each time
    for number in range(many):
        entry = _made(number, now, chance)
        kept = revision_fields(replace(entry.revision, version=2, seqs={"events": 2}))
        history = [{"type": "feedback.received", "pad": "0" * 400}] * 2
        rest = {"history": history, "outbox": [], "handled": []}
        yield {"_id": entry.id, **kept, **to_fields(entry), **rest}


def _made(number: int, now: datetime, chance: random.Random) -> Feedback:
    """An entry of the last two years; its words as unevenly common as those of a language."""
    is_open, public = number % OPEN_SHARE == 0, number % PUBLIC_SHARE == 1
    received = now - timedelta(minutes=number * 10)
    words = [f"tu{int(SYLLABLES * chance.random() ** 3)}" for _ in range(WORDS_OF_A_TEXT)]
    return findable(
        Feedback(
            id=f"{chance.getrandbits(128):032x}",
            giver=f"citizen-{number}",
            kind=KINDS[number % len(KINDS)],
            about=chance.choice(AGENCIES),
            text=" ".join(words),
            dossier="",
            received=received,
            state=OPEN_STATES[number % 3] if is_open else FeedbackState.ANSWERED,
            pass_on_by=received + timedelta(days=7),
            # It was looked at: else the service's job would look at all while it is measured.
            retention=VoiceRetention(retention_due=now + timedelta(days=90)),
            public=public,
            published=received + timedelta(days=20) if public else None,
            public_question="Vì sao chậm?" if public else "",
            public_answer="Đã khắc phục." if public else "",
        )
    )
