"""The frozen values and Arrow schemas that pass between rooms.

Tables travel as Arrow slices with the schemas below; decisions travel as frozen dataclasses.
Money is `decimal128(12, 2)` in tables and `Decimal` in Python, never a float.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

MONEY = pa.decimal128(12, 2)
RATE = pa.decimal128(6, 3)
TOTAL = pa.decimal128(18, 2)

CONTRACT = pa.schema(
    [
        pa.field("claim_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("step", pa.int32(), nullable=False),
        pa.field("country", pa.string(), nullable=False),
        pa.field("language", pa.string()),
        pa.field("creditor_id", pa.string(), nullable=False),
        pa.field("creditor_name", pa.string(), nullable=False),
        pa.field("creditor_reference", pa.string()),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("invoice_date", pa.date32()),
        pa.field("due_date", pa.date32(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("principal", MONEY, nullable=False),
        pa.field("interest", MONEY, nullable=False),
        pa.field("fees", MONEY, nullable=False),
        pa.field("interest_rate", RATE),
        pa.field("interest_from", pa.date32()),
        pa.field("payment_reference", pa.string()),
        pa.field("debtor_id", pa.string(), nullable=False),
        pa.field("debtor_kind", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("care_of", pa.string()),
        pa.field("street", pa.string(), nullable=False),
        pa.field("postal_code", pa.string(), nullable=False),
        pa.field("city", pa.string(), nullable=False),
        pa.field("birth_date", pa.date32()),
        pa.field("protected", pa.bool_(), nullable=False),
        pa.field("deceased", pa.bool_(), nullable=False),
        pa.field("disputed", pa.bool_(), nullable=False),
        pa.field("paid", pa.bool_(), nullable=False),
        pa.field("payday", pa.int32()),
        pa.field("monthly_capacity", MONEY),
        pa.field("score", pa.float64()),
        pa.field("email", pa.string()),
        pa.field("phone", pa.string()),
        pa.field("digital_mailbox", pa.string()),
    ]
)
"""The claims export as the contract has it. `nullable=False` marks a needed column."""

SOURCE = [pa.field("source_file", pa.string()), pa.field("source_row", pa.int64())]

CLAIMS = pa.schema([f.with_nullable(True) for f in CONTRACT] + [pa.field("extras", pa.string()), *SOURCE])
"""Claims inside the pipeline: the contract's columns, all other columns as one JSON object
in `extras` (keys sorted; null when there are none), and where the row came from.
`language` and `postal_code` are in normal form (a language is always there; a postcode
has no blanks)."""

QUARANTINE = pa.schema(
    [
        pa.field("claim_id", pa.string()),
        *SOURCE,
        pa.field("reason", pa.string()),
        pa.field("field", pa.string()),
        pa.field("detail", pa.string()),
    ]
)
"""One row a claim that must not be printed; `detail` never holds personal data."""

HELD = pa.schema(
    [
        pa.field("claim_id", pa.string()),
        *SOURCE,
        pa.field("reason", pa.string()),
        pa.field("until", pa.date32()),
    ]
)

DRAFTS = pa.schema(
    [
        pa.field("piece_id", pa.string()),
        pa.field("debtor_id", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("country", pa.string()),
        pa.field("currency", pa.string()),
        pa.field("language", pa.string()),
        pa.field("layout", pa.string()),
        pa.field("variant", pa.string()),
        pa.field("postal_code", pa.string()),
        pa.field("payday", pa.int32()),
        pa.field("amount_due", TOTAL),
        pa.field("payment_reference", pa.string()),
        pa.field("claims", pa.list_(pa.struct(list(CLAIMS)))),
    ]
)
"""Mail pieces before the plan: one row an envelope, its claims inside in the order
(creditor_name, invoice_date, claim_id). `payday` is the recipient's own, or null."""

