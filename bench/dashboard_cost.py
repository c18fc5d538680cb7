"""What the dashboards cost on BigQuery, which charges for what a query reads.

`python bench/dashboard_cost.py [--marts FILE] [--gb N] [--days N] [--scans]`

Nothing is asked of BigQuery: what a query would be charged is worked out from its text
and from the sizes of the columns, by the rules of Google's price list.

- A query is charged for the columns that it names, whole, in the partitions that a
  constant bound on the day leaves; at least 10 MB for each table. What another table
  has to say first is no constant. Clusters are taken to save nothing, as with All.
- Sizes are those of the sample company's tables, a column's mean for a row in
  BigQuery's bytes (text is 2 and its UTF-8, numeric 16, null nothing). All tables get
  as many rows as so many days and so many GB stored make: the marts grow as the bills
  do, which is more than they do where bills have a line for each hour.
- Loads are those of so many users and days, spread over the dashboards alike. Each asks
  every variable, annotation and panel once, also those that nobody scrolls to, but
  not the panels that show what another one asked.
- Without the cache, every load is charged. With it, the first of a day is: by default
  the dashboards' ranges end with whole days, so that the text of a query is the same
  all day, and BigQuery gives the same text over unchanged tables for nothing.
"""

# ruff: noqa: S608 - what is put into the SQL is the names of tables

from __future__ import annotations

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
import yaml
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from alert_queries import asked, text_of  # noqa: E402 - found by the line above
from dashboard_queries import Query, all_queries  # noqa: E402
from grafana_expansion import expand  # noqa: E402

SCHEMA = "multi_cloud_costs"
MB = 1024**2
LEAST = 10 * MB
TIB = 1024**4
USD_PER_TIB = 6.25
FREE_TIB = 1
AIM_USD = 2.50
DAYS_OF_A_MONTH = 30
RULES_A_DAY = 24
SIZES = {"BIGINT": "8", "INTEGER": "8", "DOUBLE": "8", "DATE": "8", "BOOLEAN": "1"}
# Marts that hold the state of a day, not a history.
WITHOUT_HISTORY = {"cost_forecast", "data_freshness", "dim_customers"}


@dataclass(frozen=True)
class Table:
    """A mart as BigQuery would hold it.

    Attributes:
        rows: Rows at the size that is asked for.
        widths: Mean bytes of a row, by column.
        days: Days that its partitions are of; none where it has none.
    """

    rows: float
    widths: dict[str, float]
    days: int

    @property
    def bytes(self) -> float:
        """All of it."""
        return self.rows * sum(self.widths.values())


@dataclass(frozen=True)
class Scan:
    """What a query reads of one table."""

    table: str
    columns: frozenset[str]
    share: float


def width(kind: str, column: str) -> str:
    """Give the SQL of a value's bytes in BigQuery."""
    size = SIZES.get(kind, "16" if kind.startswith("DECIMAL") else "8")
    if kind == "VARCHAR":
        size = f'2 + strlen("{column}")'
    return f'avg(case when "{column}" is null then 0 else {size} end)'


@dataclass(frozen=True)
class Warehouse:
    """The sample's, stretched.

    Attributes:
        tables: Its marts.
        stored: All bytes, with raw bills and staging.
        customers: As many as that is of.
    """

    tables: dict[str, Table]
    stored: float
    customers: float


