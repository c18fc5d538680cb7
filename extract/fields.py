"""Columns of Parquet files as they are, and SQL that makes them canonical."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from extract.columns import DUCKDB, Kind
from extract.errors import ExtractError

if TYPE_CHECKING:
    from collections.abc import Sequence

Semantics = Literal["plain", "json"]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column, or a field of a struct, as the files have it.

    Attributes:
        sql: How SQL names it.
        kind: DuckDB's type in one word, such as varchar, map or list.
        is_pairs: Whether it is a list of structs with a key and a value.
    """

    sql: str
    kind: str
    is_pairs: bool = False


def canonical(field_: Field | None, kind: Kind, semantics: Semantics = "plain") -> str:
    """Return SQL that gives a field in its canonical type, or null if it is missing.

    Args:
        field_: The field as the files have it.
        kind: The canonical type.
        semantics: ``json`` to write maps, structs and key-value lists as JSON objects.
    """
    if field_ is None:
        return f"cast(null as {DUCKDB[kind]})"
    if semantics == "json":
        return _as_json(field_)
    if field_.kind in {"map", "struct", "list"}:
        raise ExtractError(
            f"Column {field_.sql} is a {field_.kind} in the files and cannot be read "
            f"as {kind}. Check the export's column list."
        )
    if kind == "timestamp" and field_.kind in {"varchar", "timestamptz_ns"}:
        # A text may carry an offset, which a cast to a zoneless type would drop; and of
        # nanoseconds with a zone, as pandas writes them, DuckDB has no other cast.
        moment = f"cast(cast({field_.sql} as varchar) as timestamptz)"
        return f"cast({moment} as {DUCKDB[kind]})"
    return f"cast({field_.sql} as {DUCKDB[kind]})"


def _as_json(field_: Field) -> str:
    if field_.kind == "map":
        return f"cast(to_json({field_.sql}) as varchar)"
    if field_.is_pairs:
        # The first of several equal keys counts; a DuckDB map would refuse them.
        keys = f"list_transform({field_.sql}, lambda x: x.key)"
        pairs = (
            f"list_filter({field_.sql}, lambda x, n: x.key is not null "
            f"and list_position({keys}, x.key) = n)"
        )
        return (
            f"cast(to_json(map(list_transform({pairs}, lambda x: x.key), "
            f"list_transform({pairs}, lambda x: x.value))) as varchar)"
        )
    if field_.kind in {"list", "struct"}:
        return f"cast(to_json({field_.sql}) as varchar)"
    return f"cast({field_.sql} as varchar)"


def read_fields(names: Sequence[str], types: Sequence[Any]) -> dict[str, Field]:
    """Return columns, and fields of structs by dotted path, by lower-case name."""
    fields: dict[str, Field] = {}

    def add(path: str, sql: str, type_: Any) -> None:
        fields[path.lower()] = Field(sql=sql, kind=type_.id, is_pairs=_is_pairs(type_))
        if type_.id == "struct":
            for name, child in type_.children:
                add(f"{path}.{name}", f"{sql}.{quoted(name)}", child)

    for name, type_ in zip(names, types, strict=True):
        add(name, quoted(name), type_)
    return fields


def quoted(name: str) -> str:
    """Return a name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Sequence[str]) -> str:
    """Return texts as a SQL list."""
    return "[" + ", ".join(text(value) for value in values) + "]"


def _is_pairs(type_: Any) -> bool:
    if type_.id != "list":
        return False
    child = type_.children[0][1]
    if child.id != "struct":
        return False
    # DuckDB finds a field in any letter case; Google writes Key and Value in FOCUS.
    return {"key", "value"} <= {name.lower() for name, _ in child.children}
