"""Puts one file into a store, as a service would: `python -m tests.integration.keeping URL`.

Prints what came of it and how many seconds it took.
"""

from foundation.runtime.patch import patch

patch()

import sys  # noqa: E402 -- nothing may be imported before the patch
import time  # noqa: E402
from io import BytesIO  # noqa: E402
from types import SimpleNamespace  # noqa: E402

from foundation.errors import Error  # noqa: E402
from foundation.persistence.object_store import ObjectStore  # noqa: E402


def main() -> None:
    settings = SimpleNamespace(
        s3_url=sys.argv[1],
        s3_access_key="key",
        s3_secret_key="secret",  # noqa: S106 -- of a server that does not exist
        s3_bucket="motcua",
        s3_readers_url="",
        max_workers=2,
    )
    files = ObjectStore()
    files.container = SimpleNamespace(config={"settings": settings})
    began = time.monotonic()
    files.setup()
    ready = time.monotonic()
    try:
        files.put(BytesIO(b"x" * 6_000_000), "application/pdf")
        outcome = "stored"
    except Error as error:
        outcome = error.name
    print(outcome, f"{ready - began:.1f}", f"{time.monotonic() - ready:.1f}")


if __name__ == "__main__":
    main()
