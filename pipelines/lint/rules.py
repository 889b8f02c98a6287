"""The closed list of lint rules: what is wrong with it on paper or in the press, and the remedy.

`docs/lint.md` shows the same list, and a test keeps the two the same. Rules of the group `lane`
are what the press cannot follow: a letter with such a part is rendered by WeasyPrint in full,
right but a hundred times slower.
"""

# ruff: noqa: E501 — a table reads best a row a line

from enum import StrEnum


class Rule(StrEnum):
    """What a layout must keep. The value is the code that a finding and `lint: allow` name."""

    group: str
    meaning: str
    remedy: str

    def __new__(cls, value: str, group: str, meaning: str, remedy: str) -> "Rule":
        """A rule with its group (files, paper, texts, shapes, lane), what it asks for and what to do."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.group = group
        member.meaning = meaning
        member.remedy = remedy
        return member

    # fmt: off
    FILE_MISSING = ("file-missing", "files", "every file that a layout names is there", "add the file, or mend its name")
    SYNTAX = ("syntax", "files", "layout.toml, texts, templates and style sheets can be read", "mend the syntax")
    CSS_IGNORED = ("css-ignored", "files", "WeasyPrint understands every rule of a style sheet; it skips what it does not know, and the press refuses the layout", "write what WeasyPrint knows, or leave it out")
    SAMPLE_FAILS = ("sample-fails", "files", "every sample record can be laid out in every language", "mend what the finding names; until then the sheet itself was not looked at")
    ALLOW_REASON = ("allow-reason", "files", "`lint: allow` names a known code and a reason", "write `lint: allow CODE why`")
    ALLOW_UNUSED = ("allow-unused", "files", "every `lint: allow` allows something", "remove it")

    COLOUR_RGB = ("colour-rgb", "paper", "no colour in RGB or another space of screens, written or by default", "write device-cmyk(c m y k)")
    COLOUR_NAMED = ("colour-named", "paper", "no colour by name: names are RGB", "write device-cmyk(c m y k); black is device-cmyk(0 0 0 1)")
    GRADIENT = ("gradient", "paper", "no gradient: it prints in bands", "take one ink, or a tint of it")
    OPACITY = ("opacity", "paper", "no transparency: it has to be flattened, and mixes inks out of sight", "take the tint that you want to see")
    INK_TOTAL = ("ink-total", "paper", "no colour of more than 280 % ink", "take less of C, M and Y, and more K")
    INK_TEXT = ("ink-text", "paper", "text is pure black or paper white", "set it in device-cmyk(0 0 0 1)")
    TEXT_SMALL = ("text-small", "paper", "no text below 6 pt", "set it in 6 pt or more")
    TEXT_SMALL_INKS = ("text-small-inks", "paper", "no text below 6 pt in more than one ink: the inks never meet exactly", "set it in 6 pt or more, and in device-cmyk(0 0 0 1)")
    HAIRLINE = ("hairline", "paper", "no line below 0.25 pt", "draw it 0.25 pt or stronger")
    PICTURE = ("picture", "paper", "no PNG, GIF, WebP or RGB photograph", "draw it as SVG in device-cmyk()")
    LINK = ("link", "paper", "no link: paper has none, and PDF/X no annotation", "write the address as text, or as a QR code")
    ELEMENT = ("element", "paper", "no scripts, forms, frames or other things of screens", "leave it out; sheets are named in layout.toml")
    FONT_UNKNOWN = ("font-unknown", "paper", "only families of fonts/fonts.toml: the press has no other", "name a family of fonts/fonts.toml")
    FONT_OWN = ("font-own", "paper", "no @font-face in a style sheet: fonts are the press's", "add the font to fonts/fonts.toml")
    WINDOW_DRIFT = ("window-drift", "paper", "in the window and its drift stands the address only", "move it out of the window and of the drift around it (layouts/shared/geometry.toml)")
    WINDOW_ADDRESS = ("window-address", "paper", "the address stands within the window", "set it at geometry.window.text_x and text_y")
    MARK_ZONE = ("mark-zone", "paper", "nothing stands where the inserter reads its mark, on any page", "move it out of mark_zone (layouts/shared/geometry.toml)")

    LANGUAGE_MISSING = ("language-missing", "texts", "every language of a layout has its texts on each level", "add the file, or take the language out of layout.toml")
    TEXT_MISSING = ("text-missing", "texts", "every text that a template says is there in every language", "add the text")
    NAME_UNKNOWN = ("name-unknown", "texts", "every name is in the letter's context", "see the names in docs/layouts.md")
    FILTER_UNKNOWN = ("filter-unknown", "texts", "every filter and test is one of docs/layouts.md or of Jinja", "see the filters in docs/layouts.md")

    STYLE_DATA = ("style-from-data", "shapes", "no style, class or span computed from a letter's data: every value is another shape to record", "choose among a few classes with a condition")
    SHAPE_SELECTOR = ("shape-selector", "shapes", "no selector that counts rows or looks at all earlier brothers: every row is another shape to record", "give the element a class in the template")

    LANE_FLOAT = ("lane-float", "lane", "no floats, no clear", "place it, or use a table of fixed width")
    LANE_COLUMNS = ("lane-columns", "lane", "no multi-column text", "use a table of fixed width")
    LANE_DISPLAY = ("lane-display", "lane", "blocks, lines and tables only: no flex, grid or inline table", "place the parts, or use a table of fixed width")
    LANE_LIST = ("lane-list", "lane", "no list items", "write paragraphs, with the number or dash as text")
    LANE_TABLE = ("lane-table", "lane", "a table has a fixed layout and a width; else every cell's text moves the columns", "give the table `table-layout: fixed` and a width")
    LANE_TABLE_PART = ("lane-table-part", "lane", "no collapsed borders, captions or cells over several rows; no height of cells; no background of rows or columns", "write `border-collapse: separate; border-spacing: 0`, rows as rows, and give cells the background")
    LANE_INLINE_BLOCK = ("lane-inline-block", "lane", "an inline block has a width and a height in the same rule", "give it both")
    LANE_INLINE = ("lane-inline", "lane", "an element of a line has no box of its own: no margin, border, padding, background or place, and stands on the line", "take colour, weight or decoration, or an inline block of fixed width and height")
    LANE_GENERATED = ("lane-generated", "lane", "no generated text before or after an element, no counters", "write the text in the template; rows have `loop.index`")
    LANE_RUNNING = ("lane-running", "lane", "no running elements, leaders, page references or footnotes", "carry words to the margin with `string-set`")
    LANE_MARGIN = ("lane-margin", "lane", "a margin box has no border or background, and holds texts, `string()` with first or last, page and pages", "leave the rest to the page")
    LANE_CUT = ("lane-cut", "lane", "nothing is cut to fit: no ellipsis, clip, line limit or overflow", "let it take another line")
    LANE_TRANSFORM = ("lane-transform", "lane", "no transforms", "place it where it shall stand")
    LANE_PLACE = ("lane-place", "lane", "no fixed or sticky boxes, no places or heights in per cent, nor room above and below in a cell", "use `position: absolute` with lengths, or a margin box of @page")
    LANE_LAYER = ("lane-layer", "lane", "no layers, and nothing hidden that takes room", "set it in the order in which it is painted")
    LANE_EDGE = ("lane-edge", "lane", "no outlines, shadows, border images or background pictures", "draw a border, or a drawing of its own")
    LANE_TEXT = ("lane-text", "lane", "no automatic hyphens, right-to-left flow, small capitals, widths or variations of a font, word-break", "write `hyphens: none`, and soft hyphens where a word may break; take another face")
    LANE_DECORATION = ("lane-decoration", "lane", "lines under or through a text are solid, and none is above it", "write `underline` or `line-through`")
    LANE_FIRST_LINE = ("lane-first-line", "lane", "no style for a first line or letter", "mark it up in the template")
    LANE_PAGE = ("lane-page", "lane", "no named pages, no breaks to a left or right page", "break with `page`")
    LANE_SELECTOR = ("lane-selector", "lane", "no selector that asks for children inside, or for what an attribute of data says, or in what order earlier brothers stand", "give the element a class in the template")
    LANE_MARKUP = ("lane-markup", "lane", "tags and references are plainly written: values in quotes, blanks between attributes, no slash that closes nothing", "write `<div></div>`, quotes round values, and `&amp;` for an ampersand before letters")
    LANE_SHEET = ("lane-sheet", "lane", "no @import, no backslash outside of texts, no attr() in a variable", "name every sheet in layout.toml; write `attr()` where it is used, and names in plain letters")
    # fmt: on
