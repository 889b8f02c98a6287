"""Where in a file a thing stands."""

from pipelines.lint.sources import Source, toml, toml_lines


def test_offsets_become_lines_and_columns() -> None:
    source = Source("x", "ab\u2028c\n\nd", first_line=10)
    assert [source.place(i) for i in (0, 3, 5, 6)] == [(10, 1), (10, 4), (11, 1), (12, 1)]


def test_every_key_of_a_toml_file_has_its_line() -> None:
    source = Source(
        "x",
        'a = "1"\n'
        '# b = "2"\n'
        'long = """\n'
        'c = "no key"\n'
        '[no table]"""\n'
        "[table] # words\n"
        'd = "x = y"\n'
        "[[many.parts]]\n"
        'e = "1"\n'
        "[[many.parts]]\n"
        "e = '2'\n",
    )
    assert list(toml_lines(source)) == [
        ("a", 1), ("long", 3), ("table", 6), ("table.d", 7),
        ("many.parts.1", 8), ("many.parts.1.e", 9), ("many.parts.2", 10), ("many.parts.2.e", 11),
    ]  # fmt: skip


def test_what_is_no_toml_is_told_with_its_place() -> None:
    _, wrong = toml(Source("x", 'a = "1"\nb = \n'))
    assert wrong is not None
    assert wrong[0] == 2
    table, wrong = toml(Source("x", 'a = "1"\n'))
    assert (table, wrong) == ({"a": "1"}, None)
