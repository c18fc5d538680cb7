"""What Grafana does to results before it draws them, as the options it reads."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# Of several results one table. Rows that are alike become one: each names its cloud.
MERGE: Json = {"id": "merge", "options": {}}


def sum_by(key: str, *amounts: str, greatest: tuple[str, ...] = ()) -> list[Json]:
    """Add up the amounts of each key and keep the amounts' names.

    Args:
        key: Column whose values are the groups.
        amounts: Columns that are added up.
        greatest: Columns of which the greatest value is taken.
    """
    made = dict.fromkeys(amounts, "sum") | dict.fromkeys(greatest, "max")
    fields: Json = {key: {"operation": "groupby", "aggregations": []}}
    for name, calc in made.items():
        fields[name] = {"operation": "aggregate", "aggregations": [calc]}
    renamed = {f"{name} ({calc})": name for name, calc in made.items()}
    order = {name: place for place, name in enumerate([key, *renamed])}
    return [
        {"id": "groupBy", "options": {"fields": fields}},
        {
            "id": "organize",
            "options": {
                "excludeByName": {},
                "includeByName": {},
                "indexByName": order,
                "renameByName": renamed,
            },
        },
    ]


def divide(name: str, part: str, whole: str) -> Json:
    """Add a column with the quotient of two.

    Args:
        name: Its name.
        part: Column above the line.
        whole: Column below the line, which is never nothing.
    """
    return {
        "id": "calculateField",
        "options": {
            "mode": "binary",
            "alias": name,
            "binary": {
                "left": {"matcher": {"id": "byName", "options": part}},
                "operator": "/",
                "right": {"matcher": {"id": "byName", "options": whole}},
            },
            "replaceFields": False,
        },
    }


def greatest_first(name: str) -> Json:
    """Order rows by a column."""
    return {"id": "sortBy", "options": {"sort": [{"field": name, "desc": True}]}}


def first(rows: int) -> Json:
    """Keep the first rows."""
    return {"id": "limit", "options": {"limitField": rows}}
