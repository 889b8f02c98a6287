import hashlib
import pickle
import threading
from pathlib import Path

import pytest

from pipelines.config import Delivery
from pipelines.delivery.folder import FolderStore
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.opening import open_store
from pipelines.delivery.store import Head, Store, checked, content_type_of
from pipelines.errors import StoreError, UsageError

KEY = "runs/daily-2026-12-01/run.json"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class TestEveryStore:
    def test_gives_back_what_was_put(self, store: Store) -> None:
        assert store.put_bytes(KEY, b"{}") == Head(2, sha256(b"{}"))
        assert store.get(KEY) == b"{}"

    def test_knows_size_and_sha256_without_a_reader(self, store: Store) -> None:
        store.put_bytes(KEY, b"abc")
        assert store.head(KEY) == Head(3, sha256(b"abc"))
        assert store.exists(KEY)

    def test_says_none_of_what_is_not_there(self, store: Store) -> None:
        assert store.head(KEY) is None
        assert not store.exists(KEY)

    def test_names_the_key_that_cannot_be_read(self, store: Store) -> None:
        with pytest.raises(StoreError, match=KEY):
            store.get(KEY)

    def test_names_the_key_that_cannot_be_copied(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match=KEY):
            store.read_to(KEY, tmp_path / "copy")

    def test_keeps_an_empty_object(self, store: Store) -> None:
        store.put_bytes("outbox/v/_READY", b"")
        assert store.head("outbox/v/_READY") == Head(0, sha256(b""))
        assert store.get("outbox/v/_READY") == b""

    def test_replaces_on_the_second_put(self, store: Store) -> None:
        store.put_bytes(KEY, b"first")
        store.put_bytes(KEY, b"second")
        assert store.get(KEY) == b"second"

    def test_creates_only_once(self, store: Store) -> None:
        assert store.create(KEY, b"first")
        assert not store.create(KEY, b"second")
        assert store.get(KEY) == b"first"

    def test_lets_one_of_many_creators_win(self, store: Store) -> None:
        won: list[int] = []
        start = threading.Barrier(4)

        def create(number: int) -> None:
            start.wait()
            if store.create(KEY, str(number).encode()):
                won.append(number)

        threads = [threading.Thread(target=create, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [str(n).encode() for n in won] == [store.get(KEY)]

    def test_takes_a_file_of_several_parts_and_gives_it_back(self, store: Store, tmp_path: Path) -> None:
        source, target = tmp_path / "print.pdf", tmp_path / "copy.pdf"
        data = bytes(range(256)) * 4096 * 12  # 12 MiB: three parts of 5 MiB
        source.write_bytes(data)
        assert store.put_file("a/print.pdf", source) == Head(len(data), sha256(data))
        assert store.head("a/print.pdf") == Head(len(data), sha256(data))
        assert store.read_to("a/print.pdf", target) == Head(len(data), sha256(data))
        assert target.read_bytes() == data

    def test_names_the_key_of_a_file_that_is_not_there(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match=r"a/print\.pdf"):
            store.put_file("a/print.pdf", tmp_path / "nowhere.pdf")
        assert store.list() == ()

    def test_lists_sorted_by_the_beginning_of_the_key(self, store: Store) -> None:
        for key in ("b/2", "a/10", "a/1/x", "ab", "a/2"):
            store.put_bytes(key, b"-")
        assert store.list() == ("a/1/x", "a/10", "a/2", "ab", "b/2")
        assert store.list("a") == ("a/1/x", "a/10", "a/2", "ab")
        assert store.list("a/") == ("a/1/x", "a/10", "a/2")
        assert store.list("a/1") == ("a/1/x", "a/10")
        assert store.list("nothing/here") == ()

    def test_deletes_and_does_not_mind_what_is_gone(self, store: Store) -> None:
        store.put_bytes(KEY, b"-")
        store.delete(KEY)
        store.delete(KEY)
        assert store.list() == ()

    def test_moves(self, store: Store) -> None:
        store.put_bytes("a/x.pdf", b"pdf")
        store.move("a/x.pdf", "b/x.pdf")
        assert store.list() == ("b/x.pdf",)
        assert store.head("b/x.pdf") == Head(3, sha256(b"pdf"))

    def test_refuses_keys_that_lead_elsewhere(self, store: Store, tmp_path: Path) -> None:
        source = tmp_path / "file"
        source.write_bytes(b"-")
        for key in ("../x", "a/../../x", "/etc/x", "a//x", "", "a/./x", "a\\..\\x", "a/\n", "x" * 1025):
            for call in (
                lambda key=key: store.put_bytes(key, b"-"),
                lambda key=key: store.put_file(key, source),
                lambda key=key: store.create(key, b"-"),
                lambda key=key: store.get(key),
                lambda key=key: store.head(key),
                lambda key=key: store.delete(key),
                lambda key=key: store.read_to(key, tmp_path / "copy"),
            ):
                with pytest.raises(StoreError, match="no key"):
                    call()
        assert store.list() == ()


def test_a_store_that_pickles_reaches_the_same_objects(
    tmp_path: Path, s3_bucket: tuple[str, Delivery]
) -> None:
    bucket, delivery = s3_bucket
    for store in (open_store(str(tmp_path / "out"), Delivery()), open_store(f"s3://{bucket}/p", delivery)):
        store.put_bytes(KEY, b"here")
        assert pickle.loads(pickle.dumps(store)).get(KEY) == b"here"


@pytest.mark.parametrize(
    "uri",
    [
        "ftp://host/x",
        "s3://",
        "s3:///x",
        "s3://Not_A_Bucket/x",
        "gs://bucket",
        "s3://lots/a//b",
        "s3://lots//a",
        "s3://lots/../a",
        "s3://lots/a/./b",
        "s3://lots/a\\b",
        "s3://lots/" + "a" * 1025,
        "s3:/lots/a",
        "s3:lots",
        "file:lots",
        "file://lots/a",
        "",
    ],
)
def test_a_place_of_unknown_kind_is_a_usage_error(uri: str) -> None:
    with pytest.raises(UsageError) as error:
        open_store(uri, Delivery())
    assert error.value.exit_code == 2
    assert str(error.value).startswith(uri)
    assert "\n" not in str(error.value)


def test_a_file_in_place_of_the_folder_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("not a folder")
    with pytest.raises(UsageError, match="is a file"):
        open_store(str(tmp_path / "out"), Delivery())


def test_a_place_below_a_file_or_a_dead_link_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for place, name in (("file/x", "file"), ("file/x/y", "file"), ("link/x", "link")):
        with pytest.raises(UsageError, match=f"{place}: {name} is a file"):
            open_store(str(tmp_path / place), Delivery())


def test_a_local_folder_may_be_written_as_a_file_uri(tmp_path: Path) -> None:
    open_store(f"file://{tmp_path}/out", Delivery()).put_bytes("a", b"-")
    assert (tmp_path / "out" / "a").read_bytes() == b"-"


def test_opening_a_folder_makes_nothing(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "out"), Delivery())
    assert store.list() == ()
    assert not (tmp_path / "out").exists()


def test_stores_of_two_prefixes_do_not_see_each_other(s3_bucket: tuple[str, Delivery]) -> None:
    bucket, delivery = s3_bucket
    one, other = (open_store(f"s3://{bucket}/{prefix}/", delivery) for prefix in ("one", "one-more"))
    one.put_bytes("a", b"-")
    assert other.list() == ()
    assert one.list() == ("a",)


def test_the_ending_of_a_key_tells_its_content_type() -> None:
    assert content_type_of("a/print-0001.pdf") == "application/pdf"
    assert content_type_of("a/_READY") == "application/octet-stream"
    assert content_type_of("a/print-0001.pdf", "text/plain") == "text/plain"
    assert checked("a/b") == "a/b"
    assert isinstance(MemoryStore(), Store)
    assert isinstance(FolderStore("x"), Store)
