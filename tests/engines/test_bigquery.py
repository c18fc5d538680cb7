"""Everything on BigQuery's REST interface with GoogleSQL inside.

GoogleSQL's evaluator is exact and slow, so these are fewer days than on the other
engines.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bigquery.elsewhere import evaluate_elsewhere
from bigquery.googlesql import GoogleSql, Rows
from bigquery.values import Columns, columns_of, read, write
from bigquery_target import HEAVY
from engine_builds import Built, build
from engine_checks import *  # noqa: F403
from engines import ENGINES, REFERENCE, Engine

from sample_bills import write_bills

ENGINE = "bq"
BILLS = {"days": 22, "end": date(2026, 11, 20), "seed": 1, "rows_per_day": 1}
pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def engine_bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sample bills of three clouds, enough days for anomalies."""
    folder = tmp_path_factory.mktemp("bq_bills")
    write_bills(folder, **BILLS)
    return folder


@pytest.fixture(scope="module")
def reference(
    engine_bills: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """DuckDB with the same bills."""
    folder = tmp_path_factory.mktemp("bq_reference")
    with ENGINES[REFERENCE](folder) as engine:
        build(engine, folder, engine_bills)
        yield engine


def test_marts_are_partitioned_and_clustered(built: Built) -> None:
    """Harm: a panel over one day reads, and bills, the whole history."""
    sql = (built.folder / "target" / "run").rglob("daily_costs.sql")
    text = next(iter(sql)).read_text(encoding="utf-8").lower()
    assert "partition by date" in text
    assert "cluster by cloud_provider, customer_id, model" in text


def some(columns: Columns, *records: tuple[object, ...]) -> Rows:
    rows = Rows(columns)
    for record in records:
        row = rows.data.row.add()
        for value, kind in zip(record, columns.values(), strict=True):
            write(row.cell.add(), value, kind)
    return rows


def test_heavy_queries_say_the_same_in_googlesql(built: Built) -> None:
    """Harm: what is carried out by DuckDB passes here and is another thing there."""
    googlesql = GoogleSql()
    skus = some(
        columns_of(sku_key="STRING", words="STRING", cost="NUMERIC"),
        ("1", " claude sonnet 4 6 input ", "1.000000001"),
        ("2", " gpt 5 mini_x % output ", "2"),
        ("3", None, None),
    )
    patterns = some(
        columns_of(priority="INT64", pattern="STRING"),
        (1, "claude"),
        (2, "sonnet 4"),
        (1, "mini_x"),
        (3, None),
    )
    sql = """
        with fits as (
            select s.sku_key, p.priority, p.pattern, s.cost,
                case when s.words like concat('% ', p.pattern, '%') then 1 end as n
            from `p.d.skus` as s
            inner join `p.d.patterns` as p
                on s.words like concat('%', p.pattern, '%')
        )
        select *, row_number() over (
            partition by sku_key order by priority, length(pattern) desc
        ) as preference
        from fits
    """
    tables = {"p.d.skus": skus, "p.d.patterns": patterns}
    theirs = googlesql.evaluate(sql, tables)
    ours = evaluate_elsewhere(sql, tables, theirs.columns)
    assert HEAVY
    assert len(theirs.data.row) == 3
    assert shown(ours) == shown(theirs)


def shown(rows: Rows) -> list[list[object]]:
    kinds = rows.columns.values()
    return sorted(
        ([read(c, k) for c, k in zip(row.cell, kinds, strict=True)])
        for row in rows.data.row
    )
