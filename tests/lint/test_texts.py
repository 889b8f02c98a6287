"""Texts and languages of a layout, told apart by file and line."""

from tests.lint.conftest import Room


def texts_of(room: Room, language: str, text: str) -> None:
    room.write(f"se/demand/texts.{language}.toml", text)


def test_a_text_that_one_language_lacks_is_missing_where_it_belongs(room: Room) -> None:
    room.change("se/demand/letter.html", "{{ say('title') }}", "{{ say('lead.offer') }}")
    both = 'pay = "x"\n\n[lead]\nhelp = "y"\n'
    texts_of(room, "sv", both + 'offer = "z"\n')
    texts_of(room, "en", both)
    assert room.found() == {("se/demand/texts.en.toml", 3, "text-missing")}


def test_a_text_that_no_language_has_is_missing_where_it_is_said(room: Room) -> None:
    line = room.change("se/demand/letter.html", "{{ say('title') }}", "{{ say('titel') }}")
    assert room.found() == {("se/demand/letter.html", line, "text-missing")}


def test_a_language_without_a_file_is_missing_where_it_is_promised(room: Room) -> None:
    (room.root / "se/demand/texts.en.toml").unlink()
    (room.root / "shared/se/texts.en.toml").unlink()
    report = room.lint()
    assert room.found() == {("se/demand/layout.toml", 4, "language-missing")}
    assert [f.fact for f in report.findings] == [
        "en: no layouts/se/demand/texts.en.toml", "en: no layouts/shared/se/texts.en.toml"
    ]  # fmt: skip


def test_a_language_that_nobody_speaks_is_one_finding_more(room: Room) -> None:
    room.change("se/demand/layout.toml", '["sv", "en"]', '["xx"]')
    assert ("se/demand/layout.toml", 4, "language-missing") in room.found()


def test_texts_that_cannot_be_read_are_found(room: Room) -> None:
    texts_of(room, "sv", 'pay = "x"\n\noops\n')
    assert ("se/demand/texts.sv.toml", 3, "syntax") in room.found()


def test_a_text_that_is_no_text_is_found(room: Room) -> None:
    line = room.add("se/demand/texts.sv.toml", "count = 5")
    assert room.found() == {("se/demand/texts.sv.toml", line, "syntax")}


def test_elements_in_texts_are_looked_at(room: Room) -> None:
    texts_of(room, "sv", 'title = """\n\nSee\n<a href=\'x\'>here</a>"""\npay = "x"\n')
    assert room.found() == {("se/demand/texts.sv.toml", 4, "link")}


def test_the_sections_of_the_fixed_page_are_there_in_every_language(room: Room) -> None:
    room.change("se/demand/layout.toml", "terms_pages = 0", "terms_pages = 1")
    room.write("shared/terms.css", "")
    room.write(
        "se/demand/terms.html",
        "<!DOCTYPE html><html lang='{{ language }}'><body>\n"
        "{% for head, body in sections %}<p>{{ head }} {{ body }}</p>{% endfor %}</body></html>",
    )
    section = '[[terms.sections]]\nheading = "a"\nbody = "{{ sender.name }}"\n'
    for language in ("sv", "en"):
        texts_of(room, language, f'pay = "x"\n{section}{section}')
    assert room.found() == set()
    texts_of(room, "en", f'pay = "x"\n{section}')
    assert room.found() == {("se/demand/texts.en.toml", 1, "text-missing")}
    texts_of(room, "en", f'pay = "x"\n{section}{section.replace("sender.name", "recipient.name")}')
    assert room.found() == {("se/demand/texts.en.toml", 7, "name-unknown")}
