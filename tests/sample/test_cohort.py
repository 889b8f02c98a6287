import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.reasons import Reason
from pipelines.sample.cohort import MOST_CLAIMS, Cohort, gather
from pipelines.sample.defects import DEFECTS, portion


def cohort(letters: int, hits: list[int] | None = None, seed: int = 1) -> Cohort:
    return gather(seed, "SE", 0, letters, np.array(hits or [], dtype=np.int64), 0, 0)


@settings(deadline=None)
@given(
    seed=st.integers(0, 10**6),
    hits=st.lists(st.integers(0, len(DEFECTS) - 1), max_size=25),
    more=st.integers(0, 60),
)
def test_the_good_rows_make_the_letters_asked_for_whatever_the_defects(seed, hits, more):
    letters = len(hits) + more
    made = cohort(letters, hits, seed)
    assert made.pieces() == letters
    assert np.array_equal(np.bincount(made.owner, minlength=made.debtors), made.claims)
    order = np.lexsort((made.ordinal, made.owner))
    assert made.ordinal[order].tolist() == [n for count in made.claims for n in range(count)]


def test_claims_a_recipient_are_1_to_45_with_a_mean_near_5_and_a_lower_median():
    claims = cohort(30_000).claims
    assert (claims.min(), claims.max()) == (1, MOST_CLAIMS)
    assert claims.mean() == pytest.approx(5, abs=0.15)
    assert np.median(claims) == 3


def test_a_recipients_defect_takes_all_its_rows_and_a_claims_defect_one():
    protected = next(i for i, d in enumerate(DEFECTS) if d.reason is Reason.PROTECTED and not d.all_rows)
    paid = next(i for i, d in enumerate(DEFECTS) if d.reason is Reason.PAID)
    made = cohort(200, [protected, paid])
    lost, spoiled = made.defect_of_rows(), made.spoiled_rows()
    assert np.count_nonzero(lost == protected) == made.claims[0]
    assert np.count_nonzero(spoiled == protected) == 1
    assert np.count_nonzero(lost == paid) == np.count_nonzero(spoiled == paid) == 1


def test_doubles_share_the_number_of_one_claim_and_all_other_numbers_differ():
    double = next(i for i, d in enumerate(DEFECTS) if d.reason is Reason.DUPLICATE_CLAIM)
    made = cohort(300, [double] * 20)
    numbers, counts = np.unique(made.claim_number, return_counts=True)
    assert (counts == 2).sum() == 20
    assert counts.max() == 2
    for number in numbers[counts == 2]:
        rows = np.flatnonzero(made.claim_number == number)
        assert len(set(made.owner[rows])) == 1
        assert (made.defect_of_rows()[rows] == double).all()


def test_claims_of_a_recipient_do_not_stand_together():
    made = cohort(2000)
    neighbours = np.count_nonzero(made.owner[1:] == made.owner[:-1])
    assert neighbours < made.rows * 0.02


def test_a_few_recipients_get_a_demand_and_an_invoice():
    made = cohort(5000)
    assert made.debtors < made.pieces() < made.debtors * 1.1


def test_a_whole_portion_of_defects_fits_in():
    hits = portion(300, 0, 300, text=True)
    assert cohort(300, hits.tolist()).pieces() == 300
