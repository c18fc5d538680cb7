"""What the sources share when they hand batches to dlt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import dlt
import pyarrow as pa

from extract.errors import ExtractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dlt.extract import DltSource

    from extract.columns import Table
    from extract.scan import Totals
    from extract.units import Delivery, Load, SourceSpec, Unit


class Readable(Protocol):
    """A bill whose deliveries can be read batch by batch."""

    spec: SourceSpec

    def deliver(self, unit: Unit, known: str = "") -> Delivery:
        """Look at what the provider holds for a unit."""
        ...

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield batches with the name of their table."""
        ...


def as_source(bill: Readable, loads: Sequence[Load], resource: str) -> DltSource:
    """Build the dlt source that lands loads.

    Args:
        bill: The bill.
        loads: What to land; its measures are filled in while it is read.
        resource: Name of the resource that the batches come from.
    """
    name = bill.spec.name

    @dlt.source(
        name=name,
        section=name,
        schema_contract={
            "tables": "evolve",
            "columns": "evolve",
            "data_type": "freeze",
        },
    )
    def source() -> Any:
        @dlt.resource(name=resource, write_disposition="append")
        def batches() -> Iterator[Any]:
            yield from land(bill, loads)

        return batches

    return source()


def land(bill: Readable, loads: Sequence[Load]) -> Iterator[Any]:
    """Yield every load's batches, marked for dlt with their table.

    A unit that cannot be read is marked and left out, so that the others still land;
    what it yielded before stays invisible and is pruned.

    One resource feeds both tables, because dlt would otherwise take turns between two
    while the second needs what the first has counted.
    """
    tables = {table.name: table for table in (bill.spec.landed, bill.spec.totals)}
    declared: set[str] = set()
    for load in loads:
        try:
            for name, batch in bill.read(load):
                if not batch.num_rows:
                    continue
                if name in declared:
                    yield dlt.mark.with_table_name(batch, name)
                    continue
                declared.add(name)
                hints = dlt.mark.make_hints(
                    table_name=name, columns=tables[name].hints()
                )
                yield dlt.mark.with_hints(batch, hints, create_table_variant=True)
        except ExtractError as error:
            load.error = f"{load.delivery.unit.name}: {error}"
            load.has_moved = load.has_moved or _has_moved(bill, load)


def _has_moved(bill: Readable, load: Load) -> bool:
    """Whether a file could not be read because a newer delivery took its place."""
    try:
        found = bill.deliver(load.delivery.unit)
    except ExtractError:
        return False
    return found.version != load.delivery.version


def measure(
    load: Load,
    landed: Mapping[tuple[Any, ...], Totals],
    rest: Mapping[tuple[Any, ...], Totals],
) -> None:
    """Note rows and cost of both parts of a bill; the last key is the currency."""
    for key, totals in landed.items():
        part = load.measure(key[-1] or "")
        part.landed_rows += totals.lines
        part.landed_cost += sum(totals.costs)
    for key, totals in rest.items():
        part = load.measure(key[-1] or "")
        part.filtered_rows += totals.lines
        part.filtered_cost += sum(totals.costs)
        # How far a bill reaches is told by all its lines: AI may be idle at night.
        if totals.last_start is not None:
            part.last_usage_at = max(
                part.last_usage_at or totals.last_start, totals.last_start
            )


def check_still(bill: Readable, load: Load) -> None:
    """Raise if another delivery came while this one was being read."""
    if bill.deliver(load.delivery.unit).version != load.delivery.version:
        load.has_moved = True
        raise ExtractError(
            "the provider delivered the period anew while it was being read. Run again."
        )


def table(shape: Table, rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Return rows as an Arrow table in a raw table's types."""
    schema = shape.arrow_schema()
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [
            pa.array(values, field.type)
            for values, field in zip(columns, schema, strict=True)
        ],
        schema=schema,
    )
