"""Blocks of texts set many at a time: to the last byte what each gives alone, in any batch."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from pipelines.press import typefaces
from pipelines.press.setting.bulk import Bulk
from pipelines.press.setting.content import Break, Item, Span, Text
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.plans import Said
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.style import BlockStyle, SpanStyle
from pipelines.press.setting.usual import Spot
from pipelines.press.shapes.nodes import Words, wording
from pipelines.press.shapes.ready import Typesetter
from pipelines.press.typefaces import Typeface
from tests.press.setting.test_usual import PLAIN, WORDS, text_style

SPAN = SpanStyle(21.0, 15.5, "normal", "sv")
STYLES = (
    text_style(),
    text_style("F1"),
    text_style(size=11605, line_height=30.1, baseline=21.7, colour=b"0 0 0 .6 k"),
    text_style(white_space="nowrap"),
    text_style(white_space="pre-line"),
    text_style(white_space="pre", line_height=16.1, baseline=11.7),
)
ODD = (
    "",
    " ",
    "\u00a0",
    "a\nb",
    " a",
    "a ",
    "a  b",
    "\t",
    "кот",
    "a\u0301",
    "\U0001f600",
    "\ud800",
    "fi\u00adn",
)
"""What a line of plain text is not."""
ENDING = text_style(white_space="pre-line", line_height=24.0, baseline=17.0)
"""The style of a `<br>`."""


@pytest.fixture(scope="module")
def faces() -> dict[str, Typeface]:
    return {f"F{number}": face for number, face in enumerate(typefaces.load().faces[:2])}


def block(dice: random.Random) -> BlockStyle:
    width = dice.choice((dice.uniform(30, 900), float(dice.randint(60, 800)), float("inf")))
    align = dice.choice(("start", "end", "center"))
    return BlockStyle(width, align, align, 0.0, "normal", 18.0, 13.5)


def spots(dice: random.Random) -> list[Spot]:
    """Texts of one value each, some with fixed words round it, some in elements of the plan."""
    made: list[Spot] = []
    for number in range(dice.choice((1, 1, 1, 2, 3))):
        if number and dice.random() < 0.3:
            made.append(Spot(dice.choice(((), (SPAN,))), ENDING, None, number))
        said: Said = dice.choice(((number,), (number,), ("100% ", number, ": "), (number, " kr")))
        made.append(Spot(dice.choice(((), (), (SPAN,))), dice.choice(STYLES), said, number))
    return made


def words(dice: random.Random) -> str:
    if dice.random() < 0.1:
        return dice.choice(ODD)
    said = [dice.choice(WORDS.split(" ")) for _ in range(dice.choice((1, 1, 2, 5)))]
    return "".join([word + dice.choice((" ", " ", " ", "\n")) for word in said])[:-1]


def items(spots: Sequence[Spot], values: Sequence[str]) -> tuple[Item, ...]:
    """The same texts as the content of one block."""
    made: list[Item] = []
    for spot in spots:
        if spot.said is None:
            ending = Break(spot.style)
            made.append(Span(SPAN, (ending,)) if spot.spans else ending)
            continue
        text = Text(spot.style, "".join(p if isinstance(p, str) else values[p] for p in spot.said))
        made.append(Span(SPAN, (text,)) if spot.spans else text)
    return tuple(made)


@pytest.mark.parametrize("seed", range(4))
def test_many_blocks_are_those_set_alone(faces: dict[str, Typeface], seed: int) -> None:
    dice = random.Random(seed)
    setter, alone, bulk = Setter(faces), Setter(faces, short_way=False), Bulk()
    plans, wordings = [], []
    for _ in range(160):
        style, its = block(dice), spots(dice)
        count = sum(spot.said is not None for spot in its)
        plan = setter.plan(style, its)
        if plan is not None:
            values = [tuple(words(dice) for _ in range(count)) for _ in range(dice.choice((1, 3, 9)))]
            plans.append((plan, list(zip(*values, strict=True))))
            wordings.append((style, its, values))
    assert len(plans) > 80
    fitting = Counter[bool]()
    for (plan, _), (style, its, values), made in zip(plans, wordings, bulk.set(plans), strict=True):
        for number, told in enumerate(values):
            slowly = alone.set(style, items(its, told))
            if made.fits[number]:
                assert made.block(number) == slowly
                assert isinstance(slowly, SetBlock)
                assert made.operators[number] == slowly.operators
                assert plan.shape(made.lines[number]) == slowly.shape
                assert (plan.fonts, plan.ruled) == (slowly.fonts, slowly.ruled)
                fitting[len(slowly.lines) > 1] += 1
    assert fitting[False] > 80
    assert fitting[True] > 15


SPANS = SpanStyle(18.0, 13.5, "normal", "sv"), SpanStyle(18.0, 13.5, "nowrap", "sv")
FLOWING = text_style(), text_style(), text_style("F1"), text_style("F1", colour=b"0 0 0 .6 k")
OTHERS = text_style(white_space="pre-line"), text_style(white_space="nowrap"), text_style(breaks_words=True)


def paragraph(dice: random.Random) -> list[Spot]:
    """Texts with several values and words between them, one behind the other."""
    styles = FLOWING if dice.random() < 0.7 else FLOWING + OTHERS
    made: list[Spot] = []
    value = 0
    for number in range(dice.choice((1, 2, 3, 5))):
        said: list[str | int] = [dice.choice((" ", ", ", ") ", ""))] if number else []
        for _ in range(dice.randint(1, 3)):
            said += [plain_words(dice), dice.choice((" ", ", "))] if dice.random() < 0.5 else []
            said += [value, dice.choice((" ", ", ", ""))]
            value += 1
        made.append(Spot(dice.choice(((), SPANS[:1], SPANS)), dice.choice(styles), tuple(said), number))
    if dice.random() < 0.9:
        made[-1] = made[-1]._replace(said=(*(made[-1].said or ()), "slut."))
    return made


def plain_words(dice: random.Random) -> str:
    return " ".join(dice.choice(PLAIN) for _ in range(dice.choice((1, 1, 2, 5, 9))))


def within(spots: Sequence[Spot], values: Sequence[str]) -> tuple[Item, ...]:
    """The same texts as the content of one block, in their elements."""
    made: list[Item] = []
    for spans, style, said, _ in spots:
        item: Item = Text(style, "".join(p if isinstance(p, str) else values[p] for p in said or ()))
        for span in reversed(spans):
            item = Span(span, (item,))
        made.append(item)
    return tuple(made)


@pytest.mark.parametrize("seed", range(3))
def test_paragraphs_are_broken_as_those_set_alone(faces: dict[str, Typeface], seed: int) -> None:
    dice = random.Random(seed)
    setter, alone = Setter(faces), Setter(faces, short_way=False)
    rush, told = [], []
    for _ in range(90):
        align = dice.choice(("start", "start", "end", "center", "justify"))
        width, last = dice.uniform(60, 600), "start" if align == "justify" else align
        style = BlockStyle(width, align, last, 0.0, dice.choice(("normal", "nowrap")), 18.0, 13.5)
        its = paragraph(dice)
        plan = setter.plan(style, its)
        if plan is not None:
            count = sum(isinstance(part, int) for spot in its for part in spot.said or ())
            says = (plain_words, plain_words, plain_words, words) if dice.random() < 0.3 else (plain_words,)
            values = [tuple(dice.choice(says)(dice) for _ in range(count)) for _ in range(6)]
            rush.append((plan, list(zip(*values, strict=True))))
            told.append((style, its, values))
    lines = Counter[int]()
    for (style, its, values), made in zip(told, Bulk().set(rush), strict=True):
        for number, said in enumerate(values):
            if made.fits[number]:
                slowly = alone.set(style, within(its, said))
                assert isinstance(slowly, SetBlock)
                assert made.block(number) == slowly
                lines[len(slowly.lines)] += 1
    assert sum(count for several, count in lines.items() if several > 1) > 60


def test_a_line_that_ends_in_a_hyphen_or_has_no_letters_is_left_to_the_others(
    faces: dict[str, Typeface],
) -> None:
    setter = Setter(faces)
    for said in ("Anna Berg", "Anna e-post", "Anna 12 34 56"):
        answers = set()
        for width in range(40, 120):
            style = BlockStyle(float(width) + 0.3, "start", "start", 0.0, "normal", 18.0, 13.5)
            plan = setter.plan(style, [Spot((), STYLES[0], (0,), 0)])
            assert plan is not None
            (made,) = Bulk().set([(plan, [[said]])])
            alone = Setter(faces, short_way=False).set(style, (Text(STYLES[0], said),))
            assert not made.fits[0] or made.block(0) == alone
            answers.add((made.fits[0], made.lines[0]))
        assert (True, 1) in answers
        assert ((True, 2) in answers) == (said != "Anna 12 34 56")
        assert (False in {fits for fits, _ in answers}) == (said != "Anna Berg")


def test_a_paragraph_without_any_blank_is_left_to_the_others(faces: dict[str, Typeface]) -> None:
    style = BlockStyle(50.0, "start", "start", 0.0, "normal", 18.0, 13.5)
    plan = Setter(faces).plan(style, [Spot((), STYLES[0], (0,), 0)])
    assert plan is not None
    (made,) = Bulk().set([(plan, [["Skärholmsvägensgatan", "Lund"]])])
    assert made.fits == [False, True]


def test_names_sums_and_dates_come_out_as_planned(faces: dict[str, Typeface]) -> None:
    plan = Setter(faces).plan(
        BlockStyle(300.0, "end", "end", 0.0, "normal", 18.0, 13.5), [Spot((), STYLES[0], (0,), 0)]
    )
    assert plan is not None
    said = ["Åsa Öström", "28 december", "1\u00a0234,00\u00a0kr", "OCR-nummer", "Skärholmsvägen 3 B"]
    (made,) = Bulk().set([(plan, [said])])
    assert made.fits == [True] * len(said)


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_such_line_is_left_to_the_others(faces: dict[str, Typeface], odd: str) -> None:
    plan = Setter(faces).plan(
        BlockStyle(400.0, "start", "start", 0.0, "normal", 18.0, 13.5), [Spot((), STYLES[0], (0,), 0)]
    )
    assert plan is not None
    (made,) = Bulk().set([(plan, [["Anna", odd, "Berg"]])])
    assert made.fits == [True, False, True]


def test_neither_neighbours_nor_what_came_before_matter(faces: dict[str, Typeface]) -> None:
    dice = random.Random(7)
    setter, bulk = Setter(faces), Bulk()
    style = BlockStyle(400.0, "end", "end", 0.0, "normal", 18.0, 13.5)
    plan = setter.plan(style, [Spot((), STYLES[0], ("Att betala: ", 0), 0)])
    other = setter.plan(style, [Spot((), STYLES[1], (0,), 0), Spot((SPAN,), STYLES[2], (" ", 1), 1)])
    assert plan is not None
    assert other is not None
    texts = [words(dice) for _ in range(200)]
    (alone,) = Bulk().set([(plan, [texts])])
    assert sum(alone.fits) > 100
    others = [[words(dice) for _ in range(50)] for _ in range(2)]
    order = dice.sample(range(200), 200)
    for _ in range(2):
        _, made, _ = bulk.set([(other, others), (plan, [[texts[n] for n in order]]), (other, others)])
        for at, number in enumerate(order):
            assert made.fits[at] == alone.fits[number]
            if made.fits[at]:
                assert made.block(at) == alone.block(number)


def test_a_font_full_of_characters_leaves_the_rest_to_the_others(faces: dict[str, Typeface]) -> None:
    plan = Setter(faces).plan(
        BlockStyle(400.0, "start", "start", 0.0, "normal", 18.0, 13.5), [Spot((), STYLES[0], (0,), 0)]
    )
    assert plan is not None
    bulk = Bulk()
    many = [chr(code) for code in faces["F0"].cmap if code < 0x250 and chr(code).isalpha()]
    assert len(many) > 200
    (made,) = bulk.set([(plan, [many])])
    assert 100 < sum(made.fits) < len(many)
    # What the tables hold they go on to set.
    (again,) = bulk.set([(plan, [many])])
    assert (again.fits, again.operators) == (made.fits, made.operators)


def test_what_is_wanted_together_is_then_at_hand(faces: dict[str, Typeface]) -> None:
    style = BlockStyle(150.0, "start", "start", 0.0, "normal", 18.0, 13.5)
    told = wording(style, (Words(text_style(white_space="pre-line"), ("Till ", 0, "\n", 1)),))
    typesetter = Typesetter(Setter(faces))
    short, long = ("Åsa", "Öström"), ("Åsa", "Öström " * 20)
    alone = [Typesetter(Setter(faces)).set(told, values) for values in (short, long)]
    kept = typesetter.kept(told)
    kept.wanted |= dict.fromkeys((short, long))
    typesetter.set_together([kept])
    assert list(kept) == [short]
    assert not kept.wanted
    assert [kept[values].block() for values in (short, long)] == alone
    typesetter.begin()
    assert not kept


def test_blocks_of_equal_shape_and_fonts_are_of_one_kind_whichever_way_they_were_set(
    faces: dict[str, Typeface],
) -> None:
    style = BlockStyle(400.0, "start", "start", 0.0, "normal", 18.0, 13.5)
    told = wording(style, (Words(STYLES[0], (0,)),))
    other = wording(style, (Words(STYLES[1], (0,)),))
    typesetter = Typesetter(Setter(faces))
    kept = typesetter.kept(told)
    kept.wanted["Åsa"] = None
    typesetter.set_together([kept])
    assert kept["Åsa"].kind == kept["Öström"].kind
    assert kept["Åsa"].kind != kept["Åsa " * 50].kind
    assert kept["Åsa"].kind != typesetter.kept(other)["Åsa"].kind
