"""Preflight: reads a finished print file and says everything that is wrong with it.

The whole file is checked, not a sample: identification and colour by PDF/X-4, the document
parts by PDF/VT-1, and what the post and the inserter need: the mark, the window, the order of
pages. `rules` lists every rule with its source.

What pages share (fonts, forms, resources) is read once, by the full reader. A stamped letter's own
content goes through the scan, which is quick and gives up on anything it does not know; such a
page is read in full.
"""

from collections.abc import Callable
from pathlib import Path

import pikepdf

from pipelines.model import Breach
from pipelines.press import preflight_file, preflight_pages, preflight_parts, preflight_tree
from pipelines.press.expected import Expected, ExpectedPiece
from pipelines.press.preflight_resources import ResourceReader
from pipelines.press.preflight_window import Zones
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Findings, Rule
from pipelines.press.sweeping import paused

__all__ = ["Expected", "ExpectedPiece", "preflight"]

_NO_RESOURCES = "Resources is missing or invalid; repairing"
"""The library says so of a page, where it matters only if content names any: another rule's concern."""


def preflight(path: Path, expect: Expected) -> tuple[Breach, ...]:
    """All breaches of the print file at `path`, sorted by page, rule and fact; none is best.

    Never raises for what is in the file: a file that cannot be read is a breach. Raises
    ConfigError or AssetError when the vendor's mark or the window of the country is not defined.
    """
    with paused():
        return _checked(path, expect)


def _checked(path: Path, expect: Expected) -> tuple[Breach, ...]:
    zones = Zones.of(expect)
    marks = preflight_pages.expected_marks(expect)
    found = Findings()
    try:
        data = path.read_bytes()
        preflight_file.check_header(data[: preflight_file.HEADER_BYTES], found)
        # Without a walk through all pages, which loads each: `PrintedFile` and the tree's check read them.
        pdf = pikepdf.open(path, inherit_page_attributes=False)
    except pikepdf.PasswordError:
        found.add(Rule.FILE_ENCRYPTED, 0, "a password is needed")
        return found.sorted()
    except (pikepdf.PdfError, OSError, ValueError, RuntimeError) as error:  # also numbers beyond all bounds
        found.add(Rule.FILE_UNREADABLE, 0, type(error).__name__)
        return found.sorted()
    with pdf:
        files: list[PrintedFile] = []
        _guarded(found, "objects as written", lambda: files.append(PrintedFile(pdf, data)))
        if not files:
            return found.sorted()
        file, resources = files[0], ResourceReader(found)
        pages: list[int] = []
        _guarded(found, "file", lambda: preflight_file.check(pdf, expect.vendor, found))
        _guarded(found, "objects", lambda: preflight_file.check_objects(file, found))
        before = len(found)
        _guarded(found, "page tree", lambda: pages.extend(preflight_tree.pages(file, found)))
        if not file.plain or len(found) > before:
            _guarded(found, "page tree", lambda: _walk_pages(pdf))
        _guarded(
            found,
            "pages",
            lambda: preflight_pages.check(file, pages, expect, zones, marks, resources, found),
        )
        _guarded(found, "fonts", resources.finish)
        if "PDF/VT-1" in expect.vendor.standards:
            _guarded(found, "parts", lambda: preflight_parts.check(file, pages, expect, found))
        resources.forget()
        _guarded(found, "repairs", lambda: _check_repairs(pdf, found))
    return found.sorted()


def _walk_pages(pdf: pikepdf.Pdf) -> None:
    """Has the library go through its own page tree; what it mends there is told as a repair."""
    len(pdf.pages)


def _check_repairs(pdf: pikepdf.Pdf, found: Findings) -> None:
    """What the library mended in silence while it read: others may mend it otherwise, or not at all."""
    texts = map(str, pdf.get_warnings())
    repairs = [text for text in texts if not text.endswith(_NO_RESOURCES)]
    if repairs:
        what = repairs[0].rpartition(": ")[2]  # without the file's path
        found.add(Rule.FILE_UNREADABLE, 0, f"{len(repairs)} repairs, such as: {what}")


def _guarded(found: Findings, part: str, check: Callable[[], None]) -> None:
    """Runs one group of checks; what breaks it in a broken file is a breach of its own."""
    try:
        check()
    except Exception as error:
        found.add(Rule.FILE_UNREADABLE, 0, f"{part}: {type(error).__name__}")
