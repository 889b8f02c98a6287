"""The setting engine against WeasyPrint itself: the same lines, glyphs and places."""

import pickle
import random
from collections.abc import Callable

import pytest
from weasyprint import CSS, HTML

from pipelines.press import typefaces
from pipelines.press.setting.content import Text
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.operators import operators, rules
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.style import PANGO_SCALE, BlockStyle, Unfollowed
from pipelines.press.shapes.nodes import Words, wording
from pipelines.press.shapes.ready import Typesetter
from tests.press.setting.truth import TrueBlock, Truth, placed

NEAR = 0.01
"""px; far below the 0.02 pt that a reader could measure."""
PAGE = (
    "@page { size: 700px 60000px; margin: 0 } "
    "html { font-family: Letter; font-size: 10.5pt; color: device-cmyk(0 0 0 1) } "
    ".bold { font-weight: 700 } .small { font-size: 8pt; line-height: 30px } "
    ".spaced { letter-spacing: .7px } "
    ".n { display: inline-block; width: 13pt; height: 13pt; margin: 0 3pt 1pt 0; font-size: 9pt; "
    "line-height: 13pt; text-align: center } "
    ".kept { white-space: nowrap } .under { text-decoration: underline; text-transform: uppercase }"
)
_SAID = (
    "Anna Åsa räntan e-post OCR-nummer 12,50 1_234,00_kr (1974:182) – AVTAL To. Vä Ty. ”citat” (foo) "
    "A/B 50% § 3 st... ok! vad? w-x-y fi ffl Skärholmsvägensgatan x=3 10-12 · L·L Kö"
)
WORDS = tuple(_SAID.replace("_", "\u00a0").split(" "))

Laid = Callable[[str], tuple[Truth, list[TrueBlock]]]


@pytest.fixture(scope="module")
def laid() -> Laid:
    """Lays a body of HTML out; gives WeasyPrint's blocks."""
    faces = typefaces.load()
    fonts = faces.configuration()
    sheets = [CSS(string=faces.stylesheet(), font_config=fonts)]

    def lay_out(body: str) -> tuple[Truth, list[TrueBlock]]:
        truth = Truth(faces)
        with truth.watched():
            html = f"<html lang=sv><style>{PAGE}</style><body>{body}"
            HTML(string=html).render(font_config=fonts, stylesheets=sheets)
        return truth, truth.blocks

    return lay_out


def outcome(truth: Truth, setter: Setter, block: TrueBlock) -> SetBlock | Unfollowed:
    """The engine's answer, after it was held against WeasyPrint's lines."""
    style, items = truth.block(block), truth.items(block)
    if isinstance(style, Unfollowed):
        return style
    if isinstance(items, Unfollowed):
        return items
    made = setter.set(style, items)
    if isinstance(made, SetBlock):
        same(truth, made, block)
    return made


