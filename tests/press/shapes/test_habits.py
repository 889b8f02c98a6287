"""What designers do in letters: each way with usual, empty, long and many data, held against WeasyPrint's own pages."""

# ruff: noqa: E501 — a table reads best a row a line

from typing import Any

import pytest

from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import INK, telling

TINT = "background: device-cmyk(.08 .02 .03 0)"
_LONG = "Betalningspåminnelseförvaltningsaktiebolagsstyrelsen"
_SENTENCE = "Räkningen gäller ett avtal från hösten som du tecknade med oss i Åmål. "
USUAL: dict[str, Any] = {"t": ["Åsa Öhman", "1 234,50", "Storgatan 1", _SENTENCE, "Hej", "AV To"], "rows": ["a", "b b", "c"], "f": [True, False, True, False]}  # fmt: skip
EMPTY: dict[str, Any] = {
    "t": ["", " ", "  ", "\u00a0", "", " a "],
    "rows": ["", " "],
    "f": [False, True, False, True],
}
LONG: dict[str, Any] = {"t": [_LONG * 2, "SE4550000000058398257466" * 2, "Anna\u00a0Lena af\u00a0Ugglas", _SENTENCE * 5, "x" * 120, "fi\u200dx ffi fl"], "rows": [_LONG], "f": [True] * 4}  # fmt: skip
MANY: dict[str, Any] = {"t": ["Bo Ek", "9,00", "Väg 2\nLgh 1001\n\n x ", _SENTENCE * 3, "-", "0123456789"], "rows": [_SENTENCE, "kort", _SENTENCE * 3, "", *"56789"], "f": [False] * 4}  # fmt: skip

ROW = "{% for r in rows %}<tr>CELLS</tr>{% endfor %}"


def _rows(cells: str) -> str:
    return f"<table>{ROW.replace('CELLS', cells)}</table>"


