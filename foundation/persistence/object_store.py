"""An object store (S3): files named by their SHA-256, never overwritten.

Any S3 server will do: nothing is asked of it but to keep, show and hand back an object.
"""

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from minio.error import S3Error

from foundation.errors import Invalid, NotFound, Unavailable
from foundation.frozen import replace
from foundation.injection import Provider
from foundation.observability.logs import log
from foundation.persistence.object_client import (
    PIECE,
    REGION,
    away,
    connect,
    deadline,
    not_found,
    pool_of,
    signer,
    translated,
)
from foundation.persistence.single_put import SinglePut

if TYPE_CHECKING:
    from foundation.settings import ObjectStoreSettings

MB = 1024 * 1024
STAYS_YOUNG = timedelta(hours=1)
"""Whoever puts a file that is there since longer writes it again, so that its age begins anew."""

ADDRESS_LASTS = timedelta(minutes=2)

_FOLDER = "sha256/"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_START_SECONDS = 5
_ANSWER_SECONDS = 1


@dataclass(frozen=True)
class ObjectInfo:
    """A file that is safely in the store; `size` in bytes; whether it was there before."""

    sha256: str
    size: int
    was_there: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class KeptObject:
    """An object as a list of the store has it; `digest` is "" if it is no file of ours."""

    name: str
    digest: str
    size: int
    stored: datetime


class DamagedError(Exception):
    """The stored bytes do not match their SHA-256: an incident, not a passing fault."""


