from datetime import date

import pytest
from lxml import etree

from pipelines.config import Vendor
from pipelines.delivery.xjdf import NAMESPACE, ticket
from tests.delivery.small_run import RUN, SE, SOFTWARE, TODAY, VENDOR, press

X = {"x": NAMESPACE}


def of(vendor: Vendor = VENDOR, today: date = TODAY) -> etree._Element:
    files = [press(SE, file.name).printed for file in SE.files]
    return etree.fromstring(ticket(SE, files, vendor, RUN, SOFTWARE, today))


def test_the_job_is_the_run_and_its_part_the_lot() -> None:
    root = of()
    assert root.tag == f"{{{NAMESPACE}}}XJDF"
    assert (root.get("Version"), root.get("JobID"), root.get("JobPartID")) == ("2.2", RUN, "se-lot")
    header = root.find("x:AuditPool/x:AuditCreated/x:Header", X)
    assert (header.get("AgentName"), header.get("AgentVersion")) == ("brevpress", "0.1.0")


def test_every_print_file_is_a_run_of_its_own_in_printing_order() -> None:
    resources = of().findall("x:ResourceSet[@Name='RunList']/x:Resource", X)
    assert [r.find("x:Part", X).get("Run") for r in resources] == ["R1", "R2"]
    for resource, file in zip(resources, SE.files, strict=True):
        printed = press(SE, file.name).printed
        run, spec = resource.find("x:RunList", X), resource.find("x:RunList/x:FileSpec", X)
        assert (run.get("NPage"), run.get("Pages")) == (str(printed.pages), f"0 {printed.pages - 1}")
        assert dict(spec.attrib) == {
            "URL": printed.name,
            "MimeType": "application/pdf",
            "NPage": str(printed.pages),
            "FileSize": str(printed.bytes),
        }


def test_the_amount_is_the_number_of_envelopes() -> None:
    assert of().find(".//x:Component/../x:AmountPool/x:PartAmount", X).get("Amount") == "6"


@pytest.mark.parametrize(("duplex", "sides"), [(True, "TwoSided"), (False, "OneSidedFront")])
def test_paper_and_sides_are_the_vendors(duplex: bool, sides: str) -> None:
    root = of(Vendor(duplex=duplex, media="A4-80", grams_per_square_metre=80))
    assert root.find(".//x:DigitalPrintingParams", X).get("Sides") == sides
    paper = root.find(".//x:Resource[@ExternalID='A4-80']/x:Media", X)
    assert (paper.get("Weight"), paper.get("Dimension")) == ("80", "595.276 841.89")


def test_every_step_that_a_resource_points_to_is_one_of_the_ticket() -> None:
    for vendor in (VENDOR, Vendor(envelope="C4-window")):
        root = of(vendor)
        steps = root.get("Types").split()
        for name, step in (
            ("FoldingParams", "Folding"),
            ("InsertingParams", "Inserting"),
            ("Media", "DigitalPrinting"),
        ):
            for found in root.findall(f"x:ResourceSet[@Name='{name}']", X):
                assert steps[int(found.get("CombinedProcessIndex"))] == step


def test_the_fold_follows_the_envelope_and_an_unknown_one_has_none() -> None:
    assert of().find(".//x:FoldingParams", X).get("FoldCatalog") == "F4-1"
    flat = of(Vendor(envelope="C4-window"))
    assert flat.find(".//x:FoldingParams", X) is None
    assert "Folding" not in flat.get("Types")


def test_times_are_days_and_no_clock() -> None:
    root = of()
    assert root.find(".//x:Header", X).get("Time") == "2026-12-01T00:00:00+00:00"
    assert root.find(".//x:NodeInfo", X).get("LastEnd") == "2026-12-18T12:00:00+00:00"
    assert etree.tostring(of()) == etree.tostring(of())
    assert etree.tostring(of(today=date(2026, 12, 2))) != etree.tostring(of())


def test_nothing_personal_is_told() -> None:
    text = etree.tostring(of(), encoding="unicode")
    for file in SE.files:
        for row in press(SE, file.name).rows.to_pylist():
            assert not [s for s in (row["name"], row["payment_reference"], *row["claim_ids"]) if s in text]
