"""What a test needs to point dlt and dbt at a BigQuery of its own."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from bigquery import BigQuery
from bigquery.statements import run
from bigquery.values import REST, read
from google_keys import write_key

PROJECT = "test-project"
# What joins thousands of patterns or prices with each other; see bigquery/README.md.
HEAVY = (
    "int_prices_known",
    "int_sku_candidates",
    "int_sku_models",
    "int_sku_token_types",
    "int_sku_units",
    "int_switch_candidates",
    "int_switch_costs",
)


def settings(server: BigQuery, folder: Path) -> dict[str, str]:
    """Give the settings that lead llm-costs to a server.

    The clients are real, and so is their way to log in: a service account's key, made
    here, whose tokens come from the server.
    """
    key = write_key(folder, server.url, PROJECT)
    return {
        "LLM_COSTS_BIGQUERY_PROJECT": PROJECT,
        "LLM_COSTS_BIGQUERY_LOCATION": "US",
        "LLM_COSTS_BIGQUERY_METHOD": "service-account",
        "LLM_COSTS_BIGQUERY_KEYFILE": str(key),
        "BIGQUERY_EMULATOR_HOST": server.url,
        # Google's library would look for the account at Google's; nothing leaves here.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        # Results come by REST: a warning that a faster client is missing is noise.
        "PYTHONWARNINGS": "ignore:Cannot create BigQuery Storage client",
    }


def query(server: BigQuery, sql: str) -> list[tuple[Any, ...]]:
    """Give the rows of a query in Python's types; tables are `dataset.table`."""
    named = re.sub(r"\bfrom (\w+\.\w+)", rf"from `{PROJECT}.\1`", sql)
    with server.lock:
        rows = run(server.warehouse, named).rows
    assert rows
    kinds = list(rows.columns.values())
    return [
        tuple(
            _python(read(cell, kind), REST[kind.type_kind])
            for cell, kind in zip(row.cell, kinds, strict=True)
        )
        for row in rows.data.row
    ]


def _python(value: str | None, kind: str) -> Any:
    if value is None or kind in {"STRING", "JSON"}:
        return value
    if kind == "TIMESTAMP":
        return dt.datetime.fromtimestamp(int(value) / 1_000_000, dt.UTC)
    if kind == "BOOLEAN":
        return value == "true"
    convert: dict[str, Any] = {
        "INTEGER": int,
        "FLOAT": float,
        "NUMERIC": Decimal,
        "BIGNUMERIC": Decimal,
        "DATE": dt.date.fromisoformat,
    }
    return convert[kind](value)
