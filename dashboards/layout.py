"""What a dashboard consists of, and where its panels stand.

A dashboard is rows of panels on a grid of 24 columns. A panel has an id of its own, not
its place, so that links to it survive when something is put before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dashboards.dialects import Dialect

Json = dict[str, Any]
Panel = Callable[[Dialect], Json]

COLUMNS = 24


@dataclass(frozen=True)
class Slot:
    """One panel's place: its lasting id, its width and the function that makes it."""

    id: int
    width: int
    panel: Panel


@dataclass(frozen=True)
class Row:
    """Panels side by side, all of one height."""

    height: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Variable:
    """A choice at the top of a dashboard.

    Attributes:
        name: Name in queries and links; that of the column it filters.
        label: What people read.
        description: What choosing changes.
        query: Gives the SQL of the options.
        default: The value before anybody chose; None is All, with several at a time.
    """

    name: str
    label: str
    description: str
    query: Callable[[Dialect], str]
    default: str | None = None


@dataclass(frozen=True)
class Dashboard:
    """A dashboard's table of contents."""

    uid: str
    title: str
    description: str
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]


def place(rows: tuple[Row, ...], dialect: Dialect) -> Iterator[Json]:
    """Make the panels and put each at its place on the grid.

    Args:
        rows: Rows from top to bottom.
        dialect: Data source that the panels read.
    """
    top = 0
    for row in rows:
        left = 0
        for slot in row.slots:
            grid = {"x": left, "y": top, "w": slot.width, "h": row.height}
            yield {**slot.panel(dialect), "id": slot.id, "gridPos": grid}
            left += slot.width
        if left > COLUMNS:
            raise ValueError(f"A row of width {left} does not fit {COLUMNS} columns.")
        top += row.height
