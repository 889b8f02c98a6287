"""Inks, lines, sizes, pictures and fonts that a style sheet declares."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipelines.lint.pictures import is_raster

Judge = Callable[[str], list[tuple[int, str]]]

BAD = [
    ("colour-rgb", "p { color: #333 }"),
    ("colour-rgb", "p { color: rgb(0 0 0) }"),
    ("colour-rgb", "p { border-top: 1pt solid rgba(0, 0, 0, 1) }"),
    ("colour-rgb", "p { background: hsl(120 50% 50%) }"),
    ("colour-rgb", "p { --accent: #0af }"),
    ("colour-rgb", "@page { @top-left { color: #000 } }"),
    ("colour-rgb", "@media print { p { color: oklch(.5 .1 20) } }"),
    ("colour-rgb", "div { p { color: #123456 } }"),
    ("colour-named", "p { color: black }"),
    ("colour-named", "p { background: White }"),
    ("colour-named", "p { border: 1pt solid teal }"),
    ("gradient", "p { background: linear-gradient(device-cmyk(0 0 0 1), device-cmyk(0 0 0 0)) }"),
    ("gradient", "p { background-image: repeating-radial-gradient(device-cmyk(0 0 0 1), transparent) }"),
    ("opacity", "p { opacity: .5 }"),
    ("opacity", "p { opacity: 50% }"),
    ("opacity", "p { color: device-cmyk(0 0 0 1 / .5) }"),
    ("opacity", "p { mix-blend-mode: multiply }"),
    ("ink-total", "p { background: device-cmyk(.8 .8 .8 .5) }"),
    ("ink-total", "p { background: device-cmyk(80% 80% 80% 50%) }"),
    ("text-small", "p { font-size: 5pt }"),
    ("text-small", "p { font: 600 2mm/3mm Letter }"),
    ("text-small-inks", "p { font-size: 5.9pt; color: device-cmyk(1 .4 0 0) }"),
    ("hairline", "p { border-bottom: .2pt solid device-cmyk(0 0 0 1) }"),
    ("hairline", "p { border-width: 1pt .05mm }"),
    ("hairline", "p { column-rule-width: .1pt }"),
    ("picture", "p { list-style-image: url(logo.png) }"),
    ("picture", "p { content: url('data:image/png;base64,AAAA') }"),
    ("link", "p { link: attr(href) }"),
    ("font-unknown", "p { font-family: Arial, Letter }"),
    ("font-unknown", "p { font: 10pt/12pt 'Times New Roman' }"),
    ("font-unknown", "p { font-family: sans-serif }"),
]
GOOD = [
    "p { color: device-cmyk(0 0 0 1); background: transparent; border-color: currentcolor }",
    "p { background: device-cmyk(.7 .7 .7 .7) }",
    "p { border: 0; border-top: .25pt solid device-cmyk(0 0 0 1); border-radius: .1pt }",
    "p { border-spacing: .1pt; outline-offset: .1pt; padding: .05mm }",
    "p { opacity: 1; font-size: 6pt; color: inherit }",
    "p { font-size: .8em }",
    "p { font: 10pt/14pt Letter; font-family: 'Letter Code', inherit }",
    "#red .black { animation-name: red; string-set: white attr(x) }",
    "@media screen { p { color: red } }",
    "@counter-style red { symbols: '1' } p { background: url(logo.svg) }",
    "@color-profile device-cmyk { src: url(profile.icc) }",
]  # fmt: skip


@pytest.mark.parametrize(("code", "rule"), BAD)
def test_what_does_not_print_well_is_named_with_its_line(code: str, rule: str, judged: Judge) -> None:
    found = [
        (line, name) for line, name in judged(f"/* a\n comment */\n\n{rule}") if not name.startswith("lane-")
    ]
    assert set(found) == {(4, code)}


@pytest.mark.parametrize("rule", GOOD)
def test_what_prints_well_is_not(rule: str, judged: Judge) -> None:
    assert [f for f in judged(rule) if not f[1].startswith("lane-")] == []


def test_a_photograph_is_printable_in_cmyk_or_grey_only(tmp_path: Path) -> None:
    for mode in ("RGB", "CMYK", "L"):
        Image.new(mode, (2, 2)).save(tmp_path / f"{mode}.jpg")
    assert is_raster("RGB.jpg", tmp_path)
    assert is_raster("missing.jpg", tmp_path)
    assert not is_raster("CMYK.jpg", tmp_path)
    assert not is_raster("L.jpg", tmp_path)
    assert not is_raster("drawing.svg", tmp_path)
    assert not is_raster("data:image/svg+xml,<svg/>", tmp_path)
