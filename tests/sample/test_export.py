import csv as rfc4180
import hashlib
from datetime import date
from pathlib import Path

import frictionless
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipelines import assets
from pipelines.errors import UsageError
from pipelines.model import CONTRACT
from pipelines.sample.claims import EXTRAS
from pipelines.sample.export import ROW_GROUP, write_sample
from tests.sample.conftest import Written


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_the_same_call_gives_the_same_bytes_and_truth(request, tmp_path, kind):
    written: Written = request.getfixturevalue(kind)
    again = write_sample(tmp_path, 600, seed=5, format=kind)
    assert digests(tmp_path) == digests(written.folder)
    assert again.truth.equals(written.summary.truth)


def test_another_seed_gives_other_claims(parquet, tmp_path):
    write_sample(tmp_path, 600, seed=6)
    ours, others = digests(parquet.folder), digests(tmp_path)
    assert ours.keys() == others.keys()
    assert all(ours[name] != others[name] for name in ours)


@pytest.mark.parametrize("letters", [1, 7, 60, 299, 300, 1000])
def test_the_good_rows_make_as_many_letters_as_asked_for(tmp_path, letters):
    summary = write_sample(tmp_path, letters)
    claims = pa.concat_tables([pq.read_table(tmp_path / part.name) for part in summary.parts])
    good = claims.filter(summary.truth["reason"].is_null())
    pieces = good.group_by(["debtor_id", "kind", "country", "currency"]).aggregate([])
    assert pieces.num_rows == summary.pieces_expected == letters


def test_files_have_the_contracts_columns_and_types_and_two_columns_more(parquet):
    for file in parquet.files:
        schema = pq.read_schema(file)
        assert schema.names == [*CONTRACT.names, *EXTRAS]
        assert [schema.field(f.name).type for f in CONTRACT] == [f.type for f in CONTRACT]
        assert {schema.field(name).type for name in EXTRAS} == {pa.string()}


def test_the_folder_holds_several_files_of_claims_and_nothing_else(parquet):
    assert sorted(p.name for p in parquet.folder.iterdir()) == [f.name for f in parquet.files]
    assert len(parquet.files) > 2


def test_parquet_is_zstd_in_row_groups_of_25000(many):
    for file in many.files:
        meta = pq.read_metadata(file)
        sizes = [meta.row_group(group).num_rows for group in range(meta.num_row_groups)]
        assert sizes[:-1] == [ROW_GROUP] * (len(sizes) - 1)
        assert len(sizes) > 1
        assert meta.row_group(0).column(0).compression == "ZSTD"


def test_claims_of_one_recipient_lie_in_several_files(parquet):
    seen = [set(pq.read_table(file)["debtor_id"].drop_null().to_pylist()) for file in parquet.files[:2]]
    assert len(seen[0] & seen[1]) > 100


def test_csv_keeps_rfc_4180(csv):
    for file in csv.files:
        raw = file.read_bytes()
        raw.decode("utf-8")
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n")
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(rfc4180.reader(lines, strict=True))
        assert rows[0] == [*CONTRACT.names, *EXTRAS]
        assert {len(row) for row in rows} == {len(rows[0])}


def test_good_rows_are_the_same_in_csv_and_in_parquet(csv, parquet):
    names = [*CONTRACT.names, *EXTRAS]
    texts = [row for file in csv.files for row in read_csv(file)]
    good = csv.summary.truth["reason"].is_null()
    assert good.equals(parquet.summary.truth["reason"].is_null())
    from_csv = pa.Table.from_pylist(texts, pa.schema([pa.field(n, pa.string()) for n in names])).filter(good)
    from_parquet = parquet.claims().filter(good)
    for name in names:
        kind = from_parquet.schema.field(name).type
        assert from_csv[name].cast(kind).equals(from_parquet[name]), name


def test_good_rows_of_a_csv_keep_the_published_table_schema(csv):
    schema = frictionless.Schema.from_descriptor(str(assets.folder("schemas") / "claims.table-schema.json"))
    schema.add_field(frictionless.fields.StringField(name="creditor_offer"))
    schema.add_field(frictionless.fields.DateField(name="interest_to"))
    defective = {
        (row["source_file"], row["source_row"])
        for row in csv.summary.truth.to_pylist()
        if row["reason"] is not None
    }
    found = set()
    for file in csv.files:
        resource = frictionless.Resource(path=file.name, basepath=str(file.parent), schema=schema)
        report = resource.validate(limit_errors=10_000)
        for error in report.tasks[0].errors:
            assert hasattr(error, "row_number"), error
            found.add((file.name, error.row_number - 2))  # the header is row 1
    assert found
    assert found <= defective


def read_csv(file: Path) -> list[dict[str, str | None]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [{k: v or None for k, v in row.items()} for row in rfc4180.DictReader(lines, strict=True)]


def test_today_moves_every_date_of_the_good_claims(tmp_path):
    day = date(2031, 3, 3)
    summary = write_sample(tmp_path, 40, today=day)
    claims = pa.concat_tables([pq.read_table(tmp_path / part.name) for part in summary.parts])
    good = claims.filter(summary.truth["reason"].is_null())
    assert pc.max(good["invoice_date"]).as_py() <= day
    assert pc.max(good["invoice_date"]).as_py().year == 2031


def test_countries_can_be_left_out(tmp_path):
    write_sample(tmp_path, 30, countries=("FI",))
    claims = pa.concat_tables([pq.read_table(p) for p in sorted(tmp_path.iterdir())])
    assert set(claims["country"].to_pylist()) <= {"FI", "XX", "ZZ", None}
    assert "FI" in claims["country"].to_pylist()


@pytest.mark.parametrize(
    "wrong",
    [
        {"letters": 0},
        {"seed": -1},
        {"countries": ()},
        {"countries": ("SE", "XX")},
        {"countries": ("SE", "SE")},
        {"countries": ("name",)},
        {"format": "xlsx"},
    ],
)
def test_what_cannot_be_is_one_clear_line_and_writes_nothing(tmp_path, wrong):
    with pytest.raises(UsageError) as caught:
        write_sample(tmp_path / "out", **{"letters": 10, **wrong})
    assert next(iter(wrong)) in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_exports_is_refused(tmp_path):
    (tmp_path / "claims-099-se.parquet").touch()
    with pytest.raises(UsageError, match=r"claims-099-se\.parquet"):
        write_sample(tmp_path, 10)


def test_the_truth_is_written_where_it_is_asked_for(parquet, tmp_path):
    path = tmp_path / "truth.parquet"
    parquet.summary.write_truth(path)
    assert pq.read_table(path).equals(parquet.summary.truth)
