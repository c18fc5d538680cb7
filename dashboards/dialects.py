"""The five data sources: where each differs in SQL, variables and query objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.dialect_base import ALL, DATA_SOURCE_UID, MARTS, Dialect, Json

__all__ = ["ALL", "DATA_SOURCE_UID", "DIALECTS", "MARTS", "Dialect", "dialect_for"]


@dataclass(frozen=True)
class DuckDB(Dialect):
    """MotherDuck's DuckDB plugin, over the serving copy of the warehouse."""

    target = "duckdb"
    plugin = "motherduck-duckdb-datasource"
    double = "DOUBLE"
    timestamp = "TIMESTAMP"


@dataclass(frozen=True)
class Postgres(Dialect):
    """Grafana's own PostgreSQL data source."""

    target = "postgres"
    plugin = "grafana-postgresql-datasource"
    time_series_format = "time_series"
    table_format = "table"

    def _query_settings(self) -> Json:
        return {"editorMode": "code", "rawQuery": True}


@dataclass(frozen=True)
class Redshift(Dialect):
    """Amazon's Redshift plugin, whose query key alone is spelt ``rawSQL``."""

    target = "redshift"
    plugin = "grafana-redshift-datasource"
    query_key = "rawSQL"
    option_columns = ("text", "value")

    def _query_settings(self) -> Json:
        return {
            "connectionArgs": {"region": "__default", "database": "__default"},
            # Its own default repeats yesterday's cost on days without rows.
            "fillMode": {"mode": 1},
        }

    def variable_query(self, sql: str) -> str | Json:
        """Give an object: the plugin finds no query in a string."""
        return {self.query_key: sql, "format": self.table_format}


@dataclass(frozen=True)
class BigQuery(Dialect):
    """Google's BigQuery plugin; tables are found in its default project."""

    target = "bq"
    plugin = "grafana-bigquery-datasource"
    double = "FLOAT64"
    text = "STRING"
    boolean = "BOOL"
    timestamp = "TIMESTAMP"
    # BigQuery escapes a quote by a backslash and takes a doubled one for two strings.
    variable_format = "singlequote"
    option_columns = ("text", "value")
    charges_for_days = True

    def name(self, column: str) -> str:
        """Quote a column."""
        return f"`{column}`"

    def mart(self, table: str) -> str:
        """Name a mart with its data set."""
        return f"`{self.schema}.{table}`"

    @property
    def first_day(self) -> str:
        """First UTC day, from the epoch: $__timeFrom() changed its meaning in 3.4."""
        return "DATE(TIMESTAMP_MILLIS(${__from}))"

    @property
    def last_day(self) -> str:
        """Last UTC day, a constant, so that partitions are pruned."""
        return "DATE(TIMESTAMP_MILLIS(${__to}))"

    @property
    def today(self) -> str:
        """Today: the browser puts ``${__to}`` in, and alert rules have none."""
        return "CURRENT_DATE('UTC')"

    def add_days(self, date: str, days: str | int) -> str:
        """Move a date."""
        return f"DATE_ADD({date}, INTERVAL ({days}) DAY)"

    def days_between(self, start: str, end: str) -> str:
        """Count the days from one date to another."""
        return f"DATE_DIFF({end}, {start}, DAY)"

    def amount_as_text(self, usd: str) -> str:
        """Give an amount as ``1250.00``: a cast to text drops zeros at the end."""
        return f"FORMAT('%.2f', {usd})"

    def last_second(self, date: str) -> str:
        """Give the last second of a date."""
        return f"TIMESTAMP_ADD({self.moment(date)}, INTERVAL 86399 SECOND)"

    def week(self, date: str) -> str:
        """Monday of the date's week."""
        return f"DATE_TRUNC({date}, ISOWEEK)"

    def month(self, date: str) -> str:
        """First day of the date's month."""
        return f"DATE_TRUNC({date}, MONTH)"

    def _query_settings(self) -> Json:
        # An empty location lets BigQuery find the data set's own.
        return {"editorMode": "code", "rawQuery": True, "location": ""}

    def variable_query(self, sql: str) -> str | Json:
        """Give an object: the plugin spreads a string into its characters."""
        return {
            "refId": "variable",
            self.query_key: sql,
            "format": self.table_format,
            **self._query_settings(),
        }


@dataclass(frozen=True)
class SqlServer(Dialect):
    """Grafana's own SQL Server data source, for Azure SQL as well."""

    target = "sqlserver"
    plugin = "mssql"
    time_series_format = "time_series"
    table_format = "table"
    timestamp = "datetime2"
    boolean = "bit"

    def name(self, column: str) -> str:
        """Quote a column."""
        return f"[{column}]"

    def add_days(self, date: str, days: str | int) -> str:
        """Move a date."""
        return f"DATEADD(day, {days}, {date})"

    def days_between(self, start: str, end: str) -> str:
        """Count the days from one date to another."""
        return f"DATEDIFF(day, {start}, {end})"

    def last_second(self, date: str) -> str:
        """Give the last second of a date."""
        return f"DATEADD(second, 86399, {self.moment(date)})"

    def week(self, date: str) -> str:
        """Monday of the date's week, whatever the server's first weekday is."""
        monday = "CAST('1900-01-01' AS date)"
        return self.add_days(date, f"-({self.days_between(monday, date)} % 7)")

    def month(self, date: str) -> str:
        """First day of the date's month."""
        return f"DATEFROMPARTS(YEAR({date}), MONTH({date}), 1)"

    def _query_settings(self) -> Json:
        return {"editorMode": "code", "rawQuery": True}


DIALECTS: dict[str, type[Dialect]] = {
    dialect.target: dialect
    for dialect in (DuckDB, Postgres, BigQuery, Redshift, SqlServer)
}


def dialect_for(target: str, schema: str = MARTS, **part: Any) -> Dialect:
    """Find the dialect of a dbt target.

    Args:
        target: dbt target: duckdb, postgres, bq, redshift or sqlserver.
        schema: Schema (data set) of the marts; on BigQuery with a project if the marts
            are not in the data source's default project.
        part: What makes it one of several warehouses (attributes of Dialect).
    """
    if target not in DIALECTS:
        known = ", ".join(sorted(DIALECTS))
        raise ValueError(f"There are no dashboards for target {target!r}: use {known}.")
    return DIALECTS[target](schema=schema, **part)
