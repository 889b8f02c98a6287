"""The files of a layout with their text, and where in them a thing stands."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

_AT = re.compile(r"\(at line (\d+), column (\d+)\)|at end of document")


@dataclass(frozen=True)
class Source:
    """A text file below `layouts/`."""

    shown: str
    """Its path as findings name it: `layouts/se/demand/letter.css`."""
    text: str
    first_line: int = 1
    """The line of the file on which `text` begins, when it is a part of it."""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a character of the text."""
        row = bisect_right(self._starts, offset) - 1
        return row + self.first_line, offset - self._starts[row] + 1

    def line_of(self, words: str) -> int:
        """The first line that begins with the words, blanks aside; the first line without one."""
        for number, line in enumerate(self.text.split("\n"), start=self.first_line):
            if line.strip().startswith(words):
                return number
        return self.first_line

    @cached_property
    def _starts(self) -> list[int]:
        # Line feeds only, as the parsers count: splitlines() ends lines at other characters too.
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]


class Files:
    """Reads files below a layouts folder, each once."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._read: dict[Path, Source | None] = {}

    def get(self, path: str | Path) -> Source | None:
        """The file, named from the layouts folder or in full; None when it is not there or no UTF-8."""
        full = (self.root / path).resolve()
        if full not in self._read:
            try:
                self._read[full] = Source(self.shown(full), full.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError):
                self._read[full] = None
        return self._read[full]

    def shown(self, path: str | Path) -> str:
        """The path as findings name it."""
        full = (self.root / path).resolve()
        if full.is_relative_to(self.root):
            return f"layouts/{full.relative_to(self.root).as_posix()}"
        return full.name

    def path(self, source: Source) -> Path:
        """Where a source lies."""
        return self.root / source.shown.removeprefix("layouts/")

    def all(self) -> tuple[Source, ...]:
        """The files that were read, by name."""
        return tuple(sorted((s for s in self._read.values() if s), key=lambda s: s.shown))


def toml(source: Source) -> tuple[Mapping[str, Any], tuple[int, int, str] | None]:
    """The table of a TOML file; or an empty one, and line, column and words of what is wrong."""
    try:
        return tomllib.loads(source.text), None
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        at = _AT.search(words)
        line, column = (int(at[1]), int(at[2])) if at and at[1] else (source.text.count("\n") + 1, 0)
        return {}, (line, column, words.split(" (at ")[0])


_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w.\-\"' ]+?)\s*=\s*(\"\"\"|''')?")


def toml_lines(source: Source) -> Iterator[tuple[str, int]]:
    """Every key of a TOML file with its line, tables of an array counted from 1: `terms.sections.2.body`.

    The header of a table is there under the table's own name. For files of plain keys and texts, as
    layouts have them.
    """
    head, counts, closing = "", dict[str, int](), ""
    for number, line in enumerate(source.text.split("\n"), start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if header := _HEADER.match(line):
            name = header[2].replace('"', "").replace(" ", "")
            if header[1] == "[[":
                counts[name] = counts.get(name, 0) + 1
                name = f"{name}.{counts[name]}"
            head = f"{name}."
            yield name, number
        elif key := _KEY.match(line):
            yield head + key[1].replace('"', "").replace("'", "").replace(" ", ""), number
            if key[2] and key[2] not in line[key.end() :]:
                closing = key[2]
