"""How many sheets a letter will have, said before it has pages.

The plan needs weights, and pages are made after the plan. So the number of claims says it: by
the table `sheets`, which holds what letters of the shipped layouts were measured to have, or by
the configuration's own steps for a layout.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from pipelines.errors import ConfigError
from pipelines.model import TableVersion
from pipelines.postal.dated import Entry, entries, only_one, table

Numbers = npt.NDArray[np.int64]
Step = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]]
"""(claims up to, sheets)"""


def _rise(steps: Sequence[Step]) -> bool:
    limits = [claims for claims, _ in steps]
    return bool(steps) and limits == sorted(set(limits)) and all(sheets >= 1 for _, sheets in steps)


class Sheets(Entry):
    """An entry `[[sheets]]`: how many sheets the letters of one layout have."""

    layout: str
    steps: tuple[Step, ...]
    """The last step holds for more claims, too."""

    @field_validator("steps")
    @classmethod
    def _rising(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if not _rise(steps):
            raise ValueError("steps must have rising numbers of claims")
        return steps


@dataclass(frozen=True, slots=True)
class Forecast:
    """Sheets by layout and number of claims."""

    version: TableVersion
    entries: tuple[Sheets, ...]
    given: Mapping[str, Sequence[Step]]
    """Layout → steps of the configuration, which go before the table."""

    @classmethod
    def load(cls, own: Mapping[str, Path], given: Mapping[str, Sequence[Step]]) -> Self:
        """The user's or the shipped table (`own` is `schedule.tables`), and the configuration's steps.

        Raises TableError, and ConfigError when the configuration's steps do not rise.
        """
        for layout, steps in given.items():
            if not _rise(steps):
                raise ConfigError(
                    f"schedule.forecast_sheets.{layout}: no steps of rising numbers of claims",
                    "write it as [[claims up to, sheets], …]",
                )
        source = table("sheets", own)
        return cls(source.version, entries(source, "sheets", Sheets), given)

    def sheets(self, layout: str, claims: Numbers, day: date) -> Numbers:
        """The sheets of letters with so many claims, as the table stands on `day`. Raises TableError."""
        steps = self.given.get(layout)
        if steps is None:
            known = (entry for entry in self.entries if entry.layout == layout)
            steps = only_one(known, day, f"sheets: {layout}").steps
        limits, sheets = np.array(steps, np.int64).T
        found: Numbers = sheets[np.minimum(np.searchsorted(limits, claims), len(limits) - 1)]
        return found
