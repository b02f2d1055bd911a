"""`motcua documents orphans`: how far the sweep of the file store is, and what lies there for it.

Nothing is removed here: the documents service does that, after the grace.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import click
from minio import Minio

from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.embedded.object_store import FILES
from cli.journey.store_inspectors import StoreInspector
from cli.keeping.files import answering
from cli.keeping.log_check import AT_ONCE, batches
from cli.keeping.store import BUCKET, store_of
from cli.language import localized
from cli.must_answer import must_answer
from services.documents.domain.orphans import FILES as SWEEP
from services.documents.domain.orphans import GRACE

MOST_SHOWN = 1000
"""Orphans are few; of very many the first say enough."""


@dataclass(frozen=True)
class Orphan:
    """A file that no document has; it is removed at `removed_from` or a little later."""

    name: str
    size: int
    stored: str
    removed_from: str


@click.command("orphans")
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
@click.pass_obj
def orphans(folder: DataFolder, *, as_json: bool) -> None:
    """Tệp trong kho mà không tài liệu nào dùng. / Files in the store that no document has.

    Chỉ liệt kê, không xóa: dịch vụ tự xóa sau 3 ngày. /
    Only lists them: the service removes them after 3 days.
    """
    platform = must_answer(folder, DATABASE, FILES)
    database: Any = StoreInspector(platform).database("documents")
    with answering():
        found = list(islice(orphans_in(store_of(platform), database["documents"]), MOST_SHOWN))
    sweep = database["sweeps"].find_one({"_id": SWEEP}) or {}
    if as_json:
        said = {"sweep": _rounds(sweep), "orphans": [asdict(each) for each in found]}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    _say_sweep(sweep)
    _say_orphans(found)


def orphans_in(store: Minio, records: Any) -> Iterator[Orphan]:
    """The files that no document has which was not removed, in the order of their names."""
    if not store.bucket_exists(BUCKET):
        return
    for some in batches(store.list_objects(BUCKET, prefix="sha256/", recursive=True), AT_ONCE):
        digests = [str(each.object_name).rpartition("/")[2] for each in some]
        for digest, kept in zip(digests, some, strict=True):
            if records.find_one({"sha256": digest, "removed": None}, {"_id": 1}) is None:
                yield _orphan(kept)


def _orphan(kept: Any) -> Orphan:
    stored = kept.last_modified or datetime.min.replace(tzinfo=UTC)
    return Orphan(str(kept.object_name), kept.size or 0, _moment(stored), _moment(stored + GRACE))


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def _rounds(sweep: Mapping[str, Any]) -> dict[str, Any]:
    """The rounds as they are kept: the one under way, and the last one that ended."""
    times = ("began", "ended")
    return {
        which: {
            name: _moment(value) if name in times else value
            for name, value in sweep.get(which, {}).items()
        }
        for which in ("current", "last")
    }


def _say_sweep(sweep: Mapping[str, Any]) -> None:
    last, current = sweep.get("last", {}), sweep.get("current", {})
    if last.get("ended"):
        click.echo(
            localized(
                f"Lượt quét gần nhất xong lúc {_moment(last['ended'])}: xem {last['looked_at']} "
                f"tệp, {last['found']} tệp thừa quá hạn chờ, đã xóa {last['removed']}.",
                f"The last sweep ended at {_moment(last['ended'])}: {last['looked_at']} files "
                f"looked at, {last['found']} orphans past their grace, {last['removed']} removed.",
            )
        )
    if current.get("began"):
        click.echo(
            localized(
                f"Lượt đang chạy: đã xem {current['looked_at']} tệp.",
                f"The sweep under way has looked at {current['looked_at']} files.",
            )
        )


def _say_orphans(found: Sequence[Orphan]) -> None:
    for each in found:
        click.echo(
            localized(
                f"{each.name}: {each.size} byte, lưu {each.stored}, xóa từ {each.removed_from}",
                f"{each.name}: {each.size} bytes, stored {each.stored}, "
                f"removed from {each.removed_from}",
            )
        )
    more = localized(" (hoặc hơn)", " (or more)") if len(found) == MOST_SHOWN else ""
    click.echo(
        localized(
            f"{len(found)}{more} tệp không có tài liệu nào dùng.",
            f"{len(found)}{more} files that no document has.",
        )
    )
