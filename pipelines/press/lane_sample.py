"""Which letters of a run are made in both lanes and compared: the same ones however the run is cut.

Of each layout and language those whose ids have the least digests are taken. So any part of the run
can name its own, and of many parts' the least of all are taken again.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

Sample = Mapping[tuple[str, str], tuple[tuple[bytes, str], ...]]
"""Digest and id of the pieces taken, in order, by layout and language."""

_SPARE = 10
"""One more is taken of so many, since a letter may be refused, or not be stamped."""


def drawn(pieces: Iterable[tuple[str, str, str]], wanted: int) -> Sample:
    """The sample of pieces: layout, language and id of each."""
    return together(
        (
            {(layout, language): ((hashlib.sha256(piece_id.encode()).digest(), piece_id),)}
            for layout, language, piece_id in pieces
        ),
        wanted,
    )


def together(samples: Iterable[Sample], wanted: int) -> Sample:
    """The sample of all the pieces that these are samples of."""
    by_layout: defaultdict[tuple[str, str], list[tuple[bytes, str]]] = defaultdict(list)
    for sample in samples:
        for layout, pieces in sample.items():
            by_layout[layout] += pieces
    taken = wanted + wanted // _SPARE
    return {layout: tuple(sorted(pieces)[:taken]) for layout, pieces in by_layout.items()}


def ids(sample: Sample) -> frozenset[str]:
    """The pieces of a sample."""
    return frozenset(piece_id for pieces in sample.values() for _, piece_id in pieces)
