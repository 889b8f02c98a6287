import hashlib
import pickle
from decimal import Decimal
from pathlib import Path

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.config import Delivery
from pipelines.errors import ContractError, StoreError
from pipelines.ingest.access import Access
from pipelines.ingest.read import read
from pipelines.ingest.survey import ReadTask, survey
from pipelines.model import CONTRACT
from tests.ingest.exports import claim, write_csv, write_parquet

LOCAL = Access()


def retyped(path: Path, column: str, kind: pa.DataType) -> Path:
    field = CONTRACT.get_field_index(column)
    return write_parquet(path, schema=CONTRACT.set(field, pa.field(column, kind)))


def test_files_below_a_folder_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    write_csv(tmp_path / "b.CSV", claim())
    write_parquet(tmp_path / "a" / "z.parquet", claim())
    write_parquet(tmp_path / "c.parquet", claim())
    (tmp_path / "_SUCCESS").touch()
    found = survey(str(tmp_path), LOCAL)
    assert [f.name for f in found.files] == ["a/z.parquet", "b.CSV", "c.parquet"]
    assert [t.format for t in found.tasks] == ["parquet", "csv", "parquet"]


def test_files_passed_over_are_counted_but_not_the_marks_of_programs(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", claim())
    for name in ("b.xlsx", "c/d.csv.gz", "_SUCCESS", ".a.parquet.crc", "_temporary/0/part-0.tmp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = survey(str(tmp_path), LOCAL)
    assert ([f.name for f in found.files], found.ignored) == (["a.parquet"], 2)
    assert survey(str(tmp_path / "a.parquet"), LOCAL).ignored == 0


def test_a_survey_of_one_file_calls_it_by_its_own_name(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "claims.parquet", claim())
    assert survey(str(path), LOCAL).tasks == (ReadTask(str(path), "claims.parquet", "parquet", 0),)


def test_every_file_has_its_hash_its_size_and_its_rows(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "claims.parquet", claim(), claim(claim_id="C2"))
    (file,) = survey(str(tmp_path), LOCAL).files
    assert (file.bytes, file.rows) == (path.stat().st_size, 2)
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_row_group_is_a_task_and_a_csv_is_one(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", *(claim(claim_id=f"C{n}") for n in range(5)), row_group_size=2)
    write_csv(tmp_path / "b.csv", claim())
    found = survey(str(tmp_path), LOCAL)
    assert [(t.name, t.row_group) for t in found.tasks] == [
        ("a.parquet", 0),
        ("a.parquet", 1),
        ("a.parquet", 2),
        ("b.csv", None),
    ]
    assert found.files[1].rows is None
    assert found.rows == 6


def test_a_parquet_file_without_rows_has_no_tasks(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet")
    assert survey(str(tmp_path), LOCAL).tasks == ()


def test_a_last_line_without_line_end_is_a_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", claim(), claim(claim_id="C2"))
    path.write_bytes(path.read_bytes().rstrip())
    assert survey(str(tmp_path), LOCAL).rows == 2


def test_survey_and_access_pickle(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", claim())
    found = survey(str(tmp_path), LOCAL)
    assert pickle.loads(pickle.dumps((found, LOCAL))) == (found, LOCAL)


@pytest.mark.parametrize("name", ["", "missing"])
def test_a_place_without_exports_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ContractError, match=r"no \*\.parquet and no \*\.csv"):
        survey(str(tmp_path / name), LOCAL)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "claims.xlsx").touch()
    with pytest.raises(ContractError, match=r"claims\.xlsx: neither"):
        survey(str(tmp_path / "claims.xlsx"), LOCAL)


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
@pytest.mark.parametrize("content", [b"", b"PAR1 and no footer"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ContractError, match=name):
        survey(str(tmp_path), LOCAL)


def test_a_csv_in_another_encoding_is_refused_at_its_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("claim_id;belopp för\r\n".encode("latin-1"))
    with pytest.raises(ContractError, match="UTF-8"):
        survey(str(tmp_path), LOCAL)


@pytest.mark.parametrize("write", [write_parquet, write_csv])
def test_a_missing_needed_column_is_named_with_its_file(tmp_path: Path, write: object) -> None:
    row = claim()
    del row["due_date"], row["paid"]
    if write is write_csv:
        write_csv(tmp_path / "a.csv", row)
    else:
        kept = pa.schema([f for f in CONTRACT if f.name in row])
        write_parquet(tmp_path / "a.parquet", row, schema=kept)
    with pytest.raises(ContractError, match=r"a\.\w+: column 'due_date', 'paid' is missing"):
        survey(str(tmp_path), LOCAL)


def test_optional_columns_may_be_absent(tmp_path: Path) -> None:
    needed = pa.schema([f for f in CONTRACT if not f.nullable])
    write_parquet(tmp_path / "a.parquet", claim(), schema=needed)
    write_csv(tmp_path / "b.csv", {name: claim()[name] for name in needed.names})
    assert len(survey(str(tmp_path), LOCAL).files) == 2


def test_a_column_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",".join([*CONTRACT.names, "note", "note"]) + "\n")
    with pytest.raises(ContractError, match=r"a\.csv: column 'note' stands more than once"):
        survey(str(tmp_path), LOCAL)


def test_the_same_goes_for_parquet(tmp_path: Path) -> None:
    empty = CONTRACT.append(pa.field("payday", pa.int32())).empty_table()
    pq.write_table(empty, tmp_path / "a.parquet")
    with pytest.raises(ContractError, match="column 'payday' stands more than once"):
        survey(str(tmp_path), LOCAL)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("principal", pa.float64()),
        ("principal", pa.int64()),
        ("principal", pa.string()),
        ("step", pa.float64()),
        ("step", pa.string()),
        ("claim_id", pa.int64()),
        ("claim_id", pa.binary()),
        ("due_date", pa.string()),
        ("due_date", pa.timestamp("us", tz="UTC")),
        ("paid", pa.int8()),
        ("paid", pa.string()),
        ("score", pa.string()),
        ("name", pa.list_(pa.string())),
    ],
)
def test_a_type_that_cannot_be_the_contracts_is_refused(
    tmp_path: Path, column: str, kind: pa.DataType
) -> None:
    retyped(tmp_path / "a.parquet", column, kind)
    with pytest.raises(ContractError, match=rf"a\.parquet: column '{column}' is "):
        survey(str(tmp_path), LOCAL)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("principal", pa.decimal128(9, 2)),
        ("principal", pa.decimal128(38, 18)),
        ("interest_rate", pa.decimal128(3, 1)),
        ("step", pa.int8()),
        ("step", pa.uint64()),
        ("claim_id", pa.large_string()),
        ("claim_id", pa.dictionary(pa.int32(), pa.string())),
        ("due_date", pa.date64()),
        ("due_date", pa.timestamp("ns")),
        ("score", pa.float32()),
        ("score", pa.int64()),
        ("care_of", pa.null()),
    ],
)
def test_a_type_that_can_be_the_contracts_is_taken(tmp_path: Path, column: str, kind: pa.DataType) -> None:
    retyped(tmp_path / "a.parquet", column, kind)
    assert survey(str(tmp_path), LOCAL).files


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.string()),
        pa.struct([("offer", pa.string())]),
        pa.map_(pa.string(), pa.int64()),
        pa.fixed_shape_tensor(pa.int32(), (2,)),
    ],
)
def test_an_extra_column_with_several_values_a_cell_is_refused(tmp_path: Path, kind: pa.DataType) -> None:
    empty = CONTRACT.append(pa.field("creditor_offer", kind)).empty_table()
    pq.write_table(empty, tmp_path / "a.parquet")
    with pytest.raises(ContractError, match=r"a\.parquet: column 'creditor_offer' is nested"):
        survey(str(tmp_path), LOCAL)


