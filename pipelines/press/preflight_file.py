"""Preflight of the file as a whole: header, trailer, metadata, output intent, forbidden objects."""

import re
from collections.abc import Mapping
from datetime import datetime

import pikepdf
from lxml import etree
from pikepdf.models.metadata import decode_pdf_date

from pipelines import config
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Findings, Rule
from pipelines.press.written_kinds import Kind

HEADER_BYTES = 64
_ICC_HEADER_BYTES = 128
_NEWEST_ICC = 4
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
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
_FORBIDDEN_TYPES = frozenset(("/Action", "/Filespec", "/EmbeddedFile"))
_LAYER_TYPES = frozenset(("/OCG", "/OCMD"))
_ACTION = re.compile(
    r"/(?:JavaScript|Launch|URI|GoTo(?:R|E|3DView)?|SubmitForm|ResetForm|ImportData|Named|Rendition|Movie"
    r"|Sound|Hide|SetOCGState|Thread)"
)
_VIEWER_AREAS = frozenset(("/ViewArea", "/ViewClip", "/PrintArea", "/PrintClip"))
_TELLING = frozenset(("Type", "S", "Subtype", "Subtype2", "Filter"))
"""Keys whose names are judged: where one of them refers to another object, each object counts."""
_JUDGED = _TELLING | {key[1:] for key in (*_FORBIDDEN_KEYS, *_FORBIDDEN_IN_STREAMS, "/F")}
"""Keys that rules speak of: in a form of the press only its fonts and objects could be called so."""
_DEEPEST = 16
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
    if "/OCProperties" in pdf.Root:
        found.add(Rule.OBJECT_LAYER, 0, "/OCProperties in the catalog")
    areas = set(pdf.Root.get("/ViewerPreferences", pikepdf.Dictionary()).keys()) & _VIEWER_AREAS
    for key in sorted(areas):
        found.add(Rule.OBJECT_FORBIDDEN, 0, f"{key} in the viewer preferences")
    _check_metadata(pdf, vendor, found)
    _check_intent(pdf, vendor, found)


def _check_metadata(pdf: pikepdf.Pdf, vendor: config.Vendor, found: Findings) -> None:
    xmp = _read_xmp(pdf, found)
    for name in _NEEDED:
        if not xmp.get(name):
            found.add(Rule.META_XMP, 0, f"no {etree.QName(name).localname}")
    for name in (_XMP + "CreateDate", _XMP + "ModifyDate", _XMP + "MetadataDate"):
        if xmp.get(name) and not _is_moment(xmp[name]):
            found.add(Rule.META_XMP, 0, f"{etree.QName(name).localname} is no date")
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
            if element.tag == _TITLE:
                properties[_TITLE] = _default_text(element)
    return properties


def _default_text(element: etree._Element) -> str:
    """The alternative for no language in particular; empty without one."""
    for item in element.iterfind(f"{_RDF}Alt/{_RDF}li"):
        if item.get(_LANGUAGE) == "x-default":
            return "".join(str(part) for part in item.itertext()).strip()
    return ""


def _is_moment(xmp_date: str) -> bool:
    try:
        datetime.fromisoformat(xmp_date)
    except ValueError:
        return False
    return True


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
    if not vendor.output_registry and not str(intent.get("/Info", "")):
        found.add(Rule.INTENT, 0, "no Info for a condition of no registry")
    if "/DestOutputProfileRef" in intent:
        found.add(Rule.INTENT, 0, "a profile outside the file")
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
    elif data[8] > _NEWEST_ICC:
        found.add(Rule.INTENT, 0, f"the profile is of ICC version {data[8]}")


def check_objects(file: PrintedFile, found: Findings) -> None:
    """Every object of the file, used or not, for what must not be in a print file.

    It depends on keys and names alone, so that of a plain file each kind of objects is looked at once,
    and its objects only when there is anything in it that may be forbidden.
    """
    if not file.plain:
        for thing in file.pdf.objects:
            _check_object(thing, found)
        return
    judged = [number for number, form in file.forms.items() if not _JUDGED.isdisjoint(form.names)]
    for number in (*file.written_otherwise(_harmless), *judged):
        _check_object(file.object(number), found)


def _harmless(kind: Kind) -> bool:
    if kind.harmless is None:
        kind.harmless = _tells_nothing(kind)
    return kind.harmless


def _tells_nothing(kind: Kind) -> bool:
    """Whether all keys and names of a kind are read, and none of them is one that rules speak of."""
    if not kind.names and not kind.places:
        return False
    keys = {str(key) for path in (*kind.names, *kind.places) for key in path}
    # Of what stands in names, only the filters may be an array.
    above = [path[:-1] if path[0] != "Filter" else () for path in kind.names if path]
    told = any(part in _TELLING for path in (*kind.places, *above) for part in path)
    names = {name.decode("latin-1") for name in kind.names.values()}
    forbidden = _FORBIDDEN_TYPES | _LAYER_TYPES | _FORBIDDEN_FILTERS | {"/Annot", "/PS"}
    return not (
        {f"/{key}" for key in keys} & (_FORBIDDEN_KEYS | _FORBIDDEN_IN_STREAMS | {"/F"})
        or told
        or names & forbidden
        or any(_ACTION.fullmatch(name) for name in names)
    )


def _check_object(thing: object, found: Findings, level: int = 0) -> None:
    """An object and, in it, those that are no objects of their own."""
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        keys = set(thing.keys())
        for key in sorted(_FORBIDDEN_KEYS & keys):
            found.add(Rule.OBJECT_FORBIDDEN, 0, f"{key} in an object")
        kind = str(thing.get("/Type", ""))
        if kind in _FORBIDDEN_TYPES:
            found.add(Rule.OBJECT_FORBIDDEN, 0, f"an object of type {kind}")
        elif kind == "/Annot" and level == 0:
            found.add(Rule.PAGE_ANNOTATION, 0, f"an object of type {kind}")
        elif kind in _LAYER_TYPES:
            found.add(Rule.OBJECT_LAYER, 0, f"an object of type {kind}")
        if _ACTION.fullmatch(str(thing.get("/S", ""))):
            found.add(Rule.OBJECT_FORBIDDEN, 0, f"an action {thing['/S']}")
        if isinstance(thing, pikepdf.Stream):
            _check_stream(thing, keys, found)
        inside = [thing[key] for key in sorted(keys)]
    elif isinstance(thing, pikepdf.Array):
        inside = list(thing)
    else:
        return
    for part in inside:
        if (
            isinstance(part, (pikepdf.Dictionary, pikepdf.Array))
            and not part.is_indirect
            and level < _DEEPEST
        ):
            _check_object(part, found, level + 1)


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
