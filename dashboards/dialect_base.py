"""What panel SQL asks of a data source, answered for PostgreSQL's kind of SQL.

Panel SQL is written once (``dashboards.queries``) and asks a dialect for the few things
that differ. ``dashboards.dialects`` has the five data sources. Mistakes here are silent
in Grafana, an empty panel at best, so the tests run the text of every panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

Json = dict[str, Any]

DATA_SOURCE_UID = "llmcost"
MARTS = "multi_cloud_costs"

# What the "All" choice of a variable sends instead of the list of its options: a list
# would lose rows without a value and is thousands of literals long.
ALL = "__all__"

# What all uids of dashboards begin with.
UID_PREFIX = "llm-costs-"

TAG = "llm-cost"
TAG_OF_ALL_PARTS = f"{TAG}-all-clouds"


def _literal(text: str) -> str:
    return f"'{text}'"


def _and(conditions: list[str]) -> str:
    return "\n  AND ".join(conditions)


@dataclass(frozen=True)
class Dialect:
    """A data source that speaks PostgreSQL's SQL; the others say where they differ.

    Attributes:
        schema: Schema of the marts.
        part: Name of one of several warehouses that have dashboards of their own; it
            becomes part of the addresses of its data source and dashboards.
        clouds: Providers that this part answers for, as the marts write them.
        is_shared: Whether the warehouse holds other clouds as well, which some other
            part answers for; they are kept out of every query then.
        absent: Variables that the dashboard does not have: nothing is filtered by them.
        is_tenants: Whether a customer reads it, that sees its own rows of some marts.
    """

    schema: str = MARTS
    part: str = ""
    clouds: tuple[str, ...] = ()
    is_shared: bool = False
    absent: tuple[str, ...] = ()
    is_tenants: bool = False

    target: ClassVar[str]
    plugin: ClassVar[str]
    query_key: ClassVar[str] = "rawSql"
    time_series_format: ClassVar[str | int] = 0
    table_format: ClassVar[str | int] = 1
    double: ClassVar[str] = "double precision"
    text: ClassVar[str] = "varchar(10)"
    boolean: ClassVar[str] = "boolean"
    timestamp: ClassVar[str] = "timestamp"
    # Doubles quotes inside a value, as every engine but BigQuery reads them.
    variable_format: ClassVar[str] = "sqlstring"
    option_columns: ClassVar[tuple[str, str]] = ("__text", "__value")
    # Whether each day that a query reads is paid for.
    charges_for_days: ClassVar[bool] = False

    # --- names and types ---------------------------------------------------------

    def name(self, column: str) -> str:
        """Quote a column, so that a reserved word such as ``date`` is safe."""
        return f'"{column}"'

    def mart(self, table: str) -> str:
        """Name a mart with its schema."""
        return f"{self.schema}.{table}"

    def number(self, expression: str) -> str:
        """Cast to a float: DuckDB's plugin shows wide integers as text otherwise."""
        return f"CAST({expression} AS {self.double})"

    def is_true(self, column: str) -> str:
        """Compare a flag: T-SQL takes no bare one for a condition."""
        return f"{column} = CAST(1 AS {self.boolean})"

    def ratio(self, part: str, whole: str) -> str:
        """Divide as floats (T-SQL cuts decimals to six digits); null for nothing."""
        return f"{self.number(part)} / NULLIF({self.number(whole)}, 0)"

    def moment(self, date: str) -> str:
        """Give a date as the timestamp Grafana needs to see a time in it."""
        return f"CAST({date} AS {self.timestamp})"

    def time(self, date: str) -> str:
        """Give the column that makes a result a time series."""
        return f"{self.moment(date)} AS {self.name('time')}"

    def day_as_text(self, date: str) -> str:
        """Give a date as ``2026-11-01``, which makes it a label of an alert."""
        return f"CAST({date} AS {self.text})"

    def amount_as_text(self, usd: str) -> str:
        """Give an amount as ``1250.00``, which makes it a label of an alert."""
        return f"CAST(CAST({usd} AS decimal(18, 2)) AS varchar(20))"

    # --- days --------------------------------------------------------------------

    @property
    def first_day(self) -> str:
        """First UTC day of the time picker."""
        return self._picked_day("$__timeFrom()")

    @property
    def last_day(self) -> str:
        """Last UTC day of the time picker."""
        return self._picked_day("$__timeTo()")

    @property
    def today(self) -> str:
        """The UTC day on which an alert rule is evaluated."""
        return self.last_day

    def _picked_day(self, macro: str) -> str:
        # The macro gives '2026-11-01T05:00:00Z'; only its day is cast, because engines
        # disagree on casting the rest to a date. The parentheses are needed: core data
        # sources leave a bare $__timeFrom alone.
        return f"CAST(LEFT({macro}, 10) AS date)"

    def add_days(self, date: str, days: str | int) -> str:
        """Move a date; a negative number of days moves it back."""
        # DuckDB adds only an INTEGER to a date, and its dates differ by a BIGINT.
        return f"({date} + CAST({days} AS integer))"

    def days_between(self, start: str, end: str) -> str:
        """Count the days from one date to another, as an integer."""
        return f"({end} - {start})"

    def week(self, date: str) -> str:
        """Monday of the date's week."""
        return f"CAST(DATE_TRUNC('week', {date}) AS date)"

    def month(self, date: str) -> str:
        """First day of the date's month."""
        return f"CAST(DATE_TRUNC('month', {date}) AS date)"

    def last_second(self, date: str) -> str:
        """Give the last second of a date, where a link to that day alone ends."""
        return f"{self.moment(date)} + INTERVAL '86399 seconds'"

    # --- filters -----------------------------------------------------------------

    def own_clouds(self, of: str = "") -> str:
        """Keep the clouds that this part answers for; nothing where it has no others.

        Args:
            of: Alias of the table that has the column.
        """
        if not self.is_shared:
            return ""
        prefix = f"{of}." if of else ""
        return f"{prefix}cloud_provider IN ({', '.join(map(_literal, self.clouds))})"

    @staticmethod
    def where(*conditions: str) -> str:
        """Join conditions to a WHERE; nothing when none is left."""
        given = [each for each in conditions if each]
        return f"WHERE {_and(given)}" if given else ""

    def in_range(self, column: str) -> str:
        """Keep the days of the time picker."""
        return f"{column} BETWEEN {self.first_day} AND {self.last_day}"

    def value(self, variable: str) -> str:
        """Give a variable as one literal or a list of them."""
        return f"${{{variable}:{self.variable_format}}}"

    def everything(self, variable: str) -> str:
        """Say whether the variable stands on All."""
        return f"'{ALL}' IN ({self.value(variable)})"

    def chosen(self, *variables: str, of: str = "") -> str:
        """Keep rows whose columns match the variables of the same names.

        Args:
            variables: Variables, each named as the column it filters.
            of: Alias of the table that has the columns.
        """
        prefix = f"{of}." if of else ""
        conditions = [
            f"({self.everything(name)} OR {prefix}{name} IN ({self.value(name)}))"
            for name in variables
            if name not in self.absent
        ]
        if self.is_shared and "cloud_provider" in variables:
            conditions.append(self.own_clouds(of))
        return _and(conditions or ["1 = 1"])

    # --- what goes into the JSON -------------------------------------------------

    @property
    def data_source(self) -> Json:
        """Reference to the data source; its uid is the same in every installation."""
        uid = f"{DATA_SOURCE_UID}-{self.part}" if self.part else DATA_SOURCE_UID
        return {"type": self.plugin, "uid": uid}

    def address(self, uid: str) -> str:
        """Give a dashboard's uid in this part."""
        prefix = f"{UID_PREFIX}{self.part}-" if self.part else UID_PREFIX
        return prefix + uid.removeprefix(UID_PREFIX)

    def title(self, title: str) -> str:
        """Give a dashboard's title in this part."""
        return f"{self.label}: {title}" if self.part else title

    @property
    def label(self) -> str:
        """Name this part by its clouds."""
        return " + ".join(self.clouds) or self.part

    @property
    def tags(self) -> list[str]:
        """Tag by which this part's dashboards find each other."""
        return [f"{TAG}-{self.part}" if self.part else TAG]

    @property
    def families(self) -> dict[str, str]:
        """Tags of the dashboards that a dashboard links to, and what the links say."""
        if not self.part:
            return {TAG: "LLM costs"}
        own = f"LLM costs: {self.label}"
        return {self.tags[0]: own, TAG_OF_ALL_PARTS: "All clouds"}

    @property
    def parts(self) -> tuple[Dialect, ...]:
        """The data sources: this one."""
        return (self,)

    def queries(self, sql: str, *, is_time_series: bool) -> list[Json]:
        """Give a panel's queries: this one."""
        return [self.query(sql, is_time_series=is_time_series)]

    def query(self, sql: str, *, is_time_series: bool, name: str = "A") -> Json:
        """Give the query object of a panel or annotation.

        Args:
            sql: Its text.
            is_time_series: Whether its rows are points in time.
            name: Name within the panel.
        """
        return {
            "refId": name,
            "datasource": self.data_source,
            "format": self.time_series_format if is_time_series else self.table_format,
            self.query_key: sql,
            **self._query_settings(),
        }

    def _query_settings(self) -> Json:
        return {"editorMode": "code"}

    def options(self, column: str) -> str:
        """Select a column as text and value of a variable's options."""
        text, value = self.option_columns
        return f"{column} AS {self.name(text)}, {column} AS {self.name(value)}"

    def variable_query(self, sql: str) -> str | Json:
        """Give a variable's query in the form the plugin reads."""
        return sql
