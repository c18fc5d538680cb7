"""What alert rules ask, asked of the engines, over marts that DuckDB has built."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg2
import pytest
from alert_queries import asked, text_of
from bigquery.googlesql import GoogleSql, Rows
from bigquery.values import columns_of
from redshift_shim import RedshiftShim
from zetasql.core import ZetaSQLError

from dashboards import phase_2

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from postgres_server import PostgresServer

pytestmark = pytest.mark.engine
READ = (
    "budget_status",
    "cost_anomalies",
    "customer_anomalies",
    "daily_costs",
    "data_freshness",
    "dim_customers",
    "load_reconciliation",
)
ON_BIGQUERY = {
    "VARCHAR": "STRING",
    "DOUBLE": "FLOAT64",
    "BIGINT": "INT64",
    "INTEGER": "INT64",
    "BOOLEAN": "BOOL",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP",
}
ON_POSTGRES = {"VARCHAR": "text", "DOUBLE": "double precision"}


@pytest.fixture(scope="module")
def marts(built_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the sample company's marts."""
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def morning(marts: duckdb.DuckDBPyConnection) -> dt.datetime:
    """Give the morning after the newest day."""
    ((day,),) = marts.execute(
        """select max("date") from multi_cloud_costs.daily_costs"""
    ).fetchall()
    at = dt.datetime.combine(day, dt.time(9, 30), dt.UTC)
    return at + dt.timedelta(days=1)


def copied(
    marts: duckdb.DuckDBPyConnection, database: psycopg2.extensions.connection
) -> None:
    """Put the marts that rules read into a database."""
    cursor = database.cursor()
    cursor.execute("create schema multi_cloud_costs")
    for table in READ:
        name = f"multi_cloud_costs.{table}"
        described = marts.execute(f"describe {name}").fetchall()
        columns = ", ".join(
            f'"{column}" {ON_POSTGRES.get(kind, kind)}'
            for column, kind, *_ in described
        )
        cursor.execute(f"create table {name} ({columns})")
        rows = marts.execute(f"from {name}").fetchall()
        places = ", ".join(["%s"] * len(described))
        lines = [cursor.mogrify(f"({places})", row).decode() for row in rows]
        cursor.execute(f"insert into {name} values {', '.join(lines)}")


@pytest.mark.parametrize("target", ["postgres", "redshift"])
def test_a_rule_s_alerts_are_those_of_duckdb(
    marts: duckdb.DuckDBPyConnection,
    morning: dt.datetime,
    postgres_server: PostgresServer,
    target: str,
) -> None:
    """Harm: an alert that ends in an error, or that only one warehouse tells."""
    marts.execute("set timezone = 'UTC'")
    with RedshiftShim(postgres_server) as shim:
        server: Any = shim if target == "redshift" else postgres_server
        name = server.new_database()
        account = {"user": postgres_server.user, "password": postgres_server.password}
        direct = psycopg2.connect(
            host=postgres_server.host, port=postgres_server.port, dbname=name, **account
        )
        copied(marts, direct)
        direct.commit()
        direct.close()
        asking = psycopg2.connect(
            host=server.host,
            port=server.port,
            dbname=name,
            sslmode="disable",
            **account,
        )
        cursor = asking.cursor()
        told = 0
        for ours, theirs in zip(asked(target), asked("duckdb"), strict=True):
            assert ours.uid == theirs.uid
            cursor.execute(text_of(ours, morning))
            expected = marts.execute(text_of(theirs, morning)).fetchall()
            assert _plain(cursor.fetchall()) == _plain(expected), ours
            told += len(expected)
        asking.close()
    assert told


def _plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted((*row[:-1], float(f"{row[-1]:.9g}")) for row in rows)


@pytest.fixture(scope="module")
def columns_of_marts(marts: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Give the marts without their rows, as BigQuery has them."""
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in marts.execute(
        """select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'multi_cloud_costs'"""
    ).fetchall():
        name = "NUMERIC" if kind.startswith("DECIMAL") else ON_BIGQUERY.get(kind)
        if name:
            columns.setdefault(table, {})[column] = name
    return {
        f"multi_cloud_costs.{table}": Rows(columns_of(**kinds))
        for table, kinds in columns.items()
    }


def test_bigquery_s_analyser_takes_every_rule(
    columns_of_marts: dict[str, Rows],
) -> None:
    """Harm: BigQuery refuses types that other engines convert by themselves."""
    sql = GoogleSql()
    rules = [*asked("bq"), *asked(phase_2.FOLDER)]
    for rule in (each for each in rules if each.target == "bq"):
        assert sql.analyze(rule.sql, columns_of_marts), rule

    with pytest.raises(ZetaSQLError):
        sql.analyze(
            "select 1 from `multi_cloud_costs.daily_costs` where date > 1",
            columns_of_marts,
        )
