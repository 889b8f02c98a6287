"""What a layout says, and how a letter's data get into it."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from pipelines import assets
from pipelines.errors import AssetError
from pipelines.press import environment, texts
from pipelines.press.texts import Sayer, Texts

MADE = environment.environment("sv", "SE")


def sayer(words: dict[str, str], **context: object) -> Sayer:
    return Sayer(MADE, Texts({key: texts.compiled(MADE, text) for key, text in words.items()}), context)


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a layout `se/demand` without texts."""
    for name in ("shared/se", "se/demand"):
        (tmp_path / "layouts" / name).mkdir(parents=True)
    monkeypatch.setattr(assets, "folder", lambda kind: tmp_path / kind)
    return tmp_path / "layouts"


def test_texts_of_the_layout_come_before_the_countrys_and_these_before_the_languages(layout: Path) -> None:
    (layout / "shared" / "texts.sv.toml").write_text('a = "1"\nb = "1"\n[in]\nc = "1"\n', encoding="utf-8")
    (layout / "shared" / "se" / "texts.sv.toml").write_text('b = "2"\n[in]\nc = " 2\\n"\n', encoding="utf-8")
    own = 'b = "3"\n[[list]]\nbody = "one"\n[[list]]\nbody = "two"\n'
    (layout / "se" / "demand" / "texts.sv.toml").write_text(own, encoding="utf-8")
    found = texts.strings("se/demand", "SE", "sv")
    assert found == {"a": "1", "b": "3", "in.c": "2", "list.1.body": "one", "list.2.body": "two"}


def test_a_text_that_is_a_number_is_refused(layout: Path) -> None:
    (layout / "shared" / "texts.sv.toml").write_text("a = 5\n", encoding="utf-8")
    with pytest.raises(AssetError, match="'a' is not a string"):
        texts.strings("se/demand", "SE", "sv")


def test_words_without_data_are_known_before_the_first_letter() -> None:
    assert texts.compiled(MADE, "<b>Till</b>{# a note #}") == Markup("<b>Till</b>")
    assert not isinstance(texts.compiled(MADE, "{{ 'Till' }}"), Markup)


def test_a_text_sees_the_letter_and_before_that_what_is_said_with_it() -> None:
    assert sayer({"greeting": "Hej {{ name }}!"}, name="Åsa <b>")("greeting") == "Hej Åsa &lt;b&gt;!"
    assert sayer({"greeting": "Hej {{ name }}!"}, name="Åsa")("greeting", name="Nils") == "Hej Nils!"


def test_what_one_text_sets_no_other_sees() -> None:
    say = sayer({"one": "{% set n = 1 %}{{ n }}", "two": "{{ n }}"})
    assert say("one") == "1"
    with pytest.raises(UndefinedError):
        say("two")


def test_a_text_that_is_not_there_is_named() -> None:
    with pytest.raises(AssetError, match="no text 'farewell'"):
        sayer({})("farewell")


def test_the_sections_of_the_fixed_page_come_in_order_until_one_is_missing() -> None:
    words = {f"terms.sections.{n}.{part}": f"{part} {n}" for n in (1, 2, 4) for part in ("heading", "body")}
    assert list(sayer(words).sections()) == [("heading 1", "body 1"), ("heading 2", "body 2")]


LOOKING = [
    "{{ n }} of {{ offer.months }}",
    "{% if n == 1 %}one{% elif n %}{{ n }} of <b>{{ name }}</b>{% else %}none{% endif %}",
    "{{ offer.parts[0] ~ name }}, {{ 'x' if n is odd else name | upper }} {{ [n, name] | join(' ') }}",
    "{{ offer['months'] + n * 2 }} {{ not n }}",
]
DOING_MORE = ["{{ qr(name, 20) }}", "{% set n = 5 %}{{ n }}", "{% for c in name %}{{ c }}{% endfor %}"]


@pytest.mark.parametrize("source", LOOKING)
@pytest.mark.parametrize(("n", "name"), [(0, "Åsa <b>"), (1, ""), (2, "&amp;")])
def test_a_text_that_only_looks_at_data_says_what_its_template_says(source: str, n: int, name: str) -> None:
    offer = {"months": 12, "parts": ("a", "b")}
    text = texts.compiled(MADE, source)
    assert isinstance(text, texts.Text)
    assert text.function is not None
    wanted = text.template.render(n=n, name=name, offer=offer)
    assert sayer({"text": source}, n=n, offer=offer, name="someone else")("text", name=name) == wanted
    assert sayer({"text": source}, n=n, name=name, offer=offer)("text") == wanted


@pytest.mark.parametrize("source", DOING_MORE)
def test_a_text_that_does_more_is_left_to_its_template(source: str) -> None:
    text = texts.compiled(MADE, source)
    assert isinstance(text, texts.Text)
    assert text.function is None
    assert sayer({"text": source}, name="Åsa")("text") == text.template.render(name="Åsa")


def test_a_name_that_nobody_gives_is_an_error_unless_the_text_asks_for_it() -> None:
    say = sayer({"greeting": "Hej {{ name }}!", "asking": "{{ name if name is defined else 'du' }}"})
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        say("greeting")
    assert say("asking") == "du"
