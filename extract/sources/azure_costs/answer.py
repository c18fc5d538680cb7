"""Answers of the Cost Management API: checked page by page, mapped by column name."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from extract.errors import ExtractError
from extract.sources.azure_costs.settings import ANSWER_COLUMNS

NUMBERS = ("cost", "usage_quantity")


@dataclass(kw_only=True)
class Answer:
    """Rows of an answer, by landed column.

    Attributes:
        grouped_by: The groupings that the service accepted.
        columns: Values by landed column; a column that was not asked for is missing.
        pages: How many pages they came in.
    """

    grouped_by: Sequence[str]
    columns: dict[str, list[Any]] = field(default_factory=dict)
    pages: int = 0

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns.get("cost", []))

    def add(self, page: Any, place: str, *, is_daily: bool) -> None:
        """Add a page after checking it.

        Args:
            page: The decoded page.
            place: Scope, month and page, for messages.
            is_daily: Whether rows must have a day and a quantity.
        """
        names, rows = _table(page, place)
        needed = {"cost", "currency"} | (
            {"usage_date", "usage_quantity"} if is_daily else set()
        )
        landed = {name: _find(names, name) for name in ANSWER_COLUMNS}
        needed |= {
            name
            for name, options in ANSWER_COLUMNS.items()
            if set(options) & set(self.grouped_by)
        }
        if missing := sorted(name for name in needed if landed[name] is None):
            wanted = ", ".join(ANSWER_COLUMNS[name][0] for name in missing)
            raise _malformed(
                place, f"it has no column {wanted} (it has {', '.join(names)})"
            )
        values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(
            names
        )
        for name, position in landed.items():
            if position is not None:
                column = _checked(name, values[position], place)
                self.columns.setdefault(name, []).extend(column)
        self.pages += 1

    def canonical(self) -> str:
        """Return the rows as text that does not depend on their order."""
        names = sorted(self.columns)
        rows = zip(*(self.columns[name] for name in names), strict=True)
        lines = sorted(json.dumps(row, ensure_ascii=False) for row in rows)
        return "\n".join([",".join(self.grouped_by), ",".join(names), *lines])


def to_moment(usage_date: int) -> datetime:
    """Return the start of a day that is written as the number yyyymmdd."""
    return datetime.strptime(str(usage_date), "%Y%m%d")  # noqa: DTZ007


def _table(page: Any, place: str) -> tuple[list[str], list[list[Any]]]:
    properties = page.get("properties") if isinstance(page, Mapping) else None
    if not isinstance(properties, Mapping):
        raise _malformed(place, "it has no properties")
    columns, rows = properties.get("columns"), properties.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise _malformed(place, "it has no list of columns and list of rows")
    names = [c.get("name") if isinstance(c, Mapping) else None for c in columns]
    if not all(isinstance(name, str) for name in names):
        raise _malformed(place, "a column has no name")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(names):
            length = len(row) if isinstance(row, list) else "no"
            raise _malformed(
                place, f"row {number} has {length} values for {len(names)} columns"
            )
    return [str(name) for name in names], rows


def _find(names: Sequence[str], landed: str) -> int | None:
    return next((names.index(n) for n in ANSWER_COLUMNS[landed] if n in names), None)


def _checked(name: str, values: Sequence[Any], place: str) -> list[Any]:
    """Return a column's values in the landed type."""
    label = ANSWER_COLUMNS[name][0]
    if name in NUMBERS:
        optional = name != "cost"
        for value in values:
            if not (optional and value is None) and not _is_number(value):
                raise _malformed(place, f"{label} is {value!r}, not a number")
        return [None if value is None else float(value) for value in values]
    if name == "usage_date":
        return [_usage_date(value, place) for value in values]
    if name == "tags":
        return [_tags(value) for value in values]
    for value in values:
        if not (value is None or isinstance(value, str)):
            raise _malformed(place, f"{label} is {value!r}, not a text")
    if name == "currency" and not all(values):
        raise _malformed(place, "a row has no Currency")
    return list(values)


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]


def _usage_date(value: Any, place: str) -> int:
    try:
        number = int(value)
        if number == float(value) and not isinstance(value, bool):
            to_moment(number)
            return number
    except (TypeError, ValueError):
        pass
    raise _malformed(place, f"UsageDate is {value!r}, not a day such as 20261001")


def _tags(value: Any) -> str | None:
    """Return tags, given as texts such as '"team":"search"', as a JSON object."""
    if value is None:
        return None
    try:
        pairs = value if isinstance(value, list) else [value]
        return json.dumps(json.loads("{" + ",".join(pairs) + "}"), ensure_ascii=False)
    except (TypeError, ValueError):
        return json.dumps({"unreadable": str(value)}, ensure_ascii=False)


def _malformed(place: str, what: str) -> ExtractError:
    return ExtractError(
        f"{place}: the answer of the Cost Management API is malformed: {what}. Nothing "
        "of this month was loaded; run again, and report it to Azure if it stays."
    )
