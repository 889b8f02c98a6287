"""The short way of usual blocks: to the last bit what the long way gives."""

import random
from dataclasses import replace

import pytest

from pipelines.press import typefaces
from pipelines.press.setting.content import Break, Item, Span, Text
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.operators import operators
from pipelines.press.setting.opportunities import opportunities, plain
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.shaping import Shaper
from pipelines.press.setting.style import BlockStyle, SpanStyle, TextStyle
from pipelines.press.setting.usual import Usual
from pipelines.press.setting.words import Words
from pipelines.press.typefaces import Typeface

WORDS = (
    "Anna Åsa räntan e-post OCR-nummer 12,50 1_234,00_kr (1974:182) AVTAL Ty. ok! vad? 5050-1055 To 7 "
    "10-12, Kö - i x, 2026 – ”citat” w-x-y A/B To. Skärholmsvägensgatan 50% "
    "· (513/1999). 28._joulukuuta (10,00_€ 5_% 12/50, l·l"
).replace("_", "\u00a0")
PLAIN = "Anna har 12 fakturor hos_oss, (tillsammans) 57_921,77_kr. med e-post ränta 2026".replace(
    "_", "\u00a0"
).split(" ")


@pytest.fixture(scope="module")
def faces() -> dict[str, Typeface]:
    return {f"F{number}": face for number, face in enumerate(typefaces.load().faces[:2])}


def text_style(font: str = "F0", **other: object) -> TextStyle:
    style = TextStyle(
        font=font,
        size=14336,
        features=(("calt", 0), ("clig", 0), ("dlig", 0), ("hlig", 0), ("liga", 0)),
        language="sv",
        transform_language="sv",
        colour=b"0 0 0 1 k",
        visible=True,
        letter_spacing=0.0,
        word_spacing=0.0,
        white_space="normal",
        breaks_words=False,
        text_transform="none",
        drops_soft_hyphens=True,
        line_height=18.0,
        baseline=13.5,
    )
    return replace(style, **other)  # type: ignore[arg-type]


STYLES = tuple(
    text_style(font, white_space=space, **other)  # type: ignore[arg-type]
    for font in ("F0", "F1")
    for space in ("normal", "pre-line", "nowrap", "pre")
    for other in ({}, {"size": 11605, "line_height": 30.1, "baseline": 21.7}, {"breaks_words": True})
)


@pytest.mark.parametrize("seed", range(4))
def test_both_ways_give_the_same_lines(faces: dict[str, Typeface], seed: int) -> None:
    dice = random.Random(seed)
    short, long = _short(faces), Setter(faces, short_way=False)
    usual = 0
    for _ in range(400):
        block, items = _block(dice), _items(dice, 0)
        made, slowly = short.set(block, items), long.set(block, items)
        if made is not None:
            assert made == slowly
            assert isinstance(slowly, SetBlock)
            assert made.operators == operators(made.lines) + (b"\n" if made.operators else b"")
            usual += 1
    assert usual > 100


@pytest.mark.parametrize("seed", range(3))
def test_both_ways_give_the_same_paragraphs_with_spans(faces: dict[str, Typeface], seed: int) -> None:
    dice = random.Random(seed)
    short, long = _short(faces), Setter(faces, short_way=False)
    usual = 0
    for _ in range(300):
        items: list[Item] = []
        for number in range(dice.randint(2, 6)):
            count = dice.choice((1, 2, 3)) if number % 2 else dice.choice((2, 9, 25))
            said = " ".join(dice.choice(PLAIN) for _ in range(count))
            style = dice.choice(STYLES[:3] if number % 2 else STYLES[:1])
            if number % 2:
                items.append(Span(SpanStyle(18.0, 13.5, "normal", "sv"), (Text(style, said),)))
            else:
                items.append(Text(style, dice.choice((" ", ", ", ". ", "?")) + said + " "))
        block = plain_block(dice.uniform(90, 500))
        made = short.set(block, tuple(items))
        if made is not None:
            assert made == long.set(block, tuple(items))
            usual += len(made.lines) > 1
    assert usual > 100


