"""Erasing a file: whoever begins to want it at that moment has it, at whatever moment that is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest

from foundation.errors import NotFound
from foundation.persistence.object_store import STAYS_YOUNG, ObjectStore

BODY = b"ban ve" * 100_000


class FakeMinio:
    """Keeps objects in memory; `before` is called with the name of each call."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.written: dict[str, datetime] = {}
        self.before: Callable[[str], None] = lambda _call: None

    def stat_object(self, _bucket: str, name: str) -> Any:
        self.before("stat")
        return SimpleNamespace(size=len(self._found(name)), last_modified=self.written[name])

    def send(self, name: str, body: Any, *_: Any) -> None:
        self.before("put")
        body.seek(0)
        self.objects[name] = body.read()
        self.written[name] = datetime.now(UTC)

    def remove_object(self, _bucket: str, name: str) -> None:
        self.before("remove")
        self.objects.pop(name, None)

    def get_object(self, _bucket: str, name: str) -> Any:
        body = self._found(name)

        def stream(_size: int) -> Iterator[bytes]:
            yield from (body[at : at + 65536] for at in range(0, len(body), 65536))

        return SimpleNamespace(stream=stream, close=lambda: None, release_conn=lambda: None)

    def _found(self, name: str) -> bytes:
        if name not in self.objects:
            raise missing()
        return self.objects[name]


def missing() -> Exception:
    from minio.error import S3Error  # noqa: PLC0415

    return S3Error(None, "NoSuchKey", "", "", "", "")  # type: ignore[arg-type]


@pytest.fixture
def client() -> FakeMinio:
    return FakeMinio()


@pytest.fixture
def store(client: FakeMinio) -> ObjectStore:
    made = ObjectStore()
    made._client, made._single, made._bucket = client, client, "motcua"  # type: ignore[assignment]  # noqa: SLF001
    return made


def test_what_nobody_wants_is_erased_and_erasing_it_twice_is_no_fault(store: ObjectStore) -> None:
    kept = store.put(BytesIO(BODY), "application/pdf")
    assert not kept.was_there
    assert store.put(BytesIO(BODY), "application/pdf").was_there
    store.remove(kept.sha256, wanted=lambda: False)
    store.remove(kept.sha256, wanted=lambda: False)
    with pytest.raises(NotFound):
        b"".join(store.get(kept.sha256))


def test_what_somebody_wants_stays(store: ObjectStore) -> None:
    kept = store.put(BytesIO(BODY), "application/pdf")
    store.remove(kept.sha256, wanted=lambda: True)
    assert b"".join(store.get(kept.sha256)) == BODY


def test_a_file_that_is_there_since_long_is_written_again_so_that_no_sweep_takes_it(
    store: ObjectStore, client: FakeMinio
) -> None:
    kept = store.put(BytesIO(BODY), "application/pdf")
    (name,) = client.objects
    long_ago = datetime.now(UTC) - 9 * STAYS_YOUNG
    client.written[name] = long_ago
    assert not store.remove(kept.sha256, wanted=lambda: False, idle_since=long_ago - STAYS_YOUNG)
    assert store.put(BytesIO(BODY), "application/pdf").was_there
    assert not store.remove(kept.sha256, wanted=lambda: False, idle_since=long_ago)
    assert client.written[name] > long_ago
    client.written[name] = long_ago
    assert store.remove(kept.sha256, wanted=lambda: False, idle_since=long_ago)
    assert client.objects == {}


@pytest.mark.parametrize("moment", ["stat", "remove", "put", "never"])
def test_an_upload_of_the_same_bytes_at_any_moment_of_erasing_them_has_its_file(
    store: ObjectStore, client: FakeMinio, moment: str
) -> None:
    kept = store.put(BytesIO(BODY), "application/pdf")
    records: list[datetime] = []

    def upload() -> None:
        client.before = lambda _call: None
        again = store.put(BytesIO(BODY), "application/pdf")
        records.append(datetime.now(UTC))
        if again.was_there:
            store.put(BytesIO(BODY), "application/pdf")

    def before(call: str) -> None:
        if call == moment:
            upload()

    client.before = before
    store.remove(kept.sha256, wanted=lambda: bool(records))
    if not records:
        upload()
    assert b"".join(store.get(kept.sha256)) == BODY


def test_an_upload_that_found_the_file_before_it_was_erased_puts_it_once_more(
    store: ObjectStore,
) -> None:
    kept = store.put(BytesIO(BODY), "application/pdf")
    found = store.put(BytesIO(BODY), "application/pdf")
    store.remove(kept.sha256, wanted=lambda: False)  # before the record of the upload is saved
    assert found.was_there
    store.put(BytesIO(BODY), "application/pdf")
    assert b"".join(store.get(kept.sha256)) == BODY
