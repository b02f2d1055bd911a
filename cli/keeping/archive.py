"""`motcua backup` and `restore`: one file with every database, every file and the platform's keys.

Only what stands still can be copied whole: the services are stopped meanwhile, after their queues
have run empty, so that nothing is on its way that the copy would not have.
"""

import io
import json
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from bson import decode_file_iter, encode
from pymongo import MongoClient
from rich.console import Console

from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.journey.store_inspectors import StoreInspector, holds_dead_letters
from cli.keeping.store import BUCKET, store_of
from cli.language import localized
from cli.local_platform import LocalPlatform
from cli.must_answer import must_run_whole
from cli.up_down_status import start_platform

PATIENCE = 120.0
AT_ONCE = 200
PREFIX = "motcua_"
KEYS = (
    "secrets.json",
    "token-key*.json",
    "token-keys.json",
    "vault-keys.json",
    "webhook-vault-keys.json",
    "agencies*.json",
    "ports.json",
)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(folder: DataFolder, file: Path) -> None:
    """Sao lưu hệ thống trên máy này vào FILE. / Copy the platform on this machine into FILE.

    Tệp chứa mọi bí mật của hệ thống: hãy giữ kín. / The file holds all its secrets: keep it safe.
    """
    platform, console = must_run_whole(folder), Console(stderr=True)
    with console.status(localized("Đợi các hàng đợi cạn…", "Waiting for the queues to run empty…")):
        _wait_for_quiet(platform)
    stopped = platform.supervisor.stop(platform.services)
    try:
        with console.status(localized("Đang sao lưu…", "Copying…")), _private(file) as archive:
            counts = _write(platform, archive)
    finally:
        if stopped:
            start_platform(LocalPlatform(folder.root))
    click.echo(
        localized(
            f"Đã sao lưu {counts['documents']} tài liệu và {counts['files']} tệp vào {file}.",
            f"{counts['documents']} documents and {counts['files']} files copied into {file}.",
        )
    )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(folder: DataFolder, file: Path) -> None:
    """Khôi phục từ FILE vào một thư mục dữ liệu trống. / Restore FILE into an empty data folder."""
    if folder.path("secrets.json").exists():
        raise CliError(
            f"Thư mục {folder.root} đã có dữ liệu: hãy chọn thư mục trống bằng --data.",
            f"The folder {folder.root} holds data already: name an empty one with --data.",
        )
    with tarfile.open(file) as archive:
        _restore_keys(folder, archive)
        platform = LocalPlatform(folder.root)
        start_platform(platform)
        platform.supervisor.stop(platform.services)
        _restore_databases(platform, archive)
        _restore_files(platform, archive)
    start_platform(LocalPlatform(folder.root))
    click.echo(
        localized("Đã khôi phục; hãy chạy `motcua verify`.", "Restored; now `motcua verify`.")
    )


def _wait_for_quiet(platform: LocalPlatform) -> None:
    """Until no message waits in a queue or an outbox.

    Raises:
        CliError: it does not become quiet.
    """
    inspector, end = StoreInspector(platform), time.monotonic() + PATIENCE
    while time.monotonic() < end:
        waiting = [
            name for name, n in inspector.queues().items() if n and not holds_dead_letters(name)
        ]
        if not waiting and not any(each.get("outbox") for _, each in inspector.entities()):
            return
        time.sleep(1)
    raise CliError(
        "Các hàng đợi chưa cạn: xem `motcua top` và `motcua dead`, rồi thử lại.",
        "The queues do not run empty: see `motcua top` and `motcua dead`, then try again.",
    )


def _write(platform: LocalPlatform, archive: tarfile.TarFile) -> dict[str, int]:
    counts = {"documents": 0, "files": 0}
    for path in sorted({each for keys in KEYS for each in platform.folder.root.glob(keys)}):
        archive.add(path, f"keys/{path.name}")
    for database in _databases(platform):
        for collection in database.list_collection_names():
            with tempfile.TemporaryFile() as spool:
                for document in database[collection].find(batch_size=AT_ONCE):
                    spool.write(encode(document))
                    counts["documents"] += 1
                _add(archive, f"databases/{database.name}/{collection}.bson", spool)
    store = store_of(platform)
    for kept in store.list_objects(BUCKET, recursive=True) if store.bucket_exists(BUCKET) else ():
        answer = store.get_object(BUCKET, str(kept.object_name))
        with answer, tempfile.TemporaryFile() as spool:
            for piece in answer.stream(1 << 20):
                spool.write(piece)
            _add(archive, f"files/{kept.object_name}", spool)
        counts["files"] += 1
    return counts


def _add(archive: tarfile.TarFile, name: str, content: Any) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = content.tell(), 0o600
    content.seek(0)
    archive.addfile(entry, content)


def _restore_keys(folder: DataFolder, archive: tarfile.TarFile) -> None:
    for name, content in _entries(archive, "keys/"):
        folder.write(Path(name).name, json.loads(content.read()))


def _restore_databases(platform: LocalPlatform, archive: tarfile.TarFile) -> None:
    with _client(platform) as client:
        for name, content in _entries(archive, "databases/"):
            database, _, collection = name.removesuffix(".bson").partition("/")
            kept = client[database][collection]
            kept.delete_many({})
            batch: list[dict[str, Any]] = []
            for document in decode_file_iter(content):
                batch.append(document)
                if len(batch) == AT_ONCE:
                    kept.insert_many(batch)
                    batch = []
            if batch:
                kept.insert_many(batch)


def _restore_files(platform: LocalPlatform, archive: tarfile.TarFile) -> None:
    store = store_of(platform)
    if not store.bucket_exists(BUCKET):
        store.make_bucket(BUCKET)
    for name, content in _entries(archive, "files/"):
        body = content.read()
        store.put_object(BUCKET, name, io.BytesIO(body), len(body))


def _entries(archive: tarfile.TarFile, folder: str) -> Iterator[tuple[str, Any]]:
    for entry in archive:
        content = archive.extractfile(entry) if entry.name.startswith(folder) else None
        if content:
            yield entry.name.removeprefix(folder), content


def _databases(platform: LocalPlatform) -> Iterator[Any]:
    with _client(platform) as client:
        for name in sorted(client.list_database_names()):
            if name.startswith(PREFIX):
                yield client[name]


def _client(platform: LocalPlatform) -> "MongoClient[dict[str, Any]]":
    return MongoClient(platform.servers.addresses().mongo_url)


def _private(file: Path) -> tarfile.TarFile:
    """An archive only its owner may read: it holds every secret."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    return tarfile.open(file, "w")
