"""What Grafana makes of results before it draws them, in Python.

A port of the transformations that the dashboards use, as @grafana/data 13.2 has them:
merge, groupBy, organize, calculateField, sortBy and limit. One that is not known here
is an error, and so is an option that a transformation does not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard_queries import Result

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Table = list[dict[str, Any]]

CALCS: dict[str, Callable[[list[Any]], Any]] = {
    "sum": lambda values: sum(each for each in values if each is not None),
    "max": lambda values: max(
        (each for each in values if each is not None), default=None
    ),
}
ORGANIZE = {"excludeByName", "includeByName", "indexByName", "renameByName"}


def transformed(results: list[Result], steps: list[Json]) -> Result:
    """Apply a panel's transformations to the results of its queries.

    Args:
        results: What each query gave.
        steps: The panel's transformations; the first one merges.
    """
    tables = [
        [dict(zip(each.columns, row, strict=True)) for row in each.rows]
        for each in results
    ]
    columns = list(dict.fromkeys(name for each in results for name in each.columns))
    if [each["id"] for each in steps[:1]] != ["merge"]:
        raise AssertionError(
            "Several results that are not merged are drawn one by one."
        )
    rows = _merged(tables)
    for step in steps[1:]:
        columns, rows = STEPS[step["id"]](columns, rows, step["options"])
    values = [tuple(row.get(name) for name in columns) for row in rows]
    return Result(columns, [], values)


def _merged(tables: list[Table]) -> Table:
    """Put rows together; those that are alike become one."""
    kept: Table = []
    for row in (row for table in tables for row in table):
        if row not in kept:
            kept.append(row)
    return kept


def _group(_: list[str], rows: Table, options: Json) -> tuple[list[str], Table]:
    fields = options["fields"]
    keys = [name for name, how in fields.items() if how["operation"] == "groupby"]
    sums = {
        f"{name} ({calc})": (name, calc)
        for name, how in fields.items()
        if how["operation"] == "aggregate"
        for calc in how["aggregations"]
    }
    groups: dict[tuple[Any, ...], Table] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    made = [
        dict(zip(keys, group, strict=True))
        | {
            title: CALCS[calc]([row[name] for row in members])
            for title, (name, calc) in sums.items()
        }
        for group, members in groups.items()
    ]
    return [*keys, *sums], made


def _organize(
    columns: list[str], rows: Table, options: Json
) -> tuple[list[str], Table]:
    assert set(options) == ORGANIZE
    named = {*options["excludeByName"], *options["indexByName"]}
    assert named | {*options["renameByName"]} <= {*columns}
    left = [name for name in columns if not options["excludeByName"].get(name)]
    left.sort(key=lambda name: options["indexByName"].get(name, len(columns)))
    titles = {name: options["renameByName"].get(name, name) for name in left}
    made = [{title: row.get(name) for name, title in titles.items()} for row in rows]
    return list(titles.values()), made


def _calculate(
    columns: list[str], rows: Table, options: Json
) -> tuple[list[str], Table]:
    assert set(options) == {"mode", "alias", "binary", "replaceFields"}
    assert (options["mode"], options["binary"]["operator"]) == ("binary", "/")
    part, whole = (
        options["binary"][side]["matcher"]["options"] for side in ("left", "right")
    )
    name = options["alias"]
    return [*columns, name], [row | {name: row[part] / row[whole]} for row in rows]


def _sort(columns: list[str], rows: Table, options: Json) -> tuple[list[str], Table]:
    (by,) = options["sort"]
    assert by["field"] in columns
    return columns, sorted(rows, key=lambda row: row[by["field"]], reverse=by["desc"])


def _limit(columns: list[str], rows: Table, options: Json) -> tuple[list[str], Table]:
    return columns, rows[: options["limitField"]]


STEPS = {
    "groupBy": _group,
    "organize": _organize,
    "calculateField": _calculate,
    "sortBy": _sort,
    "limit": _limit,
}
