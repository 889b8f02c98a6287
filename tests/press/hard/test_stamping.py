"""Letters of the hard layouts are stamped as WeasyPrint gives them, or refused with a reason.

The tables say what the press follows today. It may learn more; it may not forget.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.lint.check import lint
from pipelines.lint.rules import Rule
from pipelines.press import typefaces
from pipelines.press.compose import Composer
from pipelines.press.stamper import Stamped, Stamper, Unstamped
from tests.press.hard.letters import THEMES, letters
from tests.press.truth_bench import empty_cache
from tests.press.truth_tally import held, tell

EACH, EACH_IN_FULL = 6, 60
STAMPED = {
    "breaks": 0.75,
    "folios": 1.0,
    "heads": 1.0,
    "images": 1.0,
    "justified": 1.0,
    "margins": 0.9,
    "places": 0.9,
    "rows": 0.55,
    "ruled": 1.0,
    "spacing": 0.85,
    "tables": 0.9,
}
"""Theme → the least share of many letters that is stamped."""
BY_DATA = {
    "a box with border or background that breaks over pages",
    "a box, picture, code or underlined text over a text or code",
    "a line that fits by a hair",
    "a table row that breaks over pages",
    "an absolute box in a box that breaks over pages where it must not",
}
"""Why the others of these themes are not: what they say brings it about."""
UNSETTABLE = {
    "PaintError while it was stamped",
    "a character or script that the setting engine does not shape",
    "a character that the font lacks",
    "letters of several scripts, or of one that is not Latin, Greek or Cyrillic",
}
"""Why a text is not stamped; the first is what letters say that show a new layout and cannot be set."""
_ACCENTS = "letters of several scripts, or of one that is not Latin, Greek or Cyrillic"
RENDERED = {
    "accents": ({"a table whose columns follow its text"}, None),
    "anchors": ({"a fixed or running box"}, Rule.LANE_PLACE),
    "blanks": ({"overflow that is cut off"}, Rule.LANE_CUT),
    "columns": ({"columns"}, Rule.LANE_COLUMNS),
    "counters": ({"generated content"}, Rule.LANE_GENERATED),
    "diacritics": ({_ACCENTS, "a character or script that the setting engine does not shape"}, None),
    "floats": ({"a float"}, Rule.LANE_FLOAT),
    "foreign": (UNSETTABLE, None),
    "growing": ({"a box of its own within a line"}, Rule.LANE_DECORATION),
    "lists": ({"a list item"}, Rule.LANE_LIST),
    "mirrored": ({"right-to-left text"}, None),
    "nested": ({"a table whose columns follow its text"}, Rule.LANE_TABLE_PART),
    "pictures": ({"a float"}, Rule.LANE_FLOAT),
    "scripts": ({"PaintError while it was stamped"}, None),
}
"""Theme → why none of its letters is stamped today, and what lint says of its files as they are written."""


@pytest.fixture(scope="module", autouse=True)
def shelf(hard: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder in which nothing was learnt yet."""
    folder = empty_cache(tmp_path_factory.mktemp("shelf") / "cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREVPRESS_CACHE", str(folder))
        typefaces.load.cache_clear()
        yield
    typefaces.load.cache_clear()


def test_every_theme_has_its_place() -> None:
    assert sorted([*STAMPED, *RENDERED]) == sorted(THEMES)


@pytest.mark.parametrize("theme", STAMPED)
def test_stamped_letters_of_a_theme_are_what_weasyprint_gives(composer: Composer, theme: str) -> None:
    tally = held(letters(theme, EACH), composer)
    assert tally.wrong == []
    assert set(tally.refused) <= BY_DATA
    assert tally.stamped == EACH if STAMPED[theme] == 1 else tally.stamped >= EACH // 2


@pytest.mark.parametrize("theme", RENDERED)
def test_a_theme_that_is_not_followed_is_refused_with_a_reason(composer: Composer, theme: str) -> None:
    tally = held(letters(theme, EACH), composer)
    assert tally.wrong == []
    assert set(tally.refused) <= RENDERED[theme][0]


def test_a_name_that_the_fonts_cannot_set_is_never_stamped_however_well_its_layout_is_known(
    composer: Composer,
) -> None:
    strange = letters("foreign", 20)
    stamper = Stamper(composer)
    for letter in strange:
        usual = replace(letter, context={**letter.context, "foreign": "Zoë Ek"})
        assert isinstance(stamper.stamp(usual), Stamped)
    reasons = {stamper.stamp(letter) for letter in strange}
    assert reasons <= {Unstamped(reason) for reason in UNSETTABLE}
    assert len(reasons) > 1


@pytest.mark.parametrize("theme", STAMPED)
def test_lint_finds_nothing_that_forces_the_rendered_lane_where_letters_are_stamped(
    hard: Path, theme: str
) -> None:
    assert [str(one) for one in lint([f"se/{theme}"]).findings if one.rule.group == "lane"] == []


@pytest.mark.parametrize("theme", [theme for theme, (_, rule) in RENDERED.items() if rule])
def test_lint_names_beforehand_what_forces_the_rendered_lane(hard: Path, theme: str) -> None:
    found = [one for one in lint([f"se/{theme}"]).findings if one.rule == RENDERED[theme][1]]
    assert found
    assert all(one.path.startswith(f"layouts/se/{theme}/letter.") and one.line > 0 for one in found)


@pytest.mark.truth
@pytest.mark.parametrize("theme", THEMES)
def test_many_letters_of_a_theme_are_what_weasyprint_gives_or_refused_with_a_reason(
    composer: Composer, theme: str, pytestconfig: pytest.Config
) -> None:
    tally = held(letters(theme, EACH_IN_FULL, seed=2), composer)
    tell(pytestconfig, "hard layouts", theme, tally)
    assert tally.wrong == []
    assert set(tally.refused) <= (BY_DATA if theme in STAMPED else RENDERED[theme][0])
    assert tally.stamped >= STAMPED.get(theme, 0) * EACH_IN_FULL
