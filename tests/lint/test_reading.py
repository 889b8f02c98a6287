"""Names, filters and texts that templates ask for; each template is read as a layout's own page."""

from pathlib import Path

import pytest

from pipelines.lint import shapes
from pipelines.lint.expressions import Value
from pipelines.lint.findings import Findings
from pipelines.lint.reading import Reader
from pipelines.lint.sources import Files
from pipelines.lint.texts import Texts
from pipelines.press import environment
from pipelines.press.environment import Layout

LAYOUT = Layout("se/demand", "SE", "demand", ("sv",), "SE", (), 0)


class Page:
    """A page that was read: what is wrong, and which outputs vary."""

    def __init__(self, root: Path, template: str, texts: str = "", **others: str) -> None:
        for folder in ("shared", "shared/se", "se/demand"):
            (root / folder).mkdir(parents=True, exist_ok=True)
            (root / folder / "texts.sv.toml").touch()
        (root / "se/demand/texts.sv.toml").write_text(texts, encoding="utf-8")
        for name, text in {"page": template, **others}.items():
            (root / f"{name}.html").write_text(text, encoding="utf-8")
        store, self._findings = Files(root), Findings()
        context = shapes.context("SE", "demand").parts
        scope = {name: Value(shape, name not in shapes.FIXED) for name, shape in context.items()}
        scope["language"] = Value(shapes.Leaf(str))
        self._reader = Reader(
            store, environment.environment("sv", "SE"), Texts(store, LAYOUT, self._findings), self._findings
        )
        self._reader.page("page.html", scope)

    @property
    def found(self) -> set[tuple[str, int, str]]:
        """File, line and code."""
        return {
            (f.path.removeprefix("layouts/"), f.line, str(f.rule))
            for f in self._findings.reported([], every=True)
        }

    @property
    def facts(self) -> list[str]:
        """What the findings say."""
        return [f.fact for f in self._findings.reported([], every=True)]

    @property
    def varying(self) -> set[int]:
        """Numbers of the page's outputs that vary."""
        return self._reader.read["layouts/page.html", 1].varying


@pytest.mark.parametrize(
    "wrong",
    [
        "{{ amuont_due }}",
        "{{ sender.nmae }}",
        "{{ sender['nmae'] }}",
        "{% for c in claims %}{{ c.amout }}{% endfor %}",
        "{% for c in claims %}{{ loop.indx }}{% endfor %}",
        "{{ offers[0].parts[0].amout }}",
        "{{ offers[1:][0].month }}",
        "{{ (claims | first).amout }}",
        "{% set first = claims[0] %}{{ first.amout }}",
        "{{ claims | sum(attribute='amout') }}",
        "{{ claims | selectattr('amout') | list }}",
        "{{ claims.amount }}",
        "{{ way.bankgrio.account }}",
        "{{ (way.get('swish') or way.portal).acount }}",
        "{{ due_date.years }}",
        "{% if claim_cuont > 1 %}{% endif %}",
        "{{ 'a' if kindd == 'demand' }}",
        "{% macro m(c) %}{{ c.amout }}{% endmacro %}{{ m(claims[0]) }}",
        "{% macro m(c) %}{{ d.amount }}{% endmacro %}",
        "{{ greet('x') }}",
        "{% block slip %}{{ nothing }}{% endblock %}",
        "{% set x %}{{ nothing }}{% endset %}",
        "{% with a = nothing %}{{ a }}{% endwith %}",
        "{% for c in claims %}{% set last = c %}{% endfor %}{{ last.amount }}",
    ],
)
def test_a_name_that_no_letter_has_is_found(wrong: str, tmp_path: Path) -> None:
    assert Page(tmp_path, f"<p>\n\n{wrong}").found == {("page.html", 3, "name-unknown")}


@pytest.mark.parametrize(
    "right",
    [
        "{{ amount_due | money(currency) }} {{ sender.name }} {{ rules.object_by | day }}",
        "{% for c in claims if c.fees %}{{ c.amount | number }}{{ loop.index }}{% endfor %}",
        "{{ claims[0].extras.anything }} {{ extras.what_the_export_has }}",
        "{% set way_in = way.get('swish') or way.portal %}{{ way_in.account }}{{ way_in.payload }}",
        "{{ offers[0].parts[-1].due_date.year }} {{ recipient.name.upper().split()[0] }}",
        "{{ claims | map(attribute='creditor_name') | unique | join(', ') }}",
        "{{ (creditors | sort(attribute='amount') | last).subjects[0] }}",
        "{{ nothing | default('x') }} {{ 'a' if nothing is defined }}",
        "{% set ns = namespace(n=0) %}{% for c in claims %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
        "{% macro m(a, b=1) %}{{ a.amount }}{{ b }}{{ caller() }}{% endmacro %}"
        "{% call m(claims[0]) %}{% endcall %}",
        "{{ qr(way.portal.payload, 20) }} {{ range(3) | list }} {{ dict(a=1).a }}",
        "{% for number, claim in [(1, claims[0])] %}{{ claim.amount }}{% endfor %}",
        "{{ slip.payload if slip }}",
    ],
)
def test_a_name_of_the_context_is_not(right: str, tmp_path: Path) -> None:
    assert Page(tmp_path, right).found == set()