def measured(marts: Path, days: int, stored: float) -> Warehouse:
    """Measure the sample's warehouse, and stretch it to so many days and bytes."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))
    partitioned = partitioned_marts(project["models"]["llm_costs"]["marts"])
    measures: dict[str, Table] = {}
    others = 0.0
    with duckdb.connect(str(marts), read_only=True) as connection:
        ((here, first, last),) = connection.execute(
            f'select count(distinct customer_id), min("date"), max("date") '
            f"from {SCHEMA}.daily_costs where usage_cost_usd > 0"
        ).fetchall()
        sampled = (last - first).days + 1
        for schema, name in connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_type = 'BASE TABLE'"
        ).fetchall():
            described = connection.execute(f"describe {schema}.{name}").fetchall()
            sizes = ", ".join(width(kind, column) for column, kind, *_ in described)
            ((count, *widths),) = connection.execute(
                f"select count(*), {sizes} from {schema}.{name}"
            ).fetchall()
            if schema != SCHEMA:
                size = count * sum(float(each or 0) for each in widths)
                others += size * days / sampled
                continue
            longer = 1 if name in WITHOUT_HISTORY else days / sampled
            measures[name] = Table(
                rows=count * longer,
                widths={
                    column: float(each or 0)
                    for (column, *_), each in zip(described, widths, strict=True)
                },
                days=days if name in partitioned else 0,
            )
    factor = stored / (others + sum(each.bytes for each in measures.values()))
    stretched = {
        name: replace(table, rows=table.rows * factor)
        for name, table in measures.items()
    }
    return Warehouse(stretched, stored, here * factor)


def partitioned_marts(settings: Any, name: str = "") -> set[str]:
    """Name the marts that dbt's settings partition."""
    if not isinstance(settings, dict):
        return set()
    found = {name} if "+partition_by" in settings else set()
    return found.union(
        *(partitioned_marts(value, key) for key, value in settings.items())
    )


def scans(
    sql: str, tables: dict[str, Table], picked: tuple[dt.date, dt.date]
) -> list[Scan]:
    """List what a query reads.

    Args:
        sql: Text that reaches BigQuery.
        tables: The marts.
        picked: First and last day of the time picker.
    """
    schema = {
        SCHEMA: {
            name: dict.fromkeys(table.widths, "TEXT") for name, table in tables.items()
        }
    }
    tree = qualify(
        sqlglot.parse_one(sql, read="bigquery"), schema=schema, dialect="bigquery"
    )
    found = []
    for scope in traverse_scope(tree):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table) and source.name in tables:
                table = tables[source.name]
                columns = {each.name for each in scope.columns if each.table == alias}
                share = 1.0
                if table.days:
                    share = read_days(scope, alias, table.days, picked) / table.days
                found.append(Scan(source.name, frozenset(columns), share))
    return found


def read_days(
    scope: Scope, alias: str, days: int, picked: tuple[dt.date, dt.date]
) -> float:
    """Count the days that constant bounds on the partition's column leave."""
    last = picked[1]
    where = scope.expression.args.get("where")
    low, high = bounds(where.this, alias) if where else (dt.date.min, dt.date.max)
    # No partition is later than the last day, or earlier than the history.
    low, high = max(low, last - dt.timedelta(days=days - 1)), min(high, last)
    return max(1, (high - low).days + 1)


def bounds(part: exp.Expression, alias: str) -> tuple[dt.date, dt.date]:
    """Give the first and the last day that a condition leaves."""
    low, high = dt.date.min, dt.date.max
    part = part.unnest()
    if isinstance(part, exp.And | exp.Or):
        sides = [bounds(part.this, alias), bounds(part.expression, alias)]
        (lows, highs) = zip(*sides, strict=True)
        if isinstance(part, exp.And):
            return max(lows), min(highs)
        return min(lows), max(highs)
    if not is_day(part.this, alias):
        return low, high
    if isinstance(part, exp.Between):
        low = constant(part.args["low"]) or low
        high = constant(part.args["high"]) or high
    elif isinstance(part, exp.GTE | exp.GT):
        low = constant(part.expression) or low
    elif isinstance(part, exp.LTE | exp.LT):
        high = constant(part.expression) or high
    return low, high


def is_day(part: exp.Expression | None, alias: str) -> bool:
    """Say whether it is the column that the table is partitioned by."""
    return (
        isinstance(part, exp.Column)
        and part.name in {"date", "month"}
        and part.table == alias
    )


