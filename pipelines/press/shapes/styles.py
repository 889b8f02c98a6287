"""Styles as the setting engine has them, read from computed styles: one object for equal ones.

The setting engine compares styles by identity, so equal styles of different elements share one.
"""

from typing import Any, TypeVar

from weasyprint.text.line_break import Layout

from pipelines.press.painting import Painter
from pipelines.press.setting.reading import block_style, span_style, text_style
from pipelines.press.setting.style import BlockStyle, SpanStyle, TextStyle, Unfollowed

_Style = TypeVar("_Style", TextStyle, BlockStyle, SpanStyle)
_PROBE = "x"


class StyleReader:
    """Reads styles; knows the painter's fonts."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self._kept: dict[str, Any] = {}

    def text(self, style: Any) -> tuple[TextStyle | None, str]:
        """The style of an element's own text, or why there is none."""
        own = style.anonymous_style
        if own["font_size"]:
            layout = Layout(own)
            layout.set_text(_PROBE)
            line, _ = layout.get_first_line()
            self._painter.register(line.runs[0].data.item.analysis.font)
        return self._one(text_style(own, self._painter.typefaces))

    def fonts(self) -> dict[str, tuple[str, int, str]]:
        """The fonts met so far, by their names in content streams."""
        return {n: (f.family, f.weight, f.style) for n, f in sorted(self._painter.typefaces.items())}

    def span(self, style: Any) -> SpanStyle | None:
        """What an element within a line adds to it; None when that cannot be followed."""
        return self._one(span_style(style))[0]

    def block(self, style: Any, width: float) -> tuple[BlockStyle | None, str]:
        """A block of lines of that width in px, or why there is none."""
        return self._one(block_style(style, round(width, 6)))

    def _one(self, read: "_Style | Unfollowed") -> "tuple[_Style | None, str]":
        if isinstance(read, Unfollowed):
            return None, read.reason
        return self._kept.setdefault(repr(read), read), ""
