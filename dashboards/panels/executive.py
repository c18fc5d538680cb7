"""Panels that compare the newest days and months with those before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, links, theme
from dashboards.queries import executive, spend

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]


def against_last_month_stat(q: Dialect) -> Json:
    """Change against the same days of last month."""
    return house.stat(
        q,
        title="vs last month",
        description=(
            "This month's cost so far against the same days of the month before, taxes "
            "and fees included. Growth of 10 % is orange, of 25 % red. Follows the "
            "filters, not the time picker. A fee that is charged once a month shows "
            "from its day on."
        ),
        sql=spend.headline(q),
        shows=("month_change",),
        unit=theme.SHARE,
        decimals=1,
        steps=theme.GROWTH,
        no_value="The month before is not whole.",
    )


def newest_day_stat(q: Dialect) -> Json:
    """The newest day against the averages before it."""

    def against(name: str, title: str) -> Json:
        return theme.share(
            name,
            title,
            decimals=1,
            thresholds=theme.thresholds(theme.GROWTH),
            color={"mode": "thresholds"},
        )

    return house.stat(
        q,
        title="Newest whole day",
        description=(
            "Usage of the last day whose bill is whole, and its change from the mean "
            "of the 7 and the 30 days before it; taxes and fees are left out. Up "
            "against both means growth or an incident, up against 30 days alone a new "
            "level. Follows the filters, not the time picker."
        ),
        sql=executive.newest_day_against_averages(q),
        no_value="No day is whole yet.",
        columns=[
            theme.money("day_usd", "Usage of the day", color=theme.NEUTRAL),
            against("against_week", "vs 7-day average"),
            against("against_month", "vs 30-day average"),
        ],
    )


def _movers_table(q: Dialect, *, is_up: bool, **panel: Any) -> Json:
    customer = links.customer(q, "cloud_provider")
    model = links.model(q, "cloud_provider")
    return house.table(
        q,
        sql=executive.movers(q, is_up=is_up),
        columns=[
            theme.column("customer_id", "Customer", links=customer),
            theme.column("model", "Model", links=model),
            theme.money("week_usd", "Last 7 days"),
            theme.money("change_usd", "Change in USD"),
            theme.change("cost_change", "Change"),
        ],
        **panel,
    )


def movers_up_table(q: Dialect) -> Json:
    """What grew most."""
    return _movers_table(
        q,
        is_up=True,
        title="Top movers up",
        description=(
            "Customers and models whose usage grew most in dollars: the last 7 whole "
            "days against the 7 before, without taxes and fees. No percentage means "
            "that it is new. Ask here first when the total grows. Follows the filters, "
            "not the time picker."
        ),
        no_value="Nothing grew.",
    )


def movers_down_table(q: Dialect) -> Json:
    """What fell most."""
    return _movers_table(
        q,
        is_up=False,
        title="Top movers down",
        description=(
            "Customers and models whose usage fell most in dollars: the last 7 whole "
            "days against the 7 before, without taxes and fees. -100 % means that it "
            "stopped: a migration, a customer that left, or an outage. Follows the "
            "filters, not the time picker."
        ),
        no_value="Nothing fell.",
    )
