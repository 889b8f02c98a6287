"""What lint has to say: findings with file and line, less what a file allows itself.

A file allows a finding with a comment on its line or on the line above:
`/* lint: allow hairline cut mark of the press */`, in templates `{# … #}`, in TOML `# …`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.lint.rules import Rule
from pipelines.lint.sources import Source

_ALLOW = re.compile(
    r"(?P<open>/\*|\{#-?|<!--|#)\s*lint:\s*allow\b(?P<rest>.*?)(?:\*/|-?#\}|-->|$)", re.MULTILINE
)
_CODES = frozenset(str(rule) for rule in Rule)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong, where it stands and what to do."""

    path: str
    """From the folder that holds `layouts`: `layouts/se/demand/letter.css`."""
    line: int
    """From 1."""
    column: int
    """From 1; 0 when only the line is known."""
    rule: Rule
    fact: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" + (f":{self.column}" if self.column else "")
        return f"{place}: {self.rule}: {self.fact} → {self.rule.remedy}"


@dataclass(slots=True)
class Findings:
    """Collects findings, each once, whichever layouts share the file."""

    _found: set[Finding] = field(default_factory=set)

    def add(self, rule: Rule, source: Source, line: int, column: int, fact: str) -> None:
        """Takes down that `rule` is broken at that place; `fact` says by what, without a stop."""
        self._found.add(Finding(source.shown, line, column, rule, fact))

    def count(self, *groups: str) -> int:
        """How many findings are of these groups of rules."""
        return sum(f.rule.group in groups for f in self._found)

    def at(self, source: Source, line: int, *rules: Rule) -> bool:
        """Whether one of the rules was found broken on that line."""
        return any(f.path == source.shown and f.line == line and f.rule in rules for f in self._found)

    def reported(self, sources: Iterable[Source], every: bool) -> tuple[Finding, ...]:
        """All findings by file and line that the files do not allow.

        With `every` (no layout was left out) an `allow` that allows nothing is one too.
        """
        found = _condensed(self._found)
        for source in sources:
            for line, code, reason in allowances(source):
                place = source.shown, line
                if code not in _CODES or not reason:
                    fact = f"`lint: allow {code}` without a reason" if code in _CODES else f"no code {code!r}"
                    found.add(Finding(*place, 0, Rule.ALLOW_REASON, fact))
                    continue
                meant = {
                    f
                    for f in found
                    if f.path == source.shown and f.line in (line, line + 1) and f.rule == code
                }
                if not meant and every:
                    found.add(Finding(*place, 0, Rule.ALLOW_UNUSED, f"nothing here is {code}"))
                found -= meant
        return tuple(sorted(found))


def allowances(source: Source) -> Iterator[tuple[int, str, str]]:
    """Line (where the comment ends), code and reason of each `lint: allow` of a file."""
    for match in _ALLOW.finditer(source.text):
        code, _, reason = match["rest"].strip().partition(" ")
        yield source.place(match.end("rest"))[0], code, reason.strip()


def _condensed(found: set[Finding]) -> set[Finding]:
    """Without findings that another one on the same line says better."""
    better = {(f.path, f.line) for f in found if f.rule is Rule.TEXT_SMALL_INKS}
    return {f for f in found if f.rule is not Rule.TEXT_SMALL or (f.path, f.line) not in better}
