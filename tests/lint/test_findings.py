"""What is reported, and what a file allows itself."""

import pytest

from pipelines.lint.findings import Findings
from pipelines.lint.rules import Rule
from pipelines.lint.sources import Source


def reported(text: str, *lines: int, every: bool = True) -> list[tuple[int, str]]:
    source, findings = Source("layouts/x.css", text), Findings()
    for line in lines:
        findings.add(Rule.HAIRLINE, source, line, 3, "border: 0.1 pt")
    return [(f.line, str(f.rule)) for f in findings.reported([source], every)]


def test_a_finding_is_a_line_with_place_code_fact_and_remedy() -> None:
    source, findings = Source("layouts/se/demand/letter.css", ""), Findings()
    findings.add(Rule.COLOUR_NAMED, source, 12, 7, "color: red")
    findings.add(Rule.LINK, source, 3, 0, "<a>")
    assert [str(f) for f in findings.reported([source], every=True)] == [
        "layouts/se/demand/letter.css:3: link: <a> → write the address as text, or as a QR code",
        "layouts/se/demand/letter.css:12:7: colour-named: color: red"
        " → write device-cmyk(c m y k); black is device-cmyk(0 0 0 1)",
    ]


@pytest.mark.parametrize(
    "comment",
    ["/* lint: allow hairline a cut mark */", "{# lint: allow hairline why #}", "# lint: allow hairline why"],
)
def test_a_comment_with_a_reason_allows_a_finding_on_its_line_and_the_next(comment: str) -> None:
    assert reported(f"\n{comment}\n\n", 2, 3) == []
    assert reported(f"\n{comment}\n\n", 1, 3, 4) == [(1, "hairline"), (4, "hairline")]


def test_it_allows_the_code_that_it_names_only() -> None:
    assert reported("/* lint: allow opacity why */", 1) == [(1, "allow-unused"), (1, "hairline")]
    assert reported("/* lint: allow everything why */", 1) == [(1, "allow-reason"), (1, "hairline")]
    assert reported("/* lint: allow hairline */", 1) == [(1, "allow-reason"), (1, "hairline")]


def test_it_may_be_unused_where_not_every_layout_was_looked_at() -> None:
    assert reported("/* lint: allow hairline why */", every=False) == []
    assert reported("/* lint: allow hairline why */") == [(1, "allow-unused")]


def test_of_two_findings_on_small_text_the_graver_one_stays() -> None:
    source, findings = Source("x", ""), Findings()
    for rule in (Rule.TEXT_SMALL, Rule.TEXT_SMALL_INKS):
        findings.add(rule, source, 4, 1, "font-size: 5 pt")
    assert [f.rule for f in findings.reported([], every=True)] == [Rule.TEXT_SMALL_INKS]
