"""Typst at its best: one compile of many letters, codes as raw pictures, own fonts only, no tags."""

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import typst

from benchmarks.reference import page_data
from benchmarks.reference.letters import Row, batches
from pipelines.press import typefaces
from pipelines.press.formats import NO_BREAK

LETTERS_A_COMPILE = 50
"""More take more CPU and memory a letter (2,000: a tenth and three times), fewer take more bytes."""
_HERE = Path(__file__).parent


class Typst:
    """Typst over `letter.typ`; static parts are made once a compile."""

    def __init__(self, letters_a_compile: int = LETTERS_A_COMPILE) -> None:
        self._size = letters_a_compile
        self._keep = tempfile.TemporaryDirectory()
        self._folder = Path(self._keep.name)
        shutil.copy(_HERE / "letter.typ", self._folder)
        shutil.copy(page_data.LAYOUT / "texts.en.toml", self._folder)
        for face in typefaces.load().faces:
            shutil.copy(face.file, self._folder / f"{face.name}.ttf")
        self._compiler = typst.Compiler(
            str(self._folder / "letter.typ"),
            root=str(self._folder),
            font_paths=[str(self._folder)],
            ignore_system_fonts=True,
        )

    def __call__(self, rows: Iterable[Row], out: Path) -> None:
        """Writes typst-0001.pdf and so on into `out`."""
        for number, batch in enumerate(batches(rows, self._size), start=1):
            self._write_data(batch)
            self._compiler.compile(output=str(out / f"typst-{number:04}.pdf"), pdf_tags=False)

    def _write_data(self, rows: Sequence[Row]) -> None:
        codes = bytearray()
        letters = [_letter(row, codes) for row in rows]
        letters[-1]["more"] = False
        (self._folder / "data.json").write_text(
            json.dumps({"fixed": page_data.FIXED, "letters": letters}), encoding="utf-8"
        )
        (self._folder / "codes.bin").write_bytes(codes)


def _letter(row: Row, codes: bytearray) -> dict[str, Any]:
    made = page_data.shown(row)
    qr = page_data.qr_rows(row["qr"])
    made["code_line"] = made["code_line"].replace(" ", NO_BREAK)
    made |= {"qr_at": len(codes), "qr_side": len(qr), "more": True}
    codes += b"".join(qr)
    made["mark_at"] = len(codes)
    codes += b"".join(page_data.mark_rows(row["mark"]))
    return made
