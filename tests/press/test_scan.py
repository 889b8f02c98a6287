"""The scan of stamped pages: it sees what the full reader sees, or says that it does not understand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press import preflight_tree
from pipelines.press.drawing import Drawing, Memory, Painted, Resources
from pipelines.press.expected import Expected
from pipelines.press.page_reader import Reader
from pipelines.press.preflight import preflight
from pipelines.press.preflight_resources import ResourceReader
from pipelines.press.preflight_window import Zones
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Findings, Rule
from pipelines.press.scan import Content, Scanner
from tests.press import stamped_files
from tests.press.print_files import Change, form, painting, spoiled
from tests.press.stamped_files import CODE, codes, front, leaf, shown

ALL_ZONES = (0, 1, 2)
INKS = ((0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.0), (1.0, 0.4, 0.45, 0.3))
ADDRESS = ("Siri Ålund", "Åvägen 3", "413 01  GÖTEBORG")
SENDER = leaf(60, 60, "Från en avsändare som skriver långt in i fönstret")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Expected]:
    path = tmp_path_factory.mktemp("stamped") / "print-0001.pdf"
    return path, stamped_files.good(path)


class Eyes:
    """The scan and the full reader, looking at content with the resources of one file."""

    def __init__(self, resources: Resources, zones: Zones) -> None:
        self.resources = resources
        self.zones = zones
        self._zones = zones.boxes()

    def scan(self, data: bytes, watched: tuple[int, ...] = ALL_ZONES) -> Drawing | None:
        return self.scan_all([data], watched)[0]

    def scan_all(self, pages: list[bytes], watched: tuple[int, ...] = ALL_ZONES) -> list[Drawing | None]:
        return Scanner(self._zones, INKS).scan([Content(data, self.resources, watched) for data in pages])

    def read(self, data: bytes) -> Reader:
        reader = Reader(self.resources, self._zones, Memory())
        reader.read(data)
        return reader


@pytest.fixture(scope="module")
def eyes(file: tuple[Path, Expected]) -> Iterator[Eyes]:
    found = Findings()
    with pikepdf.open(file[0]) as pdf:
        printed = PrintedFile(pdf, file[0].read_bytes())
        pages = preflight_tree.pages(printed, found)
        yield Eyes(ResourceReader(found).of_page(printed, pages[0], 1), Zones.of(file[1]))


def seen(painted: list[Painted]) -> list[tuple[object, ...]]:
    return sorted(
        (
            p.kind,
            p.text,
            p.size,
            *(round(edge, 2) for edge in (p.box.left, p.box.bottom, p.box.right, p.box.top, *p.origin)),
        )
        for p in painted
    )


def same(scan: Drawing, full: Drawing) -> bool:
    """Whether they are the same, but for styles of texts: of those that are right the scan may lack
    some, and it may have those of blanks."""
    lacking = full.styles - scan.styles
    return (
        all(style.kind == "text" for style in scan.styles ^ full.styles)
        and all(style.ink in INKS and style.size >= 6 for style in lacking)
        and has_text(scan) == has_text(full)
        and [seen(zone) for zone in scan.zones] == [seen(zone) for zone in full.zones]
    )


def has_text(drawing: Drawing) -> bool:
    return any(style.kind == "text" for style in drawing.styles)


UNDERSTOOD = {
    "a front": front(ADDRESS),
    "nothing": b"",
    "a text that runs into the window": front(ADDRESS) + b"BT\n" + SENDER + b"ET\n",
    "a font that goes on": b"BT\n"
    + leaf(20, 60, "A")
    + b"1 0 0 1 60 300 Tm\n0 -12 Td"
    + shown("B")
    + b"ET\n",
    "a text at its place": b"BT\n/F1 9 Tf 1 0 0 1 330 700 Tm" + shown("Bredvid") + b"ET\n",
    "an ink of its own": b"BT\n/F1 9 Tf\n1 .4 .45 .3 k\n60 300 Td" + shown("Ton") + b"ET\n",
    "moved texts": b"q\n1 0 0 1 270 640 cm\nBT\n/F1 9 Tf 0 0 Td" + shown("Flyttad") + b"ET\nQ\n",
    "several inks": b"BT\n" + leaf(20, 60, "A") + b"1 .40 0.45 .3 k 0 -12 Td" + shown("B") + b"ET\n",
    "several text objects": b"BT\n" + leaf(20, 60, "A") + b"ET\nBT\n" + leaf(120, 60, "B") + b"ET\n",
    "an ink behind texts": b"BT\n" + leaf(20, 60, "A") + b"ET\n0 0 0 .2 k 60 60 9 9 re f\n",
    "texts in a moved space": b"q\n1 0 0 1 200 0 cm\nBT\n" + leaf(50, 60, "A", "B") + b"ET\nQ\n",
    "many places": b"BT\n"
    + b"".join(leaf(x, y, "A", "B") for x in (20, 90, 150) for y in (30, 60, 130))
    + b"ET\n",
    "small and large": b"BT\n" + leaf(20, 60, "A", size=5) + leaf(20, 80, "B", size=44) + b"ET\n",
    "a blank and a text": b"BT\n" + leaf(20, 60, "  ", "B") + b"ET\n",
    "the ink of a text behind it": b"BT\n" + leaf(20, 60, "A") + b"ET\n60 60 9 9 re f\n",
    "the font of a text behind it": b"BT\n" + leaf(20, 60, "A") + b"ET\nBT\n0 0 Td" + shown("A") + b"ET\n",
    "blanks only": b"BT\n/F1 2 Tf 60 300 Td[(%b)]TJ\nET\n" % codes(" "),
    "a form in the window": b"q 1 0 0 1 330 700 cm /Xbbbbbbbbbb Do Q\n",
    "a form with forms in the window": b"q 1 0 0 1 260 200 cm /Xcccccccccc Do Q\n",
    "a form in a moved space": b"q\n1 0 0 1 200 100 cm\n/Xcccccccccc Do\nQ\n",
    "a code in the mark's zone": CODE.replace(b"400 100", b"20 480"),
    "a line over the mark's zone": b"0 0 0 1 K .5 w 0 490 m 600 490 l S\n",
    "a curve and a rectangle": b".2 0 0 0 k 300 650 m 310 700 320 700 330 650 c h 300 600 20 20 re B\n",
    "a clip": b"q\n300 650 10 10 re\nW\nn\n0 0 0 .5 k\n0 0 600 800 re\nf\nQ\n",
    "a clip in a clip": b"q 0 0 320 800 re W n 300 650 900 10 re W n 0 0 0 .5 k 0 0 600 800 re f Q\n",
    "a scaled box": b"q\n.75 0 0 -.75 0 0 cm\n0 0 0 .1 k\n400 -900 50 60 re f\nQ\n",
    "forms in a space of their own": b"q\n.5 0 0 .5 90 90 cm\n"
    b"q\n0 0 0 1 k\nq 1 0 0 1 10 10 cm\n0 0 9 9 re f\nQ\nQ\nQ\nq 1 0 0 1 330 700 cm /Xbbbbbbbbbb Do Q\n",
    "a line as set before a text": b"0 0 0 1 K .1 w\nBT\n" + leaf(20, 60, "A") + b"ET\n60 60 m 90 60 l S\n",
    "an ink set before a text": b"0 0 0 .2 k\nBT\n" + leaf(20, 60, "A") + b"ET\n60 60 9 9 re f\n",
    "a text right behind another": b"BT\n" + leaf(20, 60, "A") + b"ET\nBT\n" + leaf(20, 90, "B") + b"ET\n",
    "forms on both sides of a text": b"q 1 0 0 1 9 9 cm /Xaaaaaaaaaa Do Q\nBT\n"
    + leaf(20, 60, "A")
    + b"ET\nq 1 0 0 1 330 700 cm /Xbbbbbbbbbb Do Q\n",
}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_it_gives_what_the_full_reader_gives(name: str, eyes: Eyes) -> None:
    drawing, reader = eyes.scan(UNDERSTOOD[name]), eyes.read(UNDERSTOOD[name])
    assert drawing is not None
    assert not reader.drawing.findings
    assert same(drawing, reader.drawing)


def test_only_watched_zones_are_filled(eyes: Eyes) -> None:
    drawing = eyes.scan(front(ADDRESS) + b"0 0 0 1 k 0 480 600 20 re f\n", watched=(1,))
    assert drawing is not None
    assert [len(zone) for zone in drawing.zones] == [0, 1, 0]


NOT_UNDERSTOOD = {
    "q without Q": b"q\n",
    "Q without q": b"Q\n",
    "a text without end": b"BT\n",
    "an end without text": b"ET\n",
    "q in a text": b"BT\nq\nET\nQ\n",
    "text outside of a text object": b"/F1 9 Tf 60 300 Td" + shown("A"),
    "a font that is none": b"BT\n/F9 9 Tf 60 300 Td" + shown("A") + b"ET\n",
    "text without a font": b"BT\n60 300 Td" + shown("A") + b"ET\n",
    "a form that is none": b"/X0000000000 Do\n",
    "a state that is none": b"/a1 gs\n",
    "RGB": b"1 0 0 rg 60 60 9 9 re f\n",
    "another colour space": b"/DeviceRGB cs 1 0 0 scn 60 60 9 9 re f\n",
    "a colour without its space": b"0 0 0 1 scn 60 60 9 9 re f\n",
    ".notdef": b"BT\n/F1 9 Tf 60 300 Td[<0000>]TJ\nET\n",
    ".notdef in parentheses": b"BT\n/F1 9 Tf 60 300 Td[(\0\0)]TJ\nET\n",
    "a code without a character": b"BT\n/F1 9 Tf 60 300 Td[<ffff>]TJ\nET\n",
    "half a code": b"BT\n/F1 9 Tf 60 300 Td[(%b)]TJ\nET\n" % codes("A")[:1],
    "two halves of a code": b"BT\n/F1 9 Tf 60 300 Td[(%b)(%b)]TJ\nET\n" % (codes("A")[:1], codes("A")[1:]),
    "half a code in digits": b"BT\n/F1 9 Tf 60 300 Td[<00>]TJ\nET\n",
    "a string in a string": b"BT\n/F1 9 Tf 60 300 Td[(%b(%b))]TJ\nET\n" % (codes("A"), codes("B")),
    "a string without end": b"BT\n/F1 9 Tf 60 300 Td[(%b]TJ\nET\n" % codes("A"),
    "digits without end": b"BT\n/F1 9 Tf 60 300 Td[<0012]TJ\nET\n",
    "letters for glyphs": b"BT\n/F1 9 Tf 60 300 Td[(ab)]TJ\nET\n",
    "digits for glyphs": b"BT\n/F1 9 Tf 60 300 Td[(%b)111]TJ\nET\n" % codes("A")[:1],
    "an adjustment of nothing": b"BT\n/F1 9 Tf 60 300 Td[(%b)%b ]TJ\nET\n" % (codes("A"), b"1" * 20_000),
    "a blank that is none": b"q 1 0 0 1 260 200 cm /Xcccccccccc Do Q\x0b\n",
    "a blank that is none before the end of a picture": CODE.replace(b"EI", b"\x0bEI"),
    "an escape": b"BT\n/F1 9 Tf 60 300 Td[(%b\\t\\t)]TJ\nET\n" % codes("A"),
    "text that runs back": b"BT\n/F1 9 Tf 60 300 Td[(%b)9000(%b)]TJ\nET\n" % (codes("A"), codes("A")),
    "text behind text": b"BT\n/F1 9 Tf 60 300 Td" + shown("A") + shown("B") + b"ET\n",
    "hidden text": b"BT\n3 Tr\n/F1 9 Tf 60 300 Td" + shown("A") + b"ET\n",
    "letter spacing": b"BT\n2 Tc\n/F1 9 Tf 60 300 Td" + shown("A") + b"ET\n",
    "turned text": b"q\n0 1 -1 0 0 0 cm\nBT\n/F1 9 Tf 60 300 Td" + shown("A") + b"ET\nQ\n",
    "enlarged text": b"BT\n2 0 0 2 60 300 Tm\n/F1 9 Tf 0 0 Td" + shown("A") + b"ET\n",
    "clipped text": b"q\n0 0 9 9 re\nW\nn\nBT\n/F1 9 Tf 60 300 Td" + shown("A") + b"ET\nQ\n",
    "an enlarged form": b"q 2 0 0 2 0 0 cm /Xaaaaaaaaaa Do Q\n",
    "a number that is none": b"BT\n/F1 9 Tf 1.2.3 300 Td" + shown("A") + b"ET\n",
    "a comment": b"% BT\n",
    "operators without a blank": b"BTET\n",
    "a picture of other bytes": CODE.replace(b"a05f>", b"a05f00>"),
    "a picture without end": CODE.replace(b"EI\n", b""),
    "an end without a picture": b"EI\n",
    "a form in a picture": CODE.replace(b"80 0 0 80", b"1 0 0 1").replace(
        b"EI\n", b"q 1 0 0 1 9 9 cm /Xaaaaaaaaaa Do Q\nEI\n"
    ),
    "a stroke by no operator": b"0 0 0 1 K .5 w 60 60 m 90 60 l S*\n",
    "a closed stroke by no operator": b"0 0 0 1 K .5 w 60 60 m 90 60 l s*\n",
    "a grey picture": CODE.replace(b"/IM true", b"/CS /G"),
    "numbers run together": b"BT\n/F1 9 Tf 0 0 0 1 k60 300 Td" + shown("A") + b"ET\n",
    "a number out of all bounds": b"0 0 0 1 k 1234567 0 9 9 re f\n",
    "a number as no PDF writes it": b"BT\n1 0 0 1 6E1 300 Tm\n/F1 9 Tf 0 0 Td" + shown("A") + b"ET\n",
    "a font without size": b"BT\n/F1 0 Tf 60 300 Td" + shown("A") + b"ET\n",
    "a font upside down": b"BT\n/F1 -9 Tf 60 300 Td" + shown("A") + b"ET\n",
    "a space left behind": b"1 0 0 1 9 9 cm\n",
}


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_what_it_does_not_understand_is_left_to_the_full_reader(name: str, eyes: Eyes) -> None:
    assert eyes.scan(NOT_UNDERSTOOD[name]) is None


@given(
    st.sampled_from(sorted(UNDERSTOOD)),
    st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.integers(0, 3),
            st.text("0123456789af.-+ \n<>[]/()qQBTEIJDdkKw%Wn", max_size=3),
        ),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=500, deadline=None)
def test_no_damage_makes_it_see_otherwise(
    eyes: Eyes, name: str, damage: list[tuple[float, int, str]]
) -> None:
    data = bytearray(UNDERSTOOD[name])
    for share, length, put in damage:
        place = int(share * len(data))
        data[place : place + length] = put.encode()
    drawing, reader = eyes.scan(bytes(data)), eyes.read(bytes(data))
    if drawing is not None:
        assert not reader.drawing.findings
        assert reader.level == 0
        assert same(drawing, reader.drawing)


PLAIN = b"1 0 0 1 60 700 Tm\n/F1 9 Tf 0 0 0 1 k 0 -9 Td[(%b)-15(%b)]TJ\n0 -12 Td[%b]TJ\n" % (
    codes("A"),
    codes("B"),
    TEXT := b"(%b)" % codes("C"),
)
"""A text object as stamping writes it."""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TEXT + b"]", TEXT),
        (b"Td[" + TEXT, b"Td" + TEXT),
        (b"[%b]" % TEXT, b"]%b[" % TEXT),
        (b"[%b]" % TEXT, b"[[%b]]" % TEXT),
        (b"[%b]" % TEXT, b"[]"),
        (b"[%b]" % TEXT, b"[()]"),
        (TEXT, TEXT[1:]),
        (TEXT, TEXT[:-1]),
        (TEXT, b"(%b)" % TEXT),
        (TEXT, TEXT[:-2] + b")"),
        (TEXT, TEXT[:-1] + b"\x02)"),
        (TEXT, TEXT[:2] + b" " + TEXT[2:]),
        (TEXT, TEXT[:2] + b")(" + TEXT[2:]),
        (TEXT, TEXT[:-1] + b"\\)"),
        (TEXT, TEXT[:-1] + b"\\\\)"),
        (TEXT, TEXT[:-1] + b"\\\n)"),
        (TEXT, TEXT[:-1] + b"\r)"),
        (TEXT, TEXT[:-1] + b"[])"),
        (TEXT, TEXT[:-1] + b"%%)"),
        (TEXT, b"(\x00\x00)"),
        (TEXT, b"(\xff\xfe)"),
        (TEXT, TEXT[:-1] + b"\xff\xfe)"),
        (TEXT, b"(\xff\xfe" + TEXT[1:]),
        (TEXT, TEXT[:-1] + b"\x00\x00)"),
        (TEXT, b"(0025)"),
        (TEXT, b"<%b>" % TEXT[1:-1].hex().encode()),
        (TEXT, TEXT + b"<%b>" % TEXT[1:-1].hex().encode()),
        (TEXT, b"<%b>" % TEXT[1:-1].hex()[:-1].encode()),
        (TEXT, b"<fffe>"),
        (b"-15", b"--15"),
        (b"-15", b"1e1"),
        (b"-15", b"1_2"),
        (b"-15", b"9 9"),
        (b"-15", b"nan"),
        (b"-15", b"-15/F1"),
        (b"-15", b"-15\x00"),
        (b"-15", b"-1.2.3"),
        (b"-15", b"-15.345678"),
        (b"-15", b"9999999"),
        (b"]TJ\n0", b"]Tj\n0"),
        (b"]TJ\n0", b"]TJ0"),
        (b"]TJ\n0", b"]\n0"),
        (b"]TJ\n0", b"]TJ\n% 0"),
        (b"0 -12 Td", b""),
        (b"0 -12 Td", b"-12 Td"),
        (b"0 -12 Td", b"0 0 -12 Td"),
        (b"0 -12 Td", b"0 -12 TD"),
        (b"0 -12 Td", b"0 1e1 Td"),
        (b"0 -12 Td", b"0 -12 Td 0 -12 Td"),
        (b"0 -12 Td", b"T*"),
        (b"0 -12 Td", b"2 Tr 0 -12 Td"),
        (b"0 -12 Td", b"ET\nBT\n0 -12 Td"),
        (b"0 -12 Td", b"q 0 -12 Td"),
        (b"1 0 0 1 60 700 Tm\n", b""),
        (b"1 0 0 1 60", b"1 0 0 -1 60"),
        (b"1 0 0 1 60", b"1 0 .2 1 60"),
        (b"0 0 0 1 k", b"0 0 0 k"),
        (b"0 0 0 1 k", b"0 0 0 1 K"),
        (b"0 0 0 1 k", b"1 1 1 1 k"),
        (b"0 0 0 1 k", b"0 g"),
        (b"0 0 0 1 k", b""),
        (b"/F1 9 Tf", b""),
        (b"/F1 9 Tf", b"/F2 9 Tf"),
        (b"/F1 9 Tf", b"/F1 5 Tf"),
        (b"/F1 9 Tf", b"/F1 Tf"),
        (b"/F1 9 Tf", b"/F1 9 9 Tf"),
        (b"9 Tf 0", b"9 Tf/F1 9 Tf 0"),
    ],
)
def test_texts_that_are_not_as_stamping_writes_them(eyes: Eyes, old: bytes, new: bytes) -> None:
    assert PLAIN.count(old) == 1
    other = b"BT\n" + PLAIN.replace(old, new) + b"ET\n"
    whole = b"BT\n" + PLAIN + b"ET\n"
    before, drawing, behind = eyes.scan_all([whole, other, whole])
    reader = eyes.read(other)
    if drawing is not None:
        assert not reader.drawing.findings
        assert same(drawing, reader.drawing)
    for beside in (before, behind):
        assert beside is not None
        assert same(beside, eyes.read(whole).drawing)


@pytest.mark.parametrize("x", [20, 60, 300, 590])
@pytest.mark.parametrize("y", [700, 490])
@pytest.mark.parametrize("back", [b"500", b"30000", b"60000", b"-60000"])
@pytest.mark.parametrize("watched", [(0, 1), (0, 1, 2), (1,), (1, 2)])
def test_a_text_that_runs_far_back_or_on(
    eyes: Eyes, x: int, y: int, back: bytes, watched: tuple[int, ...]
) -> None:
    page = b"BT\n" + PLAIN.replace(b"1 60 700", b"1 %d %d" % (x, y)).replace(b"-15", back) + b"ET\n"
    drawing = eyes.scan(page, watched)
    if drawing is not None:
        full = eyes.read(page).drawing
        zones = tuple(zone if index in watched else [] for index, zone in enumerate(full.zones))
        assert same(drawing, replace(full, zones=zones))


@given(
    st.lists(
        st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 3), st.binary(max_size=2)),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=500, deadline=None)
def test_no_bytes_in_a_text_make_it_see_otherwise(eyes: Eyes, damage: list[tuple[int, int, bytes]]) -> None:
    data = bytearray(PLAIN)
    for place, length, put in damage:
        data[place : place + length] = put
    page = b"BT\n" + bytes(data) + b"ET\n"
    drawing, reader = eyes.scan(page), eyes.read(page)
    if drawing is not None:
        assert not reader.drawing.findings
        assert same(drawing, reader.drawing)


@pytest.mark.parametrize(
    "other",
    [
        CODE.replace(b"a05f>", b"a05>"),
        CODE.replace(b"a05f>", b"a05f5f>"),
        CODE.replace(b"a05f>", b"a05g>"),
        CODE.replace(b"a05f>", b"a05f"),
        CODE.replace(b"a05f>", b"a0 5f>"),
        CODE.replace(b"a05f>", b">"),
        CODE.replace(b"/W 4", b"/W 14"),
        CODE.replace(b"EI\n", b""),
        CODE.replace(b"0 0 0 1 k\n", b""),
    ],
)
def test_a_code_that_is_not_like_the_one_before(eyes: Eyes, other: bytes) -> None:
    good, drawing, again = eyes.scan_all([CODE, other, CODE.replace(b"a05f", b"f0a0")])
    assert good is not None
    assert again is not None
    assert same(good, again)
    if drawing is not None:
        assert not eyes.read(other).drawing.findings
        assert same(drawing, eyes.read(other).drawing)


def test_words_in_a_text_that_look_like_those_of_a_picture(eyes: Eyes) -> None:
    said = {0x2049: "x", 0x4420: "y", 0x6161: "A", 0x6162: "B", 0x3E3E: "z"}
    odd = replace(eyes.resources.fonts["F1"], characters=said, _runs={}, _strings={})
    other = Eyes(replace(eyes.resources, fonts={"F1": odd}), eyes.zones)
    one = b"BT /F1 9 Tf 0 0 0 1 k 1 0 0 1 330 700 Tm 0 0 Td[( ID aa>>)]TJ ET\n"
    pages = [one, one.replace(b"aa>>", b"ab>>"), one.replace(b"aa>>", b"bb>>")]
    for page, drawing in zip(pages, other.scan_all(pages), strict=True):
        reader = other.read(page)
        assert drawing is None or (not reader.drawing.findings and same(drawing, reader.drawing))


def test_pages_of_a_batch_do_not_mix(eyes: Eyes) -> None:
    names = [name for name in UNDERSTOOD for _ in range(3)]
    together = eyes.scan_all([UNDERSTOOD[name] for name in names])
    for name, drawing in zip(names, together, strict=True):
        alone = eyes.scan(UNDERSTOOD[name])
        assert drawing is not None
        assert alone is not None
        assert same(drawing, alone)
        assert same(alone, drawing)


class TestAStampedFile:
    def test_a_good_file_has_no_breach(self, file: tuple[Path, Expected]) -> None:
        assert preflight(*file) == ()

    @pytest.mark.parametrize(
        ("number", "ops", "rule"),
        [
            (1, b"1 0 0 rg 60 60 9 9 re f\n", Rule.COLOUR_RGB),
            (1, b"BT\n" + leaf(116, 75, "Belopp") + b"ET\n", Rule.WINDOW_TEXT),
            (1, b"q 1 0 0 1 330 700 cm /Xbbbbbbbbbb Do Q\n", Rule.WINDOW_FOREIGN),
            (1, CODE.replace(b"400 100", b"20 480"), Rule.MARK_QUIET),
            (2, b"0 0 0 1 k 570 490 5 5 re f\n", Rule.MARK_BACK),
            (2, b"BT\n" + leaf(20, 80, "Liten", size=5) + b"ET\n", Rule.TEXT_SMALL),
            (2, b"BT\n/F1 9 Tf .5 .5 .5 1 k 60 300 Td" + shown("Svart") + b"ET\n", Rule.INK_TEXT),
            (2, b"1 1 1 0 k 60 60 9 9 re f\n", Rule.INK_TOTAL),
            (2, b"2 0 0 0 k 60 60 9 9 re f\n", Rule.COLOUR_RANGE),
            (2, b"0 0 0 1 K .1 w 60 60 m 90 60 l S\n", Rule.LINE_THIN),
            (2, b"BT\n/F1 9 Tf 60 300 Td[<0000>]TJ\nET\n", Rule.FONT_GLYPH),
            (2, b"/X0000000000 Do\n", Rule.CONTENT_RESOURCE),
            (2, b"q\n", Rule.CONTENT_SYNTAX),
        ],
    )
    def test_what_the_rules_forbid_on_a_stamped_page(
        self, file: tuple[Path, Expected], tmp_path: Path, number: int, ops: bytes, rule: Rule
    ) -> None:
        assert (rule, number) in breaches(file, tmp_path, appended(number, ops))

    def test_another_address(self, file: tuple[Path, Expected], tmp_path: Path) -> None:
        found = breaches(file, tmp_path, replaced(1, shown("Åvägen 3"), shown("Åvägen 5")))
        assert found == {(Rule.WINDOW_TEXT, 1)}

    @pytest.mark.parametrize(
        ("accent", "rule"),
        [((1.5, 0.0, 0.0, 0.0), Rule.COLOUR_RANGE), ((0.9, 0.9, 0.9, 0.9), Rule.INK_TOTAL)],
    )
    def test_an_accent_that_no_rule_allows(
        self, file: tuple[Path, Expected], tmp_path: Path, accent: tuple[float, ...], rule: Rule
    ) -> None:
        written = b" ".join([b"%g" % part for part in accent])
        path = spoiled(file[0], tmp_path / "accent.pdf", replaced(2, b"0 0 0 1 k ", b"%b k " % written))
        expect = replace(file[1], accents=(accent,))
        assert {(breach.rule, breach.page) for breach in preflight(path, expect)} == {(rule, 2)}

    def test_the_mark_of_another_sheet(self, file: tuple[Path, Expected], tmp_path: Path) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.pages[0].obj.Contents = pdf.pages[2].obj.Contents

        assert (Rule.MARK_MISSING, 1) in breaches(file, tmp_path, change)

    def test_something_on_top_of_the_mark(self, file: tuple[Path, Expected], tmp_path: Path) -> None:
        over = painting(1, b"0 0 0 0 k 9 480 20 20 re f\n")
        assert breaches(file, tmp_path, over) == {(Rule.MARK_QUIET, 1)}

    @pytest.mark.parametrize("encapsulated", [False, True])
    @pytest.mark.parametrize("drawn", [False, True])
    def test_faults_of_a_form_that_the_form_around_it_does_not_draw(
        self, file: tuple[Path, Expected], tmp_path: Path, drawn: bool, encapsulated: bool
    ) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            inner = whole_form(pdf, FAULTY, encapsulated)
            outer = whole_form(pdf, b"0 0 0 1 k 60 60 9 9 re f\n", encapsulated, Inner=inner)
            pdf.pages[0].obj.Resources.XObject["/Xzzzzzzzzzz"] = outer
            if drawn:
                appended(2, b"/Xzzzzzzzzzz Do\n")(pdf)

        assert {rule for rule, _ in breaches(file, tmp_path, change)} >= {Rule.COLOUR_RGB}

    @pytest.mark.parametrize("encapsulated", [False, True])
    def test_faults_of_a_form_that_nothing_draws(
        self, file: tuple[Path, Expected], tmp_path: Path, encapsulated: bool
    ) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.pages[0].obj.Resources.XObject["/Xzzzzzzzzzz"] = whole_form(pdf, FAULTY, encapsulated)

        assert (Rule.COLOUR_RGB, 1) in breaches(file, tmp_path, change)

    def test_faults_of_a_form_are_those_of_the_page_that_draws_it(
        self, file: tuple[Path, Expected], tmp_path: Path
    ) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.pages[0].obj.Resources.XObject["/Xzzzzzzzzzz"] = whole_form(pdf, FAULTY, False)
            appended(2, b"/Xzzzzzzzzzz Do\n")(pdf)

        assert breaches(file, tmp_path, change) == {(Rule.COLOUR_RGB, 2)}


FAULTY = b"1 0 0 rg 60 60 9 9 re f\n"


def whole_form(pdf: pikepdf.Pdf, ops: bytes, encapsulated: bool, **inner: pikepdf.Object) -> pikepdf.Object:
    """A form over the whole page, which names the forms in it."""
    names = pikepdf.Dictionary({f"/{name}": one for name, one in inner.items()})
    made = form(ops)(pdf)
    made.Resources = pikepdf.Dictionary(XObject=names)
    if encapsulated:
        made.GTS_Encapsulated = True
    return made


def breaches(file: tuple[Path, Expected], tmp_path: Path, change: Change) -> set[tuple[str, int]]:
    path = spoiled(file[0], tmp_path / "spoiled.pdf", change)
    return {(breach.rule, breach.page) for breach in preflight(path, file[1])}


def appended(number: int, ops: bytes) -> Change:
    """Adds operators to the one stream of a page, before its mark when it has one."""

    def change(pdf: pikepdf.Pdf) -> None:
        (stream,) = pdf.pages[number - 1].obj.Contents
        stream.write(ops + stream.read_bytes())

    return change


def replaced(number: int, old: bytes, new: bytes) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        (stream,) = pdf.pages[number - 1].obj.Contents
        data = stream.read_bytes()
        assert data.count(old) == 1
        stream.write(data.replace(old, new))

    return change
