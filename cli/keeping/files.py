"""Holds the object store against the records of the documents service, both ways."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from cli.errors import CliError
from cli.keeping.log_check import AT_ONCE, batches
from cli.keeping.store import BUCKET
from foundation.persistence.object_store import object_name

YOUNG = timedelta(seconds=15)
"""A file is stored before its record: one as young as this may still get it."""
LOOK_EVERY = 1.0
ABSENT = frozenset(("NoSuchKey", "NoSuchBucket"))


@contextmanager
def answering() -> Iterator[None]:
    """Says in one sentence that the object store went away or refuses.

    Raises:
        CliError: it does.
    """
    try:
        yield
    except (MinioException, HTTPError, OSError) as error:
        reason = getattr(error, "code", "") or type(error).__name__
        raise CliError(
            f"Kho tệp không trả lời đúng ({reason}): xem `motcua status`, rồi thử lại.",
            f"The object store does not answer as it should ({reason}): "
            "see `motcua status`, then try again.",
        ) from error


def is_tombstone(record: Mapping[str, Any]) -> bool:
    """Whether its file was removed at the end of its term: then none has to be there."""
    return record.get("removed") is not None


def is_whole(store: Minio, digest: str, size: int, *, deep: bool) -> bool:
    """Whether the file is there and as large as it should be; `deep` reads and hashes it."""
    try:
        if not deep:
            return bool(store.stat_object(BUCKET, object_name(digest)).size == size)
        answer = store.get_object(BUCKET, object_name(digest))
    except S3Error as error:
        # Whatever else is refused says nothing about the file.
        if error.code in ABSENT:
            return False
        raise
    seen = hashlib.sha256()
    try:
        for piece in answer.stream(1 << 20):
            seen.update(piece)
    finally:
        answer.close()
        answer.release_conn()
    return seen.hexdigest() == digest


def all_files(store: Minio) -> Iterator[tuple[str, datetime]]:
    """The name of each file in the store, and when it was stored."""
    if store.bucket_exists(BUCKET):
        for kept in store.list_objects(BUCKET, recursive=True):
            yield str(kept.object_name), kept.last_modified or datetime.min.replace(tzinfo=UTC)


def left_over(
    files: dict[str, datetime],
    records: Any,
    sleep: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Which of these files no record names, once the young ones had time to get theirs."""
    _without_recorded(files, records)
    while any(stored > datetime.now(UTC) - YOUNG for stored in files.values()):
        sleep(LOOK_EVERY)
        _without_recorded(files, records)
    return sorted(files)


def _without_recorded(files: dict[str, datetime], records: Any) -> None:
    names = {name.rpartition("/")[2]: name for name in files}
    for digests in batches(tuple(names), AT_ONCE):
        for record in records.find({"sha256": {"$in": digests}}, {"sha256": 1}):
            files.pop(names[record["sha256"]], None)
