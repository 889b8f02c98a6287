"""Both pages of a letter whose lanes differ, for a person to look at."""

from pathlib import Path

from pipelines import config
from pipelines.model import Letter, LotHead, PlannedContainer
from pipelines.press.assemble import Assembly
from pipelines.press.compose import Composed
from pipelines.press.lanes import Lanes, Made, Page


def keep(head: LotHead, vendor: config.Vendor, lanes: Lanes, letter: Letter, made: Made, out: Path) -> None:
    """Writes `{file}-{piece}-stamped.pdf` and `…-rendered.pdf` beside the print file `out`."""
    sides: dict[str, tuple[Page, ...]] = {"stamped": made.pages}
    rendered = lanes.composer.compose(letter)
    if isinstance(rendered, Composed):
        sides["rendered"] = rendered.pages
    for lane, pages in sides.items():
        path = out.with_name(f"{out.stem}-{letter.piece_id}-{lane}.pdf")
        assembly = Assembly(head, path.name, vendor, lanes.composer.painter.typefaces, path)
        assembly.add(letter.piece_id, 1, pages)
        assembly.save((PlannedContainer(f"{head.lot_id}-1", "rest", "", 1, 1),))


def kept(out: Path) -> tuple[Path, ...]:
    """The files that `keep` wrote beside a print file, in their order."""
    return tuple(sorted(out.parent.glob(f"{out.stem}-*.pdf")))
