import dataclasses
import logging
import shutil
from pathlib import Path

import pytest

from pipelines.errors import AssetError
from pipelines.press.compose import Composed, Composer, Failed
from pipelines.press.painting import PaintError
from pipelines.reasons import Reason
from tests.press.scratch import letter

CYAN = "device-cmyk(1 0 0 0)"


def failure(composer: Composer, **changes: object) -> str:
    failed = composer.compose(letter(7, **changes))
    assert isinstance(failed, Failed)
    assert failed.reason is Reason.COMPOSITION_FAILED
    return failed.detail


def test_a_letter_is_its_own_pages_and_the_fixed_ones_behind(composer: Composer) -> None:
    composed = composer.compose(letter(1, more=2))
    assert isinstance(composed, Composed)
    assert composed.piece_id == "piece-0001"
    assert len(composed.pages) == 1 + 2 + 1


def test_the_fixed_page_is_set_once_for_all_letters(composer: Composer) -> None:
    first, second = (composer.compose(letter(number)) for number in (1, 2))
    assert isinstance(first, Composed)
    assert isinstance(second, Composed)
    assert first.pages[-1] is second.pages[-1]
    assert first.pages[0] != second.pages[0]


def test_another_sender_has_a_fixed_page_of_its_own(composer: Composer) -> None:
    own = composer.terms(letter(1))
    other = composer.terms(letter(1, sender={"name": "Norrsken"}))
    assert own[0].content != other[0].content


def test_a_letter_is_the_same_whatever_was_set_before_it(composer: Composer) -> None:
    for number in range(1, 6):
        composer.compose(letter(number, more=1))
    assert composer.compose(letter(6)) == Composer().compose(letter(6))


def test_a_text_that_the_template_lacks_fails_the_letter_without_quoting_it(composer: Composer) -> None:
    context = {key: value for key, value in letter(7).context.items() if key != "lines"}
    failed = composer.compose(dataclasses.replace(letter(7), context=context))
    assert isinstance(failed, Failed)
    assert failed.detail == "UndefinedError"


def test_a_character_that_the_fonts_lack_fails_the_letter_and_reaches_no_log(
    composer: Composer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert failure(composer, name="春子") == "a character that the fonts lack"
    assert "春" not in caplog.text


@pytest.mark.parametrize(
    ("extra", "detail"),
    [
        ('<p style="color: red">x</p>', "a colour that is not device-cmyk()"),
        ('<img src="file:///etc/hostname">', "a file that cannot be loaded"),
        ('<img src="http://127.0.0.1:9/x.png">', "a file that cannot be loaded"),
        ('<img src="missing.svg">', "a file that cannot be loaded"),
        ('<p style="colour: red">x</p>', "a style rule that is not understood"),
        (f'<p style="background: linear-gradient({CYAN}, {CYAN})">x</p>', "NotImplementedError"),
    ],
)  # fmt: skip
def test_what_the_press_cannot_print_fails_the_letter(composer: Composer, extra: str, detail: str) -> None:
    assert failure(composer, extra=extra) == detail


def test_other_letters_go_on_after_a_failed_one(composer: Composer) -> None:
    before = composer.compose(letter(3))
    failure(composer, name="春子")
    assert composer.compose(letter(3)) == before


def test_a_proof_tells_the_layout_engines_own_words(scratch: Path) -> None:
    with pytest.raises(PaintError, match="U\\+6625"):
        Composer(quoting=True).lay_out(letter(1, name="春子"))


def test_the_log_of_the_layout_engine_is_left_as_it_was(composer: Composer) -> None:
    logger = logging.getLogger("weasyprint")
    before = logger.handlers, logger.level, logger.propagate
    composer.compose(letter(1))
    assert (logger.handlers, logger.level, logger.propagate) == before


def test_an_unknown_layout_stops_the_run(composer: Composer) -> None:
    with pytest.raises(AssetError, match="se/nothing"):
        composer.compose(dataclasses.replace(letter(1), layout="se/nothing"))


def test_fixed_pages_of_another_number_than_the_layout_says_stop_the_run(scratch: Path) -> None:
    folder = scratch / "layouts" / "se" / "long"
    shutil.copytree(scratch / "layouts" / "se" / "demand", folder)
    plan = (folder / "layout.toml").read_text(encoding="utf-8")
    (folder / "layout.toml").write_text(plan.replace("terms_pages = 1", "terms_pages = 2"), encoding="utf-8")
    with pytest.raises(AssetError, match="1 pages, not 2"):
        Composer().compose(dataclasses.replace(letter(1), layout="se/long"))
