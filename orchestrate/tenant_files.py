"""A DuckDB file for each customer, holding its own rows and nothing else.

DuckDB has no roles: whoever can open a file can read all of it. So with
LLM_COSTS_TENANT_FILES=true every run publishes, beside the serving copy, a file for
each customer with the marts of the var tenant_marts, and removes those of customers
that are no more. Each file is replaced by a rename, as the serving copy is.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestrate.settings import MARTS_SCHEMA
from orchestrate.steps import Report, StepFailed
from orchestrate.storage import attach_new, attachable, flush

UNATTRIBUTED = "unattributed"
PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")

Rules = Mapping[str, Mapping[str, str]]


def publish_tenants(
    *, serving: Path, project: Path = Path("dbt_project.yml"), report: Report
) -> int:
    """Publish a file per customer, and give how many.

    Args:
        serving: The serving copy that was just published.
        project: Where the var tenant_marts stands.
        report: Shows whose file is written.

    Raises:
        StepFailed: A mart is missing, or a file cannot be written.
    """
    rules = read_rules(project)
    folder = serving.parent / "tenants"
    folder.mkdir(parents=True, exist_ok=True)
    written = set()
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach {attachable(serving)} as marts (read_only)")
            for customer in _customers(connection):
                report(f"the file of {customer}")
                path = folder / file_name(customer)
                _write(connection, rules, customer, path)
                written.add(path)
    except duckdb.Error as error:
        raise StepFailed(
            f"The customers' files in {folder} cannot be written: {error}",
            way_out="Build the marts with `llm-costs run --skip-extract`.",
        ) from error
    for path in set(folder.glob("*.duckdb")) - written:
        path.unlink()
    return len(written)


def remove_tenants(serving: Path) -> None:
    """Remove the customers' files, which nobody wants any more.

    They would go on showing the figures of the day on which they were given up.

    Args:
        serving: The serving copy that they are beside.
    """
    for path in (serving.parent / "tenants").glob("*.duckdb"):
        path.unlink()


def file_name(customer: str) -> str:
    """Name a customer's file: its id where that is plain, or else with a hash.

    An id is a tag that anyone may write, so it may hold slashes, or differ from another
    only in what a file name cannot show.
    """
    if PLAIN.fullmatch(customer):
        return f"{customer}.duckdb"
    readable = re.sub(r"[^a-z0-9]+", "-", customer.lower())[:40].strip("-")
    # No plain id has a ~, so none can be made to meet a name like this.
    return f"{readable}~{hashlib.sha256(customer.encode()).hexdigest()[:16]}.duckdb"


def read_rules(project: Path) -> Rules:
    """Read which marts a tenant sees, and which rows of them."""
    settings: dict[str, Any] = yaml.safe_load(project.read_text(encoding="utf-8"))
    rules: Rules = settings["vars"]["tenant_marts"]
    return rules


def _customers(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        f"select customer_id from marts.{MARTS_SCHEMA}.dim_customers "  # noqa: S608
        "where customer_id <> ? order by customer_id",
        [UNATTRIBUTED],
    ).fetchall()
    return [str(customer) for (customer,) in rows]


def _write(
    connection: duckdb.DuckDBPyConnection, rules: Rules, customer: str, path: Path
) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    _remove(draft)
    try:
        connection.execute(attach_new(draft, "tenant"))
        connection.execute(f"create schema tenant.{MARTS_SCHEMA}")
        for mart, rule in rules.items():
            condition = f"and {rule['where']}" if rule.get("where") else ""
            connection.execute(
                f'create table tenant.{MARTS_SCHEMA}."{mart}" as '
                f'from marts.{MARTS_SCHEMA}."{mart}" '
                f'where "{rule["customer"]}" = ? {condition}',
                [customer],
            )
        connection.execute("checkpoint tenant")
        connection.execute("detach tenant")
        flush(draft)
        draft.replace(path)
    finally:
        _remove(draft)


def _remove(draft: Path) -> None:
    for path in (draft, draft.with_name(draft.name + ".wal")):
        with suppress(FileNotFoundError):
            path.unlink()
