"""Where lines that are too long are broken, for many of them at once.

Advances add up over all texts of a batch. So the last blank that a line may end at is found by
one search for all lines, and so on with what is left of them. Wherever `filling` would give up,
because a line fits by a hair or more than two plain words decides, a line is given up here too;
and so are lines that end after a hyphen, or of whose texts a part has no letters.
"""

from typing import NamedTuple

import numpy as np

from pipelines.press.setting.cases import BETWEEN, NEVER, NOTHING, Cases, Composed, Flags, Numbers
from pipelines.press.setting.opportunities import between


class Lines(NamedTuple):
    """Lines that are too long."""

    first: Numbers
    """The first character of each."""
    end: Numbers
    """The newline behind its last text."""
    limit: Numbers
    """How wide each may be, in Pango units."""
    leaves: Flags
    """Of each text of the batch, whether it may go to the next line as a whole."""
    bare: Flags
    """Of each text of the batch, whether its first blank may be where a line ends."""


class Parts(NamedTuple):
    """Texts, or what stands of them on a line, in the order of the batch."""

    plans: Numbers
    """Which plan each is of."""
    spots: Numbers
    """Which text of all plans each is of."""
    blocks: Numbers
    downs: Numbers
    """How many lines each is below the one before."""
    soft: Flags
    """Whether it begins a line only because the one before was too long."""
    cut: Flags
    """Whether it is not the whole of its text."""
    starts: Numbers
    """The first of its characters, blanks that are left out among them."""
    begins: Numbers
    """The first one that is left, and the end of those."""
    ends: Numbers
    lost: Numbers
    """How much narrower each is than its pairs, in Pango units."""


class Broken(NamedTuple):
    """Blanks at which lines end."""

    sound: Flags
    """For each line whether it is known where it is broken."""
    inside: Numbers
    """Blanks inside of texts."""
    behind: Numbers
    """Blanks that texts end in. They are drawn all the same."""
    lost: Numbers
    """How much narrower each of these texts is for it, in Pango units."""
    before: Numbers
    """Blanks that texts begin with."""


def broken(cases: Cases, texts: Composed, lines: Lines) -> Broken:
    """Breaks the lines, and takes blanks that end them out of the pairs of the texts and their advances."""
    at, found, sound = _found(cases, texts, lines)
    at = at[sound[found]]
    text = np.searchsorted(texts.ends, at)
    behind, before = at + 1 == texts.ends[text], at == texts.starts[text]
    inside = ~(behind | before)
    closing = cases.closing(texts, at - 1, text)
    lost = texts.advances[at] + texts.advances[at - 1] - cases.advances(closing)
    texts.pairs[at[before]], texts.pairs[at[inside]] = NOTHING, BETWEEN
    texts.pairs[at[inside] - 1] = closing[inside]
    texts.advances[at[~behind]] = 0
    texts.advances[at[inside] - 1] = cases.advances(closing[inside])
    return Broken(sound, at[inside], at[behind], lost[behind], at[before])


def divided(parts: Parts, texts: Composed, found: Broken) -> Parts:
    """The texts, each on its own so far, divided at the ends of lines."""
    starts = np.sort(np.concatenate([texts.starts, found.inside + 1]))
    owners = np.searchsorted(texts.ends, starts)
    inside, behind, before = (
        np.searchsorted(texts.ends, at) for at in (found.inside, found.behind, found.before)
    )
    downs, soft = parts.downs.copy(), parts.soft.copy()
    downs[behind + 1] = downs[before] = 1
    soft[behind + 1] = soft[before] = True
    whole = np.ones(len(soft), np.bool_)
    whole[inside] = whole[before] = False
    begins, ends = texts.starts.copy(), texts.ends.copy()
    begins[before] += 1
    ends[behind] -= 1
    lost = parts.lost.copy()
    lost[behind] = found.lost
    new = starts != texts.starts[owners]
    following = np.append(starts[1:], 0)
    cut = np.append(new[1:], False)
    return Parts(
        parts.plans[owners],
        parts.spots[owners],
        parts.blocks[owners],
        np.where(new, 1, downs[owners]),
        new | soft[owners],
        ~whole[owners],
        starts,
        np.where(new, starts, begins[owners]),
        np.where(cut, following - 1, ends[owners]),
        np.where(cut, 0, lost[owners]),
    )


def _found(cases: Cases, texts: Composed, lines: Lines) -> tuple[Numbers, Numbers, Flags]:
    """Blanks that lines end at, the line of each, and for each line whether they are all sure."""
    starts, ends, blanks = texts.starts, texts.ends, texts.blanks
    sums: Numbers = np.concatenate([[0], np.cumsum(texts.advances, dtype=np.int64)])
    # How far a line reaches that ends at a blank, as it stands in its text.
    reach = sums[blanks]
    last, most = len(blanks) - 1, len(texts.pairs) - 1

    def alone(end: Numbers, owner: Numbers) -> tuple[Numbers, Flags]:
        """How far a line reaches that ends before a character; and whether that is known."""
        closing = cases.closing(texts, end - 1, owner)
        reached: Numbers = sums[end - 1] + cases.advances(closing)
        return reached, closing != NEVER

    live, at = np.arange(len(lines.first)), lines.first
    sound = np.ones(len(live), np.bool_)
    if not len(blanks):
        return blanks, blanks, ~sound
    chosen: list[Numbers] = []
    found: list[Numbers] = []
    while len(live):
        room = sums[at] + lines.limit[live]
        place = np.searchsorted(reach, room, "right") - 1
        blank = blanks[place]
        text = np.searchsorted(ends, blank)
        behind, before = blank + 1 == ends[text], blank == starts[text]
        go_on = np.minimum(blank + 1 + behind, most)
        text_on = np.minimum(text + behind, len(ends) - 1)
        coming = np.minimum(place + 1, last)
        inside = (blanks[coming] > go_on) & (blanks[coming] < ends[text_on])
        word_end = np.where(inside, blanks[coming], ends[text_on])
        taken, closes = alone(blank, text)
        good = (place >= 0) & (blank > at) & (blank < lines.end[live]) & closes & (taken <= room)
        whole = (sums[blank + 1] <= room) & lines.leaves[text_on] & (texts.letters[go_on] > 0)
        good &= ~behind | whole
        good &= ~before | lines.bare[text]
        sure = np.flatnonzero(good)
        words = zip(
            _words_begin(blanks, place[sure], np.maximum(at, starts[text])[sure]),
            blank[sure].tolist(),
            go_on[sure].tolist(),
            word_end[sure].tolist(),
            strict=True,
        )
        said = texts.said
        sizes = [between[said[a : b + 1] + said[c:d]] for a, b, c, d in words]
        part_end = go_on[sure] + np.array(sizes, np.int64)
        follows, known = alone(part_end, text_on[sure])
        # A pair across the break may be kerned: the line must fit, and must be full, either way.
        full = known & (follows > room[sure]) & (sums[part_end] > room[sure])
        good[sure] = (part_end > go_on[sure]) & full
        sound[live[~good]] = False
        chosen.append(blank)
        found.append(live)
        more = good & (sums[lines.end[live]] - sums[go_on] > lines.limit[live])
        live, at = live[more], go_on[more]
    return np.concatenate(chosen), np.concatenate(found), sound


def _words_begin(blanks: Numbers, places: Numbers, begins: Numbers) -> list[int]:
    """Where the words begin that end at these blanks, in texts or what is left of them."""
    before = np.where(places > 0, blanks[places - 1] + 1, 0)
    found: list[int] = np.maximum(before, begins).tolist()
    return found
