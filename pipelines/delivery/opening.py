"""From the URI that an operator writes to the store behind it."""

import re

from pipelines.config import Delivery
from pipelines.delivery.folder import FolderStore
from pipelines.delivery.s3 import S3Store
from pipelines.delivery.store import Store, is_key
from pipelines.errors import UsageError


def open_store(uri: str, delivery: Delivery) -> Store:
    """The store that `uri` names: a local folder (made on the first put) or `s3://bucket/prefix`.

    Raises UsageError when the URI is neither, the folder or one above it is a file, the prefix is
    no key or the bucket does not exist, and StoreError when the bucket cannot be reached.
    """
    scheme, found, rest = uri.partition("://")
    if not found and uri and not uri.startswith(("s3:", "file:")):
        return FolderStore(uri)
    if scheme == "file" and rest.startswith("/"):
        return FolderStore(rest)
    if scheme == "s3":
        bucket, _, prefix = rest.partition("/")
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
            raise UsageError(f"{uri}: no bucket name", "write s3://bucket or s3://bucket/prefix")
        prefix = prefix.removesuffix("/")
        if prefix and not is_key(prefix):
            raise UsageError(f"{uri}: no prefix", "write names between single slashes, without dots alone")
        store = S3Store(bucket, prefix, delivery)
        store.check_bucket()
        return store
    raise UsageError(
        f"{uri or 'nothing'}: unknown kind of place", "name a local folder or s3://bucket/prefix"
    )
