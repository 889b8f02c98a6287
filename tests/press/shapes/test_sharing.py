"""What letters share decides nothing: one looks the same, and takes the same lane, whoever came before."""

import pytest

from pipelines.press.stamper import Stamped, Stamper
from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import telling

LONG = "Wilhelmina af Ugglas Järvinen-Lindqvist Þórðardóttir Ó Súilleabháin"
WORD = "betalningspåminnelseavgiftsberäkningsgrundsförklaring"
BESIDE = (
    '<div style="position: relative; height: 30mm"><div style="{}; width: 20mm">{{{{ name }}}}</div>'
    '<div style="position: absolute; left: 40mm; top: 0; width: 60mm; height: 10mm; '
    'background: device-cmyk(0 0 0 .1)">x</div></div>'
)
"""A box beside a text that may run into it."""
CASES = {
    "a text that runs out of its box": (
        BESIDE.format("white-space: nowrap"),
        [{"name": "Bo"}, {"name": LONG}],
    ),
    "a word that is wider than its box": (BESIDE.format("font-size: 12pt"), [{"name": "Bo"}, {"name": WORD}]),
    "a code and a name that change places": (
        '<p class="h">{{ qr("X" ~ name, 20) if u else name }}</p>'
        '<p>{{ name if u else qr("X" ~ name, 20) }}</p>',
        [{"u": 0, "name": "Bo"}, {"u": 1, "name": "Li"}],
    ),
    "an underlined text that may be empty": (
        '<table style="line-height: 8pt">{% for r in some %}'
        "<tr><td>x<u>{{ r }}</u></td></tr>{% endfor %}</table>",
        [{"some": ["", ""]}, {"some": ["abc", "def"]}, {"some": ["", "ghi"]}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_letter_looks_the_same_whoever_came_before_it(bench: Bench, name: str) -> None:
    block, contexts = CASES[name]
    letters = bench.put(telling(block, *contexts, sheet=".h svg { display: none }"))
    for letter in letters:
        bench.stamper().stamp(letter)
    lanes = []
    for order in (letters, letters[::-1]):
        stamper = bench.stamper()
        stamper.prepare(order)
        lane = {}
        for letter in order:
            stamped = stamper.stamp(letter)
            lane[letter.piece_id] = type(stamped)
            if isinstance(stamped, Stamped):
                assert bench.differences(letter, stamped) == ()
        lanes.append(lane)
    assert lanes[0] == lanes[1]
    assert Stamped in lanes[0].values()


def test_the_same_letters_make_the_same_bytes_whatever_layers_others_had(bench: Bench) -> None:
    text = "<p class=\"{{ 'k' if u }}\">Fast text som är lång nog att bli en form i filen, ja visst</p>"
    block = f"{text}{text}{text}<p>{{{{ name }}}}</p>"
    contexts = [{"u": u, "name": name} for u in (0, 1) for name in "abc"]
    letters = bench.put(telling(block, *contexts, sheet=".k { position: relative }"))
    plain, layered = letters[:3], letters[3:]
    for letter in letters:
        bench.stamper().stamp(letter)

    def pages(stamper: Stamper) -> list[object]:
        stamper.begin_file()
        made = [stamper.stamp(letter) for letter in plain]
        return [[page.content for page in one.pages] for one in made if isinstance(one, Stamped)]

    other = bench.stamper()
    for letter in layered:
        other.stamp(letter)
    first = pages(bench.stamper())
    assert len(first) == len(plain)
    assert pages(other) == first


def test_a_code_of_what_is_no_text_is_left_to_the_layout_engine(bench: Bench) -> None:
    refused = bench.stamped(telling("{{ qr(some, 20) }}", {"some": ["a", "b"]}))
    assert not any(isinstance(one, Stamped) for one in refused)
