"""Row by row comparison of the marts that two engines built from the same bills.

Text, days, whole numbers and flags must be the same; they tell which row is which.
Decimals may differ by a millionth, because engines round a quotient's last digit as
they like, and floating point numbers by a billionth of their size, because they add in
another order.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

Rows = list[tuple[Any, ...]]
Query = Callable[[str], Rows]

# Different for every load of the same bill, or for the bytes that an engine hashes.
OWN = {
    "definition_version",
    "ingested_at",
    "last_loaded_at",
    "load_id",
    "loaded_at",
    "unified_cost_id",
}
DECIMAL_TOLERANCE = Decimal("0.000001")
RELATIVE_TOLERANCE = 1e-9
ABSOLUTE_TOLERANCE = 1e-9
SHOWN = 5


@dataclass(frozen=True)
class Column:
    """A column as the reference engine has it."""

    name: str
    kind: str

    @property
    def is_exact(self) -> bool:
        """Whether values must be the same."""
        return not self.kind.startswith(("DECIMAL", "DOUBLE", "FLOAT"))


def differences(
    table: str, columns: Sequence[Column], left: Rows, right: Rows
) -> list[str]:
    """Describe the first rows that differ; none if the tables are the same."""
    pairs = zip_longest(sorted_rows(columns, left), sorted_rows(columns, right))
    found: list[str] = []
    if len(left) != len(right):
        found.append(f"{table}: {len(left)} rows here, {len(right)} there")
    for ours, theirs in pairs:
        if len(found) >= SHOWN:
            break
        if ours is None or theirs is None or ours[0] != theirs[0]:
            found.append(f"{table}: {_told(columns, ours)} <> {_told(columns, theirs)}")
            break  # what follows is shifted
        inexact = [column for column in columns if not column.is_exact]
        found += [
            f"{table}.{column.name}: {one} <> {other} at {ours[0]}"
            for column, one, other in zip(inexact, ours[1], theirs[1], strict=True)
            if not is_near(column, one, other)
        ]
    return found


def compared(columns: Iterable[Column]) -> list[Column]:
    """Leave out the columns that say nothing about the bills."""
    return [column for column in columns if column.name.lower() not in OWN]


def sorted_rows(columns: Sequence[Column], rows: Rows) -> list[tuple[Any, Any]]:
    """Give each row's exact and its other values, in an order that engines share."""
    exact = [i for i, column in enumerate(columns) if column.is_exact]
    inexact = [i for i, column in enumerate(columns) if not column.is_exact]
    parts = [
        (
            tuple(_plain(columns[i], row[i]) for i in exact),
            tuple(_number(columns[i], row[i]) for i in inexact),
        )
        for row in rows
    ]
    # Roughly first, since engines differ in the last digit; then exactly, so that rows
    # of one kind stand in the same order on both sides.
    return sorted(
        parts,
        key=lambda part: (
            repr(part[0]),
            *map(_rough, part[1]),
            *((value is not None, value or 0) for value in part[1]),
        ),
    )


def _plain(column: Column, value: Any) -> Any:
    """Give a value as the reference engine would, whatever the driver's type is."""
    if value is None:
        return None
    if column.kind == "BOOLEAN":
        return bool(value)
    if "INT" in column.kind:
        return int(value)
    if isinstance(value, dt.datetime):
        value = value.date() if column.kind == "DATE" else value.replace(tzinfo=None)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _number(column: Column, value: Any) -> Any:
    if value is None:
        return None
    return Decimal(value) if column.kind.startswith("DECIMAL") else float(value)


def _rough(value: Any) -> tuple[bool, float]:
    return (value is not None, round(float(value or 0), 4))


def is_near(column: Column, one: Any, other: Any) -> bool:
    """Whether two values of a column that is not exact are taken for the same."""
    if one is None or other is None:
        return one is other
    if column.kind.startswith("DECIMAL"):
        return bool(abs(one - other) <= DECIMAL_TOLERANCE)
    return math.isclose(
        one, other, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE
    )


def _told(columns: Sequence[Column], row: tuple[Any, Any] | None) -> str:
    if row is None:
        return "no row"
    names = [column.name for column in columns if column.is_exact]
    return str(dict(zip(names, row[0], strict=True)))
