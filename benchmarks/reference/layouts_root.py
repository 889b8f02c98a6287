"""The folder that stands in for `layouts/` while the reference letter is composed."""

import shutil
from pathlib import Path

HERE = Path(__file__).parent
SHIPPED = HERE.parent.parent / "layouts"


def make(folder: Path) -> Path:
    """`folder`, as `$BREVPRESS_ASSETS` wants it: the reference layout beside the shipped shared parts."""
    shutil.copytree(SHIPPED / "shared", folder / "layouts" / "shared")
    shutil.copytree(HERE / "layouts", folder / "layouts", dirs_exist_ok=True)
    return folder
