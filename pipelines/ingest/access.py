"""How an export is reached: a local folder or file, or an S3 bucket."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from pipelines.errors import BrevpressError, ContractError, StoreError

FAILURES = (OSError, pa.ArrowException)
"""What Arrow raises when a file or bucket cannot be opened or read."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where S3 answers. Holds no credentials and pickles: workers find their own.

    With nothing set, endpoint and region come from the environment too (`AWS_ENDPOINT_URL_S3`,
    `AWS_ENDPOINT_URL`, and what boto3 knows of regions).
    """

    endpoint_url: str | None = None
    region: str | None = None

    def open(self, uri: str) -> tuple[fs.FileSystem, str]:
        """The file system of `uri` and the path inside it; whether something is there, it does not say.

        Credentials are the ones that boto3 finds: environment, profile, container or machine role.
        """
        if not uri.startswith("s3://"):
            return fs.LocalFileSystem(), str(Path(uri.removeprefix("file://")).absolute())
        return self._bucket(), uri.removeprefix("s3://").strip("/")

    def _bucket(self) -> fs.FileSystem:
        import boto3  # takes a third of a second to load, and local runs do without

        session = boto3.Session()
        options: dict[str, str] = {}
        if region := self.region or session.region_name:
            options["region"] = region
        if found := session.get_credentials():
            keys = found.get_frozen_credentials()
            options |= {"access_key": keys.access_key, "secret_key": keys.secret_key}
            if keys.token:
                options["session_token"] = keys.token
        environment = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        if endpoint := self.endpoint_url or environment:
            parts = urlsplit(endpoint)
            options |= {"scheme": parts.scheme, "endpoint_override": parts.netloc}
        return fs.S3FileSystem(**options)


def failure(what: str, error: Exception) -> BrevpressError:
    """The error to raise for `error` while doing `what`, without its text, which can quote rows.

    A bucket that refuses is a StoreError (the same command may work later); a file that is not
    what its name says is a ContractError.
    """
    if "AWS Error" in str(error) and not isinstance(error, FileNotFoundError):
        return StoreError(f"{what}: the bucket refused", "check endpoint, region, bucket and credentials")
    return ContractError(what, "check that the file is whole and that it may be read")
