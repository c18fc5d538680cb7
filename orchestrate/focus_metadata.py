"""The metadata of FOCUS files: their columns' types, and the schema that names them."""

import json
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOCUS_VERSION = "1.2"
GENERATOR = "llm-costs"
# Columns that hold JSON objects as text.
JSON_COLUMNS = {"AllocatedMethodDetails", "AllocatedTags", "SkuPriceDetails", "Tags"}
# The exponents of a double do not survive every reader of a CSV file.
PRICE_TYPE = "decimal(38, 18)"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://focus.finops.org/")


class FileFormat(StrEnum):
    """What a file is written as."""

    PARQUET = "parquet"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the mart and its type there, such as DECIMAL(28,9)."""

    name: str
    type: str

    @property
    def is_time(self) -> bool:
        """Whether it holds a moment in time."""
        return self.type.startswith("TIMESTAMP")

    def expression(self, file_format: FileFormat) -> str:
        """Say in SQL how the column goes into a file."""
        name = f'"{self.name}"'
        if file_format is FileFormat.PARQUET:
            # With a zone, so that readers know that it is UTC.
            return f"{name} at time zone 'UTC' as {name}" if self.is_time else name
        if self.is_time:
            return f"strftime({name}, '%Y-%m-%dT%H:%M:%SZ') as {name}"
        if self.type == "DOUBLE":
            return f"cast({name} as {PRICE_TYPE}) as {name}"
        return name

    def definition(self) -> dict[str, Any]:
        """Describe it as the metadata of FOCUS do."""
        if self.is_time:
            return {"ColumnName": self.name, "DataType": "DATETIME"}
        if self.name in JSON_COLUMNS:
            column = {"ColumnName": self.name, "DataType": "JSON"}
            # None of our tags is a provider's own.
            return column | ({"ProviderTagPrefixes": []} if self.name == "Tags" else {})
        if self.type.startswith("DECIMAL"):
            precision, scale = self.type.removeprefix("DECIMAL")[1:-1].split(",")
            return {
                "ColumnName": self.name,
                "DataType": "DECIMAL",
                "NumericPrecision": int(precision),
                "NumberScale": int(scale),
            }
        kind = "DECIMAL" if self.type == "DOUBLE" else "STRING"
        encoding = {} if self.type == "DOUBLE" else {"StringEncoding": "UTF-8"}
        return {"ColumnName": self.name, "DataType": kind} | encoding


def make_schema_id(columns: Sequence[Column]) -> str:
    """Make the id of a schema; the same columns give the same one everywhere."""
    text = json.dumps([column.definition() for column in columns])
    return str(uuid.uuid5(NAMESPACE, f"{FOCUS_VERSION} {text}"))


def describe_schema(columns: Sequence[Column], last: Path) -> dict[str, Any]:
    """Describe the columns as FOCUS' schema metadata.

    Args:
        columns: Columns of the files, in their order.
        last: Schema file of the export before, whose date stays with its schema.
    """
    schema_id = make_schema_id(columns)
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with suppress(OSError, ValueError):
        known = json.loads(last.read_text(encoding="utf-8"))
        if known.get("SchemaId") == schema_id:
            created = known["CreationDate"]
    return {
        "DataGenerator": GENERATOR,
        "SchemaId": schema_id,
        "FocusVersion": FOCUS_VERSION,
        "DataGeneratorVersion": version(GENERATOR),
        "CreationDate": created,
        "ColumnDefinition": [column.definition() for column in columns],
    }
