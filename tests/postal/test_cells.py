from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipelines.model import PostalArea
from pipelines.postal.cells import Cells, Part, areas_of
from pipelines.postal.patterns import Patterns
from pipelines.postal.terms import Cohort, Route
from tests.postal.desk import GROUPED, Count, counts

AREAS = (
    PostalArea("FI", ("daily",), ("00100", "41101")),
    PostalArea("SE", ("A",), ("41101", "41102", "41103")),
    PostalArea("SE", ("B",), ("42101",)),
)
FIRST, LAST = date(2026, 11, 2), date(2027, 2, 1)
rows = st.lists(
    st.tuples(
        st.sampled_from(["SE", "FI"]),
        st.sampled_from([None, 24, 25]),
        st.just("41101") | st.sampled_from(["41102", "42101"]),
        st.integers(0, 9),
        st.integers(1, 2),
    ).filter(lambda row: row[0] == "SE" or row[2] == "41101"),
    max_size=12,
)


def test_postcodes_are_grouped_by_what_all_products_know_of_them() -> None:
    table = counts(
        ("SE", None, "41102", 1), ("SE", None, "43000", 1), ("SE", 3, "41101", 1), ("FI", 3, "1", 1)
    )
    routes = [Route("SE", "strand", ("se-brev",)), Route("FI", "strand", ("fi-kirje",))]
    assert areas_of(table, routes, Patterns.load(GROUPED), FIRST, LAST) == (
        PostalArea("FI", ("daily",), ("1",)),
        PostalArea("SE", ("",), ("43000",)),
        PostalArea("SE", ("A",), ("41101", "41102")),
    )


@given(rows=rows, data=st.data())
def test_cohorts_hold_every_piece_once_in_whatever_order_it_is_counted(
    rows: list[Count], data: st.DataObject
) -> None:
    expected = Counter[Cohort]()
    for country, own, code, pieces, sheets in rows:
        group = "daily" if country == "FI" else "B" if code == "42101" else "A"
        expected[Cohort(country, own or 0, "" if own else "salary", "demand", sheets, (group,))] += pieces
    cells = Cells.of(counts(*data.draw(st.permutations(rows))), AREAS)
    assert list(cells.cohorts) == sorted((cohort, n) for cohort, n in expected.items() if n)


@given(rows=rows, data=st.data())
def test_parts_cut_a_cohort_by_postcode_and_rank_and_lose_no_piece(
    rows: list[Count], data: st.DataObject
) -> None:
    cells = Cells.of(counts(*rows), AREAS)
    parts = []
    for n, (_, pieces) in enumerate(cells.cohorts):
        cut = data.draw(st.integers(0, pieces))
        sizes = [size for size in (cut, pieces - cut) if size]
        parts += [Part(n, size, -1 if k else n % 3) for k, size in enumerate(sizes)]
    # The letters of a cohort one by one, as they are cut.
    letters: dict[Cohort, list[str]] = {}
    for country, own, code, pieces, sheets in sorted(rows, key=lambda row: row[2]):
        group = "daily" if country == "FI" else "B" if code == "42101" else "A"
        cohort = Cohort(country, own or 0, "" if own else "salary", "demand", sheets, (group,))
        letters.setdefault(cohort, []).extend([code] * pieces)
    expected = Counter[tuple[int, str, int]]()
    begins = []
    taken = Counter[Cohort]()
    for part in parts:
        cohort = cells.cohorts[part.cohort][0]
        first, done = taken[cohort], taken[cohort] + part.pieces
        codes = letters[cohort]
        begins.append((codes[first], codes[:first].count(codes[first])))
        if part.stack >= 0:
            expected.update((part.stack, code, cohort.sheets) for code in codes[first:done])
        taken[cohort] = done
    assert cells.begins(parts) == begins
    found = cells.sums(parts).to_pylist()
    assert {(r["stack"], r["postal_code"], r["sheets"]): r["pieces"] for r in found} == expected
