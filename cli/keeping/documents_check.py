"""`motcua documents verify`: every file read and hashed, in as many sittings as it takes.

Where it stands is written down after each batch, so that one that was ended, by whoever and
however, goes on there. What is uploaded meanwhile may lie before that place: it was hashed when it
came, and the next run reads it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.embedded.object_store import FILES
from cli.journey.store_inspectors import StoreInspector
from cli.keeping.files import answering, is_tombstone, is_whole
from cli.keeping.store import store_of
from cli.language import localized
from cli.must_answer import must_answer

STANDING = "documents-verify.json"
AT_ONCE = 50
"""Documents whose files are read again at most, when a run was ended."""
MOST_NAMED = 1000
Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class DocumentsLook:
    """How far it is: all documents up to the id `after` were looked at.

    `faults` is how many failed; the first of them are in `named`.
    """

    after: str = ""
    looked_at: int = 0
    faults: int = 0
    named: tuple[str, ...] = ()
    began: str = ""

    @classmethod
    def read(cls, folder: DataFolder) -> Self:
        """Where the run before was ended; the beginning if it came to its end."""
        kept = folder.read(STANDING)
        return cls(**{**kept, "named": tuple(kept["named"])}) if kept else cls()

    def write(self, folder: DataFolder) -> None:
        """Let the next run go on here."""
        folder.write(STANDING, asdict(self))

    def past(self, records: Records, faults: Sequence[str]) -> Self:
        """Behind these documents, of which some have a fault."""
        return replace(
            self,
            after=str(records[-1]["_id"]),
            looked_at=self.looked_at + len(records),
            faults=self.faults + len(faults),
            named=(*self.named, *faults)[:MOST_NAMED],
        )


def advance(
    standing: DocumentsLook,
    batches: Callable[[str], Iterator[Records]],
    whole: Callable[[Mapping[str, Any]], bool],
) -> Iterator[DocumentsLook]:
    """Look at all documents behind the standing, giving the new one after each batch."""
    for records in batches(standing.after):
        faults = [f"{each['_id']} ({each['sha256']})" for each in records if not whole(each)]
        standing = standing.past(records, faults)
        yield standing


@click.command()
@click.option("--anew", is_flag=True, help="Làm lại từ đầu. / From the beginning again.")
@click.pass_obj
def verify(folder: DataFolder, *, anew: bool) -> None:
    """Đọc và tính lại mã băm của mọi tệp. / Read and hash every file.

    Dừng lúc nào cũng được: lần sau làm tiếp. /
    May be ended at any time: the next run goes on there.
    """
    platform = must_answer(folder, DATABASE, FILES)
    records: Any = StoreInspector(platform).database("documents")["documents"]
    store = store_of(platform)
    standing = DocumentsLook() if anew else DocumentsLook.read(folder)
    if standing.looked_at:
        _say_where(standing)
    else:
        standing = replace(standing, began=datetime.now(UTC).isoformat(timespec="seconds"))

    def whole(record: Mapping[str, Any]) -> bool:
        return is_tombstone(record) or is_whole(store, record["sha256"], record["size"], deep=True)

    with answering(), _bar() as bar:
        total = max(records.count_documents({}), standing.looked_at)
        task = bar.add_task("", total=total, completed=standing.looked_at)
        for reached in advance(standing, lambda after: _batches(records, after), whole):
            standing = reached
            standing.write(folder)
            bar.update(task, completed=standing.looked_at)
    folder.path(STANDING).unlink(missing_ok=True)
    _report(standing)


def _batches(records: Any, after: str) -> Iterator[Records]:
    while found := list(
        records.find({"_id": {"$gt": after}}, {"sha256": 1, "size": 1, "removed": 1})
        .sort("_id", 1)
        .limit(AT_ONCE)
    ):
        yield found
        after = found[-1]["_id"]


def _bar() -> Progress:
    columns = (
        TextColumn(localized("Đang đọc tệp", "Reading files")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _say_where(standing: DocumentsLook) -> None:
    click.echo(
        localized(
            f"Làm tiếp lần bắt đầu {standing.began}, sau {standing.looked_at} tệp.",
            f"Going on with the run begun {standing.began}, after {standing.looked_at} files.",
        ),
        err=True,
    )


def _report(standing: DocumentsLook) -> None:
    """Say what was found; the exit code is 1 if a file is not whole."""
    for each in standing.named:
        click.echo(localized(f"Mất hoặc hỏng: {each}", f"Missing or damaged: {each}"))
    if standing.faults:
        click.echo(
            localized(
                f"{standing.faults} trong {standing.looked_at} tệp bị mất hoặc hỏng: hãy khôi phục "
                "từ bản sao lưu, hoặc để người nộp tải lên lại.",
                f"{standing.faults} of {standing.looked_at} files are missing or damaged: restore "
                "them from a backup, or have them uploaded again.",
            )
        )
        raise click.exceptions.Exit(1)
    click.echo(
        localized(
            f"Cả {standing.looked_at} tệp còn nguyên.",
            f"All {standing.looked_at} files are there and whole.",
        )
    )