def test_a_bucket_is_surveyed_and_read_like_a_folder(tmp_path: Path, s3_bucket: tuple[str, Delivery]) -> None:
    bucket, delivery = s3_bucket
    rows = [claim(), claim(claim_id="C2", principal=Decimal("7.00"))]
    write_parquet(tmp_path / "2026" / "a.parquet", *rows)
    write_csv(tmp_path / "b.csv", *rows)
    client = boto3.client("s3", endpoint_url=delivery.endpoint_url)
    for name in ("2026/a.parquet", "b.csv"):
        client.upload_file(str(tmp_path / name), bucket, f"exports/{name}")
    client.put_object(Bucket=bucket, Key="exports-old/c.csv", Body=b"of no interest")
    access = Access(delivery.endpoint_url, "eu-north-1")
    there, here = survey(f"s3://{bucket}/exports/", access), survey(str(tmp_path), LOCAL)
    assert there.files == here.files
    for far, near in zip(there.tasks, here.tasks, strict=True):
        assert list(read(far, access)) == list(read(near, LOCAL))
    single = survey(f"s3://{bucket}/exports/b.csv", access)
    assert [f.name for f in single.files] == ["b.csv"]


def test_the_endpoint_may_come_from_the_environment_as_for_boto3(
    s3_bucket: tuple[str, Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, delivery = s3_bucket
    monkeypatch.setenv("AWS_ENDPOINT_URL", str(delivery.endpoint_url))
    with pytest.raises(ContractError, match=r"no \*\.parquet"):
        survey(f"s3://{bucket}/nothing", Access())


def test_a_server_that_does_not_answer_is_no_fault_of_the_export(s3_server: str) -> None:
    with pytest.raises(StoreError, match="the bucket refused"):
        survey("s3://bucket", Access("http://127.0.0.1:9", "eu-north-1"))
