"""A store in an S3 bucket, or in anything that speaks S3 (`delivery.endpoint_url`).

An object appears when its upload is complete, whole or not at all. The sha256 of the whole
object stands in its metadata, because the ETag and the checksum of a multipart upload are
not that.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from pipelines.config import Delivery
from pipelines.delivery.store import Head, Store, checked, content_type_of, copy, head_of, head_of_file
from pipelines.errors import StoreError, UsageError

LEFT_AFTER = timedelta(hours=24)
"""An upload open for so long is not that of a living process: one print file takes minutes. The
clock decides on leftovers only, never on what is written."""

_SHA256 = "sha256"
_CLIENT = ClientConfig(
    retries={"mode": "standard", "max_attempts": 8},
    connect_timeout=20,
    read_timeout=120,
    user_agent_extra="brevpress",
)
_MISSING = {"404", "NoSuchKey", "NotFound"}
_NOT_FOR_US = {"AccessDenied", "NotImplemented", "NoSuchUpload"}
_THERE_ALREADY = {"412", "PreconditionFailed"}


class S3Store(Store):
    """Keys below `prefix` in `bucket`. Pickles; the connection is made on first use."""

    def __init__(self, bucket: str, prefix: str, delivery: Delivery) -> None:
        self.uri = f"s3://{bucket}/{prefix}".rstrip("/")
        self._bucket = bucket
        self._prefix = f"{checked(prefix)}/" if prefix else ""
        self._delivery = delivery

    def __reduce__(self) -> tuple[type["S3Store"], tuple[str, str, Delivery]]:
        return S3Store, (self._bucket, self._prefix.rstrip("/"), self._delivery)

    @property
    def _client(self) -> Any:
        return _connection(self._delivery.endpoint_url, self._delivery.region, os.getpid())

    def check_bucket(self) -> None:
        """Nothing when the bucket is there; UsageError when not, StoreError when it is out of reach."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except NoCredentialsError as error:
            raise UsageError(f"{self.uri}: no credentials", "set AWS_PROFILE or AWS_ACCESS_KEY_ID") from error
        except ClientError as error:
            code = _code(error)
            if code in _MISSING | {"NoSuchBucket"}:
                raise UsageError(f"{self.uri}: no such bucket", "make it, or mend --out") from error
            if code in {"403", "AccessDenied"}:
                raise UsageError(f"{self.uri}: access denied", "ask for the rights on the bucket") from error
            raise StoreError(f"{self.uri}: {code}", "see delivery in brevpress.toml") from error
        except (BotoCoreError, ValueError) as error:
            raise StoreError(f"{self.uri}: {error}", "see delivery.endpoint_url in brevpress.toml") from error

    def head(self, key: str) -> Head | None:
        """Size and sha256 from the object's metadata; an object put by others is read for it."""
        with self._refusals("read", key):
            try:
                found = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
            except ClientError as error:
                if _code(error) in _MISSING:
                    return None
                raise
            if sha256 := found["Metadata"].get(_SHA256):
                return Head(found["ContentLength"], sha256)
            return copy(self._body(key))

    def get(self, key: str) -> bytes:
        """The bytes of the object."""
        with self._refusals("read", key):
            data: bytes = self._body(key).read()
        return data

    def put_bytes(self, key: str, data: bytes, content_type: str | None = None) -> Head:
        """Writes or replaces the object in one request."""
        head = head_of(data)
        with self._refusals("write", key):
            self._client.put_object(**self._put(key, data, head, content_type))
        return head

    def put_file(self, key: str, path: Path, content_type: str | None = None) -> Head:
        """Writes or replaces the object with a local file, in parts of `delivery.part_mb` MiB."""
        part = self._delivery.part_mb << 20
        with self._refusals("write", key):
            head = head_of_file(path)
            if head.size > part:
                self._abort_left(key)
            self._client.upload_file(
                str(path),
                self._bucket,
                self._name(key),
                ExtraArgs=self._extra(key, head, content_type),
                Config=TransferConfig(
                    multipart_threshold=part + 1, multipart_chunksize=part, max_concurrency=4
                ),
            )
        return head

    def create(self, key: str, data: bytes, content_type: str | None = None) -> bool:
        """True when the object was written; the bucket itself refuses to replace one (If-None-Match)."""
        with self._refusals("write", key):
            try:
                self._client.put_object(**self._put(key, data, head_of(data), content_type), IfNoneMatch="*")
            except ClientError as error:
                if _code(error) in _THERE_ALREADY:
                    return False
                raise
        return True

    def list(self, prefix: str = "") -> tuple[str, ...]:
        """All keys that begin with `prefix`, sorted; a request for each 1,000 keys."""
        with self._refusals("list", prefix or "the bucket"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            names = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        return tuple(sorted(name.removeprefix(self._prefix) for name in names))

    def delete(self, key: str) -> None:
        """Removes the object, if there is one."""
        with self._refusals("delete", key):
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def read_to(self, key: str, path: Path) -> Head:
        """Copies the object to `path`."""
        with self._refusals("read", key), path.open("wb") as target:
            return copy(self._body(key), target)

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)

    def _body(self, key: str) -> Any:
        return self._client.get_object(Bucket=self._bucket, Key=self._name(key))["Body"]

    def _put(self, key: str, data: bytes, head: Head, content_type: str | None) -> dict[str, Any]:
        place = {"Bucket": self._bucket, "Key": self._name(key), "Body": data}
        return {**place, **self._extra(key, head, content_type)}

    def _extra(self, key: str, head: Head, content_type: str | None) -> Mapping[str, Any]:
        extra: dict[str, Any] = {
            "ChecksumAlgorithm": "SHA256",
            "ContentType": content_type_of(key, content_type),
            "Metadata": {_SHA256: head.sha256},
        }
        if self._delivery.encryption != "none":
            extra["ServerSideEncryption"] = self._delivery.encryption
        if self._delivery.encryption == "aws:kms" and self._delivery.kms_key_id:
            extra["SSEKMSKeyId"] = self._delivery.kms_key_id
        return extra

    def _abort_left(self, key: str) -> None:
        """Ends old uploads of this very key that a killed process left open: their parts cost money.

        A young one may be alive in another process. Who may not tidy goes on without.
        """
        name = self._name(key)
        before = datetime.now(UTC) - LEFT_AFTER
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket, Prefix=name
        )
        try:
            for left in [left for page in pages for left in page.get("Uploads", ())]:
                if left["Key"] == name and left["Initiated"] < before:
                    self._client.abort_multipart_upload(
                        Bucket=self._bucket, Key=name, UploadId=left["UploadId"]
                    )
        except ClientError as error:
            if _code(error) not in _NOT_FOR_US:
                raise

    @contextmanager
    def _refusals(self, verb: str, key: str) -> Iterator[None]:
        """Turns all that boto3 raises into one StoreError line, without the request's body."""
        try:
            yield
        except ClientError as error:
            raise StoreError(f"{self.uri}: cannot {verb} {key}: {_code(error)}", "run again") from error
        except (BotoCoreError, Boto3Error, OSError) as error:
            raise StoreError(f"{self.uri}: cannot {verb} {key}: {error}", "run again") from error


@cache
def _connection(endpoint_url: str | None, region: str | None, process: int) -> Any:
    """The client of this process: it takes a fifth of a second to make, and threads may share it."""
    # A session of our own: the default session is not safe between threads.
    return boto3.session.Session().client("s3", endpoint_url=endpoint_url, region_name=region, config=_CLIENT)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
