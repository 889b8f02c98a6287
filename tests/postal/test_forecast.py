from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipelines.errors import ConfigError, TableError
from pipelines.postal.forecast import Forecast, Sheets

DAY = date(2026, 12, 1)


def sheets(forecast: Forecast, layout: str, *claims: int) -> list[int]:
    found: list[int] = forecast.sheets(layout, np.array(claims, np.int64), DAY).tolist()
    return found


@pytest.mark.parametrize("layout", ["se/demand", "se/invoice", "fi/demand", "fi/invoice"])
def test_a_shipped_layout_has_two_sheets_and_more_with_more_claims(layout: str) -> None:
    found = sheets(Forecast.load({}, {}), layout, *range(1, 200))
    assert found[0] == 2
    assert all(more in (less, less + 1) for less, more in pairwise(found))
    assert found[44] in (3, 4)
    assert found[-1] == 8


def test_the_configuration_goes_before_the_table() -> None:
    own = Forecast.load({}, {"se/demand": ((5, 1), (12, 3)), "pl/demand": ((99, 1),)})
    assert sheets(own, "se/demand", 1, 5, 6, 12, 13) == [1, 1, 3, 3, 3]
    assert sheets(own, "pl/demand", 3) == [1]
    assert sheets(own, "fi/demand", 1) == [2]


def test_a_table_can_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "sheets.toml"
    entry = 'country = "SE"\nlayout = "se/demand"\nsteps = [[1, 7]]\nverified = true\nsource = "x"\n'
    path.write_text(f'name = "sheets"\nversion = "2"\n\n[[sheets]]\n{entry}')
    assert sheets(Forecast.load({"sheets": path}, {}), "se/demand", 1) == [7]


def test_a_layout_without_a_forecast_is_refused() -> None:
    with pytest.raises(TableError, match="sheets: pl/demand: unknown"):
        sheets(Forecast.load({}, {}), "pl/demand", 1)


@pytest.mark.parametrize("steps", [(), ((5, 1), (5, 2)), ((9, 1), (5, 2)), ((5, 0),)])
def test_steps_that_do_not_rise_are_refused(steps: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ConfigError, match=r"forecast_sheets\.se/demand: no steps"):
        Forecast.load({}, {"se/demand": steps})
    with pytest.raises(ValueError, match="steps"):
        Sheets(country="SE", layout="se/demand", steps=steps, verified=True, source="x")
