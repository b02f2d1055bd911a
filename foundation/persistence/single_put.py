"""Puts a file into an S3 store in one request, as it is read from disk.

The put of the minio client reads a part of the file into memory, hashes it once more, and has the
store join the parts: for 20 MB that takes twice as long. Here the hash is known: it is signed with
the request, so that the store refuses bytes that were changed on their way. It is kept as an
attachment: no browser shows it, not even at a store that passes over the name in a signed address.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import IO
from urllib.parse import urlsplit

import urllib3
from minio import time as amazon
from minio.credentials.credentials import Credentials
from minio.error import S3Error
from minio.signer import sign_v4_s3

from foundation.settings import ObjectStoreSettings


@dataclass(frozen=True)
class SinglePut:
    """Where it puts, and with whose keys."""

    settings: ObjectStoreSettings
    pool: urllib3.PoolManager
    region: str

    def send(self, name: str, body: IO[bytes], size: int, sha256: str, media_type: str) -> None:
        """Put the body, from its beginning on, under that name.

        Raises:
            S3Error: the store refuses it.
            HTTPError, ValueError: the store does not answer, or not as one does.
        """
        settings = self.settings
        url = urlsplit(f"{settings.s3_url.rstrip('/')}/{settings.s3_bucket}/{name}")
        date = amazon.utcnow()
        headers: dict[str, str | list[str] | tuple[str]] = {
            "Host": url.netloc,
            "Content-Disposition": "attachment",
            "Content-Length": str(size),
            "Content-Type": media_type,
            "x-amz-content-sha256": sha256,
            "x-amz-date": amazon.to_amz_date(date),
        }
        signed = sign_v4_s3(
            method="PUT",
            url=url,
            region=self.region,
            headers=headers,
            credentials=Credentials(settings.s3_access_key, settings.s3_secret_key),
            content_sha256=sha256,
            date=date,
        )
        body.seek(0)
        said = {each: str(value) for each, value in signed.items()}
        answer = self.pool.request("PUT", url.geturl(), body=body, headers=said)
        if answer.status != HTTPStatus.OK:
            raise S3Error.fromxml(answer)
        if not answer.headers.get("etag") or answer.data:
            raise ValueError("this is no answer of an S3 store: nothing is known to be stored")
