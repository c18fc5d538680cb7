"""What Grafana alerts about: each rule's question, when it holds, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards import links
from dashboards.queries import alerts as queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboards.dialects import Dialect

DAILY_LIMIT_USD = 1_000
BUDGET_WARNING = 80
BUDGET_SPENT = 100
# What a budget is not of has the label "all".
BUDGET_OF = (
    '{{ if ne $labels.cloud_provider "all" }}{{ $labels.cloud_provider }}'
    '{{ else if ne $labels.team "all" }}team {{ $labels.team }}'
    "{{ else }}{{ $labels.customer_id }}{{ end }}"
)
STALE_DAYS = 3
UNKNOWN_PERCENT = 5


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One rule.

    Attributes:
        key: Its identity; never changed, or Grafana takes it for another rule.
        title: What it says in the list of rules and in the subject of a mail.
        query: SQL with one number; the texts beside it become labels.
        above: The rule fires where the number is greater.
        severity: ``warning`` or ``critical``; policies go by it.
        about: ``cost``, ``budget`` or ``data``; policies go by it.
        summary: Sentence of one alert, with its figure.
        without: What is said where there is no figure: Grafana fills sentences in also
            where it could not ask, and writes what lacks as ``%!f(<nil>)``.
        runbook: Page of docs/runbooks without its ending.
        dashboard: Dashboard to look at.
        panel: Panel of it.
        tenants_place: Dashboard and panel that a customer has instead.
        waits: How long it has to hold. Only what a mart that is being built could
            raise by mistake waits: rows that lack make a cost lower, never higher.
        no_data: State when nothing is returned.
        is_of_all_clouds: Not asked where a warehouse answers for some clouds only.
        is_of_the_warehouse: Not asked of a warehouse that others' clouds are in, too.
        is_internal: For the company's own people only.
    """

    key: str
    title: str
    query: Callable[[Dialect], str]
    above: float = 0
    severity: str
    about: str
    summary: str
    runbook: str
    dashboard: str
    panel: int
    tenants_place: tuple[str, int] | None = None
    waits: str = "0s"
    no_data: str = "OK"
    is_of_all_clouds: bool = False
    is_of_the_warehouse: bool = False
    is_internal: bool = False
    without: str = "No figure: nothing was found, or the warehouse did not answer."

    @property
    def sentence(self) -> str:
        """The sentence, of a figure or of none."""
        either = f"{self.summary}{{{{ else }}}}{self.without}"
        return f"{{{{ if $values.A }}}}{either}{{{{ end }}}}"


def _value(digits: int = 2) -> str:
    return f'{{{{ printf "%.{digits}f" $values.A.Value }}}}'


def _label(name: str) -> str:
    return f"{{{{ $labels.{name} }}}}"


def _anomalies(severity: str) -> tuple[Alert, Alert]:
    service = Alert(
        key=f"service-{severity}",
        title=f"LLM cost: a service above its usual range ({severity})",
        query=lambda q: queries.dear_services(q, severity),
        severity=severity,
        about="cost",
        summary=(
            f"{_label('cloud_provider')} {_label('service')} cost {_value()} USD more "
            f"than expected on {_label('usage_day')}."
        ),
        runbook="anomaly",
        dashboard=links.ANOMALIES,
        panel=8,
    )
    customer = Alert(
        key=f"customer-{severity}",
        title=f"LLM cost: a customer above its usual range ({severity})",
        query=lambda q: queries.dear_customers(q, severity),
        severity=severity,
        about="cost",
        summary=(
            f"{_label('customer_id')} cost {_value()} USD more than expected on "
            f"{_label('usage_day')}."
        ),
        runbook="anomaly",
        dashboard=links.ANOMALIES,
        panel=7,
        is_of_the_warehouse=True,
    )
    return service, customer


