"""From a letter to a print file: layout, codes, marks, the PDF and its preflight."""
