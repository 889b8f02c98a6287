"""Stamped labels are what WeasyPrint draws, and what cannot be stamped is laid out in full."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import assets
from pipelines.press import label_forms, labels, papers, typefaces
from pipelines.press.label_forms import LabelForms, Shown
from pipelines.press.paper_file import PaperPage
from tests.press.own_assets import in_force
from tests.press.test_labels import LABEL, LONG

A7 = {"width": 105.0, "height": 74.0, "rem": "1"}
TWO_SCRIPTS = dataclasses.replace(LABEL, text="Åbo 5 \u2126")


class Desk(LabelForms):
    """Counts the documents that are laid out."""

    laid_out = 0

    def _laid_out(self, *shown: Shown) -> object:
        self.laid_out += 1
        return super()._laid_out(*shown)


@pytest.fixture
def desk() -> Desk:
    return Desk(A7)


def shown(*of: labels.Label) -> list[Shown]:
    return [labels._shown(label, 1.0) for label in of]


def drawn(*of: labels.Label) -> list[PaperPage]:
    """Each label as WeasyPrint draws it."""
    return [
        label_forms.page_of(LabelForms(A7).painter.paint_paper(papers.laid_out("label", values))[0])
        for values in ({**A7, "labels": [one.values()]} for one in shown(*of))
    ]


words = st.text(
    st.sampled_from(sorted("AÅVWTyo.,-–fi0178 ÖßðøŁžΩ\u2126/()\u00a0\u4e2d\ufb01\u2192")), max_size=30
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(words, words, words, st.integers(0, 99_999)), min_size=1, max_size=3))
def test_stamped_labels_have_the_operators_that_weasyprint_writes(
    said: list[tuple[str, str, str, int]],
) -> None:
    given = [
        dataclasses.replace(LABEL, key=key, text=text, product=product, pieces=n, container_id=f"{n}")
        for key, text, product, n in said
    ]
    assert list(FORMS.pages(shown(*given))) == drawn(*given)


FORMS = LabelForms(A7)
"""Of all examples, so that some are stamped after forms of others."""


def test_labels_of_one_form_are_laid_out_once(desk: Desk) -> None:
    many = [dataclasses.replace(LABEL, container_id=f"2026112000{n}", number=n) for n in range(10, 40)]
    assert len(list(desk.pages(shown(*many)))) == 30
    assert desk.laid_out == 1
    assert len(list(desk.pages(shown(*many, LONG)))) == 31
    assert desk.laid_out == 2


def test_a_text_that_the_press_does_not_set_is_laid_out_in_full(desk: Desk) -> None:
    list(desk.pages(shown(LABEL)))
    before = desk.laid_out
    assert list(desk.pages(shown(TWO_SCRIPTS, LABEL))) == drawn(TWO_SCRIPTS, LABEL)
    assert desk.laid_out > before


def test_a_label_looks_the_same_whatever_was_learnt_before(desk: Desk) -> None:
    three = [LABEL, TWO_SCRIPTS, LONG]
    forwards = list(desk.pages(shown(*three)))
    assert list(Desk(A7).pages(shown(*reversed(three)))) == forwards[::-1]


@pytest.fixture
def template(tmp_path: Path) -> Iterator[Path]:
    """A copy of the template of labels, in force, to be written anew."""
    for kind in ("layouts", "fonts"):
        shutil.copytree(assets.folder(kind), tmp_path / kind)
    with in_force(tmp_path):
        typefaces.load()
        yield tmp_path / "layouts" / "shared" / "postal" / "label.html"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("line('lot', label.lot_id)", "line('lot', {'size': 2, 'text': 'Lot ' ~ label.lot_id.text})"),
        ("line('lot', label.lot_id)", "line('lot', label.container_id)"),
        ("line('text', label.text)", "line('text', label.text if label.key.text != '41–44' else label.key)"),
    ],
)
def test_a_template_in_which_a_text_is_not_where_it_is_said_is_laid_out_in_full(
    template: Path, before: str, after: str
) -> None:
    text = template.read_text(encoding="utf-8")
    assert before in text
    template.write_text(text.replace(before, after), encoding="utf-8")
    two = [LABEL, dataclasses.replace(LABEL, container_id="202611200002", lot_id="another")]
    desk = Desk(A7)
    assert list(desk.pages(shown(*two))) == drawn(*two)
    assert desk.laid_out == 3
