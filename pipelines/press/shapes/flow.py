"""Where everything stands: blocks stacked, margins collapsed, tables laid in rows, pages broken.

This follows what WeasyPrint 70 does with CSS 2.1 normal flow, fixed tables, absolute boxes and
page breaks, over recorded parts instead of styles and with lines that are already set. What it
does not follow it refuses. `press.truth` holds it against WeasyPrint's own pages. Lengths are CSS
pixels from the sheet's upper left corner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import NAMELESS, PageKind, Unfollowed
from pipelines.press.shapes.ready import Ready

MOST_PAGES = 60
"""A letter beyond this is no letter; the rendered lane says so too."""
_NEARLY = 1 + 1e-9
_AVOID = ("avoid", "avoid-page")
_FORCED = ("page", "always", "left", "right", "recto", "verso")

Resume = tuple[int, "Resume | None"]
_SPLIT: Resume = (-1, None)
"""Where the next page goes on in a row that did not fit whole."""


@dataclass(eq=False, slots=True)
class Piece:
    """The part of a node that stands on one page. `x`, `y` are its border box's corner."""

    node: Node
    index: int
    x: float
    y: float
    height: float = 0.0
    """Of the content box."""
    inset_top: float = 0.0
    inset_bottom: float = 0.0
    margin_bottom: float = 0.0
    children: "list[Piece]" = field(default_factory=list)
    absolutes: "list[tuple[float, Node]]" = field(default_factory=list)
    """Boxes out of the flow that belong here, with their static place."""
    first_line: int = 0
    last_line: int = 0
    lines_y: float = 0.0
    broken: bool = False
    repeats: bool = False
    """Whether it is a table's head or foot."""

    @property
    def border_height(self) -> float:
        """With padding and borders, as far as they are on this page."""
        return self.inset_top + self.height + self.inset_bottom

    def move(self, dy: float, dx: float = 0.0) -> None:
        """Moves it and all within."""
        self.x += dx
        self.y += dy
        self.lines_y += dy
        for child in self.children:
            child.move(dy, dx)
        self.absolutes = [(y + dy, node) for y, node in self.absolutes]


