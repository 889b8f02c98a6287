"""One letter as it will be printed, through the code of a run."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pypdf
import pytest

from pipelines import assets, config
from pipelines.errors import UsageError
from pipelines.proof import Proof, write_proof

TODAY = date(2026, 12, 1)
RECORD = assets.folder("layouts") / "se" / "demand" / "samples" / "six-claims.json"


def proof(out: Path, exact: bool = False, layout: str = "se/demand") -> Proof:
    return write_proof(layout, RECORD, out, config.load(), TODAY, exact)


def texts(path: Path) -> list[list[str]]:
    """The words of every page."""
    with pypdf.PdfReader(path) as reader:
        return [sorted(page.extract_text().split()) for page in reader.pages]


def test_a_proof_is_stamped_and_with_exact_rendered_and_says_the_same(tmp_path: Path) -> None:
    stamped, rendered = tmp_path / "stamped.pdf", tmp_path / "rendered.pdf"
    assert proof(stamped) == Proof("stamped", "", ())
    assert proof(rendered, exact=True) == Proof("rendered", "", ())
    assert texts(stamped) == texts(rendered)
    assert stamped.read_bytes() != rendered.read_bytes()


def test_a_record_of_another_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the record is for se/demand, not for se/invoice"):
        proof(tmp_path / "proof.pdf", layout="se/invoice")
    assert list(tmp_path.iterdir()) == []


def test_a_letter_that_cannot_be_stamped_is_rendered_and_one_line_says_why(tmp_path: Path) -> None:
    layouts = Path(shutil.copytree(assets.folder("layouts"), tmp_path / "layouts"))
    with (layouts / "se" / "demand" / "letter.css").open("a", encoding="utf-8") as sheet:
        sheet.write("\nh1 { columns: 2 }\n")
    out = tmp_path / "proof.pdf"
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "proof", "se/demand", "--record", str(RECORD), "-o", str(out),
         "--today", f"{TODAY}"],
        env={**os.environ, "BREVPRESS_ASSETS": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Proof of se/demand",
        f"  look at      {out}",
        "  lane         rendered",
        "  not stamped  columns",
    ]
    assert len(texts(out)) > 2
