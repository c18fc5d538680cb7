"""Answers a Cost Management Query from recorded pages, with the API's own rules.

Only what the API documents or is known to do: names are checked against its list of
dimensions, the date stands before the groupings, the currency last.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sample_bills.azure_query_checks import (
    AGGREGATIONS,
    GRANULARITIES,
    QueryError,
    Rules,
    check_dimension,
    invalid,
    read_aggregations,
    read_groupings,
    read_period,
)

LEAST_CHILDREN = 2
FOLDERS = {"Usage": "query", "ActualCost": "query", "AmortizedCost": "query-amortized"}
Row = dict[str, Any]
Test = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns of an answer and all its rows, before paging."""

    columns: list[dict[str, str]]
    rows: list[list[Any]]


def answer_query(folder: Path, scope: str, body: Any, rules: Rules) -> Answer:
    """Answer a query from the recorded pages of a scope."""
    if not isinstance(body, dict):
        raise invalid("the body must be an object")
    recorded = _find_recorded(folder / scope, body.get("type"))
    dataset = body.get("dataset") or {}
    granularity = dataset.get("granularity", "None")
    if granularity not in GRANULARITIES:
        raise invalid("Invalid dataset granularity; valid values: 'Daily','Monthly'")
    first, last = read_period(body, granularity)
    sums = read_aggregations(dataset)
    groups = read_groupings(dataset, sums, rules.for_scope(scope))
    test = _read_filter(dataset.get("filter"), rules)
    has_tags = "Tags" in (dataset.get("include") or body.get("include") or [])
    parts = _make_parts(granularity, groups, has_tags=has_tags)
    found: dict[tuple[Any, ...], list[Decimal]] = {}
    for row in _read_rows(recorded, first, last):
        if not test(row):
            continue
        key = tuple(part(row) for _, part in parts)
        totals = found.setdefault(key, [Decimal(0) for _ in sums])
        for place, name in enumerate(sums):
            totals[place] += Decimal(str(row[AGGREGATIONS[name]]))
    columns = [{"name": name, "type": "Number"} for name in sums]
    columns += [
        {
            "name": name,
            "type": {"UsageDate": "Number", "Tags": "Array"}.get(name, "String"),
        }
        for name, _ in parts
    ]
    rows = [
        [
            *map(float, found[key]),
            *(list(v) if isinstance(v, tuple) else v for v in key),
        ]
        for key in sorted(found, key=repr)
    ]
    return Answer(columns, rows)


def _find_recorded(scope: Path, kind: Any) -> Path:
    """Find the pages of a type of cost; what is not recorded is refused.

    Agreements without amortized costs refuse the type in these words.
    """
    given = [name for name, folder in FOLDERS.items() if (scope / folder).is_dir()]
    if kind not in given:
        values = ",".join(f"'{name}'" for name in given)
        raise invalid(f"Invalid definition type '{kind}'; valid values: {values}.")
    return scope / FOLDERS[kind]


def _read_filter(given: Any, rules: Rules) -> Test:
    if not given:
        return lambda _: True
    if not isinstance(given, dict) or len(given) != 1:
        raise invalid("Invalid dataset filter; give one of and, or, dimensions, tags")
    kind, content = next(iter(given.items()))
    kind = kind.lower()
    if kind in {"and", "or"}:
        if not isinstance(content, list) or len(content) < LEAST_CHILDREN:
            raise invalid(f"Invalid dataset filter: '{kind}' needs at least 2 children")
        tests = [_read_filter(one, rules) for one in content]
        combine = all if kind == "and" else any
        return lambda row: combine(test(row) for test in tests)
    if kind not in {"dimensions", "tags"}:
        raise invalid(f"Invalid dataset filter: '{kind}'")
    if content.get("operator") != "In":
        raise invalid("Invalid dataset filter operator; valid values: 'In'")
    name = str(content.get("name"))
    values = {str(value).lower() for value in content.get("values") or []}
    if kind == "tags":
        return lambda row: _find_tag(row, name).lower() in values
    check_dimension(name, "filter", rules)
    return lambda row: _find_dimension(row, name).lower() in values


def _make_parts(
    granularity: str, groups: list[tuple[str, str]], *, has_tags: bool
) -> list[tuple[str, Callable[[Row], Any]]]:
    parts: list[tuple[str, Callable[[Row], Any]]] = []
    if granularity == "Daily":
        parts.append(("UsageDate", lambda row: row["UsageDate"]))
    if granularity == "Monthly":
        parts.append(("BillingMonth", _find_month))
    for kind, name in groups:
        if kind == "TagKey":
            parts.append(("TagKey", lambda _, name=name: name))  # type: ignore[misc]
            parts.append(("TagValue", lambda row, name=name: _find_tag(row, name)))  # type: ignore[misc]
        else:
            parts.append((name, lambda row, name=name: _find_dimension(row, name)))  # type: ignore[misc]
    if has_tags:
        parts.append(("Tags", lambda row: tuple(row["Tags"])))
    parts.append(("Currency", lambda row: row["Currency"]))
    return parts


def _find_dimension(row: Row, name: str) -> str:
    if name == "ResourceGroup":
        name = "ResourceGroupName"
    if name == "BillingMonth":
        return _find_month(row)
    return str(row.get(name) or "")


def _find_month(row: Row) -> str:
    day = str(row["UsageDate"])
    return f"{day[:4]}-{day[4:6]}-01T00:00:00"


def _find_tag(row: Row, name: str) -> str:
    tags: dict[str, str] = json.loads("{" + ",".join(row["Tags"]) + "}")
    return tags.get(name, "")


def _read_rows(folder: Path, first: date, last: date) -> list[Row]:
    rows: list[Row] = []
    low, high = int(f"{first:%Y%m%d}"), int(f"{last:%Y%m%d}")
    for path in sorted(folder.glob("*/page-*.json")):
        if not f"{first:%Y-%m}" <= path.parent.name <= f"{last:%Y-%m}":
            continue
        try:
            rows += [row for row in _read_page(path) if low <= row["UsageDate"] <= high]
        except (OSError, ValueError, LookupError, TypeError, ArithmeticError) as error:
            raise QueryError(
                f"The recorded page {path} is broken ({_describe(error)}). Record it"
                " again, or copy it whole.",
                "BrokenRecording",
                HTTPStatus.UNPROCESSABLE_ENTITY,
            ) from None
    return rows


def _read_page(path: Path) -> list[Row]:
    """Read a recorded page, and try what answers are made of."""
    properties = json.loads(path.read_text(encoding="utf-8"))["properties"]
    names = [column["name"] for column in properties["columns"]]
    page = []
    for number, values in enumerate(properties["rows"], start=1):
        if len(values) != len(names):
            raise ValueError(
                f"row {number} has {len(values)} values for {len(names)} columns"
            )
        row = dict(zip(names, values, strict=True))
        for name in {*AGGREGATIONS.values()}:
            if not Decimal(str(row[name])).is_finite():
                raise ValueError(f"row {number} has no number as {name}")
        date.fromisoformat(str(row["UsageDate"]))
        str(row["Currency"])
        _find_tag(row, "")
        page.append(row)
    return page


def _describe(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error}"
    if isinstance(error, ArithmeticError):
        return "a cost or quantity is not a number"
    return str(error)
