"""The client of an S3 server: every wait is bounded, and its errors are those of our tree."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from foundation.concurrency import green
from foundation.errors import NotFound, Unavailable
from foundation.observability.logs import log
from foundation.settings import ObjectStoreSettings, SettingsError

PIECE = 256 * 1024
"""Bytes that are read or written at once."""
REGION = "us-east-1"
"""Named, so that the client need not ask the store for it before each first call."""
_CONNECT_SECONDS = 3
_READ_SECONDS = 30
_CALL_SECONDS = 24
_TIDY_SECONDS = 5


def pool_of(connections: int) -> urllib3.PoolManager:
    """Connections that give up in bounded time (the library's own wait five minutes)."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        retries=urllib3.Retry(
            total=2, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504), redirect=False
        ),
        maxsize=connections,
        blocksize=PIECE,
    )


def connect(
    settings: ObjectStoreSettings, *, connections: int, pool: urllib3.PoolManager | None = None
) -> Minio:
    """A client that gives up in bounded time, over these connections or new ones."""
    url = urlsplit(settings.s3_url)
    return Minio(
        url.netloc,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        secure=url.scheme == "https",
        region=REGION,
        http_client=pool or pool_of(connections),
    )


def signer(settings: ObjectStoreSettings) -> Minio | None:
    """What signs addresses for readers; it asks the store nothing. None if they do not reach it.

    Raises:
        SettingsError: this is no address.
    """
    url = urlsplit(settings.s3_readers_url)
    if not settings.s3_readers_url:
        return None
    if url.scheme not in {"http", "https"} or not url.netloc or url.path.strip("/"):
        raise SettingsError(
            "S3_READERS_URL phải là https://máy[:cổng], không có đường dẫn",
            "S3_READERS_URL must be https://host[:port], without a path",
        )
    return Minio(
        url.netloc,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        secure=url.scheme == "https",
        region=REGION,
    )


@contextmanager
def deadline(seconds: float = _CALL_SECONDS) -> Iterator[None]:
    """Limit the time; the second time-out is for a library that cleans up after the first one."""
    late = away()
    with (
        translated(),
        green.deadline(seconds + _TIDY_SECONDS, late),
        green.deadline(seconds, late),
    ):
        yield


@contextmanager
def translated() -> Iterator[None]:
    """Have what goes wrong at the store raised as an error of our tree."""
    try:
        yield
    except S3Error as error:
        if error.code == "NoSuchKey":
            raise not_found() from error
        log.warning("the object store refuses", code=error.code)
        raise away() from error
    except (
        MinioException,
        urllib3.exceptions.HTTPError,
        OSError,
        # It answers, but not as S3 does: bad XML (a SyntaxError), dates or encodings.
        SyntaxError,
        ValueError,
    ) as error:
        log.warning("the object store is away", error=type(error).__name__)
        raise away() from error


def away() -> Unavailable:
    """The error that says that nothing can be had from the store."""
    return Unavailable(
        "Kho lưu trữ tệp tạm thời không truy cập được; xin thử lại sau.",
        "The file store cannot be reached at the moment; try again later.",
    )


def not_found() -> NotFound:
    """The error that says that the store has no such file."""
    return NotFound("Không tìm thấy tệp.", "There is no such file.")
