"""What stands between two stages: where it lies, and that all of it comes back."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from apache_beam.coders import BytesCoder, IterableCoder, TupleCoder, WindowedValueCoder
from apache_beam.coders.coder_impl import create_InputStream
from apache_beam.coders.coders import GlobalWindowCoder
from apache_beam.transforms.core import Windowing
from apache_beam.transforms.window import GlobalWindows

from pipelines.spilled import IN_MEMORY_BYTES, SpilledGroups, SpilledList

ELEMENT = WindowedValueCoder(TupleCoder([BytesCoder(), BytesCoder()]), GlobalWindowCoder())
GROUP = WindowedValueCoder(TupleCoder([BytesCoder(), IterableCoder(BytesCoder())]), GlobalWindowCoder())
MANY = bytes(IN_MEMORY_BYTES + 1)


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def sent(*pairs: tuple[bytes, bytes]) -> bytes:
    """Key and value pairs as a worker sends them."""
    return b"".join(ELEMENT.get_impl().encode_nested(GlobalWindows.windowed_value(pair)) for pair in pairs)


def groups(buffer: SpilledGroups) -> dict[bytes, list[bytes]]:
    """Key → values, as the next stage gets them."""
    found: dict[bytes, list[bytes]] = {}
    for portion in buffer.portions():
        source = create_InputStream(portion.read())
        key, values = GROUP.get_impl().decode_from_stream(source, True).value
        assert source.size() == 0
        assert key not in found
        found[key] = list(values)
    return found


def grouping() -> SpilledGroups:
    return SpilledGroups(ELEMENT, GROUP, Windowing(GlobalWindows()))


def listing(*sendings: bytes) -> SpilledList:
    made = SpilledList(None)
    for sending in sendings:
        made.append(sending)
    return made


def test_each_key_has_a_portion_with_all_its_values_in_the_order_in_which_they_came(spool: Path) -> None:
    buffer = grouping()
    buffer.append(sent((b"a", b"1"), (b"b", b"2"), (b"a", b"3")))
    buffer.append(sent((b"b", b""), (b"c", b"4")))
    assert groups(buffer) == {b"a": [b"1", b"3"], b"b": [b"2", b""], b"c": [b"4"]}


def test_what_two_stages_give_to_the_same_keys_comes_together(spool: Path) -> None:
    first, second = grouping(), grouping()
    first.append(sent((b"a", b"1"), (b"b", b"2")))
    second.append(sent((b"b", b"3"), (b"c", b"4")))
    first.extend(second)
    assert groups(first) == {b"a": [b"1"], b"b": [b"2", b"3"], b"c": [b"4"]}


def test_a_portion_tells_how_much_it_is(spool: Path) -> None:
    buffer = grouping()
    buffer.append(sent((b"little", b"x"), (b"much", bytes(1000))))
    little, much = buffer.portions()
    assert little.size < 10 < 1000 <= much.size < 1010


def test_groups_are_shared_out_among_workers_where_beam_asks_for_it(spool: Path) -> None:
    buffer = grouping()
    buffer.append(sent((b"a", b"1"), (b"b", b"2"), (b"c", b"3")))
    whole = [portion.read() for portion in buffer.portions()]
    assert buffer.partition(2) == [[whole[0], whole[2]], [whole[1]]]


def test_each_sending_is_a_portion(spool: Path) -> None:
    buffer = listing(b"one", b"three")
    assert [(portion.size, portion.read()) for portion in buffer.portions()] == [(3, b"one"), (5, b"three")]
    assert list(buffer) == [b"one", b"three"]


def test_a_copy_goes_its_own_way(spool: Path) -> None:
    first = listing(b"one")
    twin = first.copy()
    twin.append(b"two")
    first.extend(listing(b"three"))
    assert (list(first), list(twin)) == ([b"one", b"three"], [b"one", b"two"])
    first.clear()
    assert (list(first), list(twin)) == ([], [b"one", b"two"])


@pytest.mark.parametrize("buffer", [listing, grouping], ids=["list", "groups"])
def test_many_bytes_lie_in_a_file_that_has_no_name(buffer: Any, spool: Path) -> None:
    made = buffer()
    made.append(sent((b"key", MANY)))
    assert made._heap._file._rolled
    assert list(spool.iterdir()) == []
    assert MANY in made.portions()[0].read()


def test_few_bytes_make_no_file(spool: Path) -> None:
    assert not listing(b"one")._heap._file._rolled
