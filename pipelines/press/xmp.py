"""The metadata packet of a print file, by which a press knows it as PDF/X-4 and PDF/VT-1.

Sources: ISO 16684-1 (XMP), ISO 15930-7 6.2 and 6.10 (PDF/X-4), ISO 16612-2 (PDF/VT-1).
All dates come from the hand-in date: the same lot makes the same packet on every machine.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

PRODUCER = "Brevpress"
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:brevpress:print-file")

_PACKET = """\
<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
  xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
  xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
  xmlns:pdfvtid="http://www.npes.org/pdfvt/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmpMM:DocumentID>uuid:{document}</xmpMM:DocumentID>
<xmpMM:InstanceID>uuid:{instance}</xmpMM:InstanceID>
<xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdf:Producer>{producer}</pdf:Producer>
<pdf:Trapped>False</pdf:Trapped>
<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
{vt}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""

_VT = """\
<pdfvtid:GTS_PDFVTVersion>PDF/VT-1</pdfvtid:GTS_PDFVTVersion>
<pdfvtid:GTS_PDFVTModDate>{moment}</pdfvtid:GTS_PDFVTModDate>
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a print file says of itself, in XMP and in the Info dictionary alike."""

    title: str
    day: date
    """The hand-in date; stands for all dates of the file, at midnight UTC."""
    contents: str
    """A hash of what is in the file: another content is another instance of the document."""

    @property
    def pdf_date(self) -> str:
        """The date as the Info dictionary writes it."""
        return f"D:{self.day:%Y%m%d}000000Z"

    def identifiers(self) -> tuple[bytes, bytes]:
        """The trailer's /ID: of the document, the same for all its instances, and of this instance."""
        return self._document.bytes, self._instance.bytes

    @property
    def _document(self) -> uuid.UUID:
        return uuid.uuid5(_NAMES, self.title)

    @property
    def _instance(self) -> uuid.UUID:
        return uuid.uuid5(_NAMES, f"{self.title} {self.contents}")

    def packet(self, variable: bool) -> bytes:
        """The XMP packet, UTF-8; with the marks of PDF/VT-1 when `variable`."""
        moment = f"{self.day:%Y-%m-%d}T00:00:00Z"
        return _PACKET.format(
            title=escape(self.title),
            moment=moment,
            producer=PRODUCER,
            document=self._document,
            instance=self._instance,
            vt=_VT.format(moment=moment) if variable else "",
        ).encode()
