"""Wordings with values, whose fixed texts are measured once: what comes out is what the long way gives."""

import random

import pytest

from pipelines.press import typefaces
from pipelines.press.setting.content import Break, Item, Span, Text
from pipelines.press.setting.filling import Face, Part, Unusual, cuts_of
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.operators import operators
from pipelines.press.setting.phrases import Phrases
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.shaping import Shaper
from pipelines.press.setting.spelling import FIRST_SIGN, Spelling
from pipelines.press.setting.style import CannotFollow, SpanStyle, TextStyle
from pipelines.press.setting.usual import Spot
from pipelines.press.setting.words import Words
from pipelines.press.typefaces import Typeface
from tests.press.setting.test_usual import PLAIN, plain_block, text_style

USUAL = (
    *(
        "Anna",
        "Anna-Karin Öberg",
        "Åsa Berg-Ek",
        "7",
        "12,50\u00a0kr",
        "28\u00a0december\u00a02026",
        "e-post",
    ),
    *("7949 9398 7023 2863", "2026-05-03", "Lindvall Inkasso AB Klientmedel", "Bok, augusti 2026", "To"),
)
ODD = ("100 %", "%s", "l·l", "C++ & C#, 2:a uppl.; inbunden", "(1974:182)", ".", "l/l")
AWKWARD = (
    "",
    " ",
    " Anna",
    "Anna ",
    "Eva  Berg",
    "Eva\nBerg",
    "\nAnna",
    "Anna\n",
    "Eva\r\nBerg",
    "A\u00adB",
    "7\t",
)
PHRASES = (
    *("Betala ", ", senast ", ". ", ", ", " till ", "\n", " ", " Fakturanummer ", " hos ", " och "),
    *(", tillsammans med dina OCR-nummer och ränta från ", ", och en del, som inte är din, till "),
    " för alla räkningar i det här brevet som inte är betalda än, med e-post-adressen ",
)
ENDS = ("!", "?", " (", "50%-", " \n ", ") ", ": ")

Said = tuple[str | int, ...]


@pytest.fixture(scope="module")
def faces() -> dict[str, Typeface]:
    return {f"F{number}": face for number, face in enumerate(typefaces.load().faces[:2])}


@pytest.mark.parametrize("seed", range(6))
def test_wordings_are_set_as_the_long_way_sets_them(faces: dict[str, Typeface], seed: int) -> None:
    dice = random.Random(seed)
    short, long = Setter(faces), Setter(faces, short_way=False)
    usual = lines = 0
    for _ in range(120):
        block, recipe = plain_block(dice.choice((dice.uniform(60, 500), 1000.0))), _recipe(dice)
        spots, empty = _spots(recipe, None)
        way = short.filled(block, spots, empty)
        if way is None:
            continue
        count = sum(type(part) is int for _, _, said in recipe for part in said or ())
        for _ in range(8):
            values = tuple([_value(dice) for _ in range(count)])
            made = way(values)
            if made is not None:
                slowly = long.set(block, _spots(recipe, values)[1])
                assert made == slowly
                assert isinstance(slowly, SetBlock)
                assert made.operators == operators(made.lines) + (b"\n" if made.operators else b"")
                usual += 1
                lines += len(made.lines) > 2
    assert usual > 300
    assert lines > 60


@pytest.mark.parametrize("white_space", ["normal", "pre-line", "pre", "nowrap"])
@pytest.mark.parametrize("value", [*USUAL, *ODD, *AWKWARD])
def test_blanks_at_a_value_collapse_as_they_do_in_the_whole_text(
    faces: dict[str, Typeface], white_space: str, value: str
) -> None:
    style, bold = text_style(white_space=white_space), text_style("F1", white_space=white_space)
    short, long, block = Setter(faces), Setter(faces, short_way=False), plain_block(1000.0)
    span = SpanStyle(18.0, 13.5, white_space, "sv")
    spots = [
        Spot((), style, ("Hej ", 0, " nr "), 0),
        Spot((span,), bold, (1,), 1),
        Spot((), style, (" !",), 2),
    ]
    way = short.filled(block, spots, (Text(style, ""), Span(span, ()), Text(style, "")))
    assert way is not None
    for values in (("Eva", "Berg"), (value, "Berg"), ("Eva", value), (value, value)):
        items = (Text(style, f"Hej {values[0]} nr "), Span(span, (Text(bold, values[1]),)), Text(style, " !"))
        made = way(values)
        assert made is None or made == long.set(block, items)
    assert isinstance(way(("Eva", "Berg")), SetBlock)


@pytest.mark.parametrize("seed", range(4))
def test_a_text_is_cut_the_same_whether_it_is_spelt_or_not(faces: dict[str, Typeface], seed: int) -> None:
    dice = random.Random(seed)
    face = _face(faces)
    cut = 0
    for _ in range(300):
        said = [dice.choice((dice.choice(PLAIN), "OCR-nummer", "")) for _ in range(40)]
        values = tuple([dice.choice(USUAL) for word in said if not word])
        if dice.random() < 0.1 and values:
            values = (*values[:-1], dice.choice(ODD))
        begin, end = dice.choice(("", ", ", " ")), dice.choice(("", " ", "."))
        signs, filled = map(chr, range(FIRST_SIGN, FIRST_SIGN + 40)), iter(values)
        text = begin + " ".join([word or next(signs) for word in said]) + end
        whole = begin + " ".join([word or next(filled) for word in said]) + end
        spelling = Spelling.of(face.letters, text)
        assert spelling is not None
        limit = dice.randint(60_000, 600_000)
        first = dice.choice((limit, dice.randint(0, limit)))
        found = _cuts(face, whole, first, limit, None, ())
        assert _cuts(face, whole, first, limit, spelling, values) == found
        cut += found is not None and len(found) > 2
    assert cut > 100


