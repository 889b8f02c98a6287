"""The wheel and the sdist carry layouts, fonts and schemas, and work where nothing else is."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pypdf
import pytest

ROOT = Path(__file__).parent.parent
RECORD = sorted((ROOT / "layouts" / "se" / "demand" / "samples").glob("*.json"))[0]


def _build(kind: str, folder: Path) -> Path:
    # In a copy: what a build leaves behind must not reach the next one.
    source = folder / "source"
    for name in ("pipelines", "layouts", "fonts", "schemas"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    out = folder / "dist"
    command = {
        "wheel": [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(out),
            ".",
        ],
        # What Beam's --setup_file does.
        "sdist": [sys.executable, "setup.py", "-q", "sdist", "--dist-dir", str(out)],
    }[kind]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = out.iterdir()
    return built


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_an_installed_package_sets_a_letter_far_from_the_checkout(kind: str, tmp_path: Path) -> None:
    built = _build(kind, tmp_path)
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=True)
    site = next(home.glob("lib/python*/site-packages"))
    # Dependencies are lent by a path; a .pth there is not followed, so our own checkout is not seen.
    (site / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    python = home / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index",
         "--disable-pip-version-check", str(built)],
        check=True, capture_output=True, cwd=tmp_path,
    )  # fmt: skip
    where = subprocess.run(
        [str(python), "-c", "import pipelines; print(pipelines.__file__)"],
        check=True, capture_output=True, text=True, cwd=tmp_path,
    ).stdout  # fmt: skip
    assert str(home) in where
    proof = tmp_path / "proof.pdf"
    done = subprocess.run(
        [str(home / "bin" / "brevpress"), "proof", "se/demand", "--record", str(RECORD), "-o", str(proof),
         "--today", "2026-12-01"],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(pypdf.PdfReader(proof).pages) >= 2