PIECES = pa.schema(
    [
        pa.field("piece_id", pa.string()),
        pa.field("run_id", pa.string()),
        pa.field("lot_id", pa.string()),
        pa.field("vendor", pa.string()),
        pa.field("file", pa.string()),
        pa.field("sequence", pa.int64()),
        pa.field("first_page", pa.int64()),
        pa.field("pages", pa.int32()),
        pa.field("sheets", pa.int32()),
        pa.field("country", pa.string()),
        pa.field("postal_code", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("language", pa.string()),
        pa.field("layout", pa.string()),
        pa.field("layout_version", pa.string()),
        pa.field("variant", pa.string()),
        pa.field("lane", pa.string()),
        pa.field("claim_ids", pa.list_(pa.string())),
        pa.field("amount_due", TOTAL),
        pa.field("currency", pa.string()),
        pa.field("payment_reference", pa.string()),
        pa.field("due_date", pa.date32()),
        pa.field("product", pa.string()),
        pa.field("hand_in_date", pa.date32()),
        pa.field("delivery_date", pa.date32()),
        pa.field("payday", pa.date32()),
        pa.field("container_id", pa.string()),
        pa.field("mark", pa.string()),
        pa.field("codes", pa.list_(pa.string())),
        pa.field("name", pa.string()),
    ]
)
"""`pieces.parquet`: one row a printed mail piece. `mark` is the payload on its first sheet."""

SORTED_DRAFTS = pa.schema(
    [
        *DRAFTS,
        pa.field("cohort", pa.string()),
        pa.field("sheets", pa.int32()),
        pa.field("unknown_family", pa.bool_()),
    ]
)
"""DRAFTS and what `postal.cohorts` finds for them. `cohort` is a cohort of the table `paydays`, empty
when the piece has its own payday; `sheets` a forecast. `unknown_family` is true where the export
names a payday family that the table does not have, so that the salary counts instead."""

SORTED_COHORTS = pa.schema(
    [
        pa.field("country", pa.string()),
        pa.field("payday", pa.int32()),
        pa.field("cohort", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("sheets", pa.int32()),
        pa.field("postal_code", pa.string()),
        pa.field("pieces", pa.int64()),
        pa.field("unknown_family", pa.int64()),
    ]
)
"""SORTED_DRAFTS as the planner sees them: counts of pieces, and of those whose family is unknown."""


@dataclass(frozen=True, slots=True)
class TableVersion:
    """Which dated table was used: its name, its version and the sha256 of its bytes."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one cohort, or of a part of it: the wage, the doormat, the post's counter, the deadline."""

    country: str
    own_payday: int | None
    payday: date
    delivery_date: date
    hand_in_date: date
    due_date: date
    product: str
    vendor: str
    why: str
    later_paydays: tuple[date, ...] = ()
    """The wages after `payday`, one a month: the days on which instalments can be paid."""
    rule: str = ""
    """Cohort of the table `paydays`; empty when the recipient's own payday counts."""
    kind: str = ""
    sheets: int = 0
    """Forecast."""
    groups: tuple[str, ...] = ()
    """Delivery group for each product of the country's route."""
    lot_id: str = ""
    delivery_group: str = ""
    """Of `product`, on the delivery date; empty: not known."""
    weight_step: float = 0
    """Grams up to which the piece may weigh."""
    pieces: int = 0
    first_postal_code: str = ""
    first_rank: int = 0
    """Where this part begins in the cohort, which is cut in the order of postcode and piece id:
    with so many pieces of that postcode before it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A cohort that cannot arrive in time, or the last part of it, and waits until `until`."""

    country: str
    own_payday: int | None
    reason: str
    until: date | None
    """None: no later payday is known that it could be sent for."""
    rule: str = ""
    kind: str = ""
    sheets: int = 0
    groups: tuple[str, ...] = ()
    pieces: int = 0
    first_postal_code: str = ""
    first_rank: int = 0


@dataclass(frozen=True, slots=True)
class PostalArea:
    """Postcodes that no product of the country's route tells apart."""

    country: str
    groups: tuple[str, ...]
    """Delivery group for each product of the route, in its order; empty: not known."""
    postal_codes: tuple[str, ...]
    """Those that have pieces, ascending."""


@dataclass(frozen=True, slots=True)
class PlannedContainer:
    """A tray, or the part of it in one file: pieces `first_sequence` to `last_sequence` of its lot."""

    id: str
    level: str
    """How finely it is sorted: the code of a level of the table `sorting`."""
    key: str
    """What its pieces share: of the level; empty where they are mixed."""
    first_sequence: int
    last_sequence: int
    """Counted."""
    label: str = ""
    region: str = ""
    """The key of the coarsest level that has one; empty in mixed containers."""
    delivery_date: date | None = None
    delivery_group: str = ""
    weight_step: float = 0
    grams: float = 0
    """As forecast, like `millimetres`."""
    millimetres: float = 0


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A print file: cells of letters in the order in which they are printed.

    The n-th cell is `cell_pieces[n]` letters of `sheets[n]` sheets to `postal_codes[n]`: of all such
    letters in lot, delivery group and weight step those that come, by piece id, after `first_ranks[n]`
    others. A cell that lies in several trays or files stands in each part.
    """

    name: str
    first_sequence: int
    pieces: int
    postal_codes: tuple[str, ...]
    containers: tuple[PlannedContainer, ...]
    sheets: tuple[int, ...] = ()
    first_ranks: tuple[int, ...] = ()
    cell_pieces: tuple[int, ...] = ()
    delivery_date: date | None = None
    delivery_group: str = ""
    weight_step: float = 0


@dataclass(frozen=True, slots=True)
class PlannedLot:
    """What is handed in to one post on one day as one product."""

    lot_id: str
    vendor: str
    country: str
    product: str
    hand_in_date: date
    delivery_date: date
    """The latest of its containers."""
    pieces: int
    files: tuple[PlannedFile, ...]


@dataclass(frozen=True, slots=True)
class SiteLoad:
    """What a print site makes for one day."""

    vendor: str
    day: date
    pieces: int
    sheets: int
    capacity_pieces: int | None
    capacity_sheets: int | None
    """None: no limit."""
    price_piece: float
    """Cost that one more piece of capacity would save; 0 where there is room."""
    price_sheet: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What the plan costs, and what the plan that a person makes without a planner would."""

    cost: float
    """Expected, in the units of `schedule.costs`: early, late, deferred and postage."""
    greedy_cost: float
    """Of the latest promised day for everyone."""
    greedy_waiting: int
    late_share: float
    """Share of the pieces handed in that is expected after payday, 0..1."""
    early: tuple[tuple[int, int], ...]
    """(calendar days from planned delivery to payday, pieces), rising; below 0: late."""


@dataclass(frozen=True, slots=True)
class LotHead:
    """What every piece of a print file needs to know of its lot (small, goes to workers)."""

    run_id: str
    lot_id: str
    vendor: str
    country: str
    product: str
    hand_in_date: date
    delivery_date: date
    """The latest of the lot; a letter's own stands in its `Days`."""
    job: int
    """Eight decimal digits at most: the job number in the inserter mark."""


@dataclass(frozen=True, slots=True)
class WayToPay:
    """One numbered way to pay, as the layout shows it and as the payment will come back."""

    number: int
    method: str
    """`bankgiro`, `swish`, `barcode`, `epc`, `transfer` or `portal`."""
    channel: str
    """The piece's own channel code: variant letter and number, such as `A2`."""
    payee: str
    account: str
    """As printed: grouped, with hyphens or blanks."""
    reference: str
    """As printed (grouped), or the portal address without scheme."""
    symbol: str
    """`qr`, `code128`, `ocr-b` or empty."""
    payload: str
    """What a reader gives for the symbol; for `ocr-b` the whole code line."""


@dataclass(frozen=True, slots=True)
class Instalment:
    number: int
    due_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """An instalment offer without interest or fee: parts add up to the amount due."""

    months: int
    monthly: Decimal
    last: Decimal
    parts: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail piece ready for the press: which layout, what it says, which codes it bears.

    `context` is what the layout's template sees (see docs/layouts.md); it pickles, and holds
    only str, int, bool, Decimal, date, None, tuples and mappings of them, and the frozen
    values of this module.
    """

    piece_id: str
    layout: str
    language: str
    context: Mapping[str, Any]
    address_lines: tuple[str, ...]
    codes: tuple[str, ...]
    """Payloads of all symbols that the layout draws, in the order of `ways`, `ocr-b` not
    counted (it is text)."""
    amount_text: str
    reference_text: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A preflight finding: the rule's code, the page (1-based, 0 for the file) and the fact,
    without personal data."""

    rule: str
    page: int
    fact: str


@dataclass(frozen=True, slots=True)
class PrintedPiece:
    """What the press says of one piece in a finished print file."""

    piece_id: str
    sequence: int
    first_page: int
    pages: int
    sheets: int
    lane: str
    mark: str
    codes: tuple[str, ...]
    container_id: str = ""
    """The tray of its planned place; the sequence alone does not tell once a letter has failed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A letter that is in no print file, and why; without personal data."""

    piece_id: str
    reason: str
    field: str = ""
    """The part that is missing or disagrees, when the letter could not be written."""
    detail: str = ""
    """What went wrong, when it could not be set."""


@dataclass(frozen=True, slots=True)
class PrintFile:
    """What the press says of one finished print file."""

    name: str
    bytes: int
    sha256: str
    pieces: tuple[PrintedPiece, ...]
    pages: int
    sheets: int
    failed: tuple[tuple[str, str, str], ...] = ()
    """(piece_id, reason, detail) of the letters that could not be composed."""
    breaches: tuple[Breach, ...] = field(default=())
    compared: int = 0
    """Stamped letters that were rendered too and compared."""
    full_layouts: int = 0
    """Letters that the layout engine laid out in full so that the press could learn from them."""
    unstamped: tuple[tuple[str, int], ...] = ()
    """Why letters were rendered and not stamped, and how many."""
