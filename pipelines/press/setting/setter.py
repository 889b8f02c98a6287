"""Sets the inline content of a block: lines, each with the pieces of text and boxes that stand on it."""

from collections.abc import Callable, Mapping, Sequence

from pipelines.press.setting.content import Atom, Branch, Item, Leaf, grown
from pipelines.press.setting.galley import Line, Piece, Placed, SetBlock
from pipelines.press.setting.inline import Inline, Place, Set, extent, phantom
from pipelines.press.setting.lines import Measured
from pipelines.press.setting.operators import finished
from pipelines.press.setting.plans import Plan
from pipelines.press.setting.shaping import Shaper, text_script
from pipelines.press.setting.spacing import BLANKS, Spacing
from pipelines.press.setting.style import (
    COLLAPSES,
    PANGO_SCALE,
    BlockStyle,
    CannotFollow,
    TextStyle,
    Unfollowed,
)
from pipelines.press.setting.usual import Spot, Usual
from pipelines.press.setting.words import Words
from pipelines.press.typefaces import Typeface

_SHAPERS_KEPT = 500


class Setter:
    """Sets blocks in the given typefaces, by their names in content streams. Not safe for threads.

    Without `short_way` usual blocks go the long way too; what comes out is the same.
    """

    def __init__(self, typefaces: Mapping[str, Typeface], short_way: bool = True) -> None:
        self._typefaces = typefaces
        self._shapers: dict[tuple[TextStyle, str], Shaper] = {}
        self._equal: dict[tuple[object, ...], Shaper] = {}
        self._usual = Usual(self._words if short_way else _no_words)

    def set(self, block: BlockStyle, items: tuple[Item, ...]) -> SetBlock | Unfollowed:
        """The block's lines, or why they cannot be followed."""
        try:
            return self._usual.set(block, items) or self._set(block, items)
        except CannotFollow as no:
            return Unfollowed(no.reason)

    def single(self, block: BlockStyle, style: TextStyle) -> Callable[[str], SetBlock | None]:
        """What sets blocks that hold one text, quicker than `set`, or gives None for it to do."""
        return self._usual.single(block, style)

    def plan(self, block: BlockStyle, spots: Sequence[Spot]) -> Plan | None:
        """How blocks of these spots are set many at a time, when they can be."""
        return self._usual.plan(block, spots)

    def filled(
        self, block: BlockStyle, spots: Sequence[Spot], items: tuple[Item, ...]
    ) -> Callable[[Sequence[str]], SetBlock | None] | None:
        """What sets blocks of several texts, quicker than `set`, or gives None for it to do."""
        return self._usual.filled(block, spots, items)

    def _set(self, block: BlockStyle, items: tuple[Item, ...]) -> SetBlock:
        root = grown(Branch(block.line_height, block.baseline, block.white_space), items)
        lines: list[Line] = []
        if len(root.children) == 1 and isinstance(leaf := root.children[0], Leaf):
            self._text_lines(block, leaf, lines)
        elif root.children:
            self._mixed_lines(block, root, lines)
        height = lines[-1].top + lines[-1].height if lines else 0.0
        fonts = frozenset(piece.style.font for line in lines for piece in line.pieces if piece.shown)
        return finished(tuple(lines), height, fonts)

    def _text_lines(self, block: BlockStyle, leaf: Leaf, lines: list[Line]) -> None:
        """The lines of a block that is one text: the usual case, and what `_mixed_lines` comes to."""
        style, text = leaf.style, leaf.text
        measured = Measured(leaf, self._shaper)
        above = max(block.baseline, style.baseline)
        height = above + max(block.line_height - block.baseline, style.line_height - style.baseline)
        at, top, indent = 0, 0.0, block.indent
        while at < len(text):
            if style.collapses:
                while text[at : at + 1] == " ":
                    at += 1
            cut = measured.cut(at, block.width * (1 + 1e-9) - indent, True)
            if cut is None:
                # Only blanks were left. They make no line of their own.
                break
            end, width = cut.end, cut.width
            if style.collapses and text[end - 1] == " " and end > cut.start:
                end = cut.start + len(text[cut.start : end].rstrip(" "))
                width = measured.pixels(cut.start, end) if end > cut.start else 0.0
            if cut.end == cut.start and not cut.forced:
                lines.append(Line(top, 0.0, 0.0, (), ()))
            else:
                pieces: tuple[Piece, ...] = ()
                if cut.end > cut.start:
                    last = cut.resume is None or cut.forced
                    x, space = _aligned(block, indent + width if end > cut.start else width, last)
                    shown = text[cut.start : end]
                    pieces = (
                        self._piece(
                            style,
                            shown,
                            text[cut.start : cut.end],
                            indent + x,
                            top + above,
                            width,
                            space,
                            [shown],
                        ),
                    )
                lines.append(Line(top, height, top + above, pieces, ()))
            top += lines[-1].height
            if cut.resume is None:
                break
            at, indent = cut.resume, 0.0

    def _mixed_lines(self, block: BlockStyle, root: Branch, lines: list[Line]) -> None:
        measured: dict[Leaf, Measured] = {}

        def measure(leaf: Leaf) -> Measured:
            if leaf not in measured:
                measured[leaf] = Measured(leaf, self._shaper)
            return measured[leaf]

        inline = Inline(root, measure)
        place: Place | None = None
        top, indent = 0.0, block.indent
        while (split := inline.line(place, indent, block.width)) is not None and split.made is not None:
            line = split.made
            if phantom(line) and not split.forced:
                lines.append(Line(top, 0.0, 0.0, (), ()))
            else:
                inline.bare(line)
                lines.append(self._line(block, line, top, indent, split.resume is None or split.forced))
                top += lines[-1].height
            if not isinstance(split.resume, tuple):
                break
            place, indent = split.resume, 0.0

    def _line(self, block: BlockStyle, line: Set, top: float, indent: float, last: bool) -> Line:
        above, below = extent(line)
        x, space = _aligned(block, line.width, last)
        shown = [child.text() for child in _leaves(line)]
        pieces: list[Piece] = []
        atoms: list[Placed] = []
        for child in _leaves(line):
            node = child.node
            if isinstance(node, Atom):
                atoms.append(Placed(node.key, child.x + x, top + above - node.baseline))
            elif isinstance(node, Leaf):
                piece = self._piece(
                    node.style,
                    child.text(),
                    node.text[child.start : child.drawn],
                    child.x + x,
                    top + above,
                    child.width,
                    space,
                    shown,
                )
                x += piece.width - child.width
                pieces.append(piece)
        return Line(top, above + below, top + above, tuple(pieces), tuple(atoms))

    def _piece(
        self,
        style: TextStyle,
        text: str,
        drawn: str,
        x: float,
        baseline: float,
        width: float,
        space: float,
        line: list[str],
    ) -> Piece:
        """A text on a line, `drawn` with the blanks that its end swallowed; `space` px to share out."""
        spacing = Spacing.of(style)
        if space:
            blanks = _blanks(text)
            if blanks:
                each = space / sum(map(_blanks, line))
                spacing = (spacing or Spacing(0, 0.0)).wider(each)
                width += each * blanks
                drawn = text
        shown = ""
        if style.visible and text.strip():
            shaper = self._shaper(style, drawn)
            shown = shaper.shown(drawn) if spacing is None else spacing.shown(shaper, drawn)
        return Piece(x, baseline, style, shown, width, text)

    def _shaper(self, style: TextStyle, text: str) -> Shaper:
        return self._scripted(style, text_script(text))

    def _words(self, style: TextStyle, script: str) -> Words | None:
        return self._scripted(style, script).words

    def _scripted(self, style: TextStyle, script: str) -> Shaper:
        shaper = self._shapers.get((style, script))
        if shaper is None:
            face = self._typefaces.get(style.font)
            if face is None:
                raise CannotFollow("a font that is not the press's")
            features = style.features
            if int(style.letter_spacing * PANGO_SCALE):
                # As Pango does wherever letters are spaced.
                features = (*features, ("liga", 0), ("clig", 0), ("dlig", 0))
            key = (style.font, style.size, features, style.language, script)
            if len(self._equal) >= _SHAPERS_KEPT:
                self._equal.clear()
                self._shapers.clear()
            shaper = self._equal.get(key)
            if shaper is None:
                shaper = self._equal[key] = Shaper(face, style.size, features, style.language, script)
            self._shapers[style, script] = shaper
        return shaper


def _no_words(_style: TextStyle, _script: str) -> None:
    return None


def _aligned(block: BlockStyle, width: float, last: bool) -> tuple[float, float]:
    """How far a line is moved to the right, and the space to share out among its blanks; px."""
    free = block.width - width
    if free <= 0 or free == float("inf"):
        return 0.0, 0.0
    align = block.align_last if last else block.align
    if align == "justify":
        return 0.0, free if block.white_space in COLLAPSES else 0.0
    return {"start": 0.0, "center": free / 2, "end": free}[align], 0.0


def _leaves(made: Set) -> list[Set]:
    if not isinstance(made.node, Branch):
        return [made]
    return [leaf for child in made.children for leaf in _leaves(child)]


def _blanks(text: str) -> int:
    return sum(map(text.count, BLANKS))