@dataclass(eq=False, slots=True)
class _Laid:
    piece: Piece | None
    resume: Resume | None
    margins: list[float]
    through: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its kind's name and the root's piece, absolute boxes placed."""

    kind: str
    root: Piece


class Flow:
    """Lays one letter out: a grown tree with a set block for each leaf."""

    def __init__(self, kinds: Mapping[str, PageKind], sets: Sequence[Ready]) -> None:
        self._kinds = kinds
        self._sets = sets
        self._bottom = 0.0
        self._number = 1
        self._forced = False
        self._was_forced = False

    def pages(self, root: Node) -> list[Page]:
        """The pages in order. Raises Unfollowed."""
        pages: list[Page] = []
        resume: Resume | None = None
        while True:
            name = kind_of(len(pages), self._kinds)
            kind = self._kinds[name]
            if kind.refused:
                raise Unfollowed(kind.refused)
            self._bottom = kind.y + kind.height
            self._number = len(pages) + 1
            self._was_forced, self._forced = self._forced, False
            laid = self._block(root, kind.x, kind.y, 0.0, resume, True, [], 0)
            if laid.piece is None:
                raise Unfollowed("a page on which nothing fits")
            self._place_absolutes(laid.piece, (kind.x, kind.y, kind.width, kind.height))
            pages.append(Page(name, laid.piece))
            resume = laid.resume
            if _splits(resume):
                raise Unfollowed("a table row that breaks over pages")
            if resume is None:
                return pages
            if len(pages) == MOST_PAGES:
                raise Unfollowed("more pages than a letter can have")

    # ---- blocks ------------------------------------------------------------------------------------

    def _over(self, space: float, y: float) -> bool:
        return y > (self._bottom - space) * _NEARLY

    def _block(
        self,
        node: Node,
        x: float,
        y: float,
        space: float,
        resume: Resume | None,
        empty: bool,
        margins: list[float],
        index: int,
    ) -> _Laid:
        """Lays out a block at `x` (parent's content edge) and `y` (before margins)."""
        part = node.part
        start = resume is None
        inset_top = part.inset_top if start else 0.0
        margin_top = part.margin_top if start else 0.0
        if self._drops_margin(node, start, empty and (node.top or bool(margins))):
            margin_top = 0.0
        margins.append(margin_top)
        own = margins
        joined = not (inset_top or part.flow_root or node.number == 0)
        piece = Piece(node, index, x + part.x, y, inset_top=inset_top)
        if joined:
            inner = y
        else:
            piece.y = y + _collapsed(margins)
            margins = []
            inner = piece.y + inset_top
        at, margins, rest = self._inside(piece, inner, margins, space, resume, empty)
        if at is None:
            return _Laid(None, None, [])
        if rest is not None and part.break_inside in _AVOID and not empty:
            return _Laid(None, None, [])
        if joined:
            piece.y = y + _collapsed(own)
        through = False
        held = bool(piece.children) or piece.last_line > piece.first_line
        if not held:
            if (
                part.height in (None, 0.0)
                and part.min_height == 0
                and not (inset_top or part.inset_bottom or (part.flow_root and part.position == "absolute"))
            ):
                through = True
            else:
                at += _collapsed(margins)
                margins = []
        elif part.height is not None:
            margins = []
        inset_bottom = part.inset_bottom if rest is None else 0.0
        piece.inset_bottom = inset_bottom
        piece.margin_bottom = part.margin_bottom if rest is None else 0.0
        if inset_bottom or part.flow_root or node.number == 0:
            at += _collapsed(margins)
            margins = []
        if part.height is None:
            piece.height = max(0.0, at - piece.y - inset_top)
        else:
            piece.height = part.height
        if rest is None:
            piece.height = max(min(piece.height, part.max_height), part.min_height)
        else:
            piece.broken = True
            if part.decoration is not None:
                raise Unfollowed("a box with border or background that breaks over pages")
            piece.height = max(piece.height, self._bottom - space - piece.y - inset_top)
        _shift(piece.children)
        return _Laid(piece, rest, margins, through)

    def _drops_margin(self, node: Node, start: bool, adjoins: bool) -> bool:
        """Whether the margin above is cut off, since it adjoins a page break that nobody forced."""
        if not start or self._number == 1 or not adjoins:
            return False
        return node.part.discards or not self._was_forced

    def _inside(
        self,
        piece: Piece,
        at: float,
        margins: list[float],
        space: float,
        resume: Resume | None,
        empty: bool,
    ) -> tuple[float | None, list[float], Resume | None]:
        """Fills a piece; the next place, the margins left over, and where the next page goes on."""
        node = piece.node
        if node.part.display == "table":
            raise AssertionError("tables have their own way")
        if node.leaf >= 0:
            if resume is None:
                piece.absolutes = [(at, child) for _, child in node.absolutes]
            return self._lines(piece, at, margins, space, resume, empty)
        skip, deeper = resume if resume is not None else (0, None)
        out = iter(node.absolutes)
        waiting = next(out, None)
        for i, child in enumerate(node.children[skip:], start=skip):
            while waiting is not None and waiting[0] <= i:
                if resume is None or waiting[0] > skip:
                    piece.absolutes.append((at + _collapsed(margins), waiting[1]))
                waiting = next(out, None)
            before = piece.children[-1] if piece.children else None
            if before is None and piece.absolutes and self._joins_top(piece):
                self._draw_down(piece, child, margins, empty)
            if before is not None and _between(before.node, child) in _FORCED:
                self._forced = True
                return at, [], (i, None)
            at_next, margins, rest, stop = self._child(piece, child, i, at, margins, space, deeper, empty)
            deeper = None
            if at_next is None:
                return None, [], None
            at = at_next
            if stop:
                if node.part.height is not None and self._past(piece, at, margins):
                    # WeasyPrint forgets what does not fit.
                    raise Unfollowed("a box of fixed height whose content runs over the page")
                return at, [], rest
        while waiting is not None:
            piece.absolutes.append((at + _collapsed(margins), waiting[1]))
            waiting = next(out, None)
        return at, margins, None

    def _past(self, piece: Piece, at: float, margins: list[float]) -> bool:
        part = piece.node.part
        bottom = piece.y + part.inset_top + (part.height or 0.0) + part.inset_bottom
        return at - _collapsed(margins) > bottom * _NEARLY

    def _child(
        self,
        piece: Piece,
        child: Node,
        index: int,
        at: float,
        margins: list[float],
        space: float,
        resume: Resume | None,
        empty: bool,
    ) -> tuple[float | None, list[float], Resume | None, bool]:
        """Lays a child behind the others; place, margins, where to go on, and whether to stop."""
        alone = empty and not piece.children
        x = piece.x + piece.node.part.inset_left
        before = list(margins)
        laid = self._level(child, x, at, space, resume, alone, margins, index)
        made = laid.piece
        if made is not None:
            if not laid.through:
                more = space + made.inset_bottom
                if not self._joins_bottom(piece.node):
                    more += made.margin_bottom
                content = made.y + made.inset_top + made.height
                border = made.y + made.border_height
                if not alone and self._over(space, content):
                    made = None
                elif not alone and self._over(more, border):
                    margins = list(before)
                    laid = self._level(child, x, at, more, resume, alone, margins, index)
                    made = laid.piece
                    if made is not None:
                        at = made.y + made.border_height
                else:
                    at = border
            margins = laid.margins
            if made is not None:
                margins.append(made.margin_bottom)
        if made is None:
            if piece.children and _between(piece.children[-1].node, child) in _AVOID:
                found = self._earlier(piece.children)
                if found is not None:
                    _check_kept(piece)
                    piece.children, rest = found
                    return at, margins, rest, True
                if not empty:
                    return None, [], None, True
            if piece.children:
                return at, margins, (index, None), True
            return None, [], None, True
        piece.children.append(made)
        if laid.resume is not None:
            return at, margins, (index, laid.resume), True
        return at, margins, None, False

    def _joins_top(self, piece: Piece) -> bool:
        return not (piece.inset_top or piece.node.part.flow_root or piece.node.number == 0)

    def _draw_down(self, piece: Piece, child: Node, margins: list[float], empty: bool) -> None:
        """Absolute boxes in front of the first block move by what its margin adds."""
        margin = 0.0 if child.part.display == NAMELESS else child.part.margin_top
        if self._number > 1 and empty and (piece.node.part.discards or not self._was_forced):
            margin = 0.0
        more = _collapsed([*margins, margin]) - _collapsed(margins)
        piece.absolutes = [(y + more, node) for y, node in piece.absolutes]

    def _joins_bottom(self, node: Node) -> bool:
        return not (node.part.inset_bottom or node.part.flow_root or node.number == 0)

    def _level(
        self,
        node: Node,
        x: float,
        y: float,
        space: float,
        resume: Resume | None,
        empty: bool,
        margins: list[float],
        index: int,
    ) -> _Laid:
        part = node.part
        if part.display == "table":
            return self._table(node, x, y, space, resume, empty, margins, index)
        if part.display in ("picture", "symbol"):
            margins.append(part.margin_top)
            top = y + _collapsed(margins)
            piece = Piece(node, index, x + part.x, top, part.height or 0.0, part.inset_top, part.inset_bottom)
            piece.margin_bottom = part.margin_bottom
            return _Laid(piece, None, [])
        return self._block(node, x, y, space, resume, empty, margins, index)

    def _lines(
        self,
        piece: Piece,
        at: float,
        margins: list[float],
        space: float,
        resume: Resume | None,
        empty: bool,
    ) -> tuple[float | None, list[float], Resume | None]:
        part = piece.node.part
        lines = self._sets[piece.node.leaf].lines
        skip = resume[0] if resume is not None else 0
        if len(lines) == 0:
            if part.display == NAMELESS:
                # WeasyPrint makes no block of it at all.
                raise Unfollowed("an empty text beside blocks")
            return at, margins, None
        at += _collapsed(margins)
        piece.lines_y = at
        piece.first_line = piece.last_line = skip
        for i in range(skip, len(lines)):
            below = at + lines[i].height
            foot = part.inset_bottom if i == len(lines) - 1 else 0.0
            here = i - skip
            if (here or not empty) and self._over(space, below + foot):
                needed = max(0, part.widows - 1 - (len(lines) - 1 - i))
                spare = here - part.orphans
                if not empty and (spare < 0 or needed > spare):
                    return None, [], None
                if needed and needed <= spare:
                    i -= needed
                    at -= sum(line.height for line in lines[i : i + needed])
                if i == skip:
                    return None, [], None
                _check_kept(piece)
                piece.last_line = i
                return at, [], (i, None)
            if empty and not here and self._over(space, below):
                raise Unfollowed("a line that is higher than its page")
            at = below
            piece.last_line = i + 1
        return at, [], None

    # ---- tables ------------------------------------------------------------------------------------

    def _table(
        self,
        node: Node,
        x: float,
        y: float,
        space: float,
        resume: Resume | None,
        empty: bool,
        margins: list[float],
        index: int,
    ) -> _Laid:
        part = node.part
        start = resume is None
        margin_top = part.margin_top if start else 0.0
        if self._drops_margin(node, start, empty and (node.top or bool(margins))):
            margin_top = 0.0
        margins.append(margin_top)
        head, bodies, foot = _groups(node)
        inset_top = part.inset_top if start or head else 0.0
        piece = Piece(node, index, x + part.x, y + _collapsed(margins), inset_top=inset_top)
        top = piece.y + inset_top + (part.spacing if start else 0.0)
        limit = space if empty else float("-inf")
        head_piece = self._repeated(head, piece, top, limit)
        foot_piece = self._repeated(foot, piece, top, limit)
        skip = resume[0] if resume is not None else 0
        avoids = next((g.part.break_inside in _AVOID for i, g in bodies if i >= skip), False)
        for above, below in _tries(head_piece, foot_piece):
            piece.children = [] if above is None else [above]
            at = top if above is None else top + above.height + part.spacing
            more = 0.0 if below is None else below.height + part.spacing
            last_try = above is None and below is None
            found = self._bodies(bodies, piece, at, space + more, resume, empty if last_try else avoids)
            if found is not None or not bodies or not empty:
                break
        if found is None:
            return _Laid(None, None, [])
        at, rest = found
        if rest is not None and part.break_inside in _AVOID and not empty:
            return _Laid(None, None, [])
        if below is not None:
            below.move(at - below.y)
            piece.children.append(below)
            at += more
        piece.height = max(0.0, at - piece.y - inset_top)
        if part.height is not None:
            piece.height = max(piece.height, part.height)
        piece.inset_bottom = part.inset_bottom if rest is None or foot else 0.0
        piece.margin_bottom = part.margin_bottom if rest is None else 0.0
        piece.broken = rest is not None
        if piece.broken and part.decoration is not None:
            raise Unfollowed("a table with a border that breaks over pages")
        return _Laid(piece, rest, [])

    def _repeated(self, group: Node | None, table: Piece, at: float, space: float) -> Piece | None:
        """A head or foot, which stands on each page; None when it does not fit whole."""
        if group is None:
            return None
        laid = self._group(group, table, at, space, None, False, 0)
        if laid.piece is None or laid.resume is not None:
            return None
        laid.piece.repeats = True
        return laid.piece

    def _bodies(
        self,
        bodies: list[tuple[int, Node]],
        table: Piece,
        at: float,
        space: float,
        resume: Resume | None,
        empty: bool,
    ) -> tuple[float, Resume | None] | None:
        skip, deeper = resume if resume is not None else (0, None)
        count = len(table.children)
        for index, group in bodies:
            if index < skip:
                continue
            made = table.children[count:]
            if made and _between(made[-1].node, group) in _FORCED:
                self._forced = True
                return at, (index, None)
            laid = self._group(group, table, at, space, deeper, empty, index)
            deeper = None
            if laid.piece is None:
                found = self._before(group, index, made, empty)
                if found is None:
                    return None
                table.children[count:], rest = found
                return at, rest
            table.children.append(laid.piece)
            at = laid.piece.y + laid.piece.height + table.node.part.spacing
            empty = False
            if laid.resume is not None:
                return at, (index, laid.resume)
        return at, None

    def _group(
        self,
        node: Node,
        table: Piece,
        at: float,
        space: float,
        resume: Resume | None,
        empty: bool,
        index: int,
    ) -> _Laid:
        x = table.x + table.node.part.inset_left
        piece = Piece(node, index, x, at)
        spacing = table.node.part.spacing
        was_empty = empty
        rest: Resume | None = None
        skip = resume[0] if resume is not None else 0
        for i, row in enumerate(node.children[skip:], start=skip):
            if piece.children and _between(piece.children[-1].node, row) in _FORCED:
                self._forced = True
                rest = (i, None)
                break
            made = self._row(row, x, at, space, empty, i)
            below = made.y + made.height + spacing if made is not None else float("inf")
            if made is None or (not empty and not made.broken and self._over(space, below)):
                if made is None and empty:
                    raise Unfollowed("a table row that is higher than its page")
                found = self._before(row, i, piece.children, was_empty)
                if found is None:
                    return _Laid(None, None, [])
                piece.children, rest = found
                break
            piece.children.append(made)
            at = below
            empty = False
            if made.broken:
                rest = (i, _SPLIT)
                break
        if rest is not None and not was_empty and (node.part.break_inside in _AVOID or not piece.children):
            return _Laid(None, None, [])
        last = piece.children[-1] if piece.children else None
        piece.height = last.y + last.height - piece.y if last is not None else 0.0
        return _Laid(piece, rest, [])

    def _row(self, node: Node, x: float, y: float, space: float, empty: bool, index: int) -> Piece | None:
        """The row; None when nothing of it fits, or it must not break and does not fit."""
        piece = Piece(node, index, x, y)
        whole = True
        for i, cell in enumerate(node.children):
            part = cell.part
            made = Piece(cell, i, x + part.x, y, inset_top=part.inset_top, inset_bottom=part.inset_bottom)
            inner = y + part.inset_top
            at, margins, rest = self._inside(made, inner, [], space, None, empty)
            if at is None:
                whole = False
                piece.children.append(made)
                continue
            if rest is not None:
                whole = False
            at += _collapsed(margins)
            made.height = max(0.0, at - inner)
            _shift(made.children)
            piece.children.append(made)
        if not whole:
            kept = node.part.break_inside in _AVOID or any(
                c.part.break_inside in _AVOID for c in node.children
            )
            shown = any(c.children or c.last_line > c.first_line for c in piece.children)
            if not shown or (kept and not empty):
                return None
            # It may yet move to the next page, with all that must stay together.
            piece.broken = True
        piece.height = max((cell.border_height for cell in piece.children), default=0.0)
        if node.part.height is not None:
            piece.height = max(piece.height, node.part.height)
        self._align(piece)
        return piece

    def _align(self, row: Piece) -> None:
        based = [c for c in row.children if c.node.part.align not in ("top", "middle", "bottom")]
        if based:
            lines = {id(c): self._baseline(c) for c in based}
            most = max(lines.values())
            for cell in based:
                extra = most - lines[id(cell)]
                if extra:
                    _lower(cell, extra)
                    cell.inset_top += extra
            row.height = max(row.height, max(c.border_height for c in row.children))
        for cell in row.children:
            extra = row.height - cell.border_height
            if not extra:
                continue
            align = cell.node.part.align
            down = extra if align == "bottom" else extra / 2 if align == "middle" else 0.0
            if down:
                _lower(cell, down)
            cell.inset_top += down
            cell.inset_bottom += extra - down

    def _baseline(self, cell: Piece) -> float:
        """The first baseline below the top of the cell, or the bottom of its content."""
        found = self._first_baseline(cell)
        return found - cell.y if found is not None else cell.inset_top + cell.height

    def _first_baseline(self, piece: Piece) -> float | None:
        if piece.node.leaf >= 0:
            if piece.last_line > piece.first_line:
                return piece.lines_y + self._sets[piece.node.leaf].lines[piece.first_line].baseline
            return None
        for child in piece.children:
            found = self._first_baseline(child)
            if found is not None:
                return found
        return None

    # ---- page breaks -------------------------------------------------------------------------------

    def _before(
        self, node: Node, index: int, made: list[Piece], empty: bool
    ) -> tuple[list[Piece], Resume] | None:
        """A break before a row or group that does not fit, or earlier when that is to be avoided."""
        if not made:
            return None
        if _between(made[-1].node, node) in _AVOID:
            found = self._earlier(made)
            if found is not None:
                return found
            if not empty:
                return None
        return made, (index, None)

    def _earlier(self, pieces: list[Piece]) -> tuple[list[Piece], Resume] | None:
        """The last place among pieces where a page may break."""
        following: Piece | None = None
        for i in range(len(pieces) - 1, -1, -1):
            piece = pieces[i]
            if piece.repeats:
                continue
            if following is not None and _between(piece.node, following.node) not in _AVOID:
                return pieces[: i + 1], (pieces[i + 1].index, None)
            following = piece
            part = piece.node.part
            if part.break_inside in _AVOID or part.display in ("row", "cell", "picture", "symbol"):
                continue
            if piece.node.leaf >= 0:
                count = piece.last_line - piece.first_line
                keep = count - part.widows
                if count == 0 or keep < part.orphans:
                    continue
                _check_kept(piece)
                lines = self._sets[piece.node.leaf].lines
                piece.last_line = piece.first_line + keep
                rest: Resume = (piece.last_line, None)
                cut = sum(line.height for line in lines[piece.last_line : piece.last_line + part.widows])
                self._cut(piece, piece.height - cut)
                return pieces[: i + 1], (piece.index, rest)
            found = self._earlier(piece.children)
            if found is not None:
                _check_kept(piece)
                piece.children, inner = found
                self._cut(piece, piece.height)
                # WeasyPrint leaves the foot where it was.
                feet = [p for p in pieces[i + 1 :] if p.repeats]
                return [*pieces[: i + 1], *feet], (piece.index, inner)
        return None

    def _cut(self, piece: Piece, height: float) -> None:
        if piece.node.part.decoration is not None:
            raise Unfollowed("a box with border or background that breaks over pages")
        piece.broken = True
        piece.height = height

    # ---- boxes out of the flow ---------------------------------------------------------------------

    def _place_absolutes(self, piece: Piece, around: tuple[float, float, float, float]) -> None:
        """Lays out absolute boxes in their containing block: left, top, width, height."""
        part = piece.node.part
        if part.position != "static":
            around = (
                piece.x + part.border_left,
                piece.y + part.border_top,
                part.width + part.inset_left + part.inset_right,
                piece.border_height - part.border_top - part.border_bottom,
            )
        placed: list[Piece] = []
        for static, node in piece.absolutes:
            placed.append(self._absolute(node, piece.x + part.inset_left, static, around))
        for child in piece.children:
            self._place_absolutes(child, around)
        for made in placed:
            self._place_absolutes(made, around)
        piece.children += placed

    def _absolute(
        self, node: Node, x: float, static: float, around: tuple[float, float, float, float]
    ) -> Piece:
        part = node.part
        left, top, _, height = around
        page, self._bottom = self._bottom, float("inf")
        laid = self._level(node, left if part.left_set else x, 0.0, 0.0, None, True, [], 0)
        self._bottom = page
        made = laid.piece
        if made is None:
            raise Unfollowed("an absolute box that cannot be laid out")
        if part.top is not None and part.bottom is not None and part.height is None:
            raise Unfollowed("an absolute box between top and bottom")
        if part.top is not None:
            y = top + part.top + part.margin_top
        elif part.bottom is not None:
            y = top + height - part.bottom - part.margin_bottom - made.border_height
        else:
            y = static + part.margin_top
        made.move(y - made.y)
        if self._lowest(made) > page * _NEARLY:
            raise Unfollowed("an absolute box beyond its page")
        return made

    def _lowest(self, piece: Piece) -> float:
        """Where the lowest content ends that a page break would take along."""
        found = piece.y + piece.border_height
        if piece.node.leaf >= 0 and piece.last_line > piece.first_line:
            lines = self._sets[piece.node.leaf].lines
            height = sum(line.height for line in lines[piece.first_line : piece.last_line])
            found = max(found, piece.lines_y + height)
        return max([found, *map(self._lowest, piece.children)])


def kind_of(number: int, kinds: Mapping[str, PageKind]) -> str:
    """Which kind the page of that number (from 0) is of: `first`, `rest`, `left` or `right`."""
    if number == 0:
        return "first"
    if "rest" in kinds:
        return "rest"
    name = "left" if number % 2 else "right"
    if name not in kinds:
        raise KeyError(name)
    return name


def _groups(table: Node) -> tuple[Node | None, list[tuple[int, Node]], Node | None]:
    """A table's head, its other groups with their numbers, and its foot."""
    head = next((g for g in table.children if g.part.display == "head"), None)
    foot = next((g for g in table.children if g.part.display == "foot"), None)
    return head, [(i, g) for i, g in enumerate(table.children) if g is not head and g is not foot], foot


def _tries(head: Piece | None, foot: Piece | None) -> list[tuple[Piece | None, Piece | None]]:
    """What to try in turn until something of the table fits between its head and foot."""
    tries: list[tuple[Piece | None, Piece | None]] = []
    if head is not None and foot is not None:
        tries.append((head, foot))
    if head is not None:
        tries.append((head, None))
    elif foot is not None:
        tries.append((None, foot))
    return [*tries, (None, None)]


def _splits(resume: Resume | None) -> bool:
    """Whether the next page goes on within a table row."""
    while resume is not None:
        if resume == _SPLIT:
            return True
        resume = resume[1]
    return False


def _check_kept(piece: Piece) -> None:
    if piece.absolutes:
        raise Unfollowed("an absolute box in a box that breaks over pages where it must not")


def _shift(pieces: Sequence[Piece]) -> None:
    """Moves relative boxes, once all about them has been laid out."""
    for piece in pieces:
        dx, dy = piece.node.part.shift
        if dx or dy:
            piece.move(dy, dx)


def _lower(cell: Piece, by: float) -> None:
    cell.lines_y += by
    for child in cell.children:
        child.move(by)
    cell.absolutes = [(y + by, node) for y, node in cell.absolutes]


def _collapsed(margins: Sequence[float]) -> float:
    """CSS 2.1 8.3.1: the largest of the positive margins and the least of the negative ones."""
    if not margins:
        return 0.0
    return max(0.0, *margins) + min(0.0, *margins)


def _between(before: Node, after: Node) -> str:
    """The break value that wins between two siblings."""
    result = "auto"
    for value in (*_values(before, "break_after"), *_values(after, "break_before")):
        if value in ("left", "right", "recto", "verso"):
            result = value
        elif value in ("page", "always") and result in ("auto", *_AVOID):
            result = "page"
        elif value in _AVOID and result == "auto":
            result = value
    return result


def _values(node: Node, side: str) -> list[str]:
    after = side == "break_after"
    values = []
    at: Node | None = node
    while at is not None and at.part.display not in ("cell", "atom"):
        values.append(str(getattr(at.part, side)))
        at = _edge(at, after)
    if after:
        values.reverse()
    return values


def _edge(node: Node, last: bool) -> Node | None:
    """The first or last child, where breaks on both meet; none when a box out of the flow stands there."""
    if not node.children:
        return None
    if node.part.display == "table":
        head, bodies, foot = _groups(node)
        groups = [g for g in (head, *(g for _, g in bodies), foot) if g is not None]
        return groups[-1 if last else 0]
    if any(before == (len(node.children) if last else 0) for before, _ in node.absolutes):
        return None
    return node.children[-1 if last else 0]
