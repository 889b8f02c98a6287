"""What the tests of containers and print files share: stacks of letters, schemes, sizes."""

from collections.abc import Mapping
from datetime import date
from itertools import product

import pyarrow as pa
from hypothesis import strategies as st

from pipelines.model import TableVersion
from pipelines.postal.levels import CELLS
from pipelines.postal.presort import Presorted, Stack, presort
from pipelines.postal.sorting import Level, Limits, Scheme, SortFile
from pipelines.postal.weights import Measure

Cells = Mapping[tuple[str, int], int]
"""(postcode, sheets) → pieces."""

DAY = date(2026, 11, 25)
SIZES = {n: Measure(7 + 5 * n, 0.3 + 0.44 * n, "C5") for n in (1, 2, 3, 4)}

OFF = Level(code="OFF", key="prefix:3", min=150)
TRM = Level(code="TRM", key="prefix:2", min=150)
MIX = Level(code="MIX", key="", min=0, label="MIX {from}-{to}")


def limits(pieces: int = 400, mm: int = 100_000, g: int = 100_000) -> Limits:
    return Limits(max_pieces=pieces, max_mm=mm, max_g=g)


LARGE = limits()
"""Only the number of pieces counts."""


def scheme(*levels: Level, limits: Limits = LARGE) -> Scheme:
    return Scheme("SE", "se-brev", levels or (MIX,), limits, "residual", (), True)


def stack(cells: Cells, sorted_by: Scheme, step: float = 20, group: str = "A", day: date = DAY) -> Stack:
    rows = [(code, sheets, pieces) for (code, sheets), pieces in cells.items()]
    columns = zip(*rows, strict=True) if rows else [[], [], []]
    arrays = [pa.array(column, f.type) for column, f in zip(columns, CELLS, strict=True)]
    return Stack(step, group, day, sorted_by, pa.table(arrays, schema=CELLS))


def sorted_out(
    cells: Mapping[str, int],
    *levels: Level,
    limits: Limits = LARGE,
    saves: Mapping[str, float] | None = None,
) -> Presorted:
    """One stack of letters of one sheet."""
    part = stack({(code, 1): pieces for code, pieces in cells.items()}, scheme(*levels, limits=limits))
    return presort("lot", [part], SIZES, saves)


codes = st.text("123", min_size=4, max_size=4)
cells = st.dictionaries(st.tuples(codes, st.integers(1, 4)), st.integers(1, 90), max_size=25)
# Offices whose postcodes are scattered, that belong to two terminals, or that are missing.
SORT_FILE = SortFile(
    TableVersion("offices", "1", "0" * 64),
    pa.table(
        {
            "postal_code": (every := ["".join(p) for p in product("123", repeat=4)]),
            "office": ["PQRS"[int(c) % 5] if int(c) % 5 < 4 else None for c in every],
            "terminal": ["XY"[int(c) % 3] if int(c) % 3 < 2 else None for c in every],
        }
    ),
)


def _drawn(by_file: bool, low: int, high: int, spilt: bool, most: Limits) -> Scheme:
    fine, coarse = ("lookup:office", "lookup:terminal") if by_file else ("prefix:3", "prefix:1")
    levels = (
        Level(code="FINE", key=fine, min=min(low, most.max_pieces), overflow=spilt),
        Level(code="REG", key=coarse, min=min(high, most.max_pieces)),
        MIX,
    )
    file = SORT_FILE if by_file else None
    return Scheme("SE", "se-brev", levels, most, "residual", (), True, file)


mosts = st.builds(limits, st.integers(1, 120), st.integers(3, 100), st.integers(30, 1500))
schemes = st.builds(_drawn, st.booleans(), st.integers(0, 60), st.integers(0, 60), st.booleans(), mosts)
stacks = st.lists(
    st.tuples(cells, schemes, st.sampled_from([20.0, 50.0]), st.sampled_from("AB")), max_size=3
).map(
    lambda drawn: [
        stack(counted, sorted_by, step, group)
        for n, (counted, sorted_by, step, group) in enumerate(drawn)
        if (step, group) not in {(s, g) for _, _, s, g in drawn[:n]}
    ]
)
saved = st.sampled_from([None, {"FINE": 0.1, "REG": 0.05}, {"FINE": 0.1, "REG": 0.09}])
lots = st.builds(lambda drawn, saves: presort("lot", drawn, SIZES, saves), stacks, saved)
