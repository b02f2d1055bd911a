"""An object store (S3): files named by their SHA-256, never overwritten.

Any S3 server will do: nothing is asked of it but to keep, show and hand back an object.
"""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from foundation.concurrency import green
from foundation.errors import Invalid, NotFound, Unavailable
from foundation.injection import Provider
from foundation.observability.logs import log
from foundation.settings import ObjectStoreSettings

MB = 1024 * 1024
LARGEST_FILE = 25 * MB

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PIECE = 64 * 1024
_PART = 5 * MB
"""The smallest part S3 allows: one at a time is all of a file that is ever in memory."""
_CONNECT_SECONDS = 3
_READ_SECONDS = 30
_PUT_SECONDS = 24
_START_SECONDS = 5
_ANSWER_SECONDS = 1
_TIDY_SECONDS = 5
_REGION = "us-east-1"
"""Named, so that the client need not ask the store for it before each first call."""


@dataclass(frozen=True)
class ObjectInfo:
    """A file that is safely in the store; `size` in bytes; whether it was there before."""

    sha256: str
    size: int
    was_there: bool = False


class DamagedError(Exception):
    """The stored bytes do not match their SHA-256: an incident, not a passing fault."""


class ObjectStore(Provider):
    """The files of a service: `files = ObjectStore()`, then `self.files.put(stream, kind)`."""

    label = "files"
    """What readiness calls it."""

    def __init__(self, largest: int = LARGEST_FILE) -> None:
        """`largest` file taken, in bytes."""
        self.largest = largest
        super().__init__()

    def setup(self) -> None:
        """Prepare the client; a store that is away now may be there when it is needed."""
        settings: ObjectStoreSettings = self.container.config["settings"]
        self._bucket = settings.s3_bucket
        self._client = connect(settings, connections=settings.max_workers)
        try:
            with _deadline(_START_SECONDS):
                self._make_bucket()
        except Unavailable:
            log.warning("the object store is away; its bucket is looked for again when used")

    def put(self, stream: IO[bytes], media_type: str) -> ObjectInfo:
        """Keep a file; one that is there already is not sent again. At most 30 s for the store.

        Raises:
            Invalid: it is empty, or larger than `largest`.
            Unavailable: nothing is known to be stored; the same call may be made again.
        """
        # What can be read again is sent from where it lies; a request's body lies on disk already.
        with SpooledTemporaryFile(max_size=MB) as spool:
            again = stream.seekable()
            stored = self._measured(stream, None if again else spool)
            with _deadline():
                if self._is_there(stored):
                    return replace(stored, was_there=True)
                self._upload(stored, stream if again else spool, media_type)
        return stored

    def remove(self, digest: str, *, wanted: Callable[[], bool]) -> None:
        """Erase a file that nobody wants; whoever begins to want it meanwhile has it again.

        A copy is held until nobody wants it after it was erased, too. Whoever puts a file that is
        there already writes down that they want it, and puts it once more (`was_there`).

        Raises:
            Unavailable: it may be there still; the same call may be made again.
        """
        if wanted():
            return
        with SpooledTemporaryFile(max_size=MB) as copy, suppress(NotFound):
            for piece in self.get(digest):
                copy.write(piece)
            with _deadline():
                self._client.remove_object(self._bucket, object_name(digest))
            if wanted():
                copy.seek(0)
                self.put(copy, "application/octet-stream")

    def stat(self, digest: str) -> ObjectInfo:
        """How large the file with that SHA-256 is.

        Raises:
            NotFound: there is none.
            Unavailable: the store does not answer.
        """
        with _deadline():
            found = self._client.stat_object(self._bucket, object_name(digest))
        return ObjectInfo(digest, found.size or 0)

    def get(self, digest: str) -> Iterator[bytes]:
        """The file with that SHA-256, piece by piece; the last only once all are proven right.

        Raises:
            NotFound: there is none.
            Unavailable: the store does not answer, or stopped half-way.
            DamagedError: the bytes do not have this SHA-256.
        """
        with _deadline():
            response = self._client.get_object(self._bucket, object_name(digest))
        return _proven(response, digest)

    def part(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        """Part of the file with that SHA-256, piece by piece; only `get` proves the whole right.

        Raises:
            NotFound: there is none.
            Unavailable: the store does not answer, or stopped half-way.
        """
        with _deadline():
            response = self._client.get_object(
                self._bucket, object_name(digest), offset=start, length=length
            )
        return _pieces(response, length)

    def answers(self) -> bool:
        """Whether the store answers within a second."""
        try:
            with _deadline(_ANSWER_SECONDS):
                self._client.bucket_exists(self._bucket)
        except Unavailable:
            return False
        return True

    def _measured(self, stream: IO[bytes], spool: IO[bytes] | None) -> ObjectInfo:
        """Its hash and size; a copy goes into the spool."""
        digest, size = sha256(), 0
        if spool is None:
            stream.seek(0)
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > self.largest:
                raise Invalid(
                    f"Tệp lớn hơn {self.largest // MB} MB.",
                    f"The file is larger than {self.largest // MB} MB.",
                )
            digest.update(piece)
            if spool is not None:
                spool.write(piece)
        if not size:
            raise Invalid("Tệp rỗng.", "The file is empty.")
        return ObjectInfo(digest.hexdigest(), size)

    def _is_there(self, stored: ObjectInfo) -> bool:
        try:
            found = self._client.stat_object(self._bucket, object_name(stored.sha256))
        except S3Error as error:
            if error.code in {"NoSuchKey", "NoSuchBucket"}:
                return False
            raise
        # Another size under this name is a damaged file: writing the right bytes mends it.
        return bool(found.size == stored.size)

    def _upload(self, stored: ObjectInfo, spool: Any, media_type: str) -> None:
        try:
            self._send(stored, spool, media_type)
        except S3Error as error:
            if error.code != "NoSuchBucket":
                raise
            self._make_bucket()
            self._send(stored, spool, media_type)

    def _send(self, stored: ObjectInfo, spool: Any, media_type: str) -> None:
        spool.seek(0)
        self._client.put_object(
            self._bucket,
            object_name(stored.sha256),
            spool,
            length=stored.size,
            content_type=media_type,
            part_size=_PART,
            num_parallel_uploads=1,
        )

    def _make_bucket(self) -> None:
        if not self._client.bucket_exists(self._bucket):
            self._client.make_bucket(self._bucket)


def connect(settings: ObjectStoreSettings, *, connections: int) -> Minio:
    """A client that gives up in bounded time (the library's own waits five minutes)."""
    url = urlsplit(settings.s3_url)
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        retries=urllib3.Retry(
            total=2, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504), redirect=False
        ),
        maxsize=connections,
    )
    return Minio(
        url.netloc,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        secure=url.scheme == "https",
        region=_REGION,
        http_client=pool,
    )


