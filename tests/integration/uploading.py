"""Puts files into a store all at once, as the workers of a service do, and tells of the memory.

`python -m tests.integration.uploading URL KEY SECRET BUCKET COUNT MEGABYTES` prints how many MB
were resident before and at most.
"""

from foundation.runtime.patch import patch

patch()

import os  # noqa: E402 -- nothing may be imported before the patch
import resource  # noqa: E402
import sys  # noqa: E402
from tempfile import SpooledTemporaryFile  # noqa: E402
from types import SimpleNamespace  # noqa: E402
from typing import IO, cast  # noqa: E402

from foundation.concurrency import green  # noqa: E402
from foundation.files.content import media_type_of  # noqa: E402
from foundation.persistence.object_store import ObjectStore  # noqa: E402
from services.documents.domain.storing import FORMATS  # noqa: E402

MB = 1024 * 1024


def body(size: int) -> IO[bytes]:
    """An upload as the web server hands it on: on disk."""
    spool = SpooledTemporaryFile(max_size=256 * 1024)  # noqa: SIM115 -- its user reads it
    spool.write(b"%PDF-1.7 ")
    for _ in range(size):
        spool.write(os.urandom(MB - 9))
    return cast("IO[bytes]", spool)


def resident() -> int:
    """The most MB that were resident so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Put them there, all at once."""
    url, key, secret, bucket, count, size = sys.argv[1:]
    files = ObjectStore()
    settings = SimpleNamespace(
        s3_url=url, s3_access_key=key, s3_secret_key=secret, s3_bucket=bucket, max_workers=20
    )
    files.container = SimpleNamespace(config={"settings": settings})
    files.setup()
    bodies, before = [body(int(size)) for _ in range(int(count))], resident()

    def keep(stream: IO[bytes]) -> int:
        return files.put(stream, media_type_of(stream, FORMATS)).size

    kept = [each.wait() for each in [green.spawn(keep, stream) for stream in bodies]]
    print(len(kept), before, resident())


if __name__ == "__main__":
    main()
