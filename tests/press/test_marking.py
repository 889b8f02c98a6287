"""A letter's data told apart from its template, and the plain letter put together again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, Template, UndefinedError, nodes
from markupsafe import Markup

from pipelines.model import Letter
from pipelines.press import environment, marking
from pipelines.press.environment import LetterEnvironment
from pipelines.press.marked_environment import LOOKS_AT, MarkedEnvironment
from pipelines.press.marking import Marked, SymbolSlot
from pipelines.press.signs import DRAWN, SIGN, Unmarkable
from pipelines.press.texts import Sayer, Texts, compiled
from tests.layouts import desk

EVERY = [
    (layout, language, sample)
    for layout, language in desk.SPOKEN
    for sample in (*desk.samples(layout, language), *desk.HOSTILE)
]
TRICKY = st.one_of(
    st.text(max_size=20),
    st.text("<>&;\"'#3 4{}%gtlmp\n\u00a0aÅ", max_size=20),
    st.sampled_from(
        ["", " ", "&amp;", "&lt;b&gt;", "{{ name }}", "{% if %}", "<b>Å</b>", " a ", "\r\n", "0"]
    ),
)


def plain(letter: Letter) -> str:
    return environment.render_html(
        letter.layout, letter.language, str(letter.context["country"]), letter.context
    )


def render(
    kind: type[LetterEnvironment], files: Mapping[str, str], words: Mapping[str, str], context: dict[str, Any]
) -> str:
    made, template, compiled_words = read(kind, tuple(files.items()), tuple(words.items()))
    return template.render({**context, "say": Sayer(made, compiled_words, context)})


@cache
def read(
    kind: type[LetterEnvironment], files: tuple[tuple[str, str], ...], words: tuple[tuple[str, str], ...]
) -> tuple[Environment, Template, Texts]:
    made = environment.environment("sv", "SE", kind).overlay(loader=DictLoader(dict(files)))
    return made, made.get_template("letter"), Texts({key: compiled(made, text) for key, text in words})


def marked(letter: str, words: Mapping[str, str] | None = None, /, **context: Any) -> Marked:
    """The template's pieces and values; the plain document was checked."""
    return marked_of({"letter": letter}, words or {}, context)


def marked_of(files: Mapping[str, str], words: Mapping[str, str], context: dict[str, Any]) -> Marked:
    found = marking.taken_apart(render(MarkedEnvironment, files, words, context))
    assert marking.html(found) == render(LetterEnvironment, files, words, context)
    assert len(found.pieces) == len(found.values) + 1
    assert not any(sign in piece for piece in found.pieces for sign in (SIGN, DRAWN))
    return found


