"""BigQuery's types and values, as REST, Parquet and GoogleSQL write them."""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from zetasql.wasi._pb2.zetasql.public.type_pb2 import TypeKind, TypeProto
from zetasql.wasi._pb2.zetasql.public.value_pb2 import ValueProto

Columns = dict[str, TypeProto]
EPOCH = dt.date(1970, 1, 1)
ARRAY = TypeKind.Value("TYPE_ARRAY")
STRUCT = TypeKind.Value("TYPE_STRUCT")
# How GoogleSQL names a type, by how its REST interface does.
KINDS = {
    "STRING": "STRING",
    "INTEGER": "INT64",
    "FLOAT": "DOUBLE",
    "BOOLEAN": "BOOL",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP",
    "NUMERIC": "NUMERIC",
    "BIGNUMERIC": "BIGNUMERIC",
    "JSON": "JSON",
}
SYNONYMS = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN"}
REST = {TypeKind.Value(f"TYPE_{kind}"): name for name, kind in KINDS.items()}
SQL = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}
SCALES = {"NUMERIC": 9, "BIGNUMERIC": 38}
EXACT = Context(prec=90, rounding=ROUND_HALF_UP)
VALUE_FIELDS = {
    "STRING": "string_value",
    "INTEGER": "int64_value",
    "FLOAT": "double_value",
    "BOOLEAN": "bool_value",
    "JSON": "json_value",
}


def simple_type(name: str) -> TypeProto:
    """Give the type of a name such as STRING or INT64."""
    name = SYNONYMS.get(name.upper(), name.upper())
    return TypeProto(type_kind=TypeKind.Value(f"TYPE_{KINDS[name]}"))


STRING = simple_type("STRING")


def columns_of(**names: str) -> Columns:
    """Give columns by the names of their types."""
    return {name: simple_type(kind) for name, kind in names.items()}


def from_field(field: Mapping[str, Any]) -> TypeProto:
    """Give the type of a field of a REST schema."""
    if field["type"].upper() in {"RECORD", "STRUCT"}:
        found = TypeProto(type_kind=STRUCT)
        found.struct_type.SetInParent()
        for part in field["fields"]:
            added = found.struct_type.field.add(field_name=part["name"])
            added.field_type.CopyFrom(from_field(part))
    else:
        found = simple_type(field["type"])
    if field.get("mode") == "REPEATED":
        array = TypeProto(type_kind=ARRAY)
        array.array_type.element_type.CopyFrom(found)
        return array
    return found


def to_field(name: str, kind: TypeProto) -> dict[str, Any]:
    """Give the field of a REST schema for a column."""
    mode = "NULLABLE"
    if kind.type_kind == ARRAY:
        mode, kind = "REPEATED", kind.array_type.element_type
    field: dict[str, Any] = {"name": name, "mode": mode}
    if kind.type_kind == STRUCT:
        parts = kind.struct_type.field
        nested = [to_field(part.field_name, part.field_type) for part in parts]
        return {**field, "type": "RECORD", "fields": nested}
    return {**field, "type": REST[kind.type_kind]}


def sql_name(kind: TypeProto) -> str:
    """Give a type as SQL and INFORMATION_SCHEMA write it."""
    if kind.type_kind == ARRAY:
        return f"ARRAY<{sql_name(kind.array_type.element_type)}>"
    if kind.type_kind == STRUCT:
        parts = kind.struct_type.field
        names = [f"{part.field_name} {sql_name(part.field_type)}" for part in parts]
        return f"STRUCT<{', '.join(names)}>"
    return SQL.get(REST[kind.type_kind], REST[kind.type_kind])


def write(cell: ValueProto, value: Any, kind: TypeProto) -> None:
    """Write a value of a load, out of JSON or Arrow, into a cell; None stays null."""
    if kind.type_kind == ARRAY:
        # BigQuery stores no null arrays: an absent one reads as empty.
        cell.array_value.SetInParent()
        for element in value or []:
            write(cell.array_value.element.add(), element, kind.array_type.element_type)
    elif value is None:
        return
    elif kind.type_kind == STRUCT:
        cell.struct_value.SetInParent()
        for part in kind.struct_type.field:
            field = cell.struct_value.field.add()
            write(field, value.get(part.field_name), part.field_type)
    else:
        _write_scalar(cell, value, REST[kind.type_kind])


def _write_scalar(cell: ValueProto, value: Any, name: str) -> None:
    if name in SCALES:
        field = f"{name.lower()}_value"
        setattr(cell, field, _numeric_bytes(value, SCALES[name]))
    elif name == "DATE":
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
        cell.date_value = (day - EPOCH).days
    elif name == "TIMESTAMP":
        cell.timestamp_value.FromDatetime(_moment(value))
    elif name == "JSON" and not isinstance(value, str):
        cell.json_value = json.dumps(value)
    elif name == "BOOLEAN":
        cell.bool_value = value if isinstance(value, bool) else value.lower() == "true"
    else:
        convert = {"INTEGER": int, "FLOAT": float}.get(name, str)
        setattr(cell, VALUE_FIELDS[name], convert(value))


def _moment(value: Any) -> dt.datetime:
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value.replace(" UTC", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)


def _numeric_bytes(value: Any, scale: int) -> bytes:
    """Write a decimal as GoogleSQL keeps it: little-endian, two's complement."""
    rounded = EXACT.quantize(Decimal(str(value)), Decimal(1).scaleb(-scale))
    number = int(EXACT.scaleb(rounded, scale))
    length = max(1, (number.bit_length() + 8) // 8)
    return number.to_bytes(length, "little", signed=True)


def read(cell: ValueProto, kind: TypeProto) -> Any:
    """Give a cell as the REST interface writes it in rows of results."""
    if kind.type_kind == ARRAY:
        element = kind.array_type.element_type
        return [{"v": read(item, element)} for item in cell.array_value.element]
    used = cell.WhichOneof("value")
    if used is None:
        return None
    if kind.type_kind == STRUCT:
        parts = zip(cell.struct_value.field, kind.struct_type.field, strict=True)
        return {"f": [{"v": read(part, field.field_type)} for part, field in parts]}
    return _read_scalar(cell, used, REST[kind.type_kind])


def _read_scalar(cell: ValueProto, used: str, name: str) -> str:
    if name in SCALES:
        number = int.from_bytes(getattr(cell, used), "little", signed=True)
        amount = EXACT.scaleb(Decimal(number), -SCALES[name])
        return f"{EXACT.normalize(amount):f}"
    if name == "DATE":
        return (EPOCH + dt.timedelta(days=cell.date_value)).isoformat()
    if name == "TIMESTAMP":
        moment = cell.timestamp_value
        return str(moment.seconds * 1_000_000 + moment.nanos // 1_000)
    if name == "BOOLEAN":
        return "true" if cell.bool_value else "false"
    return str(getattr(cell, used))
