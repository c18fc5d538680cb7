"""SQL by which BigQuery gives the export's rows in canonical columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.sources.gcp_billing.settings import JSON_COLUMNS, ROWS

if TYPE_CHECKING:
    from collections.abc import Collection

    from extract.columns import Kind

TYPES: dict[Kind, str] = {
    "text": "string",
    "double": "float64",
    "timestamp": "timestamp",
}
ROWS_QUERY = """
    select
        @load_id as load_id,
        @source_file as source_file,
        {columns}
    from `{table}`
    where _PARTITIONTIME >= timestamp(@first_day)
        and billing_account_id = @account
        and {month} = @month
        and {week} = cast(@week as int64)
        and service.description in unnest(@services)
        and coalesce(export_time <= timestamp(@until), true)
"""
CREDITS = """(
            select coalesce(sum(c.amount), 0) from unnest(credits) as c
            where {condition}
        )"""
LABELS = """coalesce((
            select concat('{', string_agg(concat(
                to_json_string(l.key), ':', to_json_string(l.value)
            ), ',' order by place), '}')
            from unnest({path}) as l with offset as place
            where l.key is not null and not exists (
                select 1 from unnest({path}) as earlier with offset as earlier_place
                where earlier.key = l.key and earlier_place < place
            )
        ), '{}')"""


def columns_sql(fields: Collection[str]) -> str:
    """Return the canonical columns as a select list.

    A column that the export does not have, as the standard one has no resources, is
    null.

    Args:
        fields: The table's columns, and fields of structs by dotted path.
    """
    found = []
    for name, (path, kind) in ROWS.items():
        type_ = TYPES[kind]
        if name.startswith("credits_"):
            condition = "true" if name == "credits_amount" else "c.type = 'PROMOTION'"
            sql = CREDITS.replace("{condition}", condition)
        elif path not in fields:
            sql = f"cast(null as {type_})"
        elif name == "credits":
            sql = "to_json_string(credits)"
        elif name in JSON_COLUMNS:
            sql = _labels(path)
        else:
            sql = f"cast({path} as {type_})"
        found.append(f"{sql} as {name}")
    return ",\n        ".join(found)


def _labels(path: str) -> str:
    """Return SQL of keys and values as a JSON object; of equal keys the first counts.

    The macro gcp_labels_as_json says the same for dbt.
    """
    return LABELS.replace("{path}", path)