class TestLetters:
    @pytest.mark.parametrize(("layout", "language", "sample"), EVERY)
    def test_every_sample_put_together_again_is_the_plain_letter(
        self, layout: str, language: str, sample: str
    ) -> None:
        letter = desk.letter(layout, language, sample)
        assert marking.html(marking.marked(letter)) == plain(letter)

    @pytest.mark.parametrize(("layout", "language"), desk.SPOKEN)
    def test_what_the_letter_brings_is_in_its_values_and_what_the_layout_says_in_its_pieces(
        self, layout: str, language: str
    ) -> None:
        letter = desk.letter(layout, language, "six-claims")
        found = marking.marked(letter)
        words = "".join(found.pieces)
        said = [letter.amount_text, letter.reference_text, letter.context["recipient"]["name"]]
        said += [claim["subject"] for claim in letter.context["claims"]]
        for text in said:
            assert text in found.values
            assert text not in words
        assert {"sv": "Bra att veta", "fi": "Hyvä tietää", "en": "Good to know"}[language] in words

    def test_letters_that_differ_in_their_data_only_have_the_same_pieces(self) -> None:
        one = desk.letter("se/demand", "sv", "six-claims")
        other = with_name(one, "Nils Ek")
        assert marking.marked(one).pieces == marking.marked(other).pieces
        assert marking.marked(one).values != marking.marked(other).values

    @pytest.mark.parametrize("layout", desk.LAYOUTS)
    def test_symbols_are_places_with_payload_and_size(self, layout: str) -> None:
        letter = desk.letter(layout, environment.languages(layout)[0], "six-claims")
        document = marking.marked(letter)
        found = [value for value in document.values if isinstance(value, SymbolSlot)]
        assert [document.values[i] for i in document.symbols] == found
        assert document.symbols == Marked(document.pieces, document.values).symbols
        assert document.texts() == [v if isinstance(v, str) else "" for v in document.values]
        assert sorted(symbol.payload for symbol in found) == sorted(letter.codes)
        assert {(s.kind, s.arguments) for s in found} <= {
            ("qr", (34.0,)),
            ("qr", (23.0,)),
            ("code128", (105.0, 10.0)),
        }
        assert "<svg" in marking.html(Marked(("", ""), (found[0],)))

    @given(TRICKY, TRICKY)
    def test_names_and_subjects_of_any_form_come_back_as_they_are(self, name: str, subject: str) -> None:
        letter = with_name(desk.letter("se/demand", "sv", "one-claim"), name, subject)
        if any(sign in name + subject for sign in (SIGN, DRAWN)):
            with pytest.raises(Unmarkable):
                marking.marked(letter)
            return
        found = marking.marked(letter)
        assert marking.html(found) == plain(letter)
        assert {name, subject} <= set(found.values)

    def test_a_letter_that_lacks_what_its_layout_asks_for_fails_as_the_plain_one_does(self) -> None:
        letter = desk.letter("se/demand", "sv", "one-claim")
        context = {key: value for key, value in letter.context.items() if key != "due_date"}
        with pytest.raises(UndefinedError, match="due_date"):
            marking.marked(replace(letter, context=context))


def with_name(letter: Letter, name: str, subject: str | None = None) -> Letter:
    context = dict(letter.context)
    context["recipient"] = {**context["recipient"], "name": name}
    if subject is not None:
        context["claims"] = tuple({**claim, "subject": subject} for claim in context["claims"])
        context["creditors"] = tuple({**c, "subjects": (subject,)} for c in context["creditors"])
    return replace(letter, context=context)


class TestPrinting:
    def test_a_value_is_what_data_gave_and_a_piece_what_the_template_says(self) -> None:
        assert marked("<p>Hej {{ name }}!</p>", name="Åsa") == Marked(("<p>Hej ", "!</p>"), ("Åsa",))

    def test_values_are_not_escaped_and_may_be_empty(self) -> None:
        found = marked("{{ a }}{{ b }}{{ c }}", a="<b> & \"'", b="", c="&lt;")
        assert found == Marked(("", "", "", ""), ("<b> & \"'", "", "&lt;"))

    def test_numbers_nothing_and_lists_are_values_as_they_look(self) -> None:
        found = marked("{{ a }} {{ b }} {{ c }}", a=Decimal("1.50"), b=None, c=["x", 1])
        assert found.values == ("1.50", "None", "['x', 1]")
        found = marked("{{ a }} {{ b }} {{ c }} {{ d }}", a=-7, b=1e16, c=1e-9, d=True)
        assert found.values == ("-7", "1e+16", "1e-09", "True")

    @pytest.mark.parametrize("a", [None, 0, "", "None", Markup("None")])
    def test_what_is_none_is_told_as_jinja_tells_it(self, a: object) -> None:
        template = "{% if a is none %}-{% endif %}{% if a is not none and b is none %}+{% endif %}"
        assert marked(template, a=a, b=None).pieces == ("-" if a is None else "+",)

    def test_constants_are_the_templates_own(self) -> None:
        assert marked("{{ 'a<b' }} {{ 3 }} {{ 'x' | upper }} {{ 'a' ~ 1 }}").values == ()

    def test_words_that_data_choose_are_a_value(self) -> None:
        assert marked("<i class=\"n{{ ' long' if n > 5 }}\">", n=7).values == (" long",)
        assert marked("<i class=\"n{{ ' long' if n > 5 }}\">", n=3).values == ("",)
        assert marked("{{ 'one' if n == 1 else 'many' }}", n=1).values == ("one",)

    def test_a_part_that_data_choose_is_in_the_pieces(self) -> None:
        template = "{% if n %}<b>{{ n }}</b>{% else %}none{% endif %}"
        assert marked(template, n=2) == Marked(("<b>", "</b>"), ("2",))
        assert marked(template, n=0) == Marked(("none",), ())

    def test_rows_are_pieces_and_values_in_order(self) -> None:
        found = marked("{% for r in rows %}<td>{{ r.a }}</td>{% endfor %}", rows=[{"a": 1}, {"a": 2}])
        assert found == Marked(("<td>", "</td><td>", "</td>"), ("1", "2"))


