"""How much of a paragraph of plain words each line takes, told by the sums of their advances.

Usual texts only: where a line fits by a hair, or depends on more than its words, `Unusual` is raised.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from pipelines.press.setting.opportunities import HYPHEN, plain
from pipelines.press.setting.phrases import LETTER, SHORT, Phrases, phrases
from pipelines.press.setting.spelling import Spelling, Spelt, Stretch, hyphens, parted, several, spread
from pipelines.press.setting.style import TextStyle
from pipelines.press.setting.words import Words, split


class Unusual(Exception):
    """The block must be set the other way."""


@dataclass(slots=True, eq=False)
class Face:
    """A text style, as its lines need it."""

    style: TextStyle
    letters: Words
    figures: Words
    """For texts without letters, which are of no script."""
    wraps: bool
    collapses: bool
    phrases: Phrases = field(init=False)
    """Texts of it that have been set alone, or beside others."""

    def __post_init__(self) -> None:
        self.phrases = phrases(self.letters, self.figures)


Part = tuple[str, str, int]
"""A text that stands on one line, its operators, its width in Pango units."""


def words_of(face: Face, text: str) -> Words:
    """The words of the text's script."""
    return face.letters if LETTER.search(text) else face.figures


def measured(face: Face, text: str) -> int:
    """The width of a text set alone, in Pango units."""
    if len(text) < SHORT:
        return face.phrases[text][1]
    return sum(map(words_of(face, text).advances.__getitem__, split(text)))


def cuts_of(
    face: Face,
    text: str,
    first: int,
    limit: int,
    spelling: Spelling | None = None,
    values: tuple[str, ...] = (),
) -> list[Part]:
    """The lines of a paragraph: the first line takes `first` Pango units, the others `limit`.

    None at all when nothing of it fits on the first line. A part that is not broken anywhere may
    be wider than its line; a first part is empty when the line takes but the blank at the text's
    begin. `spelling` with `values` spells the text, if it is known how.
    """
    if len(text) < SHORT:
        shown, units = face.phrases[text]
        if units <= first or not face.wraps:
            return [(text, shown, units)]
    spelt = spelling(values) if spelling is not None else None
    words = words_of(face, text) if spelt is None else face.letters
    if spelt is None:
        texts = split(text)
        ends = list(accumulate(map(words.advances.__getitem__, texts), initial=0))
        if ends[-1] <= first or not face.wraps:
            return [(text, "".join(map(words.shown.__getitem__, texts)), ends[-1])]
        if not face.collapses or not plain(texts):
            raise Unusual
        if not texts[-1]:
            texts.pop()
            ends.pop()
        spelt = _spelt(words, text, texts, ends)
    elif spelt.ends[-1] <= first:
        return [(text, "".join(spelt.shown), spelt.ends[-1])]
    return _filled(face, words, spelt, first, limit)


def _spelt(words: Words, text: str, texts: list[str], ends: list[int]) -> Spelt:
    if "-" not in text or not HYPHEN.search(text):
        shown = list(map(words.shown.__getitem__, texts))
        return Spelt(texts, shown, ends, ends, [None] * len(texts))
    keys, texts = parted(texts)
    ends = list(accumulate(map(words.advances.__getitem__, keys), initial=0))
    shown = list(map(words.shown.__getitem__, keys))
    return Spelt(texts, shown, ends, spread(ends, hyphens(keys), words.blank), [None] * len(texts))


def _opened(words: Words, spelt: Spelt, at: int) -> Spelt:
    """The same with the part of number `at` divided wherever a line may end in it."""
    texts, shown, ends, bare, within = spelt
    said = split(texts[at])
    if not said[-1]:
        said.pop()
    keys, parts = parted(said)
    inside = list(accumulate(map(words.advances.__getitem__, keys), initial=ends[at]))
    return Spelt(
        texts[:at] + parts + texts[at + 1 :],
        shown[:at] + [words.shown[key] for key in keys] + shown[at + 1 :],
        ends[:at] + inside[:-1] + ends[at + 1 :],
        bare[: at + 1] + spread(inside, hyphens(keys), words.blank)[1:-1] + bare[at + 1 :],
        within[:at] + [None] * len(keys) + within[at + 1 :],
    )


def _filled(face: Face, words: Words, spelt: Spelt, first: int, limit: int) -> list[Part]:
    """Lines of words, each filled as far as it goes."""
    texts, shown, ends, bare, within = spelt
    advances, blank = words.advances, words.blank
    cuts: list[Part] = []
    at, room, width = 0, first, ends[-1]
    tail = texts[-1][-1] == " "
    while width - (base := ends[at]) > room:
        reach = room + base + blank
        # The first part that does not fit as a whole, and the first word in it that does not.
        to = bisect_right(bare, reach, at + 1, len(texts)) - 1
        word, begin, stretch = 0, ends[to], within[to]
        if stretch is not None:
            its, one, end = stretch
            word = bisect_right(its.bare, reach - begin + its.ends[one], one + 1, end) - 1
            begin += its.ends[word] - its.ends[one]
            following, alone = its.word(word), its.last[word][1]
            end_of_text = word + 1 == end and to + 1 == len(texts)
        elif several(texts[to]):
            texts, shown, ends, bare, within = _opened(words, Spelt(texts, shown, ends, bare, within), to)
            continue
        else:
            following = texts[to]
            alone = advances[following.rstrip(" ")]
            end_of_text = to + 1 == len(texts)
        if tail and width - blank - base <= room:
            # All but the blank at the end, of which WeasyPrint sets the first word alone.
            raise Unusual
        # A pair across the break may be kerned: the line must fit, and must be full, either way.
        if (tail or not end_of_text) and begin - base + alone <= room:
            raise Unusual
        if stretch is not None and word > one:
            last, done = its.closing(one, word), to
        elif to > at:
            last, done = _closing(words, texts[to - 1], within[to - 1]), to - 1
        elif cuts:
            raise Unusual
        else:
            return []
        said, here = "".join(texts[at:done]) + last[0], "".join(shown[at:done]) + last[1]
        taken = ends[done] - base + last[2]
        if LETTER.search(said) or not (said or cuts):
            pass
        elif said and LETTER.search(following):
            # WeasyPrint lays each line out by itself, and a line without letters is of no script.
            here, taken = face.figures.whole(said)
        else:
            raise Unusual
        if taken > room:
            raise Unusual
        cuts.append((said, here, taken))
        if done == to and stretch is not None:
            texts[to], shown[to] = its.part(word, end)
            ends[to], within[to] = begin, (its, word, end)
        at, room = to, limit
    said = "".join(texts[at:])
    if LETTER.search(said):
        cuts.append((said, "".join(shown[at:]), width - base))
        return cuts
    here, taken = face.figures.whole(said)
    if taken > room:
        raise Unusual
    cuts.append((said, here, taken))
    return cuts


def _closing(words: Words, text: str, stretch: tuple[Stretch, int, int] | None) -> Part:
    """A part as the last one of a line."""
    if stretch is not None:
        its, one, end = stretch
        return its.closing(one, end)
    text = text.rstrip(" ")
    return text, words.shown[text], words.advances[text]