class ObjectStore(Provider):
    """The files of a service: `files = ObjectStore()`, then `self.files.put(stream, kind)`."""

    label = "files"
    """What readiness calls it."""

    def setup(self) -> None:
        """Prepare the client; a store that is away now may be there when it is needed."""
        settings: ObjectStoreSettings = self.container.config["settings"]
        self._bucket = settings.s3_bucket
        pool = pool_of(settings.max_workers)
        self._client = connect(settings, connections=settings.max_workers, pool=pool)
        self._single = SinglePut(settings, pool, REGION)
        self._readers = signer(settings)
        try:
            with deadline(_START_SECONDS):
                self._make_bucket()
        except Unavailable:
            log.warning("the object store is away; its bucket is looked for again when used")

    def put(self, stream: IO[bytes], media_type: str) -> ObjectInfo:
        """Keep a file; one that came lately is not sent again. At most 30 s for the store.

        What is there since longer is written again: by its age a sweep tells what is being written.

        Raises:
            Invalid: it is empty.
            Unavailable: nothing is known to be stored; the same call may be made again.
        """
        # What can be read again is sent from where it lies; a request's body lies on disk already.
        with SpooledTemporaryFile(max_size=MB) as spool:
            again = stream.seekable()
            stored = self._measured(stream, None if again else spool)
            with deadline():
                age = self._age(stored)
                if age is None or age > STAYS_YOUNG:
                    self._upload(stored, stream if again else spool, media_type)
        return replace(stored, was_there=age is not None)

    def remove(
        self, digest: str, *, wanted: Callable[[], bool], idle_since: datetime | None = None
    ) -> bool:
        """Erase a file that nobody wants; whoever begins to want it meanwhile has it again.

        A copy is held until nobody wants it after it was erased, too. Whoever puts a file that is
        there already writes down that they want it, and puts it once more (`was_there`). With
        `idle_since` only what was not written after that is erased. Whether it was.

        Raises:
            Unavailable: it may be there still; the same call may be made again.
        """
        if wanted():
            return False
        with SpooledTemporaryFile(max_size=MB) as copy, suppress(NotFound):
            for piece in self.get(digest):
                copy.write(piece)
            if not self._erase(digest, idle_since):
                return False
            if wanted():
                copy.seek(0)
                self.put(copy, "application/octet-stream")
                return False
            return True
        return False

    def listed(self, after: str, limit: int) -> Sequence[KeptObject]:
        """The objects whose names come after that one, in their order.

        Raises:
            Unavailable: the store does not answer.
        """
        with deadline():
            found = self._client.list_objects(
                self._bucket, prefix=_FOLDER, recursive=True, start_after=after or None
            )
            return [_kept(each) for each in islice(found, limit)]

    def stat(self, digest: str) -> ObjectInfo:
        """How large the file with that SHA-256 is.

        Raises:
            NotFound: there is none.
            Unavailable: the store does not answer.
        """
        with deadline():
            found = self._client.stat_object(self._bucket, object_name(digest))
        return ObjectInfo(digest, found.size or 0)

    def get(self, digest: str) -> Iterator[bytes]:
        """The file with that SHA-256, piece by piece; the last only once all are proven right.

        Raises:
            NotFound: there is none.
            Unavailable: the store does not answer, or stopped half-way.
            DamagedError: the bytes do not have this SHA-256.
        """
        with deadline():
            response = self._client.get_object(self._bucket, object_name(digest))
        return _proven(response, digest)

    def part(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        """Part of the file with that SHA-256, piece by piece; only `get` proves the whole right.

        Raises:
            NotFound: there is none.
            Unavailable: the store does not answer, or stopped half-way.
        """
        with deadline():
            response = self._client.get_object(
                self._bucket, object_name(digest), offset=start, length=length
            )
        return _pieces(response, length)

    def address(self, digest: str, answered: Mapping[str, str]) -> str:
        """A signed address at which a reader may begin to fetch the file within ADDRESS_LASTS.

        The store answers there with the headers `answered`, which are signed too. "" if readers do
        not reach the store. Whoever has the address may use it: nobody proves the bytes right.

        Raises:
            NotFound: this is no SHA-256.
        """
        if self._readers is None:
            return ""
        headers: dict[str, str | list[str] | tuple[str]] = {
            f"response-{name.lower()}": value for name, value in answered.items()
        }
        return self._readers.presigned_get_object(
            self._bucket, object_name(digest), expires=ADDRESS_LASTS, response_headers=headers
        )

    def answers(self) -> bool:
        """Whether the store answers within a second."""
        try:
            with deadline(_ANSWER_SECONDS):
                self._client.bucket_exists(self._bucket)
        except Unavailable:
            return False
        return True

    def _measured(self, stream: IO[bytes], spool: IO[bytes] | None) -> ObjectInfo:
        """Its hash and size; a copy goes into the spool."""
        digest, size = sha256(), 0
        if spool is None:
            stream.seek(0)
        while piece := stream.read(PIECE):
            size += len(piece)
            digest.update(piece)
            if spool is not None:
                spool.write(piece)
        if not size:
            raise Invalid("Tệp rỗng.", "The file is empty.")
        return ObjectInfo(digest.hexdigest(), size)

    def _age(self, stored: ObjectInfo) -> timedelta | None:
        """How long ago it was written; None if it is not there."""
        try:
            found = self._client.stat_object(self._bucket, object_name(stored.sha256))
        except S3Error as error:
            if error.code in {"NoSuchKey", "NoSuchBucket"}:
                return None
            raise
        # Another size under this name is a damaged file: writing the right bytes mends it.
        if found.size != stored.size:
            return None
        return datetime.now(UTC) - _written(found)

    def _erase(self, digest: str, idle_since: datetime | None) -> bool:
        name = object_name(digest)
        with deadline():
            if idle_since and _written(self._client.stat_object(self._bucket, name)) > idle_since:
                return False
            self._client.remove_object(self._bucket, name)
        return True

    def _upload(self, stored: ObjectInfo, spool: Any, media_type: str) -> None:
        try:
            self._send(stored, spool, media_type)
        except S3Error as error:
            if error.code != "NoSuchBucket":
                raise
            self._make_bucket()
            self._send(stored, spool, media_type)

    def _send(self, stored: ObjectInfo, spool: Any, media_type: str) -> None:
        name = object_name(stored.sha256)
        self._single.send(name, spool, stored.size, stored.sha256, media_type)

    def _make_bucket(self) -> None:
        if not self._client.bucket_exists(self._bucket):
            self._client.make_bucket(self._bucket)


def object_name(digest: str) -> str:
    """Where the file with that SHA-256 lies: `sha256/ab/abcd…`.

    Raises:
        NotFound: this is no SHA-256, so there is no such file.
    """
    if not _SHA256.fullmatch(digest):
        raise not_found()
    return f"{_FOLDER}{digest[:2]}/{digest}"


def _written(found: Any) -> datetime:
    """When an object was written, by the clock of the store; one that does not say is old."""
    return found.last_modified or datetime.min.replace(tzinfo=UTC)


def _kept(found: Any) -> KeptObject:
    name = str(found.object_name)
    digest = name.rpartition("/")[2]
    ours = _SHA256.fullmatch(digest) and name == object_name(digest)
    return KeptObject(name, digest if ours else "", found.size or 0, _written(found))


def _proven(response: Any, digest: str) -> Generator[bytes, None, None]:
    seen, held = sha256(), b""
    try:
        with translated():
            for piece in response.stream(PIECE):
                seen.update(piece)
                if held:
                    yield held
                held = piece
        if seen.hexdigest() != digest:
            log.error("a stored file is damaged", sha256=digest)
            raise DamagedError("a stored file does not have the SHA-256 it is named by")
        yield held
    finally:
        response.close()
        response.release_conn()


def _pieces(response: Any, length: int) -> Generator[bytes, None, None]:
    left = length
    try:
        with translated():
            for piece in response.stream(PIECE):
                left -= len(piece)
                yield piece
        if left:
            raise away()
    finally:
        response.close()
        response.release_conn()
