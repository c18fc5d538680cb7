"""Several warehouses on one dashboard, by Grafana's data source that mixes others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards.dialect_base import TAG_OF_ALL_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboards.dialects import Dialect

Json = dict[str, Any]

NAMES = "ABCDEFGH"


@dataclass(frozen=True)
class Mixed:
    """What stands for a dialect where a panel asks several data sources.

    Attributes:
        parts: The data sources, each of which answers for its own clouds.
    """

    parts: tuple[Dialect, ...]

    @property
    def data_source(self) -> Json:
        """Reference to the data source that takes each query to its own one."""
        return {"type": "datasource", "uid": "-- Mixed --"}

    def address(self, uid: str) -> str:
        """Give a dashboard's uid."""
        return uid

    def title(self, title: str) -> str:
        """Give a dashboard's title."""
        return title

    @property
    def tags(self) -> list[str]:
        """Tag by which the parts' dashboards find this one."""
        return [TAG_OF_ALL_PARTS]

    @property
    def families(self) -> dict[str, str]:
        """Tags of the parts' dashboards, and what the links say."""
        return {tag: each.families[tag] for each in self.parts for tag in each.tags}

    def queries(
        self, sql: Callable[[Dialect], str], *, is_time_series: bool
    ) -> list[Json]:
        """Give a panel's queries, one for each data source.

        Args:
            sql: Gives the query in a data source's SQL.
            is_time_series: Whether its rows are points in time.
        """
        return [
            part.query(sql(part), is_time_series=is_time_series, name=name)
            for name, part in zip(NAMES[: len(self.parts)], self.parts, strict=True)
        ]
