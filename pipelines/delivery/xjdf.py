"""`job.xjdf`: the lot as a job ticket of CIP4's XJDF 2.2, for vendors whose systems read one.

It says nothing that the manifest does not say. Times are days: the audit stands at the start
of the run's day, the deadline at noon UTC of the hand-in day, which is the same calendar day
everywhere in Europe; the hour is agreed with the vendor. FileSpec has no CheckSum, because XJDF
means an MD5 there; the sha256 stands in the manifest.
"""

from collections.abc import Sequence
from datetime import date

from lxml import etree

from pipelines.config import Vendor
from pipelines.model import PlannedLot, PrintFile

NAMESPACE = "http://www.CIP4.org/JDFSchema_2_0"
VERSION = "2.2"

A4_POINTS = "595.276 841.89"
"""210 × 297 mm in points of 1/72 inch."""

FOLDS = {"C5": "F4-1"}
"""The fold of A4 for an envelope, in CIP4's fold catalogue: C5 takes it folded once. For an
envelope that is not here the ticket says nothing, and the vendor's set-up decides."""


def ticket(
    lot: PlannedLot, files: Sequence[PrintFile], vendor: Vendor, run_id: str, software: str, today: date
) -> bytes:
    """The XML of the ticket in UTF-8; without personal data."""
    fold = FOLDS.get(vendor.envelope.partition("-")[0])
    steps = ["Interpreting", "Rendering", "DigitalPrinting", *(["Folding"] if fold else []), "Inserting"]
    root = etree.Element(
        _tag("XJDF"),
        nsmap={None: NAMESPACE},
        Version=VERSION,
        JobID=run_id,
        JobPartID=lot.lot_id,
        DescriptiveName=f"Letters {lot.country}, {lot.product}, hand-in {lot.hand_in_date}",
        Types=" ".join(steps),
    )
    agent, version = software.split(" ")[:2]
    _add(
        _add(_add(root, "AuditPool"), "AuditCreated"),
        "Header",
        AgentName=agent,
        AgentVersion=version,
        DeviceID=agent,
        ID="a1",
        Time=f"{today}T00:00:00+00:00",
    )
    node = _set(root, "NodeInfo", "Input")
    _add(_add(node, "Resource"), "NodeInfo", LastEnd=f"{lot.hand_in_date}T12:00:00+00:00")
    runs = _set(root, "RunList", "Input", steps.index("Interpreting"))
    for number, file in enumerate(files, start=1):
        _run(runs, f"R{number}", file)
    paper = _add(
        _set(root, "Media", "Input", steps.index("DigitalPrinting")),
        "Resource",
        ID="M1",
        ExternalID=vendor.media,
    )
    _add(paper, "Media", MediaType="Paper", Dimension=A4_POINTS, Weight=str(vendor.grams_per_square_metre))
    printing = _set(root, "DigitalPrintingParams", "Input", steps.index("DigitalPrinting"))
    sides = "TwoSided" if vendor.duplex else "OneSidedFront"
    _add(_add(printing, "Resource"), "DigitalPrintingParams", Sides=sides, Collate="Sheet")
    if fold:
        folding = _set(root, "FoldingParams", "Input", steps.index("Folding"))
        _add(_add(folding, "Resource"), "FoldingParams", FoldCatalog=fold)
    last = steps.index("Inserting")
    inserting = _add(_set(root, "InsertingParams", "Input", last), "Resource")
    _add(inserting, "InsertingParams", InsertLocation="Front", Method="BlowIn")
    out = _add(_set(root, "Component", "Output", last), "Resource")
    amount = sum(len(file.pieces) for file in files)
    _add(_add(out, "AmountPool"), "PartAmount", Amount=str(amount))
    _add(out, "Component", ProductType="Letter")
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def _run(runs: etree._Element, name: str, file: PrintFile) -> None:
    resource = _add(runs, "Resource")
    _add(resource, "Part", Run=name)
    pages = str(file.pages)
    run = _add(resource, "RunList", NPage=pages, Pages=f"0 {file.pages - 1}")
    _add(run, "FileSpec", URL=file.name, MimeType="application/pdf", NPage=pages, FileSize=str(file.bytes))


def _set(root: etree._Element, name: str, usage: str, step: int | None = None) -> etree._Element:
    found = _add(root, "ResourceSet", Name=name, Usage=usage)
    if step is not None:
        found.set("CombinedProcessIndex", str(step))
    return found


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _tag(name), **attributes)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
