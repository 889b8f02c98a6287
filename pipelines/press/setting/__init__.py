"""The text setting engine: a block's inline content as lines of glyphs, as WeasyPrint and Pango set it."""