def object_name(digest: str) -> str:
    """Where the file with that SHA-256 lies: `sha256/ab/abcd…`.

    Raises:
        NotFound: this is no SHA-256, so there is no such file.
    """
    if not _SHA256.fullmatch(digest):
        raise _not_found()
    return f"sha256/{digest[:2]}/{digest}"


def _proven(response: Any, digest: str) -> Generator[bytes, None, None]:
    seen, held = sha256(), b""
    try:
        with _translated():
            for piece in response.stream(_PIECE):
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
        with _translated():
            for piece in response.stream(_PIECE):
                left -= len(piece)
                yield piece
        if left:
            raise _away()
    finally:
        response.close()
        response.release_conn()


@contextmanager
def _deadline(seconds: float = _PUT_SECONDS) -> Iterator[None]:
    """Limit the time; the second time-out is for a library that cleans up after the first one."""
    away = _away()
    with (
        _translated(),
        green.deadline(seconds + _TIDY_SECONDS, away),
        green.deadline(seconds, away),
    ):
        yield


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except S3Error as error:
        if error.code == "NoSuchKey":
            raise _not_found() from error
        log.warning("the object store refuses", code=error.code)
        raise _away() from error
    except (
        MinioException,
        urllib3.exceptions.HTTPError,
        OSError,
        # It answers, but not as S3 does: bad XML (a SyntaxError), dates or encodings.
        SyntaxError,
        ValueError,
    ) as error:
        log.warning("the object store is away", error=type(error).__name__)
        raise _away() from error


def _away() -> Unavailable:
    return Unavailable(
        "Kho lưu trữ tệp tạm thời không truy cập được; xin thử lại sau.",
        "The file store cannot be reached at the moment; try again later.",
    )


def _not_found() -> NotFound:
    return NotFound("Không tìm thấy tệp.", "There is no such file.")
