"""What preflight says of header, trailer, metadata, output intent and forbidden objects."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from pipelines.press.expected import Expected
from pipelines.press.preflight import preflight
from pipelines.press.rules import Rule
from tests.press.print_files import (
    Broken,
    Change,
    catalog,
    nothing,
    sheet,
    spoiled,
)


def metadata(old: bytes, new: bytes) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        packet = pdf.Root.Metadata.read_bytes()
        assert old in packet
        pdf.Root.Metadata.write(packet.replace(old, new))

    return change


def info(key: str, value: object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        if value is None:
            del pdf.trailer.Info[key]
        else:
            pdf.trailer.Info[key] = value

    return change


def intent(key: str, value: object) -> Change:
    return lambda pdf: pdf.Root.OutputIntents[0].__setitem__(key, value)


def profile(change: Callable[[bytes], bytes]) -> Change:
    def apply(pdf: pikepdf.Pdf) -> None:
        stream = pdf.Root.OutputIntents[0].DestOutputProfile
        stream.write(change(stream.read_bytes()))

    return apply


class TestTheFile:
    def test_another_version(self, broken: Broken) -> None:
        assert broken(nothing, version="1.7") == {(Rule.FILE_VERSION, 0)}
        assert broken(catalog("/Version", Name("/1.7"))) == {(Rule.FILE_VERSION, 0)}

    def test_no_binary_comment(self, sound: tuple[Path, Expected], tmp_path: Path) -> None:
        path = tmp_path / "comment.pdf"
        first, second, rest = sound[0].read_bytes().split(b"\n", 2)
        path.write_bytes(b"\n".join((first, b"%" + b"a" * (len(second) - 1), rest)))
        assert [b.rule for b in preflight(path, sound[1])] == [Rule.FILE_VERSION]

    def test_no_id(self, sound: tuple[Path, Expected], tmp_path: Path) -> None:
        path = tmp_path / "id.pdf"
        path.write_bytes(sound[0].read_bytes().replace(b"/ID [", b"/IX ["))
        assert [b.rule for b in preflight(path, sound[1])] == [Rule.FILE_ID]

    @pytest.mark.parametrize("user", ["", "secret"])
    def test_encryption(self, sound: tuple[Path, Expected], tmp_path: Path, user: str) -> None:
        path = tmp_path / "encrypted.pdf"
        with pikepdf.open(sound[0]) as pdf:
            pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user=user))
        assert Rule.FILE_ENCRYPTED in {b.rule for b in preflight(path, sound[1])}

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            (
                metadata(b"<pdfxid:GTS_PDFXVersion>PDF/X-4<", b"<pdfxid:GTS_PDFXVersion>PDF/X-3<"),
                Rule.META_PDFX,
            ),
            (metadata(b">PDF/VT-1<", b">PDF/VT-2<"), Rule.META_PDFVT),
            (metadata(b"GTS_PDFVTModDate>2027", b"GTS_PDFVTModDate>2028"), Rule.META_PDFVT),
            (metadata(b"xmpMM:VersionID", b"xmpMM:Version"), Rule.META_XMP),
            (metadata(b"xmpMM:RenditionClass", b"xmpMM:Rendition"), Rule.META_XMP),
            (metadata(b"xmp:MetadataDate", b"xmp:Date"), Rule.META_XMP),
            (metadata(b"<xmp:MetadataDate>2027", b"<xmp:MetadataDate>soon"), Rule.META_XMP),
            (metadata(b"<pdf:Trapped>False", b"<pdf:Trapped>True"), Rule.META_TRAPPED),
            (metadata(b"<xmp:CreateDate>2027", b"<xmp:CreateDate>2028"), Rule.META_INFO),
            (info("/Title", String("other")), Rule.META_INFO),
            (info("/Title", None), Rule.META_INFO),
            (info("/ModDate", None), Rule.META_INFO),
            (info("/CreationDate", String("yesterday")), Rule.META_INFO),
            (info("/Trapped", Name("/Unknown")), Rule.META_TRAPPED),
            (info("/Trapped", String("/False")), Rule.META_TRAPPED),
            (info("/Trapped", None), Rule.META_TRAPPED),
        ],
    )
    def test_identification(self, broken: Broken, change: Change, rule: Rule) -> None:
        assert broken(change) == {(rule, 0)}

    def test_metadata_that_is_filtered(self, sound: tuple[Path, Expected], tmp_path: Path) -> None:
        # By hand, since QPDF takes filters off metadata when it writes; `Room` makes room.
        path = spoiled(
            sound[0], tmp_path / "room.pdf", lambda p: p.Root.Metadata.__setitem__("/Room", 1234567)
        )
        whole = path.read_bytes()
        assert whole.count(b"/Room 1234567") == 1
        path.write_bytes(whole.replace(b"/Room 1234567", b"/Filter[]".ljust(13)))
        assert [b.fact for b in preflight(path, sound[1])] == ["the metadata stream has a filter"]

    @pytest.mark.parametrize(
        "change", [metadata(b"</x:xmpmeta>", b""), lambda pdf: pdf.Root.__delitem__("/Metadata")]
    )
    def test_metadata_that_cannot_be_read(self, broken: Broken, change: Change) -> None:
        assert (Rule.META_XMP, 0) in broken(change)

    @pytest.mark.parametrize(
        "change",
        [
            lambda pdf: pdf.Root.__delitem__("/OutputIntents"),
            lambda pdf: pdf.Root.OutputIntents.append(pdf.Root.OutputIntents[0]),
            intent("/S", Name.GTS_PDFA1),
            intent("/OutputConditionIdentifier", String("FOGRA39")),
            intent("/RegistryName", String("")),
            lambda pdf: pdf.Root.OutputIntents[0].__delitem__("/DestOutputProfile"),
            lambda pdf: pdf.Root.OutputIntents[0].DestOutputProfile.__setitem__("/N", 3),
            profile(lambda data: data[:2000]),
            profile(lambda data: data[:12] + b"mntr" + data[16:]),
            profile(lambda data: data[:16] + b"RGB " + data[20:]),
            profile(lambda data: data[:8] + b"\x05" + data[9:]),
            intent("/DestOutputProfileRef", Dictionary()),
        ],
    )
    def test_the_output_intent(self, broken: Broken, change: Change) -> None:
        assert broken(change) == {(Rule.INTENT, 0)}

    @pytest.mark.parametrize(
        "change",
        [
            catalog("/OpenAction", Dictionary(S=Name.GoTo)),
            catalog("/AcroForm", Dictionary(Fields=Array())),
            catalog("/Names", Dictionary(EmbeddedFiles=Dictionary())),
            lambda pdf: pdf.Root.__setitem__(
                "/Extra", pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("")))
            ),
            lambda pdf: pdf.Root.__setitem__("/Extra", pdf.make_indirect(Dictionary(Type=Name.Filespec))),
            lambda pdf: pdf.Root.__setitem__("/Extra", pdf.make_stream(b"", OPI=Dictionary())),
            lambda pdf: pdf.Root.__setitem__("/Extra", pdf.make_stream(b"", F=String("other.pdf"))),
            lambda pdf: pdf.Root.__setitem__(
                "/Extra", pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.PS)
            ),
            lambda pdf: pdf.Root.__setitem__(
                "/Extra", pdf.make_stream(b"\x80\x0b\x60\x50", Filter=Name.LZWDecode)
            ),
            lambda pdf: pdf.Root.__setitem__("/Extra", pdf.make_stream(b"", Ref=Dictionary())),
            sheet(1, "/AA", Dictionary()),
            catalog("/ViewerPreferences", Dictionary(PrintArea=Name.MediaBox)),
            catalog("/Extra", Dictionary(Deep=Array([Dictionary(S=Name.Launch)]))),
            sheet(2, "/PieceInfo", Dictionary(Own=Dictionary(Private=Dictionary(JS=String(""))))),
        ],
    )
    def test_what_must_not_be_in_a_print_file(self, broken: Broken, change: Change) -> None:
        assert {rule for rule, _ in broken(change)} == {Rule.OBJECT_FORBIDDEN}

    def test_an_output_intent_of_a_page(self, broken: Broken) -> None:
        assert broken(sheet(2, "/OutputIntents", Array())) == {(Rule.INTENT, 2)}

    def test_a_condition_of_no_registry_needs_a_description(
        self, sound: tuple[Path, Expected], tmp_path: Path
    ) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.Root.OutputIntents[0].RegistryName = String("")
            del pdf.Root.OutputIntents[0].Info

        vendor = sound[1].vendor.model_copy(update={"output_registry": ""})
        path = spoiled(sound[0], tmp_path / "registry.pdf", change)
        breaches = preflight(path, replace(sound[1], vendor=vendor))
        assert [b.fact for b in breaches] == ["no Info for a condition of no registry"]

    @pytest.mark.parametrize(
        "change",
        [
            catalog("/OCProperties", Dictionary(OCGs=Array(), D=Dictionary())),
            lambda pdf: pdf.Root.__setitem__("/Extra", pdf.make_indirect(Dictionary(Type=Name.OCG))),
        ],
    )
    def test_layers(self, broken: Broken, change: Change) -> None:
        assert broken(change) == {(Rule.OBJECT_LAYER, 0)}