def test_a_mark_between_blanks_is_usual_where_one_between_letters_is_not(faces: dict[str, Typeface]) -> None:
    style, block = text_style(), plain_block(1000.0)
    long = Setter(faces, short_way=False)
    lone, tied = (Text(style, "sida 1 · 2"),), (Text(style, "l·l"),)
    assert _short(faces).set(block, lone) == long.set(block, lone)
    assert _short(faces).set(block, tied) is None
    assert isinstance(long.set(block, tied), SetBlock)


@pytest.mark.parametrize("more", range(-3, 4))
def test_both_ways_agree_on_lines_that_fit_by_a_hair(faces: dict[str, Typeface], more: int) -> None:
    style = text_style()
    text = "Betala AVTAL To senast den 28 december"
    line = Setter(faces).set(plain_block(1000.0), (Text(style, text),))
    assert isinstance(line, SetBlock)
    block = plain_block(line.lines[0].pieces[0].width + more / 4 / 1024)
    items = (Text(style, f"{text} {text} {text}"),)
    assert Setter(faces).set(block, items) == Setter(faces, short_way=False).set(block, items)


def test_plain_words_break_where_pango_breaks_them() -> None:
    dice = random.Random(5)
    told = 0
    for _ in range(3000):
        words = [_word(dice) for _ in range(dice.randint(1, 5))]
        text = dice.choice(("", " ", ", ", ".", "): ")) + " ".join(words) + dice.choice(("", " "))
        told += plain(text.replace(" ", " \0").split("\0"))
        # A word that is not plain makes Pango answer; it breaks no line before it otherwise.
        asked = opportunities(text + " #/", "sv")
        assert [at for at in asked if at < len(text)] == opportunities(text, "sv")
    assert told > 1000


def _short(faces: dict[str, Typeface]) -> Usual:
    def words(style: TextStyle, script: str) -> Words | None:
        return Shaper(faces[style.font], style.size, style.features, style.language, script).words

    return Usual(words)


def _word(dice: random.Random) -> str:
    if dice.random() < 0.95:
        return dice.choice(WORDS.split(" "))
    return "".join(dice.choice("12a-.,:") for _ in range(dice.randint(1, 6)))


def plain_block(width: float) -> BlockStyle:
    return BlockStyle(width, "start", "start", 0.0, "normal", 18.0, 13.5)


def _block(dice: random.Random) -> BlockStyle:
    width = dice.choice((dice.uniform(30, 600), float(dice.randint(60, 400)), float("inf")))
    aligns = ("start", "start", "start", "end", "center", "justify")
    return BlockStyle(
        width,
        dice.choice(aligns),
        dice.choice(aligns[:-1]),
        dice.choice((0.0,) * 9 + (9.3,)),
        "normal",
        18.0,
        13.5,
    )


def _items(dice: random.Random, depth: int) -> tuple[Item, ...]:
    made: list[Item] = []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        roll = dice.random()
        style = dice.choice(STYLES)
        if roll < 0.75 or depth > 2:
            words = [_word(dice) for _ in range(dice.choice((0, 1, 2, 6, 12)))]
            joined = "".join(word + dice.choice((" ",) * 12 + ("\n", "  ")) for word in words)
            ends = ("", "", " ", "\n")
            begins = (*ends, *ends, ", ", ". ")
            made.append(Text(style, dice.choice(begins) + joined.strip() + dice.choice(ends)))
        elif roll < 0.85:
            made.append(Break(replace(style, white_space="pre-line")))
        else:
            span = SpanStyle(dice.choice((18.0, 25.7)), dice.choice((13.5, 19.1)), style.white_space, "sv")
            made.append(Span(span, _items(dice, depth + 1)))
    return tuple(made)