def test_a_near_name_is_offered(tmp_path: Path) -> None:
    assert Page(tmp_path, "{{ sender.nmae }}").facts == ["sender.nmae (is it name?)"]


def test_an_unknown_filter_or_test_is_found(tmp_path: Path) -> None:
    page = Page(
        tmp_path, "{{ amount_due | monye(currency) }}\n{{ 1 if claims is odder }}\n{{ 1 | money('SEK') }}"
    )
    assert page.found == {("page.html", 1, "filter-unknown"), ("page.html", 2, "filter-unknown")}


def test_what_cannot_be_read_as_a_template_is_found(tmp_path: Path) -> None:
    assert Page(tmp_path, "<p>\n{% if x %}\n").found == {("page.html", 2, "syntax")}


def test_templates_that_a_page_extends_imports_and_includes_are_read(tmp_path: Path) -> None:
    page = Page(
        tmp_path,
        "{% extends 'base.html' %}\n{% block slip %}{{ m.row(claims[0]) }}{% endblock %}",
        base="{% import 'macros.html' as m %}\n{% set a = sender %}\n{% block slip %}{% endblock %}\n"
        "{% include 'part.html' %}{% include 'none.html' %}",
        macros="{% macro row(c) %}\n{{ c.amout }}{% endmacro %}",
        part="{{ a.name }}\n\n{{ a.nmae }}",
    )
    assert page.found == {
        ("macros.html", 2, "name-unknown"),
        ("part.html", 3, "name-unknown"),
        ("base.html", 4, "file-missing"),
    }


def test_a_text_sees_the_context_and_what_say_gives_it(tmp_path: Path) -> None:
    page = Page(
        tmp_path,
        "{{ say('pay', day=due_date) }}\n{{ say('why') }}",
        texts='pay = "{{ day | day }} {{ amount_due }}"\n[x]\n[y]\n',
    )
    assert page.found == {("page.html", 2, "text-missing")}
    page = Page(tmp_path, "{{ say('why') }}", texts='a = "1"\nwhy = """\nOne\n{{ day | day }}"""\n')
    assert page.found == {("se/demand/texts.sv.toml", 4, "name-unknown")}


def test_a_key_that_is_put_together_may_be_any_that_fits(tmp_path: Path) -> None:
    texts = '[scan]\nswish = "x"\nportal = "{{ nothing }}"\n'
    page = Page(tmp_path, "{{ say('scan.' ~ way.portal.method) }}", texts=texts)
    assert page.found == {("se/demand/texts.sv.toml", 3, "name-unknown")}
    page = Page(tmp_path, "{{ say('pay.' ~ way.portal.method) }}", texts=texts)
    assert page.found == {("page.html", 1, "text-missing")}
    page = Page(tmp_path, "{{ say('scan.swish' if step > 1 else 'scan.none') }}", texts=texts)
    assert page.found == {("page.html", 1, "text-missing")}


@pytest.mark.parametrize(
    ("template", "varies"),
    [
        ("{{ amount_due }}", True),
        ("{{ sender.name }}{{ kind }}{{ language }}{{ 3 * 4 }}", False),
        ("{{ 'large' if amount_due > 1000 else 'small' }}", False),
        ("{{ amount_due > 1000 }}", False),
        ("{{ claims | length }}", True),
        ("{% for n in range(3) %}{{ loop.index }}{{ n }}{% endfor %}", False),
        ("{% for c in claims %}{{ loop.index }}{% endfor %}", True),
        ("{% set n = 2 + claims | length %}{{ '%d' % n }}", True),
        ("{% macro m(a) %}{{ a }}{% endmacro %}{% set x = m(due_date) %}{{ x }}", True),
        ("{% macro m(a) %}{{ 'x' if a }}{% endmacro %}{% set x = m(due_date) %}{{ x }}", False),
    ],
)
def test_it_knows_which_outputs_vary_from_letter_to_letter(
    template: str, varies: bool, tmp_path: Path
) -> None:
    assert bool(Page(tmp_path, template).varying) == varies
