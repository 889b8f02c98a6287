from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reasons import Reason, Scope
from pipelines.sample import defects
from pipelines.sample.defects import DEFECTS, SHARES

EXPORTABLE = {r for r in Reason if r.scope is not Scope.PIECE}


def test_every_reason_that_an_export_can_contain_has_a_share_and_a_form():
    assert set(SHARES) == EXPORTABLE == {d.reason for d in DEFECTS}
    assert sum(SHARES.values()) == pytest.approx(0.04)
    assert {d.reason for d in DEFECTS if not d.in_text} == EXPORTABLE


@given(letters=st.integers(1, 5000), cuts=st.lists(st.integers(1, 4999), max_size=4), text=st.booleans())
def test_the_parts_of_a_sample_have_the_defects_of_the_whole(letters, cuts, text):
    bounds = [0, *sorted(c for c in cuts if c < letters), letters]
    parts = [
        d for start, stop in pairwise(bounds) for d in defects.portion(letters, start, stop, text).tolist()
    ]
    whole = defects.portion(letters, 0, letters, text).tolist()
    assert sorted(parts) == sorted(whole)


def test_small_samples_may_lack_reasons_and_bigger_ones_have_them_all():
    small = {DEFECTS[i].reason for i in defects.portion(20, 0, 20, text=False)}
    large = {DEFECTS[i].reason for i in defects.portion(300, 0, 300, text=False)}
    assert small < large == EXPORTABLE


def test_words_instead_of_numbers_are_for_csv_only():
    assert not any(DEFECTS[i].in_text for i in defects.portion(100_000, 0, 100_000, text=False))
    assert {i for i, d in enumerate(DEFECTS) if d.in_text} < set(
        defects.portion(100_000, 0, 100_000, text=True).tolist()
    )


def test_the_form_changes_the_column_that_it_names():
    row = {
        "country": "FI",
        "payment_reference": "12345672",
        "subject": "Kengät",
        "creditor_name": "Kiurula",
        "creditor_reference": None,
        "name": "Aino Öberg",
        "street": "Koivukuja 4",
        "interest": Decimal("0.00"),
        "due_date": date(2026, 6, 1),
    }
    for defect in DEFECTS:
        if defect.reason is not Reason.DUPLICATE_CLAIM:
            assert defect.field in defect.spoil(row, date(2026, 11, 1)), defect


def test_the_long_lines_have_about_ninety_characters():
    long = [d.spoil({}, date(2026, 11, 1))[d.field] for d in DEFECTS if d.reason is Reason.ADDRESS_TOO_LONG]
    assert [len(line) for line in long] == pytest.approx([90, 90], abs=3)
