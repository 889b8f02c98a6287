from fontTools.ttLib import TTFont

from pipelines import assets
from pipelines.press import foundry, typefaces


def test_every_glyph_that_can_be_set_tells_its_text() -> None:
    for face in typefaces.load().faces:
        font = TTFont(face.file)
        order = font.getGlyphOrder()
        parts = {
            part.glyphName
            for name in order
            if font["glyf"][name].isComposite()
            for part in font["glyf"][name].components
        }
        mute = {order[glyph] for glyph in range(1, len(order)) if glyph not in face.texts}
        assert mute <= parts, "only the accents that composed letters are built of have no text"


def test_tabular_figures_tell_the_same_text_as_plain_ones() -> None:
    face = typefaces.load().faces[0]
    font = TTFont(face.file)
    order, zero = font.getReverseGlyphMap(), font.getBestCmap()[ord("0")]
    singles = [t.mapping for lookup in foundry._lookups(font) for t in lookup if t.LookupType == 1]
    forms = {order[mapping[zero]] for mapping in singles if zero in mapping} - set(face.cmap.values())
    assert forms
    assert {face.texts[form] for form in forms} == {"0"}


def test_the_subset_is_the_same_bytes_each_time_it_is_cut() -> None:
    source = (assets.folder("fonts") / "OCRB.ttf").read_bytes()
    assert foundry.cut(source) == foundry.cut(source)
