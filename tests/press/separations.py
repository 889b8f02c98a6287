"""The plates of a page, as Ghostscript separates it: how much of each ink falls where."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

Plates = npt.NDArray[np.float64]
"""Cyan, magenta, yellow, black × rows × columns, each from 0 to 1."""

_NAMES = ("Cyan", "Magenta", "Yellow", "Black")
DPI = 100


def plates(path: Path, pages: Sequence[int], folder: Path) -> list[Plates]:
    """The plates of some pages (from 1) of a print file, without smoothing of edges."""
    program = shutil.which("gs")
    if program is None:
        pytest.skip("gs is not installed")
    listed = ",".join(map(str, pages))
    subprocess.run(
        [
            program,
            "-q",
            "-dBATCH",
            "-dNOPAUSE",
            "-dSAFER",
            "-dUsePDFX3Profile",
            "-sDEVICE=tiffsep",
            f"-r{DPI}",
            f"-sPageList={listed}",
            f"-sOutputFile={folder / 'page%d.tif'}",
            str(path),
        ],
        check=True,
        capture_output=True,
    )
    return [
        np.stack([_ink(folder / f"page{index}({name}).tif") for name in _NAMES])
        for index in range(1, len(pages) + 1)
    ]


def _ink(path: Path) -> npt.NDArray[np.float64]:
    with Image.open(path) as plate:
        return 1 - np.asarray(plate, dtype=np.float64) / 255
