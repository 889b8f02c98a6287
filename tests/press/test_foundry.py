import io
from typing import Any

from fontTools.pens.recordingPen import DecomposingRecordingPen
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
        drawn = [glyph for glyph in range(1, len(order)) if face.advances[glyph] or glyph in face.texts]
        mute = {order[glyph] for glyph in drawn if glyph not in face.texts}
        assert mute <= parts, "only the accents that composed letters are built of have no text"


def test_tabular_figures_tell_the_same_text_as_plain_ones() -> None:
    face = typefaces.load().faces[0]
    font = TTFont(face.file)
    order, zero = font.getReverseGlyphMap(), font.getBestCmap()[ord("0")]
    singles = [t.mapping for lookup in foundry._lookups(font) for t in lookup if t.LookupType == 1]
    forms = {order[mapping[zero]] for mapping in singles if zero in mapping} - set(face.cmap.values())
    assert forms
    assert {face.texts[form] for form in forms} == {"0"}


def test_letters_look_as_in_the_font_that_they_are_cut_from() -> None:
    source = (assets.folder("fonts") / "Inter-Medium.ttf").read_bytes()
    whole, cut = (TTFont(io.BytesIO(data)) for data in (source, foundry.cut(source)))
    characters = cut.getBestCmap()
    assert len(characters) > 1000
    for code in characters:
        assert drawn(cut, code) == drawn(whole, code)


def drawn(font: TTFont, code: int) -> tuple[float, list[Any]]:
    """The width and the outline of a character."""
    glyphs = font.getGlyphSet()
    glyph = glyphs[font.getBestCmap()[code]]
    pen = DecomposingRecordingPen(glyphs)
    glyph.draw(pen)
    return glyph.width, pen.value


def test_the_subset_is_the_same_bytes_each_time_it_is_cut() -> None:
    source = (assets.folder("fonts") / "OCRB.ttf").read_bytes()
    assert foundry.cut(source) == foundry.cut(source)
