"""What the pages of reports have in common: their look, and how they write numbers."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def environment() -> Environment:
    """Jinja over the pages of this room, which all extend `frame.html`; its own for each page."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["thousands"] = lambda n: narrow(f"{n:,}")
    return made


def narrow(number: str) -> str:
    """The number with narrow blanks between its thousands, at which no line breaks."""
    return number.replace(",", "\N{NARROW NO-BREAK SPACE}")