def same(truth: Truth, made: SetBlock, block: TrueBlock) -> None:
    """Fails unless lines, texts, glyphs and places are WeasyPrint's."""
    assert [[piece.text for piece in line.pieces] for line in made.lines] == [
        [text.text for text in texts] for _, _, texts in block.lines
    ]
    assert [[atom.key for atom in line.atoms] for line in made.lines] == [
        [atom.key for atom in atoms] for atoms in block.atoms
    ]
    for line, atoms in zip(made.lines, block.atoms, strict=True):
        for atom, true in zip(line.atoms, atoms, strict=True):
            assert (atom.x, atom.y) == pytest.approx((true.x, true.y), abs=NEAR)
    for line, (top, height, texts) in zip(made.lines, block.lines, strict=True):
        assert (line.top, line.height) == pytest.approx((top, height), abs=NEAR)
        for piece, text in zip(line.pieces, texts, strict=True):
            assert (piece.x, piece.baseline, piece.width) == pytest.approx(
                (text.x, text.baseline, text.width), abs=NEAR
            )
            if piece.shown or text.glyphs:
                assert (piece.style.font, piece.style.size / PANGO_SCALE) == (text.font, text.size)
                widths = truth.typefaces[piece.style.font].widths
                glyphs = placed(f"({piece.shown})", widths, text.size)
                assert [glyph for glyph, _ in glyphs] == [glyph for glyph, _ in text.glyphs]
                places = [place for _, place in text.glyphs]
                assert [place for _, place in glyphs] == pytest.approx(places, abs=NEAR)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (
            "width: 200px",
            "Det här brevet är ett krav enligt inkassolagen (1974:182). Räntan följer räntelagen.",
        ),
        ("width: 200px; text-align: right", "Betala 7 764,04 kr senast den 28 december 2026"),
        ("width: 200px; text-align: center; text-indent: 17px", "Betala 7 764,04 kr senast den 28 december"),
        (
            "width: 200px; text-align: justify",
            "Betala nu 7\u00a0764,04 kr senast den 28 december 2026 till oss",
        ),
        ("width: 90px; overflow-wrap: anywhere", "till Skärholmsvägensgatanbacken 12"),
        ("width: 40px", "till Skärholmsvägensgatanbacken 12"),
        ("width: 200px; white-space: pre-line", "Åsa Öhman\n  Storgatan 1\n\n413 03  GÖTEBORG"),
        ("white-space: pre", "Åsa Öhman\n  Storgatan 1\n\n413 03  GÖTEBORG"),
        ("width: 60px; white-space: nowrap", "Åsa   Öhman på Storgatan"),
        ("width: 300px; letter-spacing: 1px; word-spacing: 3px", "AVTAL To. Vä med 12,50"),
        ("font-variant-numeric: tabular-nums; font-variant-ligatures: none", "11 111,11 -> (AB) 3x4"),
        ("text-transform: uppercase", "straße och é"),
        ("text-transform: capitalize", "åsa von öhman"),
        (
            "width: 220px",
            "Ring <b>031-700 12 00</b>, <span class=small>vardagar <b>9</b>–16</span>.<br>Tack! ",
        ),
        ("width: 200px", "ett  <b> två</b> <b> </b> tre<span class=kept> fyra fem sex sju åtta</span>nio"),
        (
            "width: 200px",
            "<span class=under>viktigt att</span> <span class=spaced>betala i tid</span> varje gång",
        ),
    ],
)
def test_sets_what_weasyprint_sets(laid: Laid, style: str, text: str) -> None:
    truth, blocks = laid(f'<p style="{style}">{text}</p>')
    made = outcome(truth, truth.setter(), blocks[0])
    assert isinstance(made, SetBlock), made


