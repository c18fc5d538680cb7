"""Panels about what the cost is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, theme
from dashboards.panels.spend import greatest_by_day_trend
from dashboards.queries import features

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]


def features_table(q: Dialect) -> Json:
    """Cost of each feature, and how many customers use it."""
    customers = theme.column(
        "active_customers", "Customers", unit=theme.COUNT, decimals=0
    )
    return _table(q, customers)


def customer_features_table(q: Dialect) -> Json:
    """What one customer's cost is for."""
    return _table(q)


def _table(q: Dialect, *more: Json) -> Json:
    return house.table(
        q,
        title="Cost by feature",
        description=(
            "What the cost of this range is for, by the feature tag: the fifty dearest "
            "features, with the change against as many days before. Up to fifty, the "
            "rows sum to the cost: what no tag tells, taxes among it, is 'no "
            "feature'. Tag what is great there."
        ),
        sql=features.cost_by_feature(q),
        columns=[
            theme.column("feature", "Feature"),
            theme.cost_bar("cost_usd", "Cost"),
            theme.column("cost_share", "Share", unit=theme.SHARE, decimals=0),
            theme.change("cost_change", "Change"),
            *(more or [theme.hidden("active_customers")]),
            theme.column("tokens", "Tokens", unit=theme.COUNT, decimals=1),
        ],
    )


def daily_feature_trend(q: Dialect) -> Json:
    """Daily cost, the features on top of each other."""
    return greatest_by_day_trend(
        q,
        of="feature",
        description=(
            "Cost of each day, the eight dearest features of this range by name. A new "
            "colour is a launch; a colour that grows while customers do not is a "
            "feature that got dearer: look at its prompts and its model."
        ),
        sql=features.daily_cost_by_feature(q),
    )