def _budget(  # noqa: PLR0913 - three rules that differ in these only
    key: str, title: str, *, column: str, condition: str, severity: str, says: str
) -> Alert:
    return Alert(
        key=key,
        title=title,
        query=lambda q: queries.budgets_used(q, column, condition),
        severity=severity,
        about="budget",
        summary=f"Budget of {BUDGET_OF}: {_value(1)} % {says}",
        runbook="budget",
        dashboard=links.BUDGETS,
        panel=6,
        is_of_all_clouds=True,
    )


def alerts(limit_usd: int = DAILY_LIMIT_USD) -> tuple[Alert, ...]:
    """List the rules.

    Args:
        limit_usd: Cost of a day above which is told, of all customers together and of
            one with neither a limit of its own nor a budget.
    """
    return (
        Alert(
            key="daily-cost",
            title="LLM cost: a day above the limit",
            query=lambda q: queries.total_above_limit(q, limit_usd),
            above=limit_usd,
            severity="warning",
            about="cost",
            summary=(
                f"Usage of {_label('usage_day')} cost {_value()} USD, above the limit "
                f"of {limit_usd} USD."
            ),
            runbook="daily-cost",
            dashboard=links.OVERVIEW,
            panel=7,
            is_internal=True,
        ),
        Alert(
            key="customer-daily-cost",
            title="LLM cost: a customer's day above its limit",
            query=lambda q: queries.customers_above_limit(q, limit_usd),
            severity="warning",
            about="cost",
            summary=(
                f"{_label('customer_id')} used {_value()} USD on "
                f"{_label('usage_day')}, above its limit of {_label('limit_usd')} USD."
            ),
            runbook="daily-cost",
            dashboard=links.CUSTOMERS,
            panel=8,
            tenants_place=(links.CUSTOMER, 12),
            is_of_all_clouds=True,
        ),
        *_anomalies("critical"),
        *_anomalies("warning"),
        _budget(
            "budget-80",
            "LLM budget: four fifths spent",
            column="percent_used",
            condition=f"percent_used >= {BUDGET_WARNING} "
            f"AND percent_used < {BUDGET_SPENT}",
            severity="warning",
            says="is spent this month.",
        ),
        _budget(
            "budget-100",
            "LLM budget: spent",
            column="percent_used",
            condition=f"percent_used >= {BUDGET_SPENT}",
            severity="critical",
            says="is spent this month.",
        ),
        _budget(
            "budget-forecast",
            "LLM budget: will not last",
            column="forecast_percent",
            condition=f"forecast_percent > {BUDGET_SPENT} "
            f"AND percent_used < {BUDGET_SPENT}",
            severity="warning",
            says="will be spent when this month ends, at its present pace.",
        ),
        Alert(
            key="stale-data",
            title="LLM data: a bill is late",
            query=queries.days_without_usage,
            above=STALE_DAYS,
            severity="critical",
            about="data",
            summary=(
                f"Newest usage of {_label('cloud_provider')} account "
                f"{_label('billing_account_id')} is {_value(0)} days old."
            ),
            without="No billing account is known, or the warehouse did not answer.",
            runbook="stale-data",
            dashboard=links.HEALTH,
            panel=6,
            waits="1h",
            # Not a single account: nothing can be told about any cost.
            no_data="Alerting",
        ),
        Alert(
            key="reconciliation",
            title="LLM data: a bill is not in the marts to the cent",
            query=queries.loads_that_differ,
            severity="critical",
            about="data",
            summary=(
                f"{_value(0)} loaded bills of {_label('cloud_provider')} "
                f"({_label('loader')}) differ from the marts."
            ),
            runbook="reconciliation",
            dashboard=links.HEALTH,
            panel=7,
            waits="1h",
        ),
        Alert(
            key="unknown-skus",
            title="LLM data: SKUs that no rule knows",
            query=queries.unknown_percent,
            above=UNKNOWN_PERCENT,
            severity="warning",
            about="data",
            summary=(
                f"{_value(1)} % of a week's usage on {_label('cloud_provider')} has a "
                "SKU without a model."
            ),
            runbook="unknown-skus",
            dashboard=links.HEALTH,
            panel=8,
            waits="1h",
            is_internal=True,
        ),
    )