@pytest.mark.parametrize(
    ("style", "text", "reason"),
    [
        ("", "漢字", "shape"),
        ("", "שלום", "script"),
        ("", "Anna Анна", "script"),
        ("", "e\u0301", "shape"),
        ("", "in\u00adkasso", "shape"),
        ("white-space: pre", "a\tb", "shape"),
        ("hyphens: auto", "inkasso", "hyphenation"),
        ("word-break: break-all", "inkasso", "word-break"),
        ("color: red", "inkasso", "colour"),
        ("font-variant-caps: small-caps", "inkasso", "small capitals"),
        ("font-style: italic", "inkasso", "slope"),
        ("font-weight: 800", "inkasso", "weight"),
        ("text-overflow: ellipsis", "inkasso", "ellipsis"),
        ("direction: rtl", "inkasso", "right-to-left"),
        ("", "x<sup>2</sup>", "vertical-align"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_says_what_it_does_not_follow(laid: Laid, style: str, text: str, reason: str) -> None:
    truth, blocks = laid(f'<p style="{style}">{text}</p>')
    made = outcome(truth, truth.setter(), blocks[0])
    assert isinstance(made, Unfollowed)
    assert reason in made.reason or "letters" in made.reason or "character" in made.reason


@pytest.mark.parametrize("seed", range(6))
def test_sets_random_content_as_weasyprint_does(laid: Laid, seed: int) -> None:
    dice = random.Random(seed)
    truth, blocks = laid("".join(_paragraph(dice) for _ in range(30)))
    setter = truth.setter()
    made = [outcome(truth, setter, block) for block in blocks]
    assert sum(isinstance(one, SetBlock) for one in made) > len(made) / 2


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_line_that_fits_exactly_is_not_broken(laid: Laid, more: int) -> None:
    _, blocks = laid('<p style="white-space: nowrap">Åsa Öhman</p>')
    width = blocks[0].lines[0][2][0].width + more / PANGO_SCALE
    truth, blocks = laid(f'<p style="width: {width!r}px">Åsa Öhman</p>')
    made = outcome(truth, truth.setter(), blocks[0])
    assert isinstance(made, SetBlock)
    assert len(made.lines) == (2 if more < 0 else 1)


@pytest.mark.parametrize(
    "text",
    [
        "{} Betala i tid",
        "Betala nu {} eller {} när du vill, men senast den 28 december",
        "<b>Så här{}</b> gör du: {}{}",
        "{}{}{}{}{}{}{}{}{}{}{}{}",
        "räntan{}löper{}",
    ],
)
@pytest.mark.parametrize("style", ["", "text-align: right", "text-align: justify", "line-height: 9px"])
def test_boxes_stand_among_letters_as_weasyprint_places_them(laid: Laid, text: str, style: str) -> None:
    discs = [f"<span class=n id=n{at}>{at}</span>" for at in range(text.count("{}"))]
    truth, blocks = laid(f'<p style="width: 170px; {style}">{text.format(*discs)}</p>')
    made = outcome(truth, truth.setter(), blocks[-1])
    assert isinstance(made, SetBlock), made
    assert [atom.key for line in made.lines for atom in line.atoms] == [f"n{at}" for at in range(len(discs))]


def test_a_wording_said_before_is_the_same_object(laid: Laid) -> None:
    truth, blocks = laid("<p>Åsa Öhman</p>")
    style, items, typesetter = truth.block(blocks[0]), truth.items(blocks[0]), Typesetter(truth.setter())
    assert isinstance(style, BlockStyle)
    assert isinstance(items, tuple)
    text = items[0]
    assert isinstance(text, Text)
    said = wording(style, (Words(text.style, (0, " ", 1)),))
    made = typesetter.set(said, ("Åsa", "Öhman"))
    assert made == truth.setter().set(style, items)
    assert typesetter.set(said, ("Åsa", "Öhman")) is made


def test_blocks_are_set_the_same_after_their_styles_were_pickled(laid: Laid) -> None:
    truth, blocks = laid(
        '<p style="width: 200px">ett <u>två</u> <span class=spaced>tre fyra</span><br>'
        "<span class=n id=n>5</span> sex"
    )
    style, items = truth.block(blocks[-1]), truth.items(blocks[-1])
    assert isinstance(style, BlockStyle)
    assert isinstance(items, tuple)
    made = truth.setter().set(style, items)
    read_style, read_items = pickle.loads(pickle.dumps((style, items)))
    read = truth.setter().set(read_style, read_items)
    assert isinstance(made, SetBlock)
    assert isinstance(read, SetBlock)
    assert len(made.lines) == 2
    assert operators(read.lines) == operators(made.lines)
    assert rules(read.lines, True) == rules(made.lines, True) != b""
    assert [line.atoms for line in read.lines] == [line.atoms for line in made.lines]
    assert read.height == made.height


def test_operators_say_font_and_colour_once_and_move_from_text_to_text(laid: Laid) -> None:
    truth, blocks = laid('<p style="font: 10pt/16px Letter">A<br>A</p>')
    made = outcome(truth, truth.setter(), blocks[0])
    assert isinstance(made, SetBlock)
    (font,) = made.fonts
    first, second = operators(made.lines).decode("latin-1").split("\n")
    assert first.startswith(f"/{font} 10 Tf 0 0 0 1 k 0 -")
    assert second == "0 -12 Td" + first.partition("Td")[2]


def _paragraph(dice: random.Random) -> str:
    width = dice.choice((dice.uniform(20, 600), float(dice.randint(40, 400))))
    style = (
        f"width: {width}px; font-size: {dice.choice((9, 10, 10.5, 12.3))}pt; "
        f"text-align: {dice.choice(('left', 'left', 'right', 'center', 'justify'))}; "
        f"white-space: {dice.choice(('normal', 'normal', 'pre-line', 'pre-wrap', 'nowrap', 'pre'))}; "
        f"overflow-wrap: {dice.choice(('normal', 'anywhere', 'break-word'))}; "
        f"text-indent: {dice.choice((0, 0, 17.3))}px; line-height: {dice.choice(('normal', '14pt', '1.3'))}; "
        f"font-variant-ligatures: {dice.choice(('none', 'none', 'normal'))}; "
        f"letter-spacing: {dice.choice(('normal',) * 4 + ('.3px', '-.2px'))}; "
        f"word-spacing: {dice.choice((0, 0, 0, 0, 3, -0.7))}px"
    )
    return f'<p style="{style}">{_inline(dice, 0)}</p>'


def _inline(dice: random.Random, depth: int) -> str:
    parts = []
    for _ in range(dice.randint(1, 4)):
        roll = dice.random()
        blank = dice.choice(("", " ", " ", "  ", "\n"))
        if roll < 0.6 or depth > 1:
            parts.append(blank + " ".join(dice.choice(WORDS) for _ in range(dice.randint(1, 6))) + blank)
        elif roll < 0.7:
            parts.append("<br>")
        else:
            kind = dice.choice(("bold", "small", "spaced", "kept", "under"))
            parts.append(f"<span class={kind}>{_inline(dice, depth + 1)}</span>")
    return "".join(parts)
