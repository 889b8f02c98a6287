"""Where the press's time goes: the running line is looked at a thousand times a second of CPU.

A call into C is seen at the line that made it, so deflating and checksums show as such.
"""

import linecache
import re
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

SECONDS = 0.001

LINES = (
    ("deflate", re.compile(r"compress|deflate")),
    ("checksum", re.compile(r"sha256|file_digest|hexdigest")),
    ("write", re.compile(r"\.(write|save)\(")),
)
"""Stages told by what the line calls, in any module of the press."""

ROOMS = (
    ("template", "environment marked_ row_filters signs texts formats"),
    ("markup", "marking shapes.markup shapes.signatures shapes.nodes shapes.growing shapes.stretches"),
    ("layout by WeasyPrint", "painting laying shapes.recording shapes.learning"),
    ("codes", "codes marks symbols"),
    ("setting", "setting"),
    ("page building", "shapes stamp books recurring lanes compose"),
    (
        "preflight",
        "preflight scan content drawing page_reader paint_operands text_state areas plain_ printed_"
        " written_kinds written_columns",
    ),
    ("truth", "truth trac surface polygons evidence"),
)
"""Stages told by the module of the press, from the front of its name; the first match counts.

All else is the file's."""

GUESTS = (
    ("template", "jinja2 markupsafe babel pipelines.money pipelines.dates benchmarks"),
    ("layout by WeasyPrint", "weasyprint tinycss2 cssselect2 tinyhtml5 pydyf"),
)
"""Stages told by a module outside the press."""

_PRESS = "pipelines.press."


class Profile:
    """How many samples fell on each stage."""

    def __init__(self) -> None:
        self.samples: Counter[str] = Counter()

    def shares(self) -> dict[str, float]:
        """The part of each stage, from the largest; together 1."""
        total = self.samples.total() or 1
        return {stage: count / total for stage, count in self.samples.most_common()}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Samples what runs inside, in the main thread."""
        before = signal.signal(signal.SIGPROF, self._note)
        signal.setitimer(signal.ITIMER_PROF, SECONDS, SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.samples[_stage(frame)] += 1


def _stage(frame: FrameType | None) -> str:
    while frame is not None:
        if frame.f_code.co_filename.endswith((".html", "<template>")):
            return "template"
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(_PRESS):
            return _line(frame) or _match(module.removeprefix(_PRESS), ROOMS) or "file"
        if stage := _match(module, GUESTS):
            return stage
        frame = frame.f_back
    return "other"


def _line(frame: FrameType) -> str:
    text = linecache.getline(frame.f_code.co_filename, frame.f_lineno or 0)
    return next((stage for stage, pattern in LINES if pattern.search(text)), "")


def _match(module: str, table: Sequence[tuple[str, str]]) -> str:
    return next((stage for stage, starts in table if module.startswith(tuple(starts.split()))), "")
