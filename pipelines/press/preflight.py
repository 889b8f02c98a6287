"""Preflight: reads a finished print file and says everything that is wrong with it.

The whole file is checked, not a sample: identification and colour by PDF/X-4, the document
parts by PDF/VT-1, and what the post and the inserter need: the mark, the window, the order of
pages. `rules` lists every rule with its source.
"""

from collections.abc import Callable
from pathlib import Path

import pikepdf

from pipelines.model import Breach
from pipelines.press import preflight_file, preflight_pages, preflight_parts
from pipelines.press.expected import Expected, ExpectedPiece
from pipelines.press.preflight_resources import ResourceReader
from pipelines.press.rules import Findings, Rule

__all__ = ["Expected", "ExpectedPiece", "preflight"]


def preflight(path: Path, expect: Expected) -> tuple[Breach, ...]:
    """All breaches of the print file at `path`, sorted by page, rule and fact; none is best.

    Never raises for what is in the file: a file that cannot be read is a breach. Raises
    ConfigError or AssetError when the vendor's mark or the window of the country is not defined.
    """
    zones = preflight_pages.Zones.of(expect)
    marks = preflight_pages.expected_marks(expect)
    found = Findings()
    try:
        with path.open("rb") as file:
            preflight_file.check_header(file.read(preflight_file.HEADER_BYTES), found)
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError:
        found.add(Rule.FILE_ENCRYPTED, 0, "a password is needed")
        return found.sorted()
    except (pikepdf.PdfError, OSError) as error:
        found.add(Rule.FILE_UNREADABLE, 0, type(error).__name__)
        return found.sorted()
    with pdf:
        resources = ResourceReader(found)
        _guarded(found, "file", lambda: preflight_file.check(pdf, expect.vendor, found))
        _guarded(found, "objects", lambda: preflight_file.check_objects(pdf, found))
        _guarded(found, "pages", lambda: preflight_pages.check(pdf, expect, zones, marks, resources, found))
        _guarded(found, "fonts", resources.check_fonts)
        if "PDF/VT-1" in expect.vendor.standards:
            _guarded(found, "parts", lambda: preflight_parts.check(pdf, expect.pieces, found))
    return found.sorted()


def _guarded(found: Findings, part: str, check: Callable[[], None]) -> None:
    """Runs one group of checks; what breaks it in a broken file is a breach of its own."""
    try:
        check()
    except Exception as error:
        found.add(Rule.FILE_UNREADABLE, 0, f"{part}: {type(error).__name__}")
