"""Layouts as a whole: the shipped ones, spoilt ones, and the command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import AssetError
from pipelines.lint.check import lint
from pipelines.lint.rules import Rule
from pipelines.press import environment
from tests.lint.conftest import Room

CSS = "se/demand/letter.css"
HTML = "se/demand/letter.html"
ABOUT = "se/demand/layout.toml"
DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("name", environment.layouts())
def test_the_shipped_layouts_are_clean(name: str) -> None:
    report = lint([name])
    assert [str(finding) for finding in report.findings] == []
    assert report.unset == ()
    assert report.letters > 10


def test_a_layout_that_is_not_there_is_wrong_usage() -> None:
    with pytest.raises(AssetError, match=r"no layout 'se/nothing': known are .*se/demand"):
        lint(["se/nothing"])


def test_a_layout_may_be_named_by_its_folder(room: Room) -> None:
    assert room.lint().layouts == lint(["layouts/se/demand/"]).layouts == ("se/demand",)


def test_a_layout_file_that_cannot_be_read_is_found(room: Room) -> None:
    room.add(ABOUT, "name = ")
    assert room.found() == {(ABOUT, 8, "syntax")}
    room.write(ABOUT, 'country = "SE"\n')
    report = room.lint()
    assert [f.rule for f in report.findings] == [Rule.SYNTAX]
    assert "kind" in report.findings[0].fact
    assert report.unset == ("se/demand",)


def test_files_that_are_named_and_not_there_are_found(room: Room) -> None:
    room.change(ABOUT, '"se/demand/letter.css"', '"se/demand/lettre.css"')
    assert room.found() == {(ABOUT, 6, "file-missing")}
    (room.root / HTML).unlink()
    assert (ABOUT, 1, "file-missing") in room.found()


def test_a_template_error_is_one_finding_and_not_a_crash(room: Room) -> None:
    line = room.change(HTML, "{% endfor %}", "{% endif %}")
    assert room.found() == {(HTML, line, "syntax")}


def test_what_weasyprint_would_skip_is_found_with_its_line(room: Room) -> None:
    line = room.add(CSS, "p { colour: device-cmyk(0 0 0 1) }")
    syntax = room.add(CSS, "p { margin 0 }")
    assert room.found() == {(CSS, line, "css-ignored"), (CSS, syntax, "syntax")}


def test_a_font_of_ones_own_is_found(room: Room) -> None:
    line = room.add(CSS, "@font-face { font-family: Letter; src: url(x.ttf) }")
    assert (CSS, line, "font-own") in room.found()


def test_imported_sheets_drawings_and_style_elements_are_read_too(room: Room) -> None:
    room.write("se/demand/more.css", "\n.x { color: red }\n")
    room.write(
        "se/demand/logo.svg", '<svg xmlns="http://www.w3.org/2000/svg">\n<path d="M0 0" fill="#000"/></svg>'
    )
    room.write(CSS, "@import 'more.css';\n@import 'none.css';\n")
    line = room.change(HTML, "<body>", "<style>\n.y { opacity: .5 }\n</style><body><img src='logo.svg'>")
    assert room.found() >= {
        ("se/demand/more.css", 2, "colour-named"),
        ("se/demand/logo.svg", 2, "colour-rgb"),
        (CSS, 2, "file-missing"),
        (HTML, line + 1, "opacity"),
    }


def test_styles_and_classes_from_data_are_found_and_choices_are_not(room: Room) -> None:
    line = room.change(
        HTML, '<td class="sum">', "<td class=\"sum {{ c.creditor_id }}\" title='{{ c.subject }}'>"
    )
    wide = room.change(HTML, "<table>", '<table style="width:{{ 90 + claims | length }}mm">')
    assert room.found() == {(HTML, line, "style-from-data"), (HTML, wide, "style-from-data")}


def test_a_comment_in_the_file_allows_a_finding(room: Room) -> None:
    room.add(CSS, "/* lint: allow lane-float the press will learn it */")
    room.add(CSS, "p { float: left }")
    room.change(
        HTML, "<table>", '{# lint: allow style-from-data three widths #}<table style="width:{{ step }}mm">'
    )
    assert room.found() == set()


def test_no_finding_quotes_a_letter(room: Room) -> None:
    room.add(CSS, ".sum { font-size: .5em } .body { left: 5mm }")
    room.change(HTML, "{{ c.subject }}", "{{ c.subject | batch(0) | first }}\ue123")
    told = "\n".join(room.lint().lines())
    for value in ("Maja", "Öberg", "Storgatan", "Norrsken", "Mobil 2026"):
        assert value not in told


def brevpress(*arguments: str, assets_folder: Path | None = None) -> "subprocess.CompletedProcess[str]":
    own = {"BREVPRESS_ASSETS": str(assets_folder)} if assets_folder else {}
    return subprocess.run(
        [sys.executable, "-m", "pipelines", "lint", *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, **own}, timeout=300,
    )  # fmt: skip


def test_the_command_ends_with_0_when_clean_1_with_findings_and_2_for_wrong_usage(room: Room) -> None:
    folder = room.root.parent
    clean = brevpress(assets_folder=folder)
    assert (clean.returncode, clean.stderr) == (0, "")
    assert clean.stdout == "lint: clean (1 layout, 10 files, 2 letters set)\n"
    line = room.add(CSS, ".sum { color: red }")
    found = brevpress("se/demand", assets_folder=folder)
    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        f"layouts/{CSS}:{line}:8: colour-named: color: red → {Rule.COLOUR_NAMED.remedy}",
        "lint: 1 finding (1 layout, 10 files, 2 letters set)",
    ]
    told = json.loads(brevpress("--json", assets_folder=folder).stdout)
    assert told["findings"][0] == {
        "path": f"layouts/{CSS}", "line": line, "column": 8, "rule": "colour-named", "group": "paper",
        "fact": "color: red", "remedy": str(Rule.COLOUR_NAMED.remedy),
    }  # fmt: skip
    wrong = brevpress("se/nothing", assets_folder=folder)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "no layout 'se/nothing': known are se/demand" in wrong.stderr


def test_the_page_has_the_rules_of_the_code_and_no_other() -> None:
    rows = [
        line for line in (DOCS / "lint.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    assert rows == [f"| `{rule}` | {rule.group} | {rule.meaning} | {rule.remedy} |" for rule in Rule]