class TestMarkup:
    """What the template made of words and data."""

    def test_texts_have_their_data_as_values(self) -> None:
        found = marked("<p>{{ say('hello', name=n) }}</p>", {"hello": "<b>Hej</b> {{ name }}!"}, n="A&B")
        assert found == Marked(("<p><b>Hej</b> ", "!</p>"), ("A&B",))

    def test_a_text_within_a_text_is_not_signed_again(self) -> None:
        words = {"inner": "to {{ n }}", "outer": "pay {{ what }} now"}
        assert marked("{{ say('outer', what=say('inner')) }}", words, n=3) == Marked(
            ("pay to ", " now"), ("3",)
        )

    def test_macros_set_blocks_and_calls_hand_their_values_on(self) -> None:
        found = marked(
            "{% macro cell(x) %}<td>{{ x }}</td>{% endmacro %}"
            "{% macro row(x) %}{{ cell(x) }}{{ caller() }}{% endmacro %}"
            "{% set kept %}<i>{{ a }}</i>{% endset %}"
            "{{ cell(kept) }}{% call row(b) %}<u>{{ c }}</u>{% endcall %}",
            a="1",
            b="2",
            c="3",
        )
        assert found == Marked(("<td><i>", "</i></td><td>", "</td><u>", "</u>"), ("1", "2", "3"))

    def test_layouts_that_extend_include_and_import_do_too(self) -> None:
        files = {
            "base": "<h1>{% block head %}Base {{ n }}{% endblock %}</h1>{% include part %}{{ self.head() }}",
            "letter": "{% extends 'base' %}{% import 'macros' as m %}"
            "{% block head %}{{ super() }}: {{ m.bold(n) }} {{ m.words }}{% endblock %}",
            "macros": "{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}{% set words %}<i>all</i>{% endset %}",
            "part": "<p>{{ n }}</p>",
        }
        found = marked_of(files, {}, {"n": "7", "part": "part"})
        assert found.values == ("7", "7", "7", "7", "7")
        assert "<h1>Base " in found.pieces[0]
        assert "</b> <i>all</i></h1><p>" in found.pieces

    @pytest.mark.parametrize(
        "letter",
        [
            "{% extends say('file', n='base') %}{% block head %}{{ n }}{% endblock %}",
            "{% include say('file', n='part') %}",
            "{% import say('file', n='macros') as m %}{{ m.bold(n) }}",
            "{% from say('file', n='macros') import bold %}{{ bold(n) }}",
        ],
    )
    def test_a_printed_name_of_a_file_is_found(self, letter: str) -> None:
        files = {
            "letter": letter,
            "base": "{% block head %}{% endblock %}",
            "part": "{{ n }}",
            "macros": "{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}",
        }
        assert marked_of(files, {"file": "{{ n }}"}, {"n": "7"}).values == ("7",)

    def test_a_recursive_loop_hands_its_values_on(self) -> None:
        tree = [{"n": 1, "of": [{"n": 2, "of": []}]}]
        template = "{% for t in tree recursive %}<li>{{ t.n }}{{ loop(t.of) }}</li>{% endfor %}"
        assert marked(template, tree=tree) == Marked(("<li>", "<li>", "</li></li>"), ("1", "2"))

    def test_markup_sent_through_a_filter_is_a_value_between_each_two_tags(self) -> None:
        found = marked(
            "{{ say('hello') | replace('n', 'd') }}", {"hello": "<b>hen</b> {{ n }} &amp;"}, n="n&b"
        )
        assert found == Marked(("<b>", "</b>", ""), ("hed", " d&b &"))

    def test_markup_with_no_way_back_stays_as_it_is(self) -> None:
        assert marked("{{ x | safe }}", x="a &mdash; b<br>c") == Marked(("a &mdash; b<br>", ""), ("c",))


