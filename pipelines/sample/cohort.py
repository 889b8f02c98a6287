"""Who owes how many claims, and in which order the claims stand in the export.

A sample is made cohort by cohort so that memory stays flat. The claims of one recipient are
scattered over the rows of all files of its cohort, as real exports scatter them.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.sample import dice
from pipelines.sample.defects import DEFECTS
from pipelines.sample.dice import Bools, Ints

MOST_CLAIMS = 45
CLAIMS_MU, CLAIMS_SIGMA = 1.205, 0.9
"""Log-normal number of claims a recipient: mean near 5, half of them up to 3."""

INVOICE_SHARE = 0.14
MIXED_SHARE = 0.05
"""Of the recipients with more than one claim: those with a demand and an invoice."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Recipients (`debtors` of them) and their claims (`rows` of them), as columns of numbers."""

    country: str
    number: int
    first_debtor: int
    claims: Ints
    """By recipient: how many."""
    invoice: Bools
    """By recipient: whether the main kind is `invoice`."""
    mixed: Bools
    """By recipient: whether the first claim is of the other kind."""
    defect: Ints
    """By recipient: index into DEFECTS, -1 for none."""
    owner: Ints
    """By row: the recipient, 0-based in the cohort."""
    ordinal: Ints
    """By row: which of the recipient's claims."""
    claim_number: Ints
    """By row: the number behind its claim_id; two rows share one where the defect says so."""

    @property
    def debtors(self) -> int:
        """How many recipients."""
        return len(self.claims)

    @property
    def rows(self) -> int:
        """How many claims."""
        return len(self.owner)

    def defect_of_rows(self) -> Ints:
        """By row: index into DEFECTS of the reason that takes the row out, -1 for good rows."""
        lost = np.array([d.claims_lost or MOST_CLAIMS for d in DEFECTS], dtype=np.int64)
        index = self.defect[self.owner]
        return np.where((index >= 0) & (self.ordinal < lost[index]), index, -1)

    def spoiled_rows(self) -> Ints:
        """By row: index into DEFECTS of the defect that stands in this very row, -1 for none."""
        everywhere = np.array([d.all_rows for d in DEFECTS])
        index = self.defect[self.owner]
        return np.where((index >= 0) & (everywhere[index] | (self.ordinal == 0)), index, -1)

    def pieces(self) -> int:
        """How many mail pieces the good rows make: recipient × kind."""
        good = self.defect_of_rows() < 0
        other_kind = self.mixed[self.owner] & (self.ordinal == 0)
        return len(np.unique(self.owner[good] * 2 + other_kind[good]))


def gather(
    seed: int, country: str, number: int, letters: int, hits: Ints, first_debtor: int, first_row: int
) -> Cohort:
    """A cohort whose good rows make `letters` mail pieces, with the defects `hits` in it.

    Only when the recipients with a defect alone make more pieces are there more.
    """
    rng = dice.stream(seed, dice.word("cohort"), dice.word(country), number)
    spoiled = _claim_counts(rng, len(hits))
    spoiled = np.maximum(spoiled, [DEFECTS[h].claims_needed for h in hits] if len(hits) else 1)
    lost = np.array([DEFECTS[h].claims_lost or MOST_CLAIMS for h in hits], dtype=np.int64)
    wanted = letters - int(np.count_nonzero(spoiled > lost))

    clean = _claim_counts(rng, max(wanted, 0))
    mixed = (clean > 1) & dice.happens(rng, MIXED_SHARE, len(clean))
    pieces = np.cumsum(1 + mixed)
    enough = int(np.searchsorted(pieces, wanted)) + 1 if wanted > 0 else 0
    clean, mixed = clean[:enough], mixed[:enough]
    if enough and pieces[enough - 1] > wanted:
        mixed[-1] = False

    claims = np.concatenate([spoiled, clean])
    defect = np.concatenate([hits, np.full(len(clean), -1)])
    invoice = dice.happens(rng, INVOICE_SHARE, len(claims))
    invoice[: len(hits)] &= np.array([not DEFECTS[h].of_demand for h in hits], dtype=bool)

    owner = np.repeat(np.arange(len(claims)), claims)
    ordinal = np.arange(len(owner)) - (np.cumsum(claims) - claims)[owner]
    order = rng.permutation(len(owner))
    owner, ordinal = owner[order], ordinal[order]
    return Cohort(
        country=country,
        number=number,
        first_debtor=first_debtor,
        claims=claims,
        invoice=invoice,
        mixed=np.concatenate([np.zeros(len(hits), dtype=bool), mixed]),
        defect=defect,
        owner=owner,
        ordinal=ordinal,
        claim_number=_claim_numbers(owner, ordinal, defect, first_row),
    )


def _claim_counts(rng: np.random.Generator, count: int) -> Ints:
    drawn = np.rint(rng.lognormal(CLAIMS_MU, CLAIMS_SIGMA, count))
    return np.clip(drawn, 1, MOST_CLAIMS).astype(np.int64)


def _claim_numbers(owner: Ints, ordinal: Ints, defect: Ints, first_row: int) -> Ints:
    numbers = first_row + np.arange(len(owner))
    twice = np.array([d.claims_lost == 2 for d in DEFECTS])
    doubled = (defect[owner] >= 0) & twice[defect[owner]]
    first, second = (np.flatnonzero(doubled & (ordinal == place)) for place in (0, 1))
    numbers[second[np.argsort(owner[second])]] = numbers[first[np.argsort(owner[first])]]
    return numbers
