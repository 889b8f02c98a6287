"""Paths and pictures while a content stream is scanned: their styles, and what of them lies in zones."""

from collections.abc import Sequence
from math import hypot

from pipelines.press import content
from pipelines.press.drawing import BLACK, Painted, Style
from pipelines.press.geometry import Box
from pipelines.press.scan_stamps import Guard, one_style
from pipelines.press.scan_state import LOST, State

_UNIT = (0.0, 0.0, 1.0, 1.0)


class Paint:
    """Takes down what is painted. A form (`alone`) must set all that it paints with."""

    def __init__(self, guards: Sequence[Guard], styles: set[Style], alone: bool) -> None:
        self.styles = styles
        self._guards = guards
        self._alone = alone

    def picture(self, style: Style, inked: bool, state: State) -> bool:
        """A picture; False when a form paints it in an ink that it has not set."""
        self.styles.add(one_style(style))
        self._take(Painted("image", content.placed(state.matrix, *_UNIT)))
        return inked or not self._alone

    def path(self, path: bytes, painter: bytes, state: State) -> bool:
        """A path, painted or clipped with; False when an ink or width is not known."""
        hull = content.path_hull(path, state.matrix)
        if painter[:1] == b"W":
            state.clip = hull if state.clip is None else state.clip.clipped(hull)
            return True
        ways: list[tuple[Style, float]] = []
        if painter[:1] in b"fBb":
            if state.fill is LOST:
                return False
            ways.append((Style("path", state.fill or BLACK), 0.0))
        if painter[:1] in b"SsBb":
            width = (1.0 if state.width is None else state.width) * hypot(*state.matrix[2:4])
            ways.append((Style("path", state.stroke or BLACK, round(width, 2)), width / 2))
        for style, margin in ways:
            seen = _within(hull.grown(margin), state.clip)
            if seen.width <= 0 or seen.height <= 0:
                continue
            self.styles.add(one_style(style))
            if any(seen.meets(zone) for zone, _ in self._guards):
                for part in content.path_parts(path, state.matrix):
                    self._take(Painted("path", _within(part.grown(margin), state.clip)))
        if not self._alone:
            return True
        unset = (state.fill is None and painter[:1] in b"fBb") or (
            (state.stroke is None or state.width is None) and painter[:1] in b"SsBb"
        )
        return not unset

    def _take(self, painted: Painted) -> None:
        for zone, hits in self._guards:
            if painted.box.meets(zone):
                hits.append(painted)


def _within(box: Box, clip: Box | None) -> Box:
    return box if clip is None else box.clipped(clip)
