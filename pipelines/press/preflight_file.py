"""Preflight of the file as a whole: header, trailer, metadata, output intent, forbidden objects."""

from collections.abc import Mapping
from datetime import datetime

import pikepdf
from lxml import etree
from pikepdf.models.metadata import decode_pdf_date

from pipelines import config
from pipelines.press.rules import Findings, Rule

HEADER_BYTES = 64
_ICC_HEADER_BYTES = 128
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_MM = "{http://ns.adobe.com/xap/1.0/mm/}"
_TRAPPED = "{http://ns.adobe.com/pdf/1.3/}Trapped"
_PDFX_VERSION = "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"
_PDFVT = "{http://www.npes.org/pdfvt/ns/id/}"
_NEEDED = (
    _TITLE,
    _XMP + "CreateDate",
    _XMP + "ModifyDate",
    _XMP + "MetadataDate",
    _MM + "DocumentID",
    _MM + "VersionID",
    _MM + "RenditionClass",
)
_FORBIDDEN_IN_CATALOG = frozenset(
    ("/OpenAction", "/AA", "/AcroForm", "/Names", "/Collection", "/AF", "/URI", "/Outlines", "/Dests")
)
_FORBIDDEN_KEYS = frozenset(("/AA", "/JS", "/AlternatePresentations", "/XFA", "/EF"))
_FORBIDDEN_IN_STREAMS = frozenset(("/OPI", "/Alternates", "/Ref"))
_FORBIDDEN_TYPES = frozenset(("/Annot", "/Action", "/Filespec", "/EmbeddedFile"))
_FORBIDDEN_FILTERS = frozenset(("/LZWDecode", "/LZW", "/Crypt"))


def check_header(head: bytes, found: Findings) -> None:
    """The first two lines: `%PDF-1.6` and a comment of at least four bytes above 127."""
    lines = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 2)
    if lines[0] != b"%PDF-1.6":
        found.add(Rule.FILE_VERSION, 0, "the header is not %PDF-1.6")
    comment = lines[1] if len(lines) > 1 else b""
    if not comment.startswith(b"%") or sum(byte > 127 for byte in comment) < 4:
        found.add(Rule.FILE_VERSION, 0, "no binary comment in the second line")


def check(pdf: pikepdf.Pdf, vendor: config.Vendor, found: Findings) -> None:
    """Trailer, metadata and output intent, as the vendor wants them."""
    if "/Version" in pdf.Root:
        found.add(Rule.FILE_VERSION, 0, "the catalog names a version")
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        found.add(Rule.FILE_ENCRYPTED, 0, "the trailer has Encrypt")
    ids = pdf.trailer.get("/ID")
    if not isinstance(ids, pikepdf.Array) or len(ids) != 2 or not all(map(bytes, ids)):
        found.add(Rule.FILE_ID, 0, "no ID of two strings")
    for key in sorted(_FORBIDDEN_IN_CATALOG & set(pdf.Root.keys())):
        found.add(Rule.OBJECT_FORBIDDEN, 0, f"{key} in the catalog")
    _check_metadata(pdf, vendor, found)
    _check_intent(pdf, vendor, found)


def _check_metadata(pdf: pikepdf.Pdf, vendor: config.Vendor, found: Findings) -> None:
    xmp = _read_xmp(pdf, found)
    for name in _NEEDED:
        if not xmp.get(name):
            found.add(Rule.META_XMP, 0, f"no {etree.QName(name).localname}")
    if xmp.get(_PDFX_VERSION) != "PDF/X-4":
        found.add(Rule.META_PDFX, 0, "GTS_PDFXVersion is not PDF/X-4")
    if "PDF/VT-1" in vendor.standards:
        if xmp.get(_PDFVT + "GTS_PDFVTVersion") != "PDF/VT-1":
            found.add(Rule.META_PDFVT, 0, "GTS_PDFVTVersion is not PDF/VT-1")
        if xmp.get(_PDFVT + "GTS_PDFVTModDate", "") != xmp.get(_XMP + "ModifyDate"):
            found.add(Rule.META_PDFVT, 0, "GTS_PDFVTModDate is not xmp:ModifyDate")
    info = pdf.trailer.get("/Info", pikepdf.Dictionary())
    if not str(info.get("/Title", "")) or str(info.get("/Title")) != xmp.get(_TITLE):
        found.add(Rule.META_INFO, 0, "Title is missing or not that of XMP")
    for key, name in (("/CreationDate", "CreateDate"), ("/ModDate", "ModifyDate")):
        if not _same_moment(str(info.get(key, "")), xmp.get(_XMP + name, "")):
            found.add(Rule.META_INFO, 0, f"{key[1:]} is missing or not that of XMP")
    trapped = info.get("/Trapped")
    if not isinstance(trapped, pikepdf.Name) or str(trapped) not in ("/True", "/False"):
        found.add(Rule.META_TRAPPED, 0, "Info has no Trapped of /True or /False")
    elif xmp.get(_TRAPPED) != str(trapped)[1:]:
        found.add(Rule.META_TRAPPED, 0, "XMP says otherwise than Info")


