"""What the tests of lint share.

- `room`: a small layouts folder that lint finds nothing wrong with, to spoil and to lint
- `judged`: what is wrong with a style sheet, as line and code, by its declarations alone
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines import assets
from pipelines.lint import lanes, stylesheet
from pipelines.lint.check import Report, lint
from pipelines.lint.markup_rules import of_declaration
from pipelines.lint.sources import Source
from pipelines.press import environment, geometry

FAMILIES = frozenset(("letter", "letter code"))

LAYOUT = """\
name = "se/demand"
country = "SE"
kind = "demand"
languages = ["sv", "en"]
geometry = "SE"
styles = ["shared/base.css", "se/demand/letter.css"]
terms_pages = 0
"""
BASE = """\
@page { size: 210mm 297mm; margin: 0 }
html { font: 10pt/14pt Letter; color: device-cmyk(0 0 0 1) }
body, p, table { margin: 0 }
td { padding: 0 }
.address { position: absolute; width: 85mm; white-space: pre }
.body { position: absolute; left: 20mm; top: 110mm; width: 150mm }
table { table-layout: fixed; border-spacing: 0; width: 100mm }
"""
CSS = """\
.sum { font-size: 12pt }
.note { font-size: 8pt }
"""
HTML = """\
<!DOCTYPE html>
<html lang="{{ language }}"><head><meta charset="utf-8"><title>{{ say('title') }}</title></head>
<body>
<div class="address" style="left:{{ geometry.window.text_x }}mm;top:{{ geometry.window.text_y }}mm">
{{- recipient.address_lines | join('\\n') }}</div>
<div class="body">
<p>{{ say('pay', day=due_date) }}</p>
<table>
{% for c in claims %}
<tr class="{{ 'last' if loop.last else 'row' }}"><td>{{ c.subject }}</td>
<td class="sum">{{ c.amount | money(currency) }}</td></tr>
{% endfor %}
</table>
</div>
</body></html>
"""
PAY = {"sv": 'pay = "Betala {{ amount_due | money(currency) }} senast {{ day | day }}"\n',
       "en": 'pay = "Pay {{ amount_due | money(currency) }} by {{ day | day }}"\n'}  # fmt: skip


class Room:
    """A layouts folder with one layout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("se/demand/layout.toml", LAYOUT)
        self.write("shared/base.css", BASE)
        self.write("se/demand/letter.css", CSS)
        self.write("se/demand/letter.html", HTML)
        for language in ("sv", "en"):
            self.write(f"shared/texts.{language}.toml", 'title = "Brev"\n')
            self.write(f"shared/se/texts.{language}.toml", "")
            self.write(f"se/demand/texts.{language}.toml", PAY[language])

    def write(self, path: str, text: str) -> None:
        """Writes a file below `layouts/`."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def add(self, path: str, text: str) -> int:
        """Puts a line at the end of a file; gives back its number."""
        before = (self.root / path).read_text(encoding="utf-8")
        self.write(path, before + text + "\n")
        return before.count("\n") + 1

    def change(self, path: str, old: str, new: str) -> int:
        """Replaces words that are there once; gives back their line."""
        before = (self.root / path).read_text(encoding="utf-8")
        assert before.count(old) == 1
        self.write(path, before.replace(old, new))
        return before[: before.index(old)].count("\n") + 1

    def lint(self) -> Report:
        """What lint says of the layout."""
        _forget()
        return lint()

    def found(self) -> set[tuple[str, int, str]]:
        """The findings as file, line and code."""
        return {(f.path.removeprefix("layouts/"), f.line, str(f.rule)) for f in self.lint().findings}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """The folder, in force for one test."""
    shipped = assets.folder("layouts") / "shared" / "geometry.toml"
    made = Room(tmp_path / "layouts")
    shutil.copy(shipped, made.root / "shared" / "geometry.toml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREVPRESS_ASSETS", str(tmp_path))
        _forget()
        yield made
    _forget()


@pytest.fixture
def judged(tmp_path: Path) -> Callable[[str], list[tuple[int, str]]]:
    """Judges the declarations and selectors of a style sheet."""

    def judge(css: str) -> list[tuple[int, str]]:
        sheet = stylesheet.parse(Source("layouts/x.css", css))
        assert not sheet.errors
        found = [
            (declaration.line, str(rule))
            for block in sheet.blocks
            for declaration in block.declarations
            for rule, _ in of_declaration(declaration, block, FAMILIES, tmp_path)
        ]
        found += [(b.line, str(rule)) for b in sheet.blocks for rule, _ in lanes.selector_reasons(b)]
        return found

    return judge


def _forget() -> None:
    """What was read from other assets."""
    for module in (assets, environment, geometry):
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()
