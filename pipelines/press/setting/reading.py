"""Reads the engine's styles from WeasyPrint's computed ones, while a letter is recorded.

Each function gives `Unfollowed` for what the engine would not set as WeasyPrint does.
"""

from collections.abc import Mapping
from typing import Any

from weasyprint.draw.color import get_color
from weasyprint.layout.percent import percentage
from weasyprint.pdf.fonts import Font
from weasyprint.text.fonts import font_features, get_pango_font_key
from weasyprint.text.line_break import Layout, strut

from pipelines.press.setting.style import (
    PANGO_SCALE,
    BlockStyle,
    CannotFollow,
    Decoration,
    SpanStyle,
    TextStyle,
    Unfollowed,
)
from pipelines.press.typefaces import Typeface

_PROBE = "x"
_ONLY = (
    ("font_stretch", "normal", "a font stretch"),
    ("font_variant_caps", "normal", "small capitals"),
    ("font_variation_settings", "normal", "font variations"),
    ("font_language_override", "normal", "font-language-override"),
    ("word_break", "normal", "word-break"),
    ("direction", "ltr", "right-to-left text"),
)
_FEATURES = (
    "font_kerning",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_numeric",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
)


def text_style(style: Any, typefaces: Mapping[str, Typeface]) -> TextStyle | Unfollowed:
    """The style of a text box. `typefaces` are `Painter.typefaces` after a letter with it was painted."""
    try:
        return _text_style(style, typefaces)
    except CannotFollow as no:
        return Unfollowed(no.reason)


def span_style(style: Any) -> SpanStyle | Unfollowed:
    """The style of an inline element; its margins, borders and padding are not looked at."""
    if style["vertical_align"] != "baseline":
        return Unfollowed("vertical-align")
    line_height, baseline = strut(style)
    return SpanStyle(float(line_height), float(baseline), style["white_space"], style["lang"] or "")


def block_style(style: Any, width: float) -> BlockStyle | Unfollowed:
    """The style of a block of lines whose content is `width` px wide."""
    if style["direction"] != "ltr":
        return Unfollowed("right-to-left text")
    if style["text_overflow"] != "clip" or style["block_ellipsis"] != "none":
        return Unfollowed("an ellipsis")
    indent = style["text_indent"]
    if getattr(indent, "unit", "").lower() == "%" and width == float("inf"):
        return Unfollowed("a text-indent in percent")
    line_height, baseline = strut(style)
    align = _align(style["text_align_all"])
    last = style["text_align_last"]
    return BlockStyle(
        width=float(width),
        align=align,
        align_last=align if last == "auto" else _align(last),
        indent=float(percentage(indent, style, width)),
        white_space=style["white_space"],
        line_height=float(line_height),
        baseline=float(baseline),
    )


def _align(value: str) -> str:
    return {"left": "start", "right": "end"}.get(value, value)


def _text_style(style: Any, typefaces: Mapping[str, Typeface]) -> TextStyle:
    for name, value, reason in _ONLY:
        if style[name] != value:
            raise CannotFollow(reason)
    if style["hyphens"] == "auto":
        raise CannotFollow("hyphenation")
    if not style["lang"]:
        raise CannotFollow("a text without a language")
    size = int(style["font_size"] * PANGO_SCALE)
    if size <= 0:
        raise CannotFollow("a font size of nothing")
    layout = Layout(style)
    layout.set_text(_PROBE)
    line, _ = layout.get_first_line()
    font = _font_name(line.runs[0].data.item.analysis.font)
    face = typefaces.get(font)
    if face is None or face.family.lower() != style["font_family"][0].lower():
        raise CannotFollow("a font that is not the press's")
    if face.weight != style["font_weight"] or face.style != style["font_style"]:
        raise CannotFollow("a weight or slope that no press font has")
    line_height, baseline = strut(style)
    spacing = style["letter_spacing"]
    return TextStyle(
        font=font,
        size=size,
        features=tuple(sorted(font_features(*(style[name] for name in _FEATURES)).items())),
        language=style["lang"],
        transform_language=style["lang"].split("-")[0].lower(),
        colour=_colour(style["color"], "k"),
        visible=style["visibility"] == "visible",
        letter_spacing=0.0 if spacing == "normal" else float(spacing),
        word_spacing=float(style["word_spacing"]),
        white_space=style["white_space"],
        breaks_words=style["overflow_wrap"] in ("anywhere", "break-word"),
        text_transform=style["text_transform"],
        drops_soft_hyphens=style["hyphens"] == "none",
        line_height=float(line_height),
        baseline=float(baseline),
        decorations=_decorations(style, layout),
    )


def _font_name(pango_font: Any) -> str:
    _, description, size = get_pango_font_key(pango_font)
    name: str = Font(pango_font, description, size).hash
    return name


def _decorations(style: Any, layout: Any) -> tuple[Decoration, ...]:
    """Lines under and through a text, as WeasyPrint's `draw_text` places them."""
    lines = style["text_decoration_line"]
    if lines == "none":
        return ()
    if style["text_decoration_style"] != "solid" or not set(lines) <= {"underline", "line-through"}:
        raise CannotFollow("a text decoration")
    colour = _colour(get_color(style, "text_decoration_color"), "K")
    found = []
    if "underline" in lines:
        thickness = style["text_decoration_thickness"]
        if thickness in ("auto", "from-font"):
            thickness = layout.underline_thickness
        else:
            thickness = percentage(thickness, style, style["font_size"])
        offset = style["text_underline_offset"]
        below = (
            -layout.underline_position if offset == "auto" else percentage(offset, style, style["font_size"])
        )
        found.append(Decoration(float(below + thickness / 2), float(thickness), colour, behind=True))
    if "line-through" in lines:
        middle, thickness = -layout.strikethrough_position, layout.strikethrough_thickness
        found.append(Decoration(float(middle), float(thickness), colour, behind=False))
    return tuple(found)


def _colour(colour: Any, operator: str) -> bytes:
    if colour.space != "device-cmyk" or colour.alpha != 1:
        raise CannotFollow("a colour that is not opaque device-cmyk()")
    numbers = " ".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in colour.coordinates)
    return f"{numbers} {operator}".encode()
