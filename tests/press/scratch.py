"""Letters, lots and pages for the scratch layout in `tests/press/layouts`."""

from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.model import Letter, LotHead, PlannedContainer, PlannedFile

HEAD = LotHead(
    run_id="monthly-2027-02",
    lot_id="2027-02-22-se-brev",
    vendor="strand",
    country="SE",
    product="se-brev",
    hand_in_date=date(2027, 2, 22),
    delivery_date=date(2027, 2, 25),
    job=20270222,
)


def letter(number: int, **changes: Any) -> Letter:
    """A letter of one page and one of terms; `more` pages, or `extra` HTML, when asked for."""
    lines = (f"Åsa Öhman {number}", f"Storgatan {number}", "413 03  GÖTEBORG")
    payload = f"C1237856901;{number}.00;{number:012d}%20A1;0"
    context = {
        "country": "SE",
        "sender": {"name": "Lindvall"},
        "name": f"Åsa {number}",
        "lines": lines,
        "count": number % 7 + 1,
        "amount": Decimal(number) + Decimal("1234.50"),
        "code_line": f"H #{number:16d} #    9412 75   x >50501055#41#",
        "payload": payload,
        "more": 0,
    }
    return Letter(
        piece_id=f"piece-{number:04d}",
        layout="se/demand",
        language="sv",
        context={**context, **changes},
        address_lines=lines,
        codes=(payload,),
        amount_text="",
        reference_text="",
    )


def planned(pieces: int, *container_sizes: int, first: int = 1) -> PlannedFile:
    """A planned file of that many pieces from sequence `first`, in containers of the given sizes."""
    containers = []
    at = first
    for i, size in enumerate(container_sizes or (pieces,), start=1):
        containers.append(PlannedContainer(f"tray-{i}", "postcode", "413", at, at + size - 1))
        at += size
    return PlannedFile("print-0001.pdf", first, pieces, ("41303",), tuple(containers))
