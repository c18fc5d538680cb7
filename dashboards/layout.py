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
# The dialect is several (dashboards.mixed) on the dashboard that mixes them.
Panel = Callable[[Any], Json]
Text = str | Callable[[Dialect], str]

COLUMNS = 24


@dataclass(frozen=True)
class Slot:
    """One panel's place.

    Attributes:
        id: Its lasting id.
        width: Its width in columns.
        panel: The function that makes it.
        is_internal: Whether it says nothing, or the wrong thing, to a customer that
            sees its own rows only.
    """

    id: int
    width: int
    panel: Panel
    is_internal: bool = False


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
        is_multi: Whether several can be chosen, and All, which it stands on at first.
        default: What a variable with one choice stands on before anybody chose; empty
            for the first option.
    """

    name: str
    label: str
    description: str
    query: Callable[[Dialect], str]
    is_multi: bool = True
    default: Text = ""

    def first_value(self, dialect: Dialect) -> str:
        """Give what a variable with one choice stands on before anybody chose."""
        return self.default if isinstance(self.default, str) else self.default(dialect)

    def fixed(self, value: str) -> Json:
        """Put one value where others could be chosen, also by an address.

        Args:
            value: The value that is always chosen.
        """
        chosen = {"text": value, "value": value}
        return {
            "type": "constant",
            "name": self.name,
            "label": self.label,
            "description": self.description,
            "query": value,
            "current": chosen,
            "options": [{**chosen, "selected": True}],
            # Of the variable nothing is shown.
            "hide": 2,
            "skipUrlSync": True,
        }


@dataclass(frozen=True)
class Dashboard:
    """A dashboard's table of contents.

    Attributes:
        uid: Its lasting address.
        title: Its title.
        description: What it answers.
        variables: Choices at the top.
        rows: Panels from top to bottom.
        time: Start and end of the time picker before anybody chose.
        marks_anomalies: Whether days with a critical anomaly are marked in its charts.
        is_of_all_clouds: Whether it says nothing where a warehouse holds some clouds.
        is_internal: Whether it is for the company's own people only.
        is_page: Whether it is about one thing that is chosen: no list of dashboards
            leads to it, since lists hand over All, or several.
    """

    uid: str
    title: str
    description: str
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    # Whole days: the text of a query is the same all day then, and a warehouse that
    # remembers its answers need not work them out again.
    time: tuple[str, str] = ("now-30d/d", "now/d")
    marks_anomalies: bool = False
    is_of_all_clouds: bool = False
    is_internal: bool = False
    is_page: bool = False

    def tags(self, families: list[str]) -> list[str]:
        """Give the tags by which it is listed, or told to be ours.

        Args:
            families: Tags of the lists that it belongs to.
        """
        return [f"{tag}-page" for tag in families] if self.is_page else families


def place(
    rows: tuple[Row, ...],
    dialect: Any,
    is_kept: Callable[[Json], bool] = lambda _: True,
    *,
    is_tenants: bool = False,
) -> Iterator[Json]:
    """Make the panels and put each at its place on the grid.

    The last panel of a row takes the place of those that are not kept.

    Args:
        rows: Rows from top to bottom.
        dialect: Data source that the panels read, or several of them.
        is_kept: Whether a panel belongs into this dashboard.
        is_tenants: Whether a customer reads it: what is internal is left out.
    """
    top = 0
    for row in rows:
        width = sum(slot.width for slot in row.slots)
        if width > COLUMNS:
            raise ValueError(f"A row of width {width} does not fit {COLUMNS} columns.")
        made = [
            (slot, slot.panel(dialect))
            for slot in row.slots
            if not (slot.is_internal and is_tenants)
        ]
        kept = [(slot, panel) for slot, panel in made if is_kept(panel)]
        left = 0
        for number, (slot, panel) in enumerate(kept, start=1):
            wide = slot.width if number < len(kept) else width - left
            grid = {"x": left, "y": top, "w": wide, "h": row.height}
            yield {**panel, "id": slot.id, "gridPos": grid}
            left += wide
        top += row.height if kept else 0
