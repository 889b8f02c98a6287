from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipelines.config import Delivery
from pipelines.delivery.opening import open_store
from pipelines.delivery.store import head_of
from pipelines.errors import StoreError, UsageError

MIB = 1 << 20


def uploads(client: Any, bucket: str) -> list[str]:
    return [upload["Key"] for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]


def test_an_object_carries_its_type_its_sha256_and_its_encryption(
    s3_bucket: tuple[str, Delivery], s3_client: Any, tmp_path: Path
) -> None:
    bucket, plain = s3_bucket
    path = tmp_path / "x.pdf"
    path.write_bytes(b"x" * 6 * MIB)
    store = open_store(
        f"s3://{bucket}", plain.model_copy(update={"encryption": "aws:kms", "kms_key_id": "alias/print"})
    )
    for key in ("one.pdf", "parts.pdf"):
        head = store.put_bytes(key, b"%PDF") if key == "one.pdf" else store.put_file(key, path)
        found = s3_client.head_object(Bucket=bucket, Key=key)
        assert found["ContentType"] == "application/pdf"
        assert found["Metadata"] == {"sha256": head.sha256}
        assert found["ServerSideEncryption"] == "aws:kms"
        assert found["SSEKMSKeyId"].endswith("print")
    assert s3_client.head_object(Bucket=bucket, Key="parts.pdf")["ETag"].endswith('-2"')


def test_the_bucket_checks_the_sha256_of_what_it_got(s3_bucket: tuple[str, Delivery], s3_client: Any) -> None:
    bucket, delivery = s3_bucket
    open_store(f"s3://{bucket}", delivery).put_bytes("a", b"abc")
    assert "ChecksumSHA256" in s3_client.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")


def test_a_broken_upload_of_parts_leaves_neither_object_nor_parts(
    s3_bucket: tuple[str, Delivery], s3_client: Any, tmp_path: Path
) -> None:
    bucket, delivery = s3_bucket
    # A region of its own has a connection of its own, which nobody else should find cut.
    store = open_store(f"s3://{bucket}", delivery.model_copy(update={"region": "eu-west-3"}))
    path = tmp_path / "x.pdf"
    path.write_bytes(b"x" * 12 * MIB)

    def cut(params: dict[str, Any], **_: Any) -> None:
        if "partNumber=2" in params["url"]:
            raise OSError(5, "the line is cut")  # one that is not tried again

    store._client.meta.events.register("before-call.s3.UploadPart", cut)  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match=r"cannot write x\.pdf"):
        store.put_file("x.pdf", path)
    assert store.head("x.pdf") is None
    assert uploads(s3_client, bucket) == []


def test_old_parts_that_a_killed_process_left_are_thrown_away_by_the_next_upload_of_the_key(
    s3_bucket: tuple[str, Delivery], s3_client: Any, tmp_path: Path
) -> None:
    bucket, delivery = s3_bucket
    for key in ("p/x.pdf", "p/x.pdf.other"):
        s3_client.create_multipart_upload(Bucket=bucket, Key=key)
    path = tmp_path / "x.pdf"
    path.write_bytes(b"x" * 6 * MIB)
    # The server of the tests says that every upload was begun in 2010.
    open_store(f"s3://{bucket}/p", delivery).put_file("x.pdf", path)
    assert uploads(s3_client, bucket) == ["p/x.pdf.other"]


@pytest.mark.parametrize(("hours", "left"), [(23, ["x.pdf"]), (25, [])])
def test_an_upload_that_may_be_alive_in_another_process_is_left_alone(
    s3_bucket: tuple[str, Delivery], s3_client: Any, tmp_path: Path, hours: int, left: list[str]
) -> None:
    bucket, delivery = s3_bucket
    s3_client.create_multipart_upload(Bucket=bucket, Key="x.pdf")
    # A region of its own has a connection of its own, which nobody else should find changed.
    store = open_store(f"s3://{bucket}", delivery.model_copy(update={"region": f"eu-{hours}"}))

    def begun(parsed: dict[str, Any], **_: Any) -> None:
        for upload in parsed["Uploads"]:
            upload["Initiated"] = datetime.now(UTC) - timedelta(hours=hours)

    store._client.meta.events.register("after-call.s3.ListMultipartUploads", begun)  # type: ignore[attr-defined]
    path = tmp_path / "x.pdf"
    path.write_bytes(b"x" * 6 * MIB)
    store.put_file("x.pdf", path)
    assert uploads(s3_client, bucket) == left
    assert store.head("x.pdf") is not None


def test_who_may_not_list_open_uploads_may_upload_nevertheless(
    s3_bucket: tuple[str, Delivery], tmp_path: Path
) -> None:
    bucket, delivery = s3_bucket
    store = open_store(f"s3://{bucket}", delivery.model_copy(update={"region": "eu-south-1"}))

    def denied(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "ListMultipartUploads")

    store._client.meta.events.register("before-call.s3.ListMultipartUploads", denied)  # type: ignore[attr-defined]
    path = tmp_path / "x.pdf"
    path.write_bytes(b"x" * 6 * MIB)
    assert store.put_file("x.pdf", path) == store.head("x.pdf")


def test_an_object_put_by_someone_else_is_read_for_its_sha256(
    s3_bucket: tuple[str, Delivery], s3_client: Any
) -> None:
    bucket, delivery = s3_bucket
    s3_client.put_object(Bucket=bucket, Key="inbox/report.csv", Body=b"a,b")
    assert open_store(f"s3://{bucket}", delivery).head("inbox/report.csv") == head_of(b"a,b")


def test_more_keys_than_one_answer_holds_are_all_listed(
    s3_bucket: tuple[str, Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")  # 1,000 in S3
    bucket, delivery = s3_bucket
    store = open_store(f"s3://{bucket}", delivery)
    keys = tuple(f"k/{n:04}" for n in range(35))
    for key in keys:
        store.put_bytes(key, b"")
    assert store.list("k/") == keys


def test_a_missing_bucket_is_a_usage_error(s3_server: str) -> None:
    with pytest.raises(UsageError, match="s3://no-such-bucket/x: no such bucket"):
        open_store("s3://no-such-bucket/x", Delivery(endpoint_url=s3_server))


def test_no_credentials_are_a_usage_error(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    with pytest.raises(UsageError, match="no credentials"):
        open_store("s3://bucket", Delivery(endpoint_url=s3_server, region="eu-west-2"))


def test_an_endpoint_that_is_no_url_is_one_line(s3_server: str) -> None:
    with pytest.raises(StoreError, match="endpoint_url") as error:
        open_store("s3://bucket", Delivery(endpoint_url="not a url"))
    assert "\n" not in str(error.value)
