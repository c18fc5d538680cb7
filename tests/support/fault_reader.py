"""What a reader sees of a source: the whole bill by month, as the ledger says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.units import SourceSpec


def seen_by_readers(spec: SourceSpec) -> str:
    """Return one statement that adds up the current loads, by month.

    Args:
        spec: The source.
    """
    parts = []
    for table in (spec.landed, spec.totals):
        cost = " + ".join(
            f"cast(coalesce(x.{column}, 0) as decimal(28, 9))" for column in table.costs
        )
        parts.append(
            f"select current.billing_period, {cost} as cost "
            f"from {spec.dataset}.{table.name} as x "
            "inner join current on x.load_id = current.load_id "
            f"where {table.billed_when or '1 = 1'}"
        )
    return f"""
        with ranked as (
            select
                load_id, unit, billing_period,
                row_number() over (
                    partition by unit order by loaded_at desc, load_id desc
                ) as place
            from raw_ops.load_ledger
            where source = '{spec.name}'
        ),
        current as (select load_id, billing_period from ranked where place = 1)
        select billing_period, sum(cost) as cost
        from ({" union all ".join(parts)}) as charges
        group by billing_period
        order by billing_period
    """


def rows_without_a_load(spec: SourceSpec) -> str:
    """Return a statement that counts rows of loads that are not current."""
    counts = [
        f"(select count(*) from {spec.dataset}.{table.name} where load_id not in "
        "(select load_id from (select load_id, row_number() over (partition by unit "
        "order by loaded_at desc, load_id desc) as place from raw_ops.load_ledger "
        f"where source = '{spec.name}') as ranked where place = 1))"
        for table in (spec.landed, spec.totals)
    ]
    return f"select {' + '.join(counts)}"
