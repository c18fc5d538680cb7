"""Panels of a dashboard that show the result of one query.

Every query is charged for on BigQuery, and takes its time elsewhere. Where panels of
one dashboard ask the same, the first of them asks, and the others take its result by
Grafana's data source "Dashboard"; each picks its columns by a transformation.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]

DATA_SOURCE: Json = {"type": "datasource", "uid": "-- Dashboard --"}


def only(columns: tuple[str, ...]) -> list[Json]:
    """Keep some columns of a result; all of them where none is named."""
    if not columns:
        return []
    return [{"id": "filterFieldsByName", "options": {"include": {"names": [*columns]}}}]


def shared(panels: Iterable[Json]) -> Iterator[Json]:
    """Send each query once.

    Args:
        panels: Panels of one dashboard, placed, with their ids.
    """
    asking: dict[str, int] = {}
    for panel in panels:
        # A panel over several warehouses merges their results, which are not handed on.
        if len(panel["targets"]) != 1:
            yield panel
            continue
        query = json.dumps(panel["targets"], sort_keys=True)
        first = asking.setdefault(query, panel["id"])
        if first == panel["id"]:
            yield panel
        else:
            taken = {"refId": "A", "datasource": DATA_SOURCE, "panelId": first}
            yield {**panel, "datasource": DATA_SOURCE, "targets": [taken]}
