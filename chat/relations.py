"""The marts that questions are answered from, and by what they can be split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Grain = Literal["day", "month"]

CUSTOMER_COLUMN = "customer_id"


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """Something that figures can be split or filtered by.

    Attributes:
        name: Its name in queries.
        label: Its name for people.
        column: Its column; None for a part of the date.
        synonyms: What people call it, in singular.
    """

    name: str
    label: str
    column: str | None = None
    synonyms: tuple[str, ...] = ()

    @property
    def is_time(self) -> bool:
        """Whether it is a part of the date."""
        return self.column is None


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows of a mart that hold the same figures once more, of one kind of parts.

    Attributes:
        dimension: What each row is of.
        when: Condition of these rows.
        is_internal: Whether they are of all customers together, and only for the
            company's own people.
        ignores_case: Whether values may be spelled in another letter case than in the
            bills.
    """

    dimension: str
    when: str
    is_internal: bool = False
    ignores_case: bool = False


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A mart.

    Attributes:
        mart: Its table.
        time_column: The column that the period applies to.
        grain: Whether that column holds days or first days of months.
        dimensions: By what it can be split and filtered.
        has_customers: Whether each row belongs to one customer. Where not, the figures
            are of all customers together and only for the company's own people.
        total_when: For a mart that keeps the company's total beside its parts, the
            condition of the total's rows.
        parts: The parts; the first ones are meant where none is named and the total is
            not, so these may be seen by everybody.
    """

    mart: str
    time_column: str
    grain: Grain = "day"
    dimensions: tuple[str, ...] = ()
    has_customers: bool = True
    total_when: str | None = None
    parts: tuple[Part, ...] = ()

    @property
    def internal_dimensions(self) -> frozenset[str]:
        """What only the company's own people may split and filter by."""
        return frozenset(one.dimension for one in self.parts if one.is_internal)

    def parts_among(self, dimensions: Iterable[str]) -> list[Part]:
        """Give the parts that some dimensions ask for."""
        asked = set(dimensions)
        return [one for one in self.parts if one.dimension in asked]


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension(
            name="provider",
            label="Cloud",
            column="cloud_provider",
            synonyms=("provider", "cloud", "cloud provider", "hyperscaler", "platform"),
        ),
        Dimension(
            name="service",
            label="Service",
            column="service",
            synonyms=("service", "cloud service", "ai service"),
        ),
        Dimension(
            name="model",
            label="Model",
            column="model",
            synonyms=("model", "llm", "ai model", "language model"),
        ),
        Dimension(
            name="model_family",
            label="Model family",
            column="model_family",
            synonyms=("model family", "family"),
        ),
        Dimension(
            name="vendor",
            label="Vendor",
            column="model_vendor",
            synonyms=("vendor", "model vendor", "lab", "maker", "model provider"),
        ),
        Dimension(
            name="customer",
            label="Customer",
            column=CUSTOMER_COLUMN,
            synonyms=("customer", "client", "tenant", "account holder", "spender"),
        ),
        Dimension(
            name="team",
            label="Team",
            column="team",
            synonyms=("team", "department", "squad", "group"),
        ),
        Dimension(
            name="environment",
            label="Environment",
            column="environment",
            synonyms=("environment", "env", "stage"),
        ),
        Dimension(
            name="feature",
            label="Feature",
            column="feature",
            synonyms=(
                "feature",
                "product feature",
                "use case",
                "usecase",
                "functionality",
                "capability",
                "application",
            ),
        ),
        Dimension(
            name="project",
            label="Project",
            column="project",
            synonyms=("project", "resource group"),
        ),
        Dimension(
            name="account",
            label="Account",
            column="sub_account_id",
            synonyms=("account", "subscription", "sub account"),
        ),
        Dimension(name="region", label="Region", column="region", synonyms=("region",)),
        Dimension(
            name="token_type",
            label="Kind of token",
            column="token_type",
            synonyms=("token type", "kind of token", "type of token", "usage type"),
        ),
        Dimension(
            name="model_type",
            label="Kind of model",
            column="token_type",
            synonyms=("model type", "kind of model", "type of model", "modality"),
        ),
        Dimension(
            name="pricing_tier",
            label="Pricing tier",
            column="pricing_tier",
            synonyms=("pricing tier", "tier"),
        ),
        Dimension(
            name="deployment_scope",
            label="Deployment scope",
            column="deployment_scope",
            synonyms=("deployment scope", "deployment type"),
        ),
        Dimension(
            name="charge_category",
            label="Charge category",
            column="charge_category",
            synonyms=(
                "charge category",
                "charge type",
                "category",
                "kind of charge",
                "type of charge",
            ),
        ),
        Dimension(
            name="attribution",
            label="Attribution",
            column="customer_attribution",
            synonyms=("attribution", "attribution rule"),
        ),
        Dimension(name="sku", label="SKU", column="sku", synonyms=("sku", "meter")),
        Dimension(name="status", label="Status", column="status", synonyms=("status",)),
        Dimension(
            name="severity", label="Severity", column="severity", synonyms=("severity",)
        ),
        Dimension(
            name="candidate_model",
            label="Candidate model",
            column="candidate_model",
            synonyms=("candidate", "alternative", "replacement"),
        ),
        Dimension(name="day", label="Day", synonyms=("day", "date")),
        Dimension(name="week", label="Week", synonyms=("week",)),
        Dimension(name="month", label="Month", synonyms=("month",)),
        Dimension(name="weekday", label="Weekday", synonyms=("weekday", "day of week")),
    )
}