def test_every_width_cuts_a_spelt_text_where_it_cuts_the_text(faces: dict[str, Typeface]) -> None:
    face = _face(faces)
    text = "Dina OCR-nummer \ue000, e-post till \ue001 (nu) och \ue002."
    values = ("7949 9398-A", "Anna-Karin Berg-Ek", "5_kr".replace("_", "\u00a0"))
    whole = "Dina OCR-nummer 7949 9398-A, e-post till Anna-Karin Berg-Ek (nu) och 5\u00a0kr."
    spelling = Spelling.of(face.letters, text)
    for limit in range(20_000, 500_000, 97):
        assert _cuts(face, whole, limit, limit, spelling, values) == _cuts(
            face, whole, limit, limit, None, ()
        )


def test_texts_that_depend_on_their_values_are_not_spelt(faces: dict[str, Typeface]) -> None:
    words = _face(faces).letters
    assert Spelling.of(words, "\ue000 12 \ue001") is None, "whether it has letters"
    assert Spelling.of(words, "\ue000") is None, "nothing is fixed"
    assert Spelling.of(words, "till \ue000 l/l") is None, "a word that may be broken elsewhere"
    spelling = Spelling.of(words, "till \ue000 nu")
    assert spelling is not None
    assert spelling(("l/l",)) is None
    assert spelling(("Anna",)) is not None


def test_a_text_with_a_newline_that_would_leave_its_line_is_not_usual(faces: dict[str, Typeface]) -> None:
    style, bold = text_style(white_space="pre-line"), text_style("F1", white_space="pre-line")
    span, block = SpanStyle(18.0, 13.5, "pre-line", "sv"), plain_block(80.0)
    spots = [Spot((span,), bold, (0, " "), 0), Spot((), style, (1, "\n", 2), 1)]
    way = Setter(faces).filled(block, spots, (Span(span, ()), Text(style, "")))
    assert way is not None
    assert way(("Betala", "2026-05-03", "nu")) is None
    assert isinstance(way(("nu", "den", "nu")), SetBlock)


def test_phrases_stay_right_while_others_come_and_go(faces: dict[str, Typeface]) -> None:
    face = _face(faces)
    phrases = Phrases(face.letters, face.figures)
    first = phrases["Öringe Ljud"]
    for number in range(5_000):
        text = f"nr {number}"
        assert phrases[text] == face.letters.whole(text)
        if number % 500 == 0:
            assert phrases["Öringe Ljud"] is first, "what is asked for again stays"
    assert len(phrases) <= 2_000
    assert phrases["2026-05-03"] == face.figures.whole("2026-05-03")


def _cuts(
    face: Face, text: str, first: int, limit: int, spelling: Spelling | None, values: tuple[str, ...]
) -> list[Part] | None:
    try:
        return cuts_of(face, text, first, limit, spelling, values)
    except (Unusual, CannotFollow):
        return None


def _face(faces: dict[str, Typeface]) -> Face:
    style = text_style()

    def words(script: str) -> Words:
        found = Shaper(faces["F0"], style.size, style.features, style.language, script).words
        assert found is not None
        return found

    return Face(style, words("Latn"), words("Zyyy"), True, True)


def _recipe(dice: random.Random) -> list[tuple[TextStyle, bool, Said | None]]:
    """Texts, some of them in an element of their own, with numbered values; line breaks are None."""
    space = dice.choice(("normal", "normal", "normal", "pre-line", "nowrap", "pre"))
    plain, bold = text_style(white_space=space), text_style("F1", white_space=space, size=11605)
    made: list[tuple[TextStyle, bool, Said | None]] = []
    count = 0
    for number in range(dice.choice((1, 2, 3, 5))):
        if dice.random() < 0.1:
            made.append((text_style(white_space="pre-line"), False, None))
        said: list[str | int] = []
        for _ in range(dice.choice((1, 1, 2, 4))):
            said += [dice.choice(dice.choice((*(PHRASES,) * 9, ENDS)))] if dice.random() < 0.9 else []
            if dice.random() < 0.8:
                said.append(count)
                count += 1
        made.append((bold if number % 2 else plain, number % 2 == 1, tuple(said or ["x"])))
    return made


def _spots(
    recipe: list[tuple[TextStyle, bool, Said | None]], values: tuple[str, ...] | None
) -> tuple[list[Spot], tuple[Item, ...]]:
    spots: list[Spot] = []
    items: list[Item] = []
    for number, (style, within, said) in enumerate(recipe):
        span = SpanStyle(18.0, 13.5, style.white_space, "sv")
        spots.append(Spot((span,) if within else (), style, said, number))
        if said is None:
            items.append(Break(style))
            continue
        text = (
            "".join([part if isinstance(part, str) else values[part] for part in said])
            if values is not None
            else ""
        )
        items.append(Span(span, (Text(style, text),)) if within else Text(style, text))
    return spots, tuple(items)


def _value(dice: random.Random) -> str:
    return dice.choice(dice.choice((*(USUAL,) * 20, ODD, AWKWARD)))
