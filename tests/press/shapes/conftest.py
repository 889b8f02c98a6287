"""A bench for documents made up by tests: their layouts in a folder of assets, in force for one module."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipelines.model import Letter
from pipelines.press.compose import Composer
from pipelines.press.stamper import Stamped, Stamper, Unstamped
from pipelines.press.truth import Difference, differences
from tests.press.own_assets import empty_cache, furnished, in_force
from tests.press.shapes.documents import Document

_numbers = itertools.count(1)


@dataclass
class Bench:
    """Lays documents out both ways."""

    layouts: Path
    composer: Composer
    reasons: list[str] = field(default_factory=list)
    """Why letters were not stamped."""

    def put(self, document: Document) -> list[Letter]:
        """The letters of a document, whose layout can be found from now on."""
        name = f"made{next(_numbers)}"
        document.write(self.layouts, name)
        return document.letters(name)

    def stamper(self) -> Stamper:
        """A stamper that knows what lies on the shelf."""
        return Stamper(self.composer)

    def stamped(self, document: Document) -> list[Stamped | Unstamped]:
        """The document's letters, one after the other by a new stamper."""
        stamper = self.stamper()
        return [stamper.stamp(letter) for letter in self.put(document)]

    def differences(self, letter: Letter, made: Stamped) -> tuple[Difference, ...]:
        """How a stamped letter differs from what WeasyPrint gives."""
        rendered = self.composer.lay_out(letter)
        return differences(made.pages, rendered, self.composer.painter.typefaces)

    def check(self, document: Document) -> int:
        """How many letters of a document are stamped; each of them is what WeasyPrint gives."""
        stamper, count = self.stamper(), 0
        for letter in self.put(document):
            made = stamper.stamp(letter)
            if isinstance(made, Unstamped):
                self.reasons.append(made.reason)
                continue
            count += 1
            found = [str(one) for one in self.differences(letter, made)]
            assert found[:3] == [], (letter.piece_id, len(made.pages))
        return count

    def refusal(self, document: Document) -> str:
        """Why none of a document's letters can be stamped."""
        (reason,) = {made.reason for made in self.stamped(document) if isinstance(made, Unstamped)}
        return reason


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench with a shelf of its own."""
    root = tmp_path_factory.mktemp("bench")
    shared = root / "layouts" / "shared"
    (shared / "se").mkdir(parents=True)
    for folder in (shared, shared / "se"):
        (folder / "texts.sv.toml").write_text('x = "x"\n', encoding="utf-8")
    with in_force(furnished(root), empty_cache(root / "cache")):
        yield Bench(root / "layouts", Composer())
