"""Addresses of the dashboards, and the links that lead from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboards.dialects import Dialect
    from dashboards.mixed import Mixed

Links = list[dict[str, str]]

OVERVIEW = "llm-costs-overview"
MODELS = "llm-costs-models"
CUSTOMERS = "llm-costs-customers"
CUSTOMER = "llm-costs-customer"
ANOMALIES = "llm-costs-anomalies"
BUDGETS = "llm-costs-budgets"
HEALTH = "llm-costs-health"
ALL_CLOUDS = "llm-costs-all-clouds"

PICKED_RANGE = "${__url_time_range}"


def navigation(q: Dialect | Mixed, *, has_page: bool) -> list[dict[str, Any]]:
    """Give the links at the top of a dashboard: lists of others, and a customer's page.

    Lists hand over what is chosen. The page takes the time alone: handed All, or
    several, Grafana keeps that for its one customer, and it would show their sum.

    Args:
        q: Data source, whose dashboards are linked to each other.
        has_page: Whether the page of one customer is linked.
    """
    same = {
        "icon": "external link",
        "targetBlank": False,
        "tooltip": "",
        "keepTime": True,
    }
    lists = [
        {
            **same,
            "type": "dashboards",
            "title": title,
            "tags": [tag],
            "asDropdown": True,
            "includeVars": True,
            "url": "",
        }
        for tag, title in q.families.items()
    ]
    # Of several warehouses each has a page of its own.
    if not has_page or q.parts != (q,):
        return lists
    address = q.address(CUSTOMER)
    page = {
        **same,
        "type": "link",
        "title": "One customer",
        "tags": [],
        "asDropdown": False,
        "includeVars": False,
        "url": f"/d/{address}/{address}",
    }
    return [*lists, page]


def _link(q: Dialect, uid: str, title: str, parts: list[str]) -> Links:
    address = q.address(uid)
    return [{"title": title, "url": f"/d/{address}/{address}?{'&'.join(parts)}"}]


def _kept(variables: tuple[str, ...]) -> list[str]:
    return [f"${{{variable}:queryparam}}" for variable in variables]


def to(q: Dialect, uid: str, title: str, *keep: str, **chosen: str) -> Links:
    """Link to a dashboard, with the time range.

    Args:
        q: Data source, whose dashboards are linked to each other.
        uid: Dashboard to open.
        title: What the link says.
        keep: Variables of this dashboard that are handed over as they stand.
        chosen: Variables that are set to a value.
    """
    values = [f"var-{name}={value}" for name, value in chosen.items()]
    return _link(q, uid, title, [PICKED_RANGE, *values, *_kept(keep)])


def drill_down(q: Dialect, uid: str, title: str, field: str, *keep: str) -> Links:
    """Link a cell to another dashboard, with its value chosen there.

    Args:
        q: Data source, whose dashboards are linked to each other.
        uid: Dashboard to open.
        title: What the link says.
        field: Column whose value is handed over, named as the variable it sets.
        keep: Variables of this dashboard that are handed over as they stand.
    """
    value = f"var-{field}=${{__data.fields.{field}:percentencode}}"
    return _link(q, uid, title, [PICKED_RANGE, value, *_kept(keep)])


def customer(q: Dialect, *keep: str) -> Links:
    """Link a cell that names a customer to its page.

    Args:
        q: Data source, whose dashboards are linked to each other.
        keep: Variables of this dashboard that are handed over as they stand.
    """
    return drill_down(q, CUSTOMER, "Open this customer", "customer_id", *keep)


def model(q: Dialect, *keep: str) -> Links:
    """Link a cell that names a model to its prices.

    Args:
        q: Data source, whose dashboards are linked to each other.
        keep: Variables of this dashboard that are handed over as they stand.
    """
    return drill_down(q, MODELS, "Open this model", "model", *keep)


def customers_of_model(q: Dialect) -> Links:
    """Link a cell that names a model to whoever uses it, on the same clouds."""
    title = "See its customers"
    return drill_down(q, CUSTOMERS, title, "model", "cloud_provider")


def day(q: Dialect, uid: str, title: str, *keep: str) -> Links:
    """Link a row's day to a dashboard that shows this day alone.

    The row has the columns ``usage_day`` and ``day_end``.

    Args:
        q: Data source, whose dashboards are linked to each other.
        uid: Dashboard to open.
        title: What the link says.
        keep: Variables of this dashboard that are handed over as they stand.
    """
    begin = "from=${__data.fields.usage_day.numeric}"
    end = "to=${__data.fields.day_end.numeric}"
    return _link(q, uid, title, [begin, end, *_kept(keep)])


def around_point(q: Dialect, uid: str, title: str, *keep: str) -> Links:
    """Link a point of a time series to the days around it.

    Args:
        q: Data source, whose dashboards are linked to each other.
        uid: Dashboard to open.
        title: What the link says.
        keep: Variables of this dashboard that are handed over as they stand.
    """
    two_days = "time=${__value.time}&time.window=172800000"
    return _link(q, uid, title, [two_days, *_kept(keep)])