SEEING: list[tuple[str, str | None]] = [
    ("{{ m(n) | int + 1 }}", "8"),
    ("{{ m(n) | length }}", "1"),
    ("{{ m(n) == '7' }}", "True"),
    ("{{ '7' == m(n) }}", "True"),
    ("{{ 'yes' if m(n) == '7' else 'no' }}", "yes"),
    ("{{ 'yes' if m(n) in ['7', '8'] else 'no' }}", "yes"),
    ("{{ 'yes' if '7' in m(n) else 'no' }}", "yes"),
    ("{{ 'yes' if m(empty) else 'no' }}", "no"),
    ("{% if m(empty) %}yes{% else %}{{ n }}{% endif %}", "7"),
    ("{% if not m(empty) %}{{ n }}{% endif %}", "7"),
    ("{{ m(empty) or n }}", "7"),
    ("{{ n and m(n) }}", "7"),
    ("{{ m(n) ~ m(n) }}", "77"),
    ("{{ m(n) ~ '<' }}", "7<"),
    ("{{ m(n) + '<' }}", "7<"),
    ("{{ '<' + m(n) }}", "<7"),
    ("{{ m(n) * 3 }}", "777"),
    ("{{ '%s<' % m(n) }}", "7<"),
    ("{{ say('share') % 5 }}", "5 of 7"),
    ("{{ m(n)[0] }}", "7"),
    ("{{ m(n)[:1] }}", "7"),
    ("{{ [m(n), 'b'][0] }}", "7"),
    ("{{ [n, 'b'][0] | int }}", "7"),
    ("{{ dict(k=(n, n))['k'][1] | int }}", "7"),
    ("{{ [[m(n)]][0][0] }}", "7"),
    ("{{ 'none' if [n][1] is undefined }}", "none"),
    ("{{ 'none' if [][0] is undefined }}", None),
    ("{{ {0: 'x'}[0] ~ n }}", "x7"),
    ("{{ m('abc')[m(n) | int - 6] }}", "b"),
    ("{{ {'7': 'seven'}[m(n)] }}", "seven"),
    ("{{ m('ab').upper() }}", "AB"),
    ("{{ '-'.join([m(n), m(n)]) }}", "7-7"),
    ("{{ 'a7'.replace(m(n), m('b')) }}", "ab"),
    ("{{ [m(n), m(n)] | join('-') }}", "7-7"),
    ("{{ n | default(m('x')) }}", "7"),
    ("{{ 'a' | replace('a', m(n)) }}", "7"),
    ("{% set a, b = m('xy') %}{{ a }}", "x"),
    ("{% set a = m(n) %}{{ a | int - 1 }}", "6"),
    ("{% set a %}{{ n }}{% endset %}{{ a | int - 1 }}", "6"),
    ("{% set a | trim %} {{ n }} {% endset %}{{ a }}", "7"),
    ("{% filter upper %}{{ 'x' ~ n }}{% endfilter %}", "X7"),
    ("{% set ns = namespace(x='') %}{% set ns.x = m(n) %}{{ 'y' if ns.x == '7' }}", "y"),
    ("{% set ns = namespace(x=m(n)) %}{{ ns.x | int }}", "7"),
    ("{% for c in m('x') %}{{ c }}{% endfor %}", "x"),
    ("{% for c in [m('x')] if c == 'x' %}{{ c }}{% endfor %}", "x"),
    ("{% for c in 'x' %}{{ loop.cycle(m(n), '') }}{% endfor %}", "7"),
    ("{% with a = m(n) %}{{ a | int }}{% endwith %}", "7"),
    ("{% with (a, b) = m('xy') %}{{ b }}{% endwith %}", "y"),
    ("{{ 'y' if m(n) is eq '7' }}", "y"),
    ("{{ 'y' if n is eq m(n) }}", "y"),
    ("{{ 'y' if m('x') is lower }}", "y"),
    ("{{ [m(n)] }}", "[Markup('7')]"),
    ("{{ {'a': m(n)} }}", "{'a': Markup('7')}"),
    ("{{ (m(n), 1) | string }}", "(Markup('7'), 1)"),
    ("{{ dict(a=m(n)).a }}", "7"),
    ("{{ say('count', n=m(n)) }}", "7"),
    ("{{ qr('C1', 30) | length > 500 }}", "True"),
    ("{{ qr('C1', 30)[:4] }}", None),
    ("{{ m(qr('C1', 30)) | length > 500 }}", "True"),
    ("{{ m(n) | indent(2, first=true) }}", "  7"),
    ("{{ 'cab' | replace(*m('ab')) }}", "cbb"),
    ("{{ 'y' if n is eq(*m('7')) }}", "y"),
    ("{% for c in ['', 'x'] if m(c) %}{{ c }}{% endfor %}", "x"),
    ("{% set d = {m('k'): n} %}{{ d['k'] }}", "7"),
    ("{{ say('words') + n }}", "words7"),
    ("{{ say('words') ~ n }}", "words7"),
    ("{{ say('form') % n }}", "form 7"),
    ("{{ dict(k=m(n)).get('k') | int }}", "7"),
    ("{{ dict(k=n).get('x', '9') }}", "9"),
    ("{{ 'none' if dict(k=n).get('x') is none }}", "none"),
    ("{{ dict(k=n).get(m('k')) }}", "7"),
    ("{% for i in range(m(n) | int) if i == 6 %}{{ i }}{% endfor %}", "6"),
    ("{% for i in range(m(n) | int) %}{% if loop.last %}{{ loop.index }}{% endif %}{% endfor %}", "7"),
    ("{% macro k() %}{{ kwargs.x | int }}{% endmacro %}{{ k(x=m(n)) }}", "7"),
    ("{% macro k(a, b='9') %}{{ a ~ b }}{% endmacro %}{{ k(m(n)) }}", "79"),
    ("{{ ([dict(a=m(n))] | selectattr('a') | list)[0].a }}", "7"),
    ("{{ ' a' | indent(width=m('x'), first=true) }}", "x a"),
]
"""Each way in which an expression can look at a printed text; `m` prints its argument."""


