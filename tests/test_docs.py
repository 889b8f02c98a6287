"""The documents say what the code does."""

import re
from pathlib import Path

from pydantic import BaseModel

from pipelines import config

DOCS = Path(__file__).parent.parent / "docs"


def _keys(model: type[BaseModel]) -> set[str]:
    found: set[str] = set()
    for name, field in model.model_fields.items():
        found.add(name)
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= _keys(kind)
    return found


def test_every_key_of_the_configuration_is_documented_and_no_other() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    sections = set(re.findall(r"^#+ `\[(\w+)", page, re.MULTILINE))
    assert rows | sections == _keys(config.Config)


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in (*DOCS.glob("*.md"), DOCS.parent / "README.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
