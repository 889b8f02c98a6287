"""Pages are laid out once for all letters of the same form and heights, and yet are each letter's own."""

import pytest

from pipelines.press.shapes.flow import Flow
from pipelines.press.stamper import Stamped
from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import telling

LONG = "Ett namn som tar två rader i sin cell och inte en enda rad mindre än så"
ROWS = (
    '<p style="string-set: who attr(data-who)" data-who="{{ name }}">{{ name }}</p><table>'
    '{% for a, b in rows %}<tr data-sum="{{ loop.index * 7 }}{{ a | length }}">'
    '<td>{{ a }}<div class="k">{{ b }}</div></td><td>{{ b }}</td><td>x</td></tr>{% endfor %}</table>'
    '<p style="position: relative">{{ name }}</p><p>{{ qr("X" ~ name, 20) }}</p>'
)
PLAIN = ROWS.replace('<div class="k">{{ b }}</div>', "")
PAGES = '@page { @bottom-left { width: 60mm; content: string(sum) " " string(who) } }'
BOTTOM = "215mm"
"""Leaves room for some twelve lines."""
SHEET = PAGES + "tr { string-set: sum attr(data-sum) } td { border-bottom: .5pt solid device-cmyk(0 0 0 1) }"
KEPT = " tr { break-inside: avoid }"


def letters_of(count: int) -> list[dict[str, object]]:
    """Letters of so many rows, of which another one is high in each, by the one or the other cell."""
    rows = [("a", "b")] * count
    made: list[dict[str, object]] = [{"name": "Bo", "rows": rows}]
    for at in range(count):
        for high in ((LONG, "b"), ("a", LONG)):
            made.append({"name": f"Bo {at}", "rows": [*rows[:at], high, *rows[at + 1 :]]})
    return made


@pytest.mark.parametrize("block", [PLAIN, ROWS], ids=["lines", "blocks"])
@pytest.mark.parametrize("sheet", [SHEET, SHEET + KEPT], ids=["divided", "kept"])
@pytest.mark.parametrize("count", [2, 9])
def test_each_letter_is_what_the_layout_engine_gives(
    bench: Bench, block: str, sheet: str, count: int
) -> None:
    contexts = letters_of(count)
    assert bench.check(telling(block, *contexts, sheet=sheet, bottom=BOTTOM)) == len(contexts)


def laid_out(bench: Bench, monkeypatch: pytest.MonkeyPatch, block: str, *contexts: dict[str, object]) -> int:
    """How many of the letters' pages were laid out from their heights."""
    letters = bench.put(telling(block, *contexts, sheet=SHEET + KEPT, bottom=BOTTOM))
    for letter in letters:
        bench.stamper().stamp(letter)
    count = 0
    pages = Flow.pages

    def counted(*given: object) -> object:
        nonlocal count
        count += 1
        return pages(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Flow, "pages", counted)
    stamper = bench.stamper()
    assert all(isinstance(stamper.stamp(letter), Stamped) for letter in letters)
    return count


def test_rows_of_the_same_height_are_laid_out_once_whichever_cell_is_high(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = [(LONG, "b"), ("a", "b")], [("a", LONG), ("a", "b")]
    contexts = [{"name": name, "rows": rows} for name in ("Bo", "Li") for rows in (one, two)]
    assert laid_out(bench, monkeypatch, PLAIN, *contexts) == 1


def test_other_heights_other_rows_and_other_parts_are_laid_out_anew(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    low, high = ("a", "b"), (LONG, "b")
    contexts = [{"name": "Bo", "rows": rows} for rows in ([low, low], [high, low], [low, high], [low] * 3)]
    assert laid_out(bench, monkeypatch, PLAIN, *contexts) == len(contexts)