class TestExpressions:
    @pytest.mark.parametrize(("template", "value"), SEEING)
    def test_an_expression_sees_what_it_sees_in_the_plain_letter(
        self, template: str, value: str | None
    ) -> None:
        words = {"count": "{{ n | int }}", "share": "%s of {{ n }}", "words": "words", "form": "form %s"}
        macro = "{% macro m(x) %}{{ x }}{% endmacro %}"
        found = marked(macro + template, words, n="7", empty="")
        assert found.values == (() if value is None else (value,))

    @example("7")
    @example("")
    @given(TRICKY.filter(lambda text: SIGN not in text and DRAWN not in text))
    def test_every_expression_takes_the_same_path_whatever_the_data(self, text: str) -> None:
        marked("\n".join(ALIKE), {"t": "<b>{{ x }}</b> words"}, x=text)

    def test_all_of_jinjas_syntax_is_known_to_look_at_values_or_to_hand_them_on(self) -> None:
        unknown = {
            kind for kind in subclasses(nodes.Node) if not set(kind.__mro__) & {*LOOKS_AT, *HANDING_ON}
        }
        assert unknown == set()


ALIKE = (
    "{{ x ~ say('t') ~ x }}",
    "{{ say('t') + x }}",
    "{{ (x, say('t')) | join(x) }}",
    "{{ say('t') | replace('b', x) }}",
    "{{ say('t') | upper | trim }}",
    "{{ say('t')[2:-2] }}",
    "{% set y %}{{ x }}{% endset %}{{ 'long' if y | length > 3 else y }}",
    "{% set y %}{{ x }}{% endset %}{% if y %}<p>{{ y }}</p>{% endif %}",
    "{% filter title %}<i>{{ x }}</i>{% endfilter %}",
    "{{ x | safe | striptags }}",
    "{{ x | e }} {{ x | forceescape }}",
    '<p title="{{ x }}" class="{{ x | length }}">',
)