DAY_PARTS = ("day", "week", "month", "weekday")

COSTS = Relation(
    mart="unified_costs",
    time_column="date",
    dimensions=(
        "provider",
        "service",
        "model",
        "model_family",
        "vendor",
        "customer",
        "team",
        "environment",
        "feature",
        "project",
        "account",
        "region",
        "token_type",
        "model_type",
        "pricing_tier",
        "deployment_scope",
        "charge_category",
        "attribution",
        "sku",
        *DAY_PARTS,
    ),
)
BUDGETS = Relation(
    mart="budget_status",
    time_column="month",
    grain="month",
    dimensions=("customer", "provider", "team", "status", "month"),
    total_when="budget_scope = 'total'",
    parts=(
        Part(dimension="customer", when="budget_scope = 'customer'"),
        Part(dimension="provider", when="budget_scope = 'provider'", is_internal=True),
        # A team's budget is spelled as in the settings.
        Part(
            dimension="team",
            when="budget_scope = 'team'",
            is_internal=True,
            ignores_case=True,
        ),
    ),
)
# What a customer pays is the company's own matter: nobody with a scope may read it.
MARGINS = Relation(
    mart="customer_margins",
    time_column="month",
    grain="month",
    dimensions=("customer", "month"),
    has_customers=False,
)
CUSTOMER_ANOMALIES = Relation(
    mart="customer_anomalies",
    time_column="date",
    dimensions=("customer", "status", "severity", *DAY_PARTS),
)
# The same of each cloud, over all customers: for the company's own people only.
CLOUD_ANOMALIES = Relation(
    mart="cost_anomalies",
    time_column="date",
    dimensions=("provider", "status", "severity", *DAY_PARTS),
    has_customers=False,
    total_when="scope_type = 'provider'",
)
CLOUD_FORECASTS = Relation(
    mart="cost_forecast",
    time_column="month",
    grain="month",
    dimensions=("provider", "month"),
    has_customers=False,
    # What is told of a day is the month up to it, so the last one tells of the month.
    total_when="budget_scope = 'provider' and date = last_day(month)",
)
# At what the company pays for a model, which is made of the bills of all customers: for
# the company's own people only.
EFFICIENCY = Relation(
    mart="customer_efficiency",
    time_column="month",
    grain="month",
    dimensions=("customer", "provider", "model", "vendor", "model_family", "month"),
    has_customers=False,
)
SWITCHES = Relation(
    mart="model_switch_savings",
    time_column="month",
    grain="month",
    dimensions=("customer", "provider", "model", "candidate_model", "month"),
)
