"""The bounds that no date of a claim passes, and the same day in another year."""

from datetime import date

EARLIEST = date(1900, 1, 1)
"""Nobody alive was born before it and no debt is older: an earlier date is a filler."""


def years_after(day: date, years: int) -> date:
    """The same day `years` later (or earlier, when negative); 29 February becomes the 28th.

    Who was born after `years_after(day, -18)` is not yet 18 on `day`. Years stop at 1 and 9999.
    """
    year = min(max(day.year + years, date.min.year), date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
