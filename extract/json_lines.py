"""JSON lines, plain or gzipped, as BigQuery writes them when it extracts a table.

A field that is null is left out of a line, so nothing but the columns that a source
declares tells what a file may have; whatever else it has is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.fields import text, texts
from extract.memory import USUAL_ROW_GROUP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
# A line is one row; the longest have hundreds of labels and credits.
LONGEST_LINE = 4 * 2**20


@dataclass(frozen=True, eq=False)
class JsonLines:
    """Reads files that have these columns.

    Attributes:
        columns: DuckDB's type of every column, by name.
    """

    columns: Mapping[str, str]

    def relation(self, paths: Sequence[str]) -> str:
        """Return SQL that reads files as one table, with their names."""
        columns = ", ".join(f"{text(k)}: {text(v)}" for k, v in self.columns.items())
        return (
            f"read_json({texts(paths)}, format = 'newline_delimited', "
            f"columns = {{{columns}}}, filename = true, hive_partitioning = false, "
            f"maximum_object_size = {LONGEST_LINE})"
        )

    def biggest_row_group(
        self,
        connection: duckdb.DuckDBPyConnection,  # noqa: ARG002 - as of every format
        paths: Sequence[str],  # noqa: ARG002
    ) -> int:
        """Return the lines that are read at a time: text is read as a stream."""
        return USUAL_ROW_GROUP

    def require_columns(
        self,
        connection: duckdb.DuckDBPyConnection,
        paths: Sequence[str],
        names: Sequence[str],
    ) -> None:
        """Nothing to require: a column that is null everywhere is in no line at all."""
