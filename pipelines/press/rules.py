"""The closed list of preflight rules, each with where it comes from.

`docs/preflight.md` shows the same list, and a test keeps the two the same.
"""

from enum import StrEnum

from pipelines.model import Breach

X4 = "ISO 15930-7"
VT = "ISO 16612-2"
PDF = "ISO 32000-2"
GWG = "GWG 2022 Digital Print"
HOUSE = "house"


class Rule(StrEnum):
    """What a print file must keep. The value is what stands in a `Breach`."""

    standard: str
    meaning: str

    def __new__(cls, value: str, standard: str, meaning: str) -> "Rule":
        """A rule with where it comes from and what it asks for."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.standard = standard
        member.meaning = meaning
        return member

    # fmt: off
    FILE_UNREADABLE = ("file.unreadable", PDF, "the file, or a part of it, cannot be read as PDF")
    FILE_VERSION = ("file.version", f"{X4} 6.1", "the header is %PDF-1.6 with a binary comment line; the catalog names no other version")
    FILE_ENCRYPTED = ("file.encrypted", f"{X4} 6.15", "no encryption")
    FILE_ID = ("file.id", f"{X4} 6.11", "the trailer has an ID of two strings")
    META_XMP = ("meta.xmp", f"{X4} 6.10", "the catalog has an unfiltered XMP stream with title (x-default), dates, document id, version id and rendition class")
    META_PDFX = ("meta.pdfx", f"{X4} 6.10", "XMP says GTS_PDFXVersion PDF/X-4")
    META_PDFVT = ("meta.pdfvt", f"{VT} 6", "XMP says GTS_PDFVTVersion PDF/VT-1, with GTS_PDFVTModDate equal to xmp:ModifyDate")
    META_INFO = ("meta.info", f"{X4} 6.10", "Info has Title, CreationDate and ModDate, the same as in XMP")
    META_TRAPPED = ("meta.trapped", f"{X4} 6.9", "Trapped is True or False, in Info and XMP alike")
    INTENT = ("intent", f"{X4} 6.4", "exactly one output intent, in the catalog, GTS_PDFX, with the vendor's condition and an embedded CMYK printer profile of ICC version 4 or below")
    OBJECT_FORBIDDEN = ("object.forbidden", f"{X4} 6.7, 6.8, 6.14, 6.18, 6.22, 6.26", "no action, JavaScript, form field, embedded or external file, OPI, PostScript, reference XObject, alternate, transfer function, LZW or Crypt filter")
    OBJECT_LAYER = ("object.layer", f"{X4} 6.24; {HOUSE}", "no optional content: what is in the file is what is printed")
    PAGE_TREE = ("page.tree", f"{PDF} 7.7.3", "every page is in the page tree once; Count and Parent are right; a node has at most 256 children")
    PAGE_ANNOTATION = ("page.annotation", f"{X4} 6.17", "no annotations")
    PAGE_BOX = ("page.box", f"{X4} 6.12; {GWG} R0002–R0004", "MediaBox and TrimBox are A4, TrimBox is the page's own and within BleedBox and MediaBox; no ArtBox, CropBox, UserUnit or Rotate")
    PAGE_GROUP = ("page.group", f"{X4} 6.20; {GWG} R0030", "a transparency group's colour space is DeviceCMYK")
    FONT_UNFIT = ("font.unfit", f"{X4} 6.5", "every font is embedded, with CIDToGIDMap and ToUnicode; no Type 3")
    FONT_PROGRAM = ("font.program", f"{X4} 6.5", "an embedded font program can be read, is of the kind its key says, and has the glyphs and widths that the font declares")
    FONT_TWICE = ("font.twice", HOUSE, "no font program is in the file twice: one program a face, so that a RIP can cache it")
    FONT_GLYPH = ("font.glyph", f"{X4} 6.5", "no .notdef is shown")
    COLOUR_RGB = ("colour.rgb", f"{X4} 6.4; {GWG} R0028", "no RGB anywhere")
    COLOUR_SPACE = ("colour.space", f"{HOUSE}; {GWG} R0020, R0028", "DeviceCMYK, DeviceGray or Pattern only: no ICCBased, Cal, Lab, Separation or DeviceN")
    COLOUR_RANGE = ("colour.range", f"{PDF} 8.6", "every part of a colour is between 0 and 1")
    STATE_UNFIT = ("state.unfit", f"{X4} 6.13, 6.20; {GWG} R0007; {HOUSE}", "graphics states set nothing that pages cannot be judged without: no overprint, alpha 1, blend mode Normal")
    INK_TOTAL = ("ink.total", f"{HOUSE}; {GWG} R0015, R0026", "no more than 280 % ink in any colour or picture")
    INK_TEXT = ("ink.text", HOUSE, "text is 100 % K without C, M, Y, or paper white, or one of the accents that the caller allows")
    TEXT_HIDDEN = ("text.hidden", HOUSE, "no invisible text: what a mailbox would show must be what is printed")
    TEXT_SMALL = ("text.small", f"{HOUSE}; {GWG} R0016", "no text below 6 pt")
    LINE_THIN = ("line.thin", f"{HOUSE}; {GWG} R0018", "no stroke below 0.25 pt")
    IMAGE_UNFIT = ("image.unfit", f"{HOUSE}; {X4} 6.16, 6.27", "pictures are readable and not JPEG 2000")
    XOBJECT_XID = ("xobject.xid", VT, "GTS_XID is a UUID URN, another for every appearance; GTS_Scope is one of the six")
    XOBJECT_ENCAPSULATED = ("xobject.encapsulated", VT, "a form with GTS_Encapsulated is a transparency group that sets all it paints with; a picture is a mask or names its rendering intent")
    CONTENT_SYNTAX = ("content.syntax", f"{PDF} 7.8.2", "page content can be read to its end; q and Q are in balance")
    CONTENT_RESOURCE = ("content.resource", f"{PDF} 7.8.3", "every name in a content stream is in its own resources")
    COUNT_PAGES = ("count.pages", HOUSE, "the file has the pages of its pieces, each piece the pages of its sheets")
    PIECE_START = ("piece.start", HOUSE, "pieces follow each other without a gap; in duplex each starts on a front")
    PAGE_BLANK = ("page.blank", HOUSE, "a front has text; a back without text is blank")
    MARK_MISSING = ("mark.missing", HOUSE, "the mark of the sheet is on its front, once, at the vendor's place")
    MARK_PAYLOAD = ("mark.payload", HOUSE, "the piece's mark is what the vendor's template gives")
    MARK_QUIET = ("mark.quiet", f"ISO/IEC 16022; {HOUSE}", "nothing else is printed in the mark's quiet zone, and nothing at all there on a back")
    MARK_BACK = ("mark.back", HOUSE, "nothing is printed on the reverse behind the mark")
    WINDOW_TEXT = ("window.text", HOUSE, "in the window and its drift stand the lines of the address and no other text")
    WINDOW_FOREIGN = ("window.foreign", HOUSE, "in the window and its drift no line, picture or code is printed")
    WINDOW_OUTSIDE = ("window.outside", HOUSE, "the address lies within the window, with its inset at the sides")
    DPART_TREE = ("dpart.tree", f"{PDF} 14.12.4; {VT}", "a tree of DPart nodes: parents, arrays of non-empty arrays, leaves with Start")
    DPART_RANGE = ("dpart.range", f"{PDF} 14.12.4", "every page is in one leaf, leaves follow the page order without gap or overlap")
    DPART_BACKLINK = ("dpart.backlink", f"{PDF} 14.12.4", "every page points to its leaf")
    DPART_NAMES = ("dpart.names", f"{PDF} 14.12.2", "NodeNameList has one XML name a level; RecordLevel is a level")
    DPART_RECORD = ("dpart.record", f"{VT}; {HOUSE}", "the levels are Lot, Container and Piece; all leaves are pieces, and a piece is a record")
    DPART_METADATA = ("dpart.metadata", f"{PDF} 14.12.4.2", "DPM keys are XML names, at the top with a prefix of four letters and `_`; values are strings, numbers, dates, booleans, names, arrays or dictionaries of them")
    DPART_FACTS = ("dpart.facts", HOUSE, "the DPM of lot, containers and pieces says what was planned: ids, job, counts, sequence, sheets and pages")
    DPART_PIECES = ("dpart.pieces", HOUSE, "one leaf a mail piece, its pages those of the piece")
    # fmt: on


class Findings:
    """Collects breaches, each fact once."""

    def __init__(self) -> None:
        self._breaches: set[Breach] = set()

    def add(self, rule: Rule, page: int, fact: str) -> None:
        """Take down a breach: `page` counts from 1, 0 is the file; `fact` has no personal data."""
        self._breaches.add(Breach(str(rule), page, fact))

    def __len__(self) -> int:
        """How many there are so far."""
        return len(self._breaches)

    def sorted(self) -> tuple[Breach, ...]:
        """All breaches by page, rule and fact."""
        return tuple(sorted(self._breaches, key=lambda b: (b.page, b.rule, b.fact)))
