"""How the press writes its regular expressions."""

import re
from pathlib import Path

import pytest

import pipelines

POSSESSIVE_GROUP = re.compile(r"\)(?:[?*+]|\{[\d,]+\})\+")
"""`(…)?+`, `(…)*+`, `(…)++`, `(…){2}+`."""


@pytest.mark.parametrize(
    "path", sorted(Path(pipelines.__file__).parent.rglob("*.py")), ids=lambda path: path.stem
)
def test_no_group_is_possessive(path: Path) -> None:
    """Python 3.11 before 3.11.5, so also Debian 12's, keeps what a possessive group has read before it fails:
    `(?:\\.\\d++)?+x` accepts `.x`. An atomic group, `(?>(?:\\.\\d++)?)x`, says the same and is right."""
    assert not POSSESSIVE_GROUP.search(path.read_text(encoding="utf-8"))
