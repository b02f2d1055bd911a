"""Which files of the object store no record names; and which errors say nothing about a file."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from minio import Minio
from minio.error import S3Error

from cli.errors import CliError
from cli.keeping.files import YOUNG, answering, is_whole, left_over
from cli.keeping.orphans import Orphan, orphans_in

DIGEST = "ab" * 32


class Records:
    """The documents' collection: finds the digests it has been told of."""

    def __init__(self, *digests: str) -> None:
        self.digests = set(digests)

    def find(self, query: Any, _fields: Any) -> list[dict[str, str]]:
        return [{"sha256": each} for each in query["sha256"]["$in"] if each in self.digests]

    def find_one(self, query: Any, _fields: Any) -> dict[str, str] | None:
        assert query["removed"] is None
        return {"_id": "x"} if query["sha256"] in self.digests else None


def named(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest}"


def refusing(code: str) -> Minio:
    def refuse(*_: object) -> None:
        raise S3Error(cast("Any", None), code, "no", "", "", "")

    return cast("Minio", SimpleNamespace(stat_object=refuse, get_object=refuse))


def never(_seconds: float) -> None:
    pytest.fail("there is nothing to wait for")


def test_an_old_file_without_a_record_is_left_over_and_others_are_not() -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    files = {named(DIGEST): long_ago, named("cd" * 32): long_ago}
    assert left_over(files, Records(DIGEST), never) == [named("cd" * 32)]


def test_a_young_file_is_waited_for_and_its_record_is_found() -> None:
    records = Records()

    def write_the_record(_seconds: float) -> None:
        records.digests.add(DIGEST)

    assert left_over({named(DIGEST): datetime.now(UTC)}, records, write_the_record) == []


def test_a_young_file_that_never_gets_a_record_is_left_over() -> None:
    waits: list[float] = []
    young = datetime.now(UTC) - YOUNG + timedelta(seconds=0.05)
    assert left_over({named(DIGEST): young}, Records(), waits.append) == [named(DIGEST)]
    assert waits


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchBucket"])
def test_a_file_that_is_not_there_is_lost(code: str, *, deep: bool) -> None:
    assert not is_whole(refusing(code), DIGEST, 1, deep=deep)


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("code", ["AccessDenied", "InternalError", "SlowDown"])
def test_a_store_that_refuses_does_not_make_a_file_lost(code: str, *, deep: bool) -> None:
    with pytest.raises(CliError, match=code), answering():
        is_whole(refusing(code), DIGEST, 1, deep=deep)


def test_an_orphan_is_named_with_the_day_from_which_it_is_removed() -> None:
    stored = datetime(2026, 11, 20, 2, tzinfo=UTC)
    objects = [
        SimpleNamespace(object_name=named(each), size=7, last_modified=stored)
        for each in (DIGEST, "cd" * 32)
    ]
    store = cast(
        "Minio",
        SimpleNamespace(bucket_exists=lambda _: True, list_objects=lambda *_, **__: iter(objects)),
    )
    assert list(orphans_in(store, Records(DIGEST))) == [
        Orphan(named("cd" * 32), 7, "2026-11-20T02:00:00+00:00", "2026-11-23T02:00:00+00:00")
    ]
    empty = cast("Minio", SimpleNamespace(bucket_exists=lambda _: False))
    assert list(orphans_in(empty, Records())) == []
