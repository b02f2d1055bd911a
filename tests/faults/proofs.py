"""What must hold whatever was killed or cut, looked at from outside in both services' databases."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from contracts.history import first_broken
from foundation.persistence.document import history
from tests.faults.accounts import Account, Documents, account_of
from tests.processes import Bench, Process, until


def figures(what: str, **measured: object) -> None:
    """Print what a test has measured, never a literal; pytest shows it with -s or -rP."""
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in measured.items())
    print(f"\n    {what}: {told}")


def keys(count: int) -> list[str]:
    """Idempotency-Keys, one for each thing a client wants."""
    return [uuid.uuid4().hex for _ in range(count)]


def pay_until_answered(
    teller: Callable[[], Process],
    key: str,
    *,
    path: str = "/purses",
    note: str = "",
    within: float = 60.0,
) -> httpx.Response:
    """POST as a good client does: again with the same key until there is an answer to believe."""
    deadline = time.monotonic() + within
    while True:
        try:
            answer = teller().post(path, {"note": note}, key=key)
            if answer.status_code < 500:
                return answer
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, f"no answer within {within:g} s"
        time.sleep(0.1)


@contextmanager
def paying(teller: Process, every: float) -> Iterator[list[str]]:
    """Somebody keeps opening purses beside the test; yields them."""
    ended, purses = threading.Event(), list[str]()
    client = httpx.Client(base_url=teller.http.base_url, timeout=30)

    def pay() -> None:
        while not ended.wait(every):
            answer = client.post("/purses", json={}, headers={"Idempotency-Key": uuid.uuid4().hex})
            purses.extend(ids([answer]))

    thread = threading.Thread(target=pay)
    thread.start()
    try:
        yield purses
    finally:
        ended.set()
        thread.join()


def ids(answers: Sequence[httpx.Response]) -> list[str]:
    """The purses that answers speak of; each must be a receipt."""
    assert {answer.status_code for answer in answers} <= {200, 201}
    return [answer.json()["id"] for answer in answers]


def wait_all_counted(bench: Bench, purses: Sequence[str], *, within: float = 60.0) -> float:
    """Seconds until each of these purses has as many coins counted as were paid."""
    began = time.monotonic()
    until(
        lambda: not _uncounted(bench, purses),
        within=within,
        why="every coin is counted",
    )
    return time.monotonic() - began


def _uncounted(bench: Bench, purses: Sequence[str]) -> list[str]:
    paid, counted = (_coins(bench, user, purses) for user in ("teller", "counter"))
    return [purse for purse in purses if paid.get(purse, 0) != counted.get(purse, -1)]


def _coins(bench: Bench, user: str, purses: Sequence[str]) -> dict[str, int]:
    found = bench.documents(user).find({"_id": {"$in": list(purses)}}, {"coins": 1})
    return {each["_id"]: each["coins"] for each in found}


def prove(bench: Bench, purses: Sequence[str]) -> Account:
    """Nothing lost, one effect per event, nothing left unsent, every history whole.

    Returns what was counted, for the figures.
    """
    assert len(set(purses)) == len(purses)
    until(lambda: _quiet(bench), why="no message waits in a queue or an outbox")
    paid, counted = (_documents(bench, user, purses) for user in ("teller", "counter"))
    account = account_of(purses, paid, counted)
    assert account == Account()
    assert not _uncounted(bench, purses)
    for documents in (paid, counted):
        assert len(documents) == len(purses)
        for each in documents.values():
            _prove_one(each)
    return account


def _documents(bench: Bench, user: str, purses: Sequence[str]) -> Documents:
    found = bench.documents(user).find({"_id": {"$in": list(purses)}})
    return {each["_id"]: each for each in found}


def _quiet(bench: Bench) -> bool:
    waiting = bench.messages("counter") + unsent(bench, "teller") + unsent(bench, "counter")
    return not waiting


def unsent(bench: Bench, user: str) -> int:
    """How many purses of a service have messages in their outbox."""
    return int(bench.documents(user).count_documents({"outbox.id": {"$exists": True}}))


def _prove_one(document: Mapping[str, Any]) -> None:
    entries = history(document)
    assert first_broken(entries, head=document["head"]) is None
    assert len(entries) == document["coins"] == document["seqs"]["events"]
    repeated = [key for key, times in Counter(_handled(document)).items() if times > 1]
    assert not repeated, f"{repeated} had their effect more than once"
    assert len(_handled(document)) == document["coins"]


def _handled(document: Mapping[str, Any]) -> list[str]:
    return [mark["key"] for mark in document["handled"]]
