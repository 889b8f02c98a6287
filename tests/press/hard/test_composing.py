"""Every hard layout can be composed, and the comparison of lanes knows its pages again."""

import pytest

from pipelines.press.compose import Composed, Composer, Failed
from pipelines.press.truth import differences
from tests.press.hard.letters import THEMES, UNPRINTABLE, letters
from tests.press.rewriting import operators, stamped

PRINTABLE = tuple(theme for theme in THEMES if theme not in UNPRINTABLE)


def composed(composer: Composer, theme: str, count: int) -> list[Composed]:
    """So many letters of a theme, none of which may fail."""
    results = [composer.compose(letter) for letter in letters(theme, count)]
    made = [result for result in results if isinstance(result, Composed)]
    assert len(made) == count, [result.detail for result in results if isinstance(result, Failed)]
    return made


@pytest.mark.parametrize("theme", PRINTABLE)
def test_letters_of_a_theme_are_composed_and_each_is_another(composer: Composer, theme: str) -> None:
    made = composed(composer, theme, 3)
    assert len({operators(one.pages[0]) for one in made}) == 3


@pytest.mark.parametrize("theme", PRINTABLE)
def test_a_page_of_a_theme_is_the_same_in_other_operators(composer: Composer, theme: str) -> None:
    for one in composed(composer, theme, 3):
        other = tuple(map(stamped, one.pages))
        assert differences(other, one.pages, composer.painter.typefaces) == ()


@pytest.mark.parametrize("theme", PRINTABLE)
def test_pages_of_two_letters_of_a_theme_are_not_the_same(composer: Composer, theme: str) -> None:
    one, other, *_ = composed(composer, theme, 2)
    assert differences(other.pages[:1], one.pages[:1], composer.painter.typefaces)


@pytest.mark.parametrize("theme", UNPRINTABLE)
def test_letters_that_the_fonts_cannot_set_fail_and_print_no_other_glyph(
    composer: Composer, theme: str
) -> None:
    for letter in letters(theme, 8):
        failed = composer.compose(letter)
        assert isinstance(failed, Failed)
        assert failed.detail == "a character that the fonts lack"


def test_letters_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    assert letters("rows", 5, seed=7) == letters("rows", 5, seed=7)
    assert letters("rows", 5, seed=7) != letters("rows", 5, seed=8)
