import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import TableError
from pipelines.postal.areas import Area, Index, Place, Register, normal


def area(**entry: object) -> Area:
    base: dict[str, object] = {"country": "SE", "verified": True, "source": "made up"}
    return Area.model_validate(base | entry)


def index(*areas: Area, **registers: dict[str, Place]) -> Index:
    return Index(
        "areas", areas, {f"{name}.csv": Register(name, places) for name, places in registers.items()}
    )


def groups(found: Index, *postal_codes: str) -> list[str | None]:
    return [place and place.group for place in found.find(postal_codes)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("111 22", "11122"), ("1234 ab", "1234AB"), ("00-950", "00950"), ("sw1a 1aa", "SW1A1AA")],
)
def test_a_postcode_is_compared_without_blanks_and_hyphens(written: str, meant: str) -> None:
    assert normal(written) == meant


def test_prefixes_and_ranges_tell_the_group() -> None:
    found = index(
        area(group="A", prefixes=("11", "2")), area(group="B", ranges=("30000-39999", "41101-41318"))
    )
    assert groups(found, "111 22", "20000", "30000", "39999", "41318") == ["A", "A", "B", "B", "B"]
    assert groups(found, "12000", "40000", "41319", "3", "") == [None] * 5


def test_a_range_is_told_by_as_many_characters_as_it_has() -> None:
    found = index(area(group="A", ranges=("1000-1099",)), area(group="B", ranges=("11-12",)))
    assert groups(found, "1050 AB", "1100 AB", "1299 ZZ", "1300 AA") == ["A", "B", "B", None]


def test_a_file_goes_before_a_prefix_a_longer_prefix_before_a_shorter_and_a_prefix_before_a_range() -> None:
    found = index(
        area(group="range", ranges=("10000-19999",)),
        area(group="short", prefixes=("11",)),
        area(group="long", prefixes=("1112",)),
        area(file="codes.csv"),
        codes={"11122": Place("file", "")},
    )
    assert groups(found, "11122", "11123", "11133", "12000") == ["file", "long", "short", "range"]


def test_the_region_stands_with_the_group() -> None:
    found = index(area(group="daily", region="BY", prefixes=("80",)), area(group="daily", prefixes=("2",)))
    assert found.find(["80331", "20095"]) == [Place("daily", "BY"), Place("daily", "")]
    assert found.places() == {Place("daily", "BY"), Place("daily", "")}


@pytest.mark.parametrize(
    ("areas", "message"),
    [
        (
            (area(group="A", prefixes=("11",)), area(group="B", prefixes=("11",))),
            "areas: 11 is in two groups",
        ),
        (
            (area(group="A", ranges=("10000-19999",)), area(group="B", ranges=("19999-20000",))),
            "areas: ranges overlap at 19999",
        ),
        ((area(file="a.csv"), area(file="b.csv")), "areas: 11122 is in two groups"),
    ],
)
def test_two_equal_areas_that_do_not_agree_are_an_error(areas: tuple[Area, ...], message: str) -> None:
    with pytest.raises(TableError, match=message):
        index(*areas, a={"11122": Place("A", "")}, b={"11122": Place("B", "")})


def test_two_areas_may_say_the_same() -> None:
    found = index(area(group="A", prefixes=("11", "12")), area(group="A", prefixes=("11",)))
    assert groups(found, "11122") == ["A"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"group": "A"}, "either a file, or prefixes and ranges"),
        ({"prefixes": ("11",)}, "without one a group is wanted"),
        ({"file": "codes.csv", "group": "A"}, "without one a group is wanted"),
        ({"file": "codes.csv", "region": "BY"}, "a file tells the groups and regions"),
        ({"group": "A", "ranges": ("100-20000",)}, "100-20000 is no range"),
        ({"group": "A", "ranges": ("200-100",)}, "200-100 is no range"),
        ({"group": "A", "ranges": ("100",)}, "String should match pattern"),
        ({"group": "A", "prefixes": ("11 1",)}, "String should match pattern"),
        ({"group": "A/B", "prefixes": ("11",)}, "String should match pattern"),
    ],
)
def test_an_area_that_does_not_say_what_it_holds_is_refused(entry: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        area(**entry)


codes = st.text("012", min_size=1, max_size=4)


@given(prefixes=st.dictionaries(codes, st.sampled_from(["A", "B"]), max_size=8), code=codes, data=st.data())
def test_the_longest_prefix_counts_in_whatever_order_the_entries_stand(
    prefixes: dict[str, str], code: str, data: st.DataObject
) -> None:
    areas = [area(group=group, prefixes=(prefix,)) for prefix, group in prefixes.items()]
    wanted = max((p for p in prefixes if code.startswith(p)), key=len, default=None)
    found = index(*data.draw(st.permutations(areas)))
    assert groups(found, code) == [wanted and prefixes[wanted]]


@given(cuts=st.lists(st.integers(0, 999), min_size=2, max_size=12, unique=True), code=st.integers(0, 999))
def test_a_range_holds_its_first_and_its_last_and_what_lies_between(cuts: list[int], code: int) -> None:
    ends = sorted(cuts)
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    areas = [area(group=f"g{n}", ranges=(f"{a:03}-{b:03}",)) for n, (a, b) in enumerate(pairs)]
    wanted = next((f"g{n}" for n, (a, b) in enumerate(pairs) if a <= code <= b), None)
    assert groups(index(*areas), f"{code:03}") == [wanted]
