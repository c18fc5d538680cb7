"""What the Cost Management Query API accepts, and how it refuses the rest."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from sample_bills.azure_dimensions import DIMENSIONS

AGGREGATIONS = {"Cost": "Cost", "PreTaxCost": "Cost", "UsageQuantity": "UsageQuantity"}
GRANULARITIES = ("None", "Daily", "Monthly")
MOST_AGGREGATIONS = 2
MOST_DAYS_DAILY = 31
MOST_DAYS = 366


class QueryError(Exception):
    """The API would refuse the query."""

    def __init__(
        self,
        message: str,
        code: str = "BadRequest",
        status: int = HTTPStatus.BAD_REQUEST,
    ) -> None:
        """Keep the status and code beside the message."""
        super().__init__(message)
        self.code = code
        self.status = int(status)


@dataclass(frozen=True, slots=True)
class Rules:
    """What differs from one agreement to another."""

    dimensions: tuple[str, ...] = DIMENSIONS
    most_groupings: int | None = None

    def for_scope(self, scope: str) -> "Rules":
        """Give the rules of a scope: wider than a subscription, none has resources."""
        if scope.lower().startswith("subscriptions/"):
            return self
        known = tuple(name for name in self.dimensions if name != "ResourceId")
        return replace(self, dimensions=known)


def invalid(message: str) -> QueryError:
    """Say that the definition of the query is wrong."""
    return QueryError(f"Invalid query definition: {message}")


def read_period(body: dict[str, Any], granularity: str) -> tuple[date, date]:
    """Read the first and last day that are asked for."""
    timeframe, period = body.get("timeframe"), body.get("timePeriod")
    today = datetime.now(UTC).date()
    this_month = today.replace(day=1)
    known = {
        "MonthToDate": (this_month, today),
        "BillingMonthToDate": (this_month, today),
        "TheCurrentMonth": (this_month, today),
        "WeekToDate": (today - timedelta(days=(today.weekday() + 1) % 7), today),
    }
    before = this_month - timedelta(days=1)
    known["TheLastMonth"] = known["TheLastBillingMonth"] = (
        before.replace(day=1),
        before,
    )
    if timeframe == "Custom":
        if not isinstance(period, dict):
            raise invalid("timePeriod must be given when timeframe is Custom")
        first, last = (_read_day(period, name) for name in ("from", "to"))
    elif timeframe in known:
        if period:
            raise invalid("timePeriod can only be given when timeframe is Custom")
        first, last = known[timeframe]
    else:
        values = ",".join(f"'{name}'" for name in (*known, "Custom"))
        raise invalid(f"Invalid timeframe: '{timeframe}'; valid values: {values}")
    days = (last - first).days + 1
    if days < 1:
        raise invalid("timePeriod.from must not be after timePeriod.to")
    most = MOST_DAYS_DAILY if granularity == "Daily" else MOST_DAYS
    if days > most:
        raise invalid(
            f"The time period for {granularity} granularity cannot exceed"
            f" {'31 days' if most == MOST_DAYS_DAILY else '1 year'}"
        )
    return first, last


def _read_day(period: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(period[name])[:10])
    except (KeyError, ValueError):
        raise invalid(f"Invalid timePeriod.{name}; give a date and time") from None


def read_aggregations(dataset: dict[str, Any]) -> list[str]:
    """Read the names of the figures that are summed."""
    given = dataset.get("aggregation") or {}
    if not given or len(given) > MOST_AGGREGATIONS:
        raise invalid("Dataset aggregation must have 1 or 2 clauses")
    for one in given.values():
        if one.get("function") != "Sum":
            raise invalid("Invalid dataset aggregation function; valid values: 'Sum'")
        if one.get("name") not in AGGREGATIONS:
            raise invalid(
                f"Invalid dataset aggregation: '{one.get('name')}'; valid values:"
                " 'Cost','PreTaxCost','UsageQuantity'"
            )
    return [str(one["name"]) for one in given.values()]


def read_groupings(
    dataset: dict[str, Any], sums: list[str], rules: Rules
) -> list[tuple[str, str]]:
    """Read the groupings as pairs of kind and name."""
    groups = [
        (str(one.get("type", "Dimension")), str(one.get("name")))
        for one in dataset.get("grouping") or []
    ]
    most = rules.most_groupings
    if most is not None and len(groups) > most:
        raise invalid(f"Dataset grouping cannot have more than {most} clauses")
    for kind, name in groups:
        if kind not in {"Dimension", "TagKey"}:
            raise invalid("Invalid grouping type; valid values: 'Dimension','TagKey'")
        if kind == "Dimension":
            check_dimension(name, "grouping", rules)
        if name in sums:
            raise invalid(f"'{name}' cannot be both aggregated and grouped")
    return groups


def check_dimension(name: str, where: str, rules: Rules) -> None:
    """Refuse a name that is no dimension, and list those that are."""
    if name not in rules.dimensions:
        values = ",".join(f"'{one}'" for one in rules.dimensions)
        raise invalid(f"Invalid dataset {where}: '{name}'; valid values: {values}")