def _read_xmp(pdf: pikepdf.Pdf, found: Findings) -> Mapping[str, str]:
    """The simple properties of the XMP packet by their full names; empty when there is none."""
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        found.add(Rule.META_XMP, 0, "no metadata stream")
        return {}
    if "/Filter" in stream:
        found.add(Rule.META_XMP, 0, "the metadata stream has a filter")
    if (str(stream.get("/Type", "")), str(stream.get("/Subtype", ""))) != ("/Metadata", "/XML"):
        found.add(Rule.META_XMP, 0, "the metadata stream is not of type Metadata and XML")
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(stream.read_bytes(), parser)
    except etree.XMLSyntaxError:
        found.add(Rule.META_XMP, 0, "the metadata stream is not well-formed")
        return {}
    properties: dict[str, str] = {}
    for description in root.iter(_RDF + "Description"):
        properties |= {str(name): str(value) for name, value in description.attrib.items()}
        for element in description.iterchildren(tag=etree.Element):
            properties[str(element.tag)] = "".join(element.itertext()).strip()
    return properties


def _same_moment(pdf_date: str, xmp_date: str) -> bool:
    try:
        return decode_pdf_date(pdf_date) == datetime.fromisoformat(xmp_date)
    except (ValueError, TypeError):
        return False


def _check_intent(pdf: pikepdf.Pdf, vendor: config.Vendor, found: Findings) -> None:
    intents = pdf.Root.get("/OutputIntents", pikepdf.Array())
    if len(intents) != 1:
        found.add(Rule.INTENT, 0, f"{len(intents)} output intents")
        return
    intent = intents[0]
    if str(intent.get("/S", "")) != "/GTS_PDFX":
        found.add(Rule.INTENT, 0, "not a GTS_PDFX intent")
    wanted = (
        ("/OutputConditionIdentifier", vendor.output_condition),
        ("/RegistryName", vendor.output_registry),
    )
    for key, value in wanted:
        if str(intent.get(key, "")) != value:
            found.add(Rule.INTENT, 0, f"{key[1:]} is not the vendor's")
    profile = intent.get("/DestOutputProfile")
    if not isinstance(profile, pikepdf.Stream):
        found.add(Rule.INTENT, 0, "no profile")
        return
    data = profile.read_bytes()
    if profile.get("/N") != 4:
        found.add(Rule.INTENT, 0, "the profile's N is not 4")
    if len(data) < _ICC_HEADER_BYTES or data[36:40] != b"acsp" or int.from_bytes(data[:4]) != len(data):
        found.add(Rule.INTENT, 0, "the profile is not a whole ICC profile")
    elif data[12:16] != b"prtr" or data[16:20] != b"CMYK":
        found.add(Rule.INTENT, 0, "the profile is not that of a CMYK printer")


def check_objects(pdf: pikepdf.Pdf, found: Findings) -> None:
    """Every object of the file, used or not, for what must not be in a print file."""
    for thing in pdf.objects:
        if not isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        keys = set(thing.keys())
        for key in sorted(_FORBIDDEN_KEYS & keys):
            found.add(Rule.OBJECT_FORBIDDEN, 0, f"{key} in an object")
        if "/Type" in keys and str(thing["/Type"]) in _FORBIDDEN_TYPES:
            rule = Rule.PAGE_ANNOTATION if str(thing["/Type"]) == "/Annot" else Rule.OBJECT_FORBIDDEN
            found.add(rule, 0, f"an object of type {thing['/Type']}")
        if "/S" in keys and str(thing["/S"]) == "/JavaScript":
            found.add(Rule.OBJECT_FORBIDDEN, 0, "JavaScript")
        if isinstance(thing, pikepdf.Stream):
            _check_stream(thing, keys, found)


def _check_stream(stream: pikepdf.Stream, keys: set[str], found: Findings) -> None:
    for key in sorted(_FORBIDDEN_IN_STREAMS & keys):
        found.add(Rule.OBJECT_FORBIDDEN, 0, f"{key} in a stream")
    if "/F" in keys:
        found.add(Rule.OBJECT_FORBIDDEN, 0, "a stream in another file")
    if "/Filter" in keys:
        filters = stream["/Filter"]
        names = {str(filters)} if isinstance(filters, pikepdf.Name) else {str(name) for name in filters}
        for name in sorted(names & _FORBIDDEN_FILTERS):
            found.add(Rule.OBJECT_FORBIDDEN, 0, f"filter {name}")
    if "/PS" in (str(stream.get("/Subtype", "")), str(stream.get("/Subtype2", ""))):
        found.add(Rule.OBJECT_FORBIDDEN, 0, "a PostScript XObject")
