"""The object store of a platform, as its keeper reaches it."""

from minio import Minio

from cli.local_platform import LocalPlatform

BUCKET = "motcua"


def store_of(platform: LocalPlatform) -> Minio:
    """A client with the keys of the documents service."""
    addresses = platform.servers.addresses()
    scheme, _, host = addresses.s3_url.partition("://")
    return Minio(
        host,
        access_key=addresses.s3_access_key,
        secret_key=addresses.s3_secret_key,
        secure=scheme == "https",
    )
