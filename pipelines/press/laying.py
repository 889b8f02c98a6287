"""WeasyPrint's layout of a document together with what it knew meanwhile: all computed styles.

The same steps as WeasyPrint's own rendering, which forgets its layout context at the end.
"""

from collections.abc import Sequence
from typing import Any

from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.css.tokens import Pending
from weasyprint.document import Document, DocumentMetadata, Page
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.layout import layout_document
from weasyprint.text.fonts import FontConfiguration


class _Unsaid:
    """Whether a declaration with a variable was complained of: always not yet.

    WeasyPrint keeps in mind that it did, with the style sheet. So of all letters in which a variable
    makes no sense the first would fail, and those after it would print without the declaration.
    """

    def __get__(self, pending: object, kind: type) -> bool:
        return False

    def __set__(self, pending: object, value: bool) -> None:
        pass


Pending._reported_error = _Unsaid()


def lay_out(
    html: HTML, fonts: FontConfiguration, counters: CounterStyle, sheets: Sequence[CSS]
) -> tuple[Document, Any]:
    """The laid-out document, and its layout context (`style_for`, `counter_style`)."""
    options = {**DEFAULT_OPTIONS, "stylesheets": list(sheets)}
    context = Document._build_layout_context(html, fonts, counters, {}, options)
    root = build_formatting_structure(
        html.etree_element,
        context.style_for,
        context.get_image_from_uri,
        html.base_url,
        context.target_collector,
        counters,
        context.footnotes,
    )
    pages = [Page(box) for box in layout_document(html, root, context)]
    document = Document(pages, DocumentMetadata(), html.url_fetcher, fonts, {}, None)
    document._html = html
    return document, context
