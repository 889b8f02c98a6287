import io
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree
from pikepdf import Name

from pipelines import config
from pipelines.errors import AssetError, ConfigError
from pipelines.model import PlannedContainer
from pipelines.press import marks, page_tree
from pipelines.press.assemble import Assembly
from pipelines.press.compose import Composed, Composer
from pipelines.press.painting import PaintedPage
from tests.press.scratch import HEAD, letter

VENDOR = config.Vendor()
TRAYS = (
    PlannedContainer("tray-1", "postcode", "413", 11, 12),
    PlannedContainer("tray-2", "postcode", "414", 13, 13),
)
MORE = (0, 1, 3)
"""Pages beyond the first of the three letters; each has a fixed page, so they have 2, 3 and 5."""

Pages = list[tuple[PaintedPage, ...]]


@pytest.fixture(scope="module")
def pages(composer: Composer) -> Pages:
    """Three letters, the last with a group, so with resources of its own."""
    extras = ("", "", '<p class="faint">svagt</p>')
    composed = [
        composer.compose(letter(i, more=more, extra=extra))
        for i, (more, extra) in enumerate(zip(MORE, extras, strict=True), start=1)
    ]
    return [letter.pages for letter in composed if isinstance(letter, Composed)]


@pytest.fixture(scope="module")
def bind(composer: Composer, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Binds letters from sequence 11 on into a print file."""

    def bound(
        letters: Pages, vendor: config.Vendor = VENDOR, trays: tuple[PlannedContainer, ...] = TRAYS
    ) -> bytes:
        out = tmp_path_factory.mktemp("bound") / "print.pdf"
        assembly = Assembly(HEAD, "print-0001.pdf", vendor, composer.painter.typefaces, out)
        for sequence, one in enumerate(letters, start=11):
            assembly.add(f"piece-{sequence}", sequence, one)
        assembly.save(trays)
        return out.read_bytes()

    return bound


@pytest.fixture(scope="module")
def pdf(bind: Callable[..., bytes], pages: Pages) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(bind(pages))) as opened:
        yield opened


def streams(page: pikepdf.Page) -> list[bytes]:
    return [part.read_bytes() for part in page.Contents]


def test_letters_start_on_a_front_and_odd_ones_get_a_blank_back(pdf: pikepdf.Pdf, pages: Pages) -> None:
    assert [len(one) for one in pages] == [2, 3, 5]
    assert len(pdf.pages) == 2 + 4 + 6
    blank = [number for number, page in enumerate(pdf.pages, start=1) if streams(page) == [b""]]
    assert blank == [6, 12]


def test_blank_backs_share_one_content(pdf: pikepdf.Pdf) -> None:
    assert pdf.pages[5].Contents[0].objgen == pdf.pages[11].Contents[0].objgen


def test_a_simplex_file_has_no_blank_backs_and_a_mark_on_every_page(
    bind: Callable[..., bytes], pages: Pages
) -> None:
    with pikepdf.open(io.BytesIO(bind(pages, VENDOR.model_copy(update={"duplex": False})))) as simplex:
        assert len(simplex.pages) == 2 + 3 + 5
        assert all(len(page.Contents) == 2 for page in simplex.pages)


def test_the_front_of_every_sheet_bears_its_mark_as_a_stream_of_its_own(pdf: pikepdf.Pdf) -> None:
    expected = [
        marks.mark_ops(VENDOR.mark, HEAD.job, sequence, sheet, sheets, sheet == sheets)[1]
        for sequence, sheets in ((11, 1), (12, 2), (13, 3))
        for sheet in range(1, sheets + 1)
    ]
    assert [streams(page)[1:] for page in pdf.pages] == [
        [expected[i // 2]] if i % 2 == 0 else [] for i in range(12)
    ]


def test_all_letters_share_the_stream_of_the_fixed_page(pdf: pikepdf.Pdf, pages: Pages) -> None:
    terms = {pdf.pages[number - 1].Contents[0].objgen for number in (2, 5, 11)}
    assert len(terms) == 1
    assert streams(pdf.pages[1]) == [zlib.decompress(pages[0][-1].content)]


def test_every_page_is_a4_in_all_its_boxes_and_has_no_others(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        boxes = {key: [float(edge) for edge in page.obj[key]] for key in page.obj if "Box" in key}
        assert boxes == {key: [0, 0, 595.276, 841.89] for key in ("/MediaBox", "/BleedBox", "/TrimBox")}
        assert set(page.obj.keys()) - boxes.keys() == {
            "/Type",
            "/Parent",
            "/Resources",
            "/Contents",
            "/DPart",
        }


def test_fonts_are_in_the_file_once_and_whole(pdf: pikepdf.Pdf) -> None:
    fonts = {page.Resources.Font.objgen for page in pdf.pages}
    assert len(fonts) == 1
    kinds = [str(thing.get("/Type")) for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
    assert kinds.count("/FontDescriptor") == len(pdf.pages[0].Resources.Font) == 3
    names = sorted(str(font.BaseFont)[8:] for font in pdf.pages[0].Resources.Font.values())
    assert names == ["Inter-Bold", "Inter-Regular", "OCRB-Regular"]


def test_a_font_is_declared_as_a_numbered_truetype_font(pdf: pikepdf.Pdf) -> None:
    for font in pdf.pages[0].Resources.Font.values():
        (descendant,) = font.DescendantFonts
        assert (font.Subtype, font.Encoding) == (Name.Type0, Name("/Identity-H"))
        assert (descendant.Subtype, descendant.CIDToGIDMap) == (Name.CIDFontType2, Name.Identity)
        assert font.BaseFont == descendant.BaseFont == descendant.FontDescriptor.FontName
        assert re.fullmatch(r"/[A-Z]{6}\+[\w-]+", str(font.BaseFont))
        program = descendant.FontDescriptor.FontFile2
        assert len(program.read_bytes()) == program.Length1
        firsts, rows = list(descendant.W)[::2], list(descendant.W)[1::2]
        assert all(isinstance(width, int) for width in [*firsts, *(width for row in rows for width in row)])
        assert b"beginbfchar" in font.ToUnicode.read_bytes()


def test_no_colour_space_and_no_icc_but_the_output_intents(pdf: pikepdf.Pdf) -> None:
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == Name.GTS_PDFX
    assert str(intent.OutputConditionIdentifier) == "FOGRA47"
    assert str(intent.RegistryName) == "http://www.color.org"
    assert intent.DestOutputProfile.N == 4
    assert intent.DestOutputProfile.read_bytes()[12:20] == b"prtrCMYK"
    data = [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    assert sum(stream[36:40] == b"acsp" for stream in data) == 1
    assert not any("/ColorSpace" in page.Resources for page in pdf.pages)
    assert not any(b"ICCBased" in thing.unparse() for thing in pdf.objects)


def test_a_group_is_cmyk(pdf: pikepdf.Pdf) -> None:
    (group,) = [form for page in pdf.pages for form in page.Resources.get("/XObject", {}).values()]
    assert str(group.Group.CS) == "/DeviceCMYK"


def test_the_document_parts_are_lot_trays_and_letters(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root.DPartRoot
    assert set(root.keys()) == {"/Type", "/DPartRootNode", "/RecordLevel", "/NodeNameList"}
    assert root.Type == Name.DPartRoot
    assert root.RecordLevel == 2
    assert list(root.NodeNameList) == [Name.Lot, Name.Container, Name.Piece]
    lot = root.DPartRootNode
    assert lot.is_indirect
    assert lot.Parent.objgen == root.objgen
    assert plain(lot.DPM) == {"/Brvp_Lot": {"/ID": HEAD.lot_id, "/Job": HEAD.job, "/Pieces": 3}}
    (trays,) = lot.DParts
    assert [plain(tray.DPM) for tray in trays] == [
        {"/Brvp_Container": {"/ID": "tray-1", "/Level": "postcode", "/Pieces": 2}},
        {"/Brvp_Container": {"/ID": "tray-2", "/Level": "postcode", "/Pieces": 1}},
    ]
    assert all(tray.Parent.objgen == lot.objgen for tray in trays)


def test_each_letter_is_a_leaf_with_its_pages(pdf: pikepdf.Pdf) -> None:
    (trays,) = pdf.Root.DPartRoot.DPartRootNode.DParts
    leaves = [(tray, leaf) for tray in trays for (inside,) in [tray.DParts] for leaf in inside]
    assert [plain(leaf.DPM)["/Brvp_Piece"] for _, leaf in leaves] == [
        {"/ID": "piece-11", "/Sequence": 11, "/Sheets": 1, "/Pages": 2},
        {"/ID": "piece-12", "/Sequence": 12, "/Sheets": 2, "/Pages": 4},
        {"/ID": "piece-13", "/Sequence": 13, "/Sheets": 3, "/Pages": 6},
    ]
    order = [page.objgen for page in pdf.pages]
    assert [(order.index(leaf.Start.objgen), order.index(leaf.End.objgen)) for _, leaf in leaves] == [
        (0, 1), (2, 5), (6, 11)
    ]  # fmt: skip
    assert all(leaf.Parent.objgen == tray.objgen for tray, leaf in leaves)
    owners = [leaf.objgen for (_, leaf), count in zip(leaves, (2, 4, 6), strict=True) for _ in range(count)]
    assert [page.DPart.objgen for page in pdf.pages] == owners


def test_a_letter_of_one_page_has_no_end(bind: Callable[..., bytes], pages: Pages) -> None:
    simplex = VENDOR.model_copy(update={"duplex": False})
    tray = (PlannedContainer("tray-1", "postcode", "413", 11, 11),)
    with pikepdf.open(io.BytesIO(bind([pages[0][:1]], simplex, tray))) as one:
        leaf = one.pages[0].DPart
        assert set(leaf.keys()) == {"/Type", "/Parent", "/Start", "/DPM"}


def test_keys_of_the_metadata_are_second_class_names(pdf: pikepdf.Pdf) -> None:
    parts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/DPM" in thing]
    assert len(parts) == 6
    assert all(re.fullmatch(r"/Brvp_[A-Za-z]+", key) for part in parts for key in part.DPM)


def test_a_vendor_without_vt_gets_a_plain_x4_file(bind: Callable[..., bytes], pages: Pages) -> None:
    plain_x4 = VENDOR.model_copy(update={"standards": ("PDF/X-4",)})
    with pikepdf.open(io.BytesIO(bind(pages, plain_x4))) as x4:
        assert "/DPartRoot" not in x4.Root
        assert not any("/DPart" in page.obj for page in x4.pages)
        assert b"PDF/VT" not in x4.Root.Metadata.read_bytes()


@pytest.mark.parametrize("standards", [("PDF/X-1a",), ("PDF/VT-1",), ("PDF/X-4", "PDF/VT-3"), ()])
def test_a_standard_that_the_press_cannot_write_is_refused(
    bind: Callable[..., bytes], pages: Pages, standards: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError, match=r"vendors\.strand\.standards"):
        bind(pages, VENDOR.model_copy(update={"standards": standards}))


def test_dates_come_from_the_hand_in_date_and_agree(pdf: pikepdf.Pdf) -> None:
    info = pdf.trailer.Info
    assert (str(info.CreationDate), str(info.ModDate)) == ("D:20270222000000Z",) * 2
    assert info.Trapped == Name("/False")
    packet = pdf.Root.Metadata.read_raw_bytes()
    assert "/Filter" not in pdf.Root.Metadata
    facts = {etree.QName(e).localname: "".join(e.itertext()) for e in etree.fromstring(packet).iter()}
    for key in ("CreateDate", "ModifyDate", "MetadataDate", "GTS_PDFVTModDate"):
        assert facts[key] == "2027-02-22T00:00:00Z"
    assert facts["title"] == str(info.Title) == "2027-02-22-se-brev print-0001.pdf"
    assert (facts["GTS_PDFXVersion"], facts["GTS_PDFVTVersion"]) == ("PDF/X-4", "PDF/VT-1")
    assert (facts["VersionID"], facts["RenditionClass"], facts["Trapped"]) == ("1", "default", "False")


def test_the_header_is_pdf_1_6_and_the_trailer_has_an_id(bind: Callable[..., bytes], pages: Pages) -> None:
    data = bind(pages)
    assert data.startswith(b"%PDF-1.6\n%")
    assert all(byte > 127 for byte in data[10:14])
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert [len(bytes(part)) for part in opened.trailer.ID] == [16, 16]


def test_other_letters_make_another_instance_of_the_same_document(
    bind: Callable[..., bytes], pages: Pages
) -> None:
    def ids(data: bytes) -> tuple[bytes, bytes]:
        with pikepdf.open(io.BytesIO(data)) as opened:
            packet = opened.Root.Metadata.read_bytes()
        document, instance = (
            re.search(rb"%sID>(.*?)<" % name, packet) for name in (b"Document", b"Instance")
        )
        assert document
        assert instance
        return document[1], instance[1]

    first, second = ids(bind(pages)), ids(bind(pages[::-1]))
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_the_page_tree_is_balanced(
    bind: Callable[..., bytes], pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_tree, "KIDS", 3)

    def depth(node: Any) -> int:
        if node.Type == Name.Page:
            return 0
        assert len(node.Kids) <= 3
        depths = {depth(kid) for kid in node.Kids}
        assert len(depths) == 1
        assert all(kid.Parent.objgen == node.objgen for kid in node.Kids)
        return 1 + depths.pop()

    with pikepdf.open(io.BytesIO(bind(pages))) as opened:
        assert depth(opened.Root.Pages) == 3
        assert opened.Root.Pages.Count == 12
        assert [page.DPart.DPM.Brvp_Piece.Sequence for page in opened.pages] == [11] * 2 + [12] * 4 + [13] * 6


def test_a_profile_that_is_not_a_cmyk_printers_is_refused(
    bind: Callable[..., bytes], pages: Pages, scratch: Path
) -> None:
    (scratch / "layouts" / "shared" / "rgb.icc").write_bytes(b"\0" * 12 + b"mntrRGB " + b"\0" * 108)
    for name in ("rgb.icc", "none.icc"):
        with pytest.raises(AssetError, match=name):
            bind(pages, VENDOR.model_copy(update={"output_profile": name}))


def plain(thing: Any) -> Any:
    """A dictionary of the file as Python's own."""
    if isinstance(thing, pikepdf.Dictionary):
        return {key: plain(value) for key, value in thing.items()}
    return str(thing) if isinstance(thing, pikepdf.String) else thing
