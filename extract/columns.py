"""Canonical columns: one short word per type, and what it is called elsewhere.

Every raw table is declared with these before the first row is read, so that a column
which is empty in one month, or typed differently in another, cannot change the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlt.common.schema.typing import TColumnSchema, TTableSchemaColumns

Kind = Literal["text", "double", "bigint", "timestamp", "instant", "money", "flag"]

HINTS: dict[Kind, TColumnSchema] = {
    "text": {"data_type": "text"},
    "double": {"data_type": "double"},
    "bigint": {"data_type": "bigint"},
    # UTC without an offset: what the bills carry, and the same type on every warehouse.
    "timestamp": {"data_type": "timestamp", "timezone": False, "precision": 6},
    "instant": {"data_type": "timestamp", "timezone": True, "precision": 6},
    "money": {"data_type": "decimal", "precision": 38, "scale": 9},
    "flag": {"data_type": "bool"},
}

ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "double": pa.float64(),
    "bigint": pa.int64(),
    "timestamp": pa.timestamp("us"),
    "instant": pa.timestamp("us", "UTC"),
    "money": pa.decimal128(38, 9),
    "flag": pa.bool_(),
}

# What deletes and joins look for: with a length, which SQL Server wants of a key.
KEYS = {"load_id": 64}

DUCKDB: dict[Kind, str] = {
    "text": "varchar",
    "double": "double",
    "bigint": "bigint",
    "timestamp": "timestamp",
    "instant": "timestamptz",
    "money": "decimal(38, 9)",
    "flag": "boolean",
}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A raw table.

    Attributes:
        name: Its name in the dataset.
        columns: Names and kinds in order.
        currency: The column that holds the currency.
        costs: The columns whose sum is the invoice's cost.
        rows: The column that counts bill lines, where a row stands for several.
        billed_when: The SQL condition for rows of the invoice, where others
            show the same money once more, in another way.
        day: The column that holds the day as the number yyyymmdd, if there is one.
    """

    name: str
    columns: Mapping[str, Kind]
    currency: str = ""
    costs: tuple[str, ...] = ()
    rows: str = ""
    billed_when: str = ""
    day: str = ""

    def hints(self) -> TTableSchemaColumns:
        """Return the columns as dlt wants them declared."""
        hints: TTableSchemaColumns = {
            name: {"name": name, "nullable": True, **HINTS[kind]}
            for name, kind in self.columns.items()
        }
        for name in KEYS.keys() & hints.keys():
            hints[name]["precision"] = KEYS[name]
        return hints

    def arrow_schema(self) -> pa.Schema:
        """Return the columns as an Arrow schema."""
        return pa.schema([(name, ARROW[kind]) for name, kind in self.columns.items()])
