"""Publish the marts of the DuckDB warehouse as a read-only serving copy.

A DuckDB file has one writer or many readers, so Grafana and other readers never open
the warehouse that dbt writes. They open a copy of the marts, which is replaced by an
atomic rename: a reader that has the old copy open goes on reading it unharmed, and the
next one to open the path sees the new figures, all of them of the same run.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestrate.settings import MARTS_SCHEMA
from orchestrate.steps import Report, StepFailed
from orchestrate.storage import attach_new, attachable, flush


@dataclass(frozen=True, kw_only=True)
class Published:
    """The serving copy that a run made."""

    path: Path
    tables: int
    rows: int
    tenant_files: int = 0

    def describe(self) -> str:
        """Say it in a few words."""
        tenants = f", {self.tenant_files} customers' files" if self.tenant_files else ""
        return f"{self.tables} marts, {self.rows:,} rows -> {self.path}{tenants}"


def publish_marts(
    *, warehouse: Path, serving: Path, report: Report = lambda _: None
) -> Published:
    """Copy the marts and put the copy in the place of the last one.

    Args:
        warehouse: DuckDB file that dbt built.
        serving: Path that readers open.
        report: Shows which mart is copied.

    Raises:
        StepFailed: There is nothing to publish, or the copy is not complete; the last
            copy stays.
    """
    if not warehouse.is_file():
        raise StepFailed(
            f"There is no warehouse at {warehouse}.",
            way_out=(
                "`llm-costs run` loads and builds one; "
                "LLM_COSTS_DUCKDB_PATH says where."
            ),
        )
    serving.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, since a rename is atomic only within one file system.
    draft = serving.with_name(f".{serving.name}.{os.getpid()}.draft")
    _remove(draft)
    try:
        counts = _copy(warehouse, draft, report)
        flush(draft)
        draft.replace(serving)
    finally:
        _remove(draft)
    return Published(path=serving, tables=len(counts), rows=sum(counts.values()))


def _copy(warehouse: Path, draft: Path, report: Report) -> dict[str, int]:
    with duckdb.connect() as connection:
        connection.execute(f"attach {attachable(warehouse)} as built (read_only)")
        connection.execute(attach_new(draft, "served"))
        connection.execute(f"create schema served.{MARTS_SCHEMA}")
        names = _marts(connection)
        if not names:
            raise StepFailed(
                f"The warehouse {warehouse} has no marts (schema {MARTS_SCHEMA}).",
                way_out="Build them with `llm-costs run --skip-extract`.",
            )
        counts = {}
        for name in names:
            report(name)
            relation = f'{MARTS_SCHEMA}."{name}"'
            # Views become tables: the copy must not lean on the warehouse.
            connection.execute(
                f"create table served.{relation} as from built.{relation}"
            )
            counts[name] = _count(connection, f"served.{relation}")
            if counts[name] != _count(connection, f"built.{relation}"):
                raise StepFailed(
                    f"{name} changed while it was copied; nothing was published.",
                    way_out="Another run is writing: wait for it and run again.",
                )
        connection.execute("checkpoint served")
        connection.execute("detach served")
    return counts


def _marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        """
        select table_name
        from information_schema.tables
        where table_catalog = 'built' and table_schema = ?
        -- what an interrupted dbt run may leave behind
        and table_name not like '%\\_\\_dbt\\_%' escape '\\'
        order by table_name
        """,
        [MARTS_SCHEMA],
    ).fetchall()
    return [str(name) for (name,) in rows]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _remove(draft: Path) -> None:
    for path in (draft, draft.with_name(draft.name + ".wal")):
        with suppress(FileNotFoundError):
            path.unlink()
