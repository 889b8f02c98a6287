"""Preflight of the guarded places of a page, and of the address in its window."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.errors import AssetError
from pipelines.press import geometry, marks
from pipelines.press.drawing import Painted
from pipelines.press.expected import Expected
from pipelines.press.geometry import Box, Window
from pipelines.press.rules import Findings, Rule

_EDGE_SLACK = 0.3  # points: 0.1 mm
_LINE_SLACK = 2.0  # points between baselines that are one line
_CAP_HEIGHT = 0.73  # em, of the letters of an address
_DESCENT = 0.21
WINDOW, QUIET, BEHIND = range(3)
"""The zones as drawings list them: the window, the mark, and the place behind the mark."""
# First page of a piece, front of a sheet -> the zones that matter there.
WATCHED = {
    (True, True): (WINDOW, QUIET),
    (True, False): (WINDOW, QUIET, BEHIND),
    (False, True): (QUIET,),
    (False, False): (QUIET, BEHIND),
}


@dataclass(frozen=True, slots=True)
class Zones:
    """The places of a page that are guarded."""

    window: Window
    quiet: Box
    behind: Box

    @classmethod
    def of(cls, expect: Expected) -> "Zones":
        """The zones of a country and vendor. Raises ConfigError, AssetError when undefined."""
        window = expect.window
        if window is None:
            try:
                window = geometry.windows()[expect.country]
            except KeyError as error:
                raise AssetError(
                    f"geometry.toml: no window for {expect.country}", "see docs/layouts.md, page geometry"
                ) from error
        quiet = marks.quiet_box(expect.vendor.mark)
        return cls(window, quiet, marks.mark_box(expect.vendor.mark).mirrored())

    def boxes(self) -> tuple[Box, Box, Box]:
        """In the order that drawings list them."""
        return self.window.guarded, self.quiet, self.behind


def check_window(
    painted: Sequence[Painted], number: int, address: Sequence[str], window: Window, found: Findings
) -> None:
    """What stands in the window of a first page, against the lines of the address."""
    others = [thing for thing in painted if thing.kind != "text"]
    if others:
        found.add(Rule.WINDOW_FOREIGN, number, f"{kinds(others)} in the window's zone")
    texts = [thing for thing in painted if thing.kind == "text"]
    lines = _lines(texts)
    wanted = [_squeezed(line) for line in address]
    if len(lines) != len(wanted):
        found.add(Rule.WINDOW_TEXT, number, f"{len(lines)} lines for an address of {len(wanted)}")
    elif lines != wanted:
        place = next(i for i, pair in enumerate(zip(lines, wanted, strict=True), 1) if pair[0] != pair[1])
        found.add(Rule.WINDOW_TEXT, number, f"line {place} is not that of the address")
    left = window.box.left + window.inset - _EDGE_SLACK
    right = window.box.right - window.inset + _EDGE_SLACK
    bottom, top = window.box.bottom - _EDGE_SLACK, window.box.top + _EDGE_SLACK
    for thing in texts:
        box, baseline = thing.box, thing.origin[1]
        # Its letters reach from their descent to their height, without the line's room.
        low, high = baseline - _DESCENT * thing.size, baseline + _CAP_HEIGHT * thing.size
        if box.left < left or box.right > right or low < bottom or high > top:
            found.add(Rule.WINDOW_OUTSIDE, number, "the address reaches beyond the window")


def _lines(texts: Sequence[Painted]) -> list[str]:
    """The texts from top to bottom, those on one baseline joined from left to right, no blanks."""
    rows: list[list[Painted]] = []
    for thing in sorted(texts, key=lambda thing: (-thing.origin[1], thing.origin[0])):
        if rows and rows[-1][0].origin[1] - thing.origin[1] < _LINE_SLACK:
            rows[-1].append(thing)
        else:
            rows.append([thing])
    return [_squeezed(_joined(row)) for row in rows]


def _joined(row: Sequence[Painted]) -> str:
    """What stands on one baseline, from left to right."""
    if len(row) == 1:
        return row[0].text
    return "".join([thing.text for thing in sorted(row, key=lambda thing: thing.origin[0])])


def _squeezed(text: str) -> str:
    """The text in composed form without blanks of any kind: a line may be set in several runs."""
    plain = "".join(text.split())
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def kinds(painted: Iterable[Painted]) -> str:
    """The kinds of things painted, each once."""
    return ", ".join(sorted({thing.kind for thing in painted}))
