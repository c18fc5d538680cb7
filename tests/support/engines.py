"""The warehouses that tests build on: where each is, and how its marts are read.

A new one is an entry of `ENGINES`: a context manager that starts the engine, or
connects to one that runs, and gives an `Engine`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from parity import Column, Query, Rows
from postgres_server import PostgresServer
from redshift_shim import RedshiftShim

ROOT = Path(__file__).resolve().parents[2]
MARTS = "multi_cloud_costs"
REFERENCE = "duckdb"


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A warehouse that is up and empty.

    Attributes:
        target: Its name in profiles.yml.
        environment: The settings that lead llm-costs to it.
        query: Executes a query as a reader of the marts and returns its rows.
        quote: The quotation marks around names.
    """

    target: str
    environment: dict[str, str]
    query: Query
    quote: tuple[str, str] = ('"', '"')

    def rows(self, table: str, columns: list[Column]) -> Rows:
        """Return a mart's rows."""
        opening, closing = self.quote
        names = ", ".join(f"{opening}{column.name}{closing}" for column in columns)
        return self.query(f"select {names} from {MARTS}.{table}")


Start = Callable[[Path], AbstractContextManager[Engine]]


@contextmanager
def start_duckdb(folder: Path) -> Iterator[Engine]:
    """DuckDB, what the other engines are compared with."""
    path = folder / "llm_costs.duckdb"

    def query(sql: str) -> Rows:
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute("set TimeZone = 'UTC'").execute(sql).fetchall()

    yield Engine(
        target="duckdb",
        environment={"LLM_COSTS_DUCKDB_PATH": str(path)},
        query=query,
    )


@contextmanager
def start_postgres(folder: Path) -> Iterator[Engine]:
    """PostgreSQL, with the roles that docs/warehouses/postgres.md sets up."""
    as_administrator, as_builder = _statements("docs/warehouses/postgres.md")
    with PostgresServer() as server:
        for statement in as_administrator:
            server.execute(statement)
        builder = {"user": "llm_costs", "password": "change-me"}
        for statement in as_builder:
            server.execute(statement, database="llm_costs", **builder)
        reader = {"user": "llm_costs_reader", "password": "change-me-too"}
        yield Engine(
            target="postgres",
            environment={
                **server.environment("llm_costs"),
                "LLM_COSTS_POSTGRES_USER": builder["user"],
                "LLM_COSTS_POSTGRES_PASSWORD": builder["password"],
            },
            query=lambda sql: server.execute(sql, database="llm_costs", **reader),
        )


def _statements(page: str) -> list[list[str]]:
    """Return the statements of each block of SQL in a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    return [[part for part in block.split(";") if part.strip()] for block in blocks]


@contextmanager
def start_redshift(folder: Path) -> Iterator[Engine]:
    """What Redshift's drivers take for Redshift."""
    with PostgresServer() as server, RedshiftShim(server) as shim:
        name = shim.new_database()
        yield Engine(
            target="redshift",
            environment=shim.environment(name),
            query=lambda sql: server.execute(sql, database=name),
        )


@contextmanager
def start_bigquery(folder: Path) -> Iterator[Engine]:
    """BigQuery's REST interface with GoogleSQL inside, in this process."""
    # Imported here: only this engine waits for half a gigabyte of GoogleSQL.
    from bigquery import BigQuery  # noqa: PLC0415
    from bigquery_target import HEAVY, query, settings  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    with BigQuery(HEAVY) as server:
        yield Engine(
            target="bq",
            environment=settings(server, folder),
            query=lambda sql: query(server, sql),
            quote=("`", "`"),
        )


ENGINES: dict[str, Start] = {
    "duckdb": start_duckdb,
    "bq": start_bigquery,
    "postgres": start_postgres,
    "redshift": start_redshift,
}


def columns_of(reference: Engine, table: str) -> list[Column]:
    """Return the columns of a mart as the reference engine has them."""
    rows = reference.query(
        "select column_name, data_type from information_schema.columns "
        f"where table_schema = '{MARTS}' and table_name = '{table}' "
        "order by ordinal_position"
    )
    return [Column(str(name), str(kind)) for name, kind in rows]


__all__ = ["ENGINES", "REFERENCE", "Engine", "columns_of"]