def constant(part: exp.Expression) -> dt.date | None:
    """Work out a bound, unless it depends on rows."""
    if part.find(exp.Column, exp.Subquery, exp.Select):
        return None
    ((value,),) = duckdb.execute(
        f"select cast({part.sql(dialect='duckdb')} as date)"
    ).fetchall()
    return value


def charged(found: list[Scan], tables: dict[str, Table]) -> float:
    """Give the bytes that a query is charged: at least 10 MB for each table."""
    total = 0.0
    for name in {each.table for each in found}:
        table = tables[name]
        # A column of a partition is read once, however often the query names it.
        shares: dict[str, float] = {}
        for scan in (each for each in found if each.table == name):
            for column in scan.columns & table.widths.keys():
                shares[column] = max(scan.share, shares.get(column, 0.0))
        size = sum(
            table.rows * table.widths[column] * share
            for column, share in shares.items()
        )
        total += max(LEAST, -(-size // MB) * MB)
    return total


def read_rows(found: list[Scan], tables: dict[str, Table]) -> float:
    """Give the rows that a query goes through."""
    return sum(tables[each.table].rows * each.share for each in found)


def usd(tib: float) -> float:
    """Give what a month's reading costs, after what is free."""
    return max(0.0, tib - FREE_TIB) * USD_PER_TIB


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--marts", type=Path, help="a DuckDB file that is built")
    parser.add_argument("--gb", type=float, default=50, help="stored in all")
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--loads", type=int, default=10, help="of each user and day")
    parser.add_argument("--scans", action="store_true", help="show each query's tables")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        marts = chosen.marts or built(Path(folder))
        warehouse = measured(marts, chosen.days, chosen.gb * 1e9)
    show_tables(warehouse)
    show_dashboards(warehouse.tables, chosen)


def built(folder: Path) -> Path:
    """Load the sample company's bills and questions, and build the marts."""
    from orchestrate.bills import source_settings  # noqa: PLC0415 - slow to import
    from sample_bills import write_bills  # noqa: PLC0415
    from sample_bills.questions import write_questions  # noqa: PLC0415

    first, last = dt.date(2026, 9, 22), dt.date(2026, 11, 20)
    write_bills(folder / "bills", start=first, end=last, seed=1)
    write_questions(folder / "chat.db", first=first, last=last, seed=1)
    path = folder / "llm_costs.duckdb"
    environment = {
        **os.environ,
        **source_settings(folder / "bills"),
        "LLM_COSTS_TARGET": "duckdb",
        "LLM_COSTS_DUCKDB_PATH": str(path),
        "LLM_COSTS_SERVING_PATH": str(folder / "serving.duckdb"),
        "LLM_COSTS_CHAT_STORE_URL": f"sqlite:///{folder}/chat.db",
        "DLT_DATA_DIR": str(folder / "dlt"),
    }
    command = [Path(sys.executable).parent / "llm-costs", "run"]
    subprocess.run(  # noqa: S603 - our own command
        command, env=environment, cwd=ROOT, check=True
    )
    return path


def show_tables(warehouse: Warehouse) -> None:
    """Show how large each mart is."""
    tables = warehouse.tables
    print(f"{'mart':<24}{'rows':>12}{'MB':>9}  partitioned by day")
    for name, table in sorted(tables.items(), key=lambda each: -each[1].bytes):
        mark = "yes" if table.days else ""
        print(f"{name:<24}{table.rows:>12,.0f}{table.bytes / MB:>9,.1f}  {mark}")
    marts = sum(each.bytes for each in tables.values())
    print(f"{'all marts':<36}{marts / MB:>9,.1f}")
    print(f"{'with raw bills and staging':<36}{warehouse.stored / MB:>9,.1f}")
    print(f"as of {warehouse.customers:,.0f} customers like the sample's")


def show_dashboards(tables: dict[str, Table], chosen: argparse.Namespace) -> None:
    """Show what a load of each dashboard reads, and what a month costs."""
    now = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
    loads = chosen.users * chosen.loads * DAYS_OF_A_MONTH
    dashboards: dict[str, list[tuple[Query, float, float]]] = {}
    for query in (each for each in all_queries("bq") if not each.is_taken):
        begin, end = picked_range(query, now)
        found = scans(text(query, begin, end), tables, (begin.date(), end.date()))
        size = charged(found, tables)
        if chosen.scans:
            told = ", ".join(
                f"{each.table} {len(each.columns)} columns {each.share:.0%}"
                for each in found
            )
            print(f"  {size / MB:>6.0f} MB  {query}: {told}")
        entry = (query, size, read_rows(found, tables))
        dashboards.setdefault(query.uid, []).append(entry)
    print(
        f"\n{'a load of':<24}{'queries':>8}{'rows':>12}{'MB':>8}{'USD':>9}"
        f"{'month':>9}{'cached':>9}"
    )
    total = 0.0
    for uid, queries in dashboards.items():
        size = sum(each[1] for each in queries)
        total += size
        month = size * loads / TIB
        print(
            f"{uid:<24}{len(queries):>8}{sum(each[2] for each in queries):>12,.0f}"
            f"{size / MB:>8,.0f}{size / TIB * USD_PER_TIB:>9.4f}"
            f"{month * USD_PER_TIB:>9.2f}"
            f"{size * DAYS_OF_A_MONTH / TIB * USD_PER_TIB:>9.2f}"
        )
    mean = total / len(dashboards)
    alerts = alert_bytes(tables, now) * RULES_A_DAY * DAYS_OF_A_MONTH / TIB
    every, first = mean * loads / TIB, total * DAYS_OF_A_MONTH / TIB
    print(
        f"\n{loads:,} loads a month, over the dashboards alike: "
        f"{mean / MB:,.0f} MB each"
    )
    print(f"alert rules, each hour: {alerts:.3f} TiB a month")
    for name, loaded, judged in (
        ("no load finds the cache", every, alerts),
        ("no load, rules each 6 h", every, alerts / 6),
        ("all but a day's first", first, alerts),
    ):
        whole = loaded + judged
        print(
            f"{name:<24}{loaded:.3f} + {judged:.3f} = {whole:.3f} TiB, "
            f"{whole * USD_PER_TIB:.2f} USD; after the free TiB {usd(whole):.2f} USD"
        )
    for free, word in ((FREE_TIB, "after"), (0, "without")):
        kept = (free + AIM_USD / USD_PER_TIB - alerts) / every
        print(
            f"{AIM_USD:.2f} USD {word} the free TiB: "
            f"{max(0.0, 1 - kept):.0%} of the loads have to find the cache"
        )


def picked_range(query: Query, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Give the time range that a dashboard opens with."""
    from dashboard_queries import made  # noqa: PLC0415 - beside the others

    begins = made(query.folder, query.uid)["time"]["from"]
    if begins.startswith("now/M"):
        return now.replace(day=1, hour=0), now.replace(day=30)
    return now - dt.timedelta(days=30), now


def text(query: Query, begin: dt.datetime, end: dt.datetime) -> str:
    """Expand a query with everything as the dashboard opens."""
    values: dict[str, Any] = {}
    for each in query.variables:
        first = each["current"].get("value", "acme")
        values[each["name"]] = None if each["multi"] else first
    every = {each["name"]: each.get("allValue", "") for each in query.variables}
    return expand(query.sql, query.target, values, begin, end, every)


def alert_bytes(tables: dict[str, Table], now: dt.datetime) -> float:
    """Give what all rules read when they are judged once."""
    days = (now.date() - dt.timedelta(days=2), now.date())
    return sum(
        charged(scans(text_of(rule, now), tables, days), tables) for rule in asked("bq")
    )


if __name__ == "__main__":
    main()
