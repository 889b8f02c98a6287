"""Checks layouts: what `brevpress lint` runs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines import assets
from pipelines.errors import AssetError
from pipelines.lint.desk import Desk
from pipelines.lint.findings import Finding, Findings
from pipelines.lint.layout_files import LayoutFiles
from pipelines.lint.rules import Rule
from pipelines.lint.sources import Files, toml
from pipelines.press import environment


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found."""

    layouts: tuple[str, ...]
    files: int
    letters: int
    """How many letters and fixed pages were set."""
    unset: tuple[str, ...]
    """Layouts of which something could not be set, so that part of the sheet was not looked at."""
    findings: tuple[Finding, ...]

    def lines(self) -> Iterator[str]:
        """A line a finding, then what could not be looked at, then one line that sums up."""
        yield from map(str, self.findings)
        for name in self.unset:
            yield f"{name}: letters could not be set; mend the above, then lint again to see their sheets"
        said = _count(len(self.findings), "finding") if self.findings else "clean"
        looked = (
            _count(len(self.layouts), "layout"),
            _count(self.files, "file"),
            _count(self.letters, "letter"),
        )
        yield f"lint: {said} ({', '.join(looked)} set)"

    def as_json(self) -> tuple[str]:
        """The whole report as one JSON object."""
        told = {
            "layouts": self.layouts,
            "files": self.files,
            "letters": self.letters,
            "unset": self.unset,
            "findings": [
                {
                    "path": f.path,
                    "line": f.line,
                    "column": f.column or None,
                    "rule": f.rule,
                    "group": f.rule.group,
                    "fact": f.fact,
                    "remedy": f.rule.remedy,
                }
                for f in self.findings
            ],
        }
        return (json.dumps(told, ensure_ascii=False, indent=1),)


def lint(names: Sequence[str] = ()) -> Report:
    """What is wrong with the named layouts, or with all.

    Raises AssetError for a layout that is not there; whatever is wrong inside one is a finding.
    """
    known = environment.layouts()
    wanted = tuple(dict.fromkeys(name.strip("/").removeprefix("layouts/") for name in names)) or known
    for name in wanted:
        if name not in known:
            raise AssetError(f"no layout {name!r}", f"known are {', '.join(known)}")
    files, findings = Files(assets.folder("layouts")), Findings()
    letters, unset = 0, []
    for name in wanted:
        done, whole = _check(name, files, findings)
        letters += done
        if not whole:
            unset.append(name)
    found = findings.reported(files.all(), every=set(wanted) == set(known))
    return Report(wanted, len(files.all()), letters, tuple(unset), found)


def _check(name: str, files: Files, findings: Findings) -> tuple[int, bool]:
    """How many documents of a layout were set, and whether these were all."""
    about = files.get(f"{name}/layout.toml")
    if about is None:
        raise AssetError(f"layouts/{name}/layout.toml cannot be read", "see docs/layouts.md")
    try:
        layout = environment.layout(name)
    except AssetError as error:
        _, wrong = toml(about)
        line, column, words = wrong or (1, 0, error.message.partition("layout.toml: ")[2])
        findings.add(Rule.SYNTAX, about, line, column, words)
        return 0, False
    before = findings.count("files", "texts")
    parts = LayoutFiles(layout, about, files, findings)
    parts.check()
    explained = findings.count("files", "texts") > before
    return Desk(layout, parts, files, findings, explained).check()


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
