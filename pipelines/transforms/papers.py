"""The papers of a lot, from what was printed: labels of its containers and the statement of mailing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import pyarrow as pa

from pipelines.config import Config
from pipelines.delivery import places
from pipelines.delivery.manifest import Papers, recounted
from pipelines.model import PlannedContainer, PlannedLot, TableVersion
from pipelines.postal.fullness import MICRO
from pipelines.postal.lots import LotKey, StackKey, scheme_of
from pipelines.postal.planning import SORT_FILES, sort_file
from pipelines.postal.presort import RANGES, Container, Presorted, Stack
from pipelines.postal.products import Product, Products
from pipelines.postal.sorting import Schemes
from pipelines.postal.statement import Statement, statement
from pipelines.postal.weights import measure, weight_step
from pipelines.press.labels import Label, labels_pdf
from pipelines.press.statement_page import Count, statement_pdf
from pipelines.press.statement_page import Statement as Page

MIXED = "mixed"
"""Stands on paper for a zone or key that there is none of."""


@dataclass(frozen=True, slots=True)
class PostRoom:
    """What papers need to know; made once in a process."""

    config: Config
    products: Products
    schemes: Schemes

    @classmethod
    def of(cls, config: Config) -> Self:
        """With the tables of the configuration. Raises TableError."""
        own = config.schedule.tables
        return cls(config, Products.load(own), Schemes.load(own))

    def papers(self, lot: PlannedLot, rows: pa.Table) -> Papers:
        """Labels and statement of a lot with the printed pieces `rows` (PIECES, at least one)."""
        printed = list(self._printed(lot, rows))
        grams: dict[str, int] = defaultdict(int)
        for container in printed:
            grams[container.id] += round(container.grams * MICRO)
        weights = {name: weight / MICRO for name, weight in grams.items()}
        told = self._statement(lot, printed)
        files = {
            places.LABELS: labels_pdf(list(self._labels(lot, rows, weights))),
            places.STATEMENT: statement_pdf(self._page(lot, told)),
        }
        return Papers(files, _data(told), weights)

    def tables(self, lot: PlannedLot, known: Sequence[TableVersion]) -> list[TableVersion]:
        """Those of `known` that count for the lot: without sort files of others."""
        schemes = [stack.scheme for stack in self._stacks(lot)]
        used = {sort_file(s.sort_file.version) for s in schemes if s.sort_file is not None}
        return [t for t in known if not t.name.startswith(SORT_FILES) or t in used]

    def _product(self, lot: PlannedLot, name: str) -> Product:
        return self.products.of(name, lot.country, lot.hand_in_date)

    def _stacks(self, lot: PlannedLot) -> list[Stack]:
        key = LotKey(lot.lot_id, lot.vendor, lot.country, lot.product, lot.hand_in_date)
        found = sorted(
            {
                StackKey(key, file.delivery_date or lot.delivery_date, file.delivery_group, file.weight_step)
                for file in lot.files
            }
        )
        vendor = self.config.vendors[lot.vendor]
        nothing = RANGES.empty_table().select(["postal_code", "sheets", "pieces"])
        return [
            Stack(s.weight_step, s.group, s.delivery, scheme_of(s, vendor, self.schemes), nothing)
            for s in found
        ]

    def _printed(self, lot: PlannedLot, rows: pa.Table) -> Iterator[Container]:
        """The containers with what is in them, one for each weight step that letters turned out to have.

        A letter that is heavier than the product's last step is counted there.
        """
        vendor, product = self.config.vendors[lot.vendor], self._product(lot, lot.product)
        counted = rows.group_by(["container_id", "sheets"]).aggregate([([], "count_all")])
        inside: dict[str, dict[float, tuple[int, int]]] = defaultdict(dict)
        order = [("container_id", "ascending"), ("sheets", "ascending")]
        for row in counted.sort_by(order).to_pylist():
            size = measure(row["sheets"], vendor)
            step = (weight_step(size, product) or product.steps[-1]).to_grams
            pieces, milligrams = inside[row["container_id"]].get(step, (0, 0))
            added = row["count_all"] * round(size.grams * MICRO)
            inside[row["container_id"]][step] = pieces + row["count_all"], milligrams + added
        for planned in _containers(lot).values():
            for step, (pieces, milligrams) in sorted(inside.get(planned.id, {}).items()):
                yield _container(planned, lot, step, pieces, milligrams / MICRO)

    def _statement(self, lot: PlannedLot, printed: Sequence[Container]) -> Statement:
        product = self._product(lot, lot.product)
        other = product.falls_back_to
        presorted = Presorted(lot.lot_id, tuple(self._stacks(lot)), tuple(printed), RANGES.empty_table())
        otherwise = self._product(lot, other) if other else None
        told = statement(presorted, product, lot.hand_in_date, otherwise)
        # A container with letters of two weight steps is one.
        return replace(told, containers=len({container.id for container in printed}))

    def _labels(self, lot: PlannedLot, rows: pa.Table, grams: Mapping[str, float]) -> Iterator[Label]:
        ways, found = _containers(lot), recounted(rows)
        for number, item in enumerate(found, start=1):
            way = ways[item["id"]]
            yield Label(
                container_id=way.id,
                level=way.level,
                key=way.key or MIXED,
                text=way.label,
                lot_id=lot.lot_id,
                product=lot.product,
                vendor=lot.vendor,
                hand_in=lot.hand_in_date,
                delivery=way.delivery_date or lot.delivery_date,
                pieces=item["pieces"],
                grams=grams[way.id],
                number=number,
                total=len(found),
            )

    def _page(self, lot: PlannedLot, told: Statement) -> Page:
        product = self._product(lot, lot.product)
        rows = (
            ("Customer", self.config.countries[lot.country].sender.legal_name),
            ("Lot", lot.lot_id),
            ("Product", f"{product.id}: {product.name}"),
            ("Hand-in", f"{lot.hand_in_date}, by {product.cut_off:%H:%M}"),
            ("Entry site", product.entry_site or "as agreed with the post"),
            ("Delivery", ", ".join(str(day) for day in told.delivery_dates)),
            ("Printed by", lot.vendor),
            ("Containers", str(told.containers)),
            (
                "Estimated postage",
                f"{told.amount} {told.currency} ({told.choice.replace('_', ' ')}: {told.why})",
            ),
        )
        counts = tuple(
            Count(zone.zone or MIXED, f"to {zone.weight_step:g} g", zone.pieces, zone.grams)
            for zone in told.zones
        )
        return Page(f"Statement of mailing {lot.lot_id}", lot.hand_in_date, rows, counts)


def _containers(lot: PlannedLot) -> dict[str, PlannedContainer]:
    """By id, in their order; of one that is cut by files, its first part."""
    found: dict[str, PlannedContainer] = {}
    for file in lot.files:
        for container in file.containers:
            found.setdefault(container.id, container)
    return found


def _container(
    planned: PlannedContainer, lot: PlannedLot, step: float, pieces: int, grams: float
) -> Container:
    return Container(
        id=planned.id,
        level=planned.level,
        key=planned.key,
        region=planned.region,
        label=planned.label,
        first_sequence=planned.first_sequence,
        last_sequence=planned.last_sequence,
        pieces=pieces,
        grams=grams,
        millimetres=planned.millimetres,
        first_postal_code="",
        last_postal_code="",
        delivery_group=planned.delivery_group,
        weight_step=step,
        delivery_date=planned.delivery_date or lot.delivery_date,
        overflow=False,
    )


def _data(told: Statement) -> dict[str, Any]:
    """The statement as the manifest has it."""
    return {
        "entry_site": told.entry_site,
        "pieces": told.pieces,
        "grams": told.grams,
        "currency": told.currency,
        "amount": str(told.amount),
        "choice": told.choice,
        "missing": told.missing,
        "why": told.why,
        "lines": [
            {**asdict(line), "price": str(line.price), "amount": str(line.amount)} for line in told.lines
        ],
        "zones": [asdict(zone) for zone in told.zones],
    }