HANDING_ON = (
    *(nodes.Template, nodes.Output, nodes.Macro, nodes.CallBlock, nodes.Block, nodes.Scope, nodes.ExprStmt),
    *(
        nodes.FilterBlock,
        nodes.AssignBlock,
        nodes.Assign,
        nodes.With,
    ),  # filters and targets: see the environment
    *(nodes.Name, nodes.NSRef, nodes.Const, nodes.TemplateData, nodes.Dict, nodes.Keyword, nodes.Literal),
    *(nodes.Getattr, nodes.Call),  # bare at run time
    *(nodes.Break, nodes.Continue, nodes.Slice),  # a slice has numbers, no text
    nodes.EvalContextModifier,  # refused
    # Of extensions only, and there are none:
    *(nodes.EnvironmentAttribute, nodes.ExtensionAttribute, nodes.ImportedName, nodes.InternalName),
    *(nodes.MarkSafe, nodes.MarkSafeIfAutoescape, nodes.ContextReference, nodes.DerivedContextReference),
    nodes.OverlayScope,
)


def subclasses(kind: type[nodes.Node]) -> Iterator[type[nodes.Node]]:
    """The classes that no other is made of."""
    below = kind.__subclasses__()
    for one in below:
        yield from subclasses(one)
    if not below:
        yield kind


@dataclass(frozen=True)
class Record:
    name: str
    amount: Decimal


class TestRecords:
    def test_a_records_fields_and_what_it_works_out_are_values(self) -> None:
        found = marked(
            "{{ r.name }}: {{ r.amount }} {{ r.amount.is_zero() }}", r=Record("A & B", Decimal("1.50"))
        )
        assert found.values == ("A & B", "1.50", "False")

    def test_a_field_that_a_record_has_not_is_an_error(self) -> None:
        with pytest.raises(UndefinedError):
            marked("{{ r.age }}", r=Record("Åsa", Decimal(1)))

    def test_a_field_that_pythons_grammar_takes_is_read_too(self) -> None:
        assert marked("{{ r['class'] }}{{ r.class }}", r={"class": "x"}).values == ("x", "x")


class TestRefusals:
    @pytest.mark.parametrize("sign", [SIGN, DRAWN])
    @pytest.mark.parametrize(
        "template", ["{{ x }}", "{{ x | safe }}", "{{ x | upper }}", "{{ qr(x, 30) }}", "{{ say('t') }}"]
    )
    def test_data_with_a_sign_are_refused_without_quoting_them(self, template: str, sign: str) -> None:
        with pytest.raises(Unmarkable) as refused:
            marked(template, {"t": "{{ x }}"}, x=f"Åsa{sign}")
        assert "Åsa" not in str(refused.value)

    def test_data_with_a_sign_that_are_only_looked_at_do_no_harm(self) -> None:
        assert marked("{{ x | length }}", x=f"a{SIGN}").values == ("2",)

    @pytest.mark.parametrize(
        "template",
        [
            f"a{SIGN}b",
            "{{ '\\ufdd1' }}",
            "{% autoescape false %}{{ x }}{% endautoescape %}",
            "{% set ns = namespace() %}{% set ns.x %}{{ x }}{% endset %}",
        ],
    )
    def test_templates_that_cannot_be_followed_are_refused(self, template: str) -> None:
        with pytest.raises(Unmarkable):
            render(MarkedEnvironment, {"letter": template}, {}, {"x": "1"})

    def test_a_symbol_has_its_sizes_in_numbers(self) -> None:
        with pytest.raises(Unmarkable):
            render(MarkedEnvironment, {"letter": "{{ qr('C1', size) }}"}, {}, {"size": Decimal("34.50")})