FOLLOWED = {
    "cells on the middle, bottom and first line": (
        4, _rows("<td class='m'>{{ r }}</td><td class='b'>{{ t[1] }}</td><td class='l'><b>{{ t[0] }}</b></td><td>{{ t[3] }}</td>"),
        ".m { vertical-align: middle } .b { vertical-align: bottom; font-size: 14pt } .l { vertical-align: baseline; padding: 1mm }", "40mm"),
    "blanks that are kept": (
        3, "<p style='white-space: nowrap'>{{ t[0] }} {{ t[2] }}</p><p style='white-space: pre'>{{ t[2] }}\n  {{ t[5] }}</p>"
        "<p style='white-space: pre-wrap'>{{ t[2] }}  {{ t[3] }}</p><p style='white-space: pre-line'>{{ t[2] }}  {{ t[3] }}</p>", "", "40mm"),
    "first lines pushed in and out": (
        3, "<p style='text-indent: 8mm'>{{ t[3] }}</p><p style='text-indent: -8mm; padding-left: 8mm'><b>{{ t[1] }}</b> {{ t[3] }}</p>"
        "<div style='text-indent: 5mm'><p>{{ t[0] }}</p>{{ t[4] }}</div><p style='text-indent: 6mm; text-align: right'>{{ t[3] }}</p>", "", "40mm"),
    "long words broken anywhere": (
        4, "<p style='overflow-wrap: anywhere; width: 30mm'>{{ t[1] }}</p><p style='overflow-wrap: break-word; width: 30mm'>{{ t[0] }} {{ t[1] }} {{ t[4] }}</p>"
        "<p style='overflow-wrap: anywhere; width: 30mm; text-align: right'>a <b>{{ t[4] }}</b></p>", "", "40mm"),
    "figures in columns": (
        3, _rows("<td>{{ r }}</td><td style='font-variant-numeric: tabular-nums; text-align: right'>{{ t[1] }}</td><td style='font-feature-settings: \"tnum\"'>{{ t[5] }}</td>"),
        "p { font-variant-numeric: oldstyle-nums slashed-zero }", "40mm"),
    "heights of lines": (
        3, "<p style='line-height: 180%'>{{ t[3] }} <b style='font-size: 16pt'>{{ t[0] }}</b></p><p style='line-height: normal'>{{ t[3] }}<span style='font-size: 6pt'>{{ t[1] }}</span></p>"
        "<div style='line-height: 1.2em; font-size: 14pt'><p style='font-size: 7pt'>{{ t[3] }}</p></div><p>{{ t[0] }} <span style='line-height: 30pt'>{{ t[1] }}</span></p>", "", "40mm"),
    "margins below nothing": (
        4, f"<p style='margin-bottom: -3mm'>{{{{ t[3] }}}}</p><p style='margin: 0 -5mm 0 -10mm; border: 1pt solid {INK}'>{{{{ t[3] }}}}</p>"
        "<div style='margin-top: -4mm; padding-top: 2mm'><p style='margin-top: -5mm'>{{ t[0] }}</p></div><p>{{ t[1] }}</p>", "", "40mm"),
    "boxes placed in cells": (
        4, _rows("<td style='position: relative'>{{ r }}<span style='position: absolute; right: 0; top: 0; width: 20mm'>{{ t[1] }}</span></td><td>{{ t[0] }}</td>"), "", "40mm"),
    "least heights over page ends": (
        4, f"<div style='min-height: 30mm; border: 1pt solid {INK}'><p>{{{{ t[3] }}}}</p></div><div style='min-height: 12mm; max-height: 14mm'>{{{{ t[3] }}}}</div><p>{{{{ t[0] }}}}</p>", "", "190mm"),
    "widths in percent": (
        4, f"<div style='width: 80%'><div style='width: 50%; padding: 0 5%'><p style='width: 75%; border-left: 2pt solid {INK}; margin-left: 10%'>{{{{ t[3] }}}}</p></div></div>"
        "<table style='width: 70%'><tr><td style='width: 33%; padding: 0 1%'>{{ t[0] }}</td><td>{{ t[3] }}</td></tr></table>", "", "40mm"),
    "rows by their number": (
        4, _rows("<td>{{ r }}</td><td>{{ t[1] }}</td>") + "{% for r in rows %}<p>{{ r }}</p>{% endfor %}",
        f"tr:first-child td {{ border-top: 2pt solid {INK} }} tr:last-child td {{ font-weight: 600 }} tr:nth-child(even) td {{ {TINT} }} td:last-child {{ text-align: right }} p:nth-of-type(3n+2) {{ margin-top: 3mm }} p:only-of-type {{ padding-left: 9mm }}", "150mm"),
    "another first page": (
        4, "<p>{{ t[3] }}</p>{% for r in rows %}<p>{{ r }} {{ t[3] }}</p>{% endfor %}",
        "@page :first { margin-top: 90mm; margin-bottom: 150mm; @bottom-center { content: none } } @page { @bottom-center { content: 's ' counter(page) ' av ' counter(pages) } }", "200mm"),
    "parts on pages of their own": (
        4, "<p>{{ t[3] }}</p>{% if f[0] %}<div style='page-break-before: always'><p>{{ t[0] }}</p></div>{% endif %}{% if f[1] %}<p style='break-before: page'>{{ t[1] }}</p>{% endif %}"
        "{% if f[2] %}<div style='page-break-after: always'>{{ t[0] }}</div>{% endif %}<p style='page-break-inside: avoid'>{{ t[3] }}</p>", "", "190mm"),
    "a frame over several pages": (
        4, f"<div style='border: 1pt solid {INK}; border-radius: 3mm; padding: 3mm; {TINT}'>{{% for r in rows %}}<p style='orphans: 3; widows: 3'>{{{{ r }}}} {{{{ t[3] }}}}</p>{{% endfor %}}</div>", "", "215mm"),
    "nothing to say": (
        3, f"<p>{{{{ t[0] }}}}</p><p> {{{{ t[2] }}}} {{{{ t[5] }}}} </p><p><b>{{{{ t[0] }}}}</b></p><p style='border-top: 1pt solid {INK}'>{{{{ t[4] }}}}</p><p style='margin: 4mm 0'>{{{{ t[0] }}}}</p>"
        "<table><tr><td>{{ t[0] }}</td><td>{{ t[4] }}</td></tr></table><p>x{{ t[0] }}<i> </i>{{ t[4] }}y</p><table>{% for r in rows if f[0] %}<tr><td>{{ r }}</td></tr>{% endfor %}</table>", "", "40mm"),
    "variables, sums and units": (
        4, "<div class='a'><p>{{ t[3] }}</p></div><div class='a b'><p>{{ t[0] }}</p></div><p style='font-size: 1.2em; margin: 1ex 0; padding-left: 2ch; text-indent: 2em; line-height: 1.5rem'>{{ t[3] }}</p>",
        f"html {{ --gap: 3mm }} .a {{ padding: var(--gap); border-left: var(--rule, 1pt) solid {INK} }} .b {{ --gap: 9mm }} div p {{ margin-left: calc(var(--gap) * 2 + 1mm); width: calc(100% - 30mm) }}", "40mm"),
    "kerning over the ends of elements": (
        3, "<p>A<b>V{{ t[0] }}</b>T<i>o{{ t[1] }}</i>{{ t[5] }}<span>{{ t[2] }}</span>.</p><p>({{ t[0] }})/{{ t[1] }}–{{ t[5] }}, fi{{ t[5] }}fl</p><p lang='fi' style='text-transform: uppercase'>ß {{ t[0] }}</p>", "", "40mm"),
}  # fmt: skip
"""How many of the four letters are stamped at least, the template's body, its style sheet and the page's lower margin."""
REFUSED = {
    "display: block flex": "<div style='display: flex'><div>{{ t[0] }}</div><div>{{ t[2] }}</div></div>",
    "small capitals": "<p style='font-variant-caps: small-caps'>{{ t[0] }}</p>",
    "a box of its own within a line": "<p>{{ t[1] }}<sup>50</sup></p>",
    "an absolute box between top and bottom": "<div style='position: relative; height: 30mm'><div style='position: absolute; inset: 2mm'>{{ t[0] }}</div></div>",
    "box-decoration-break": f"<div style='box-decoration-break: clone; border: 1pt solid {INK}'>{{{{ t[3] }}}}</div>",
    "a character or script that the setting engine does not shape": "<p style='hyphens: manual; width: 40mm'>Betalnings&shy;påminnelse {{ t[0] }}</p>",
}  # fmt: skip
"""Why such a thing is not stamped."""


@pytest.mark.parametrize("habit", FOLLOWED)
def test_a_habit_of_designers_is_followed_or_refused_and_never_another_thing(
    bench: Bench, habit: str
) -> None:
    least, body, sheet, bottom = FOLLOWED[habit]
    assert bench.check(telling(body, USUAL, EMPTY, LONG, MANY, sheet=sheet, bottom=bottom)) >= least


@pytest.mark.parametrize("reason", REFUSED)
def test_a_habit_that_is_not_followed_says_why(bench: Bench, reason: str) -> None:
    assert bench.refusal(telling(REFUSED[reason], USUAL)) == reason
