"""Panels about whether the figures can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, theme
from dashboards.queries import health

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]

NOT_LOADED = "No bill was ever loaded."


def loads_that_differ_stat(q: Dialect) -> Json:
    """Loads that are not whole."""
    return house.stat(
        q,
        title="Bills that differ",
        description=(
            "Loaded bills whose cost is not in the marts to the cent, in their own "
            "currency. Anything but zero means that some figure is wrong: the table of "
            "loads names the bill."
        ),
        sql=health.loads_that_differ(q),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_BAD,
        no_value=NOT_LOADED,
    )


def accounts_behind_stat(q: Dialect) -> Json:
    """Accounts whose bill lags."""
    return house.stat(
        q,
        title="Accounts behind",
        description=(
            "Billing accounts whose bill is more than three days behind the newest "
            "bill of all. Their last days look like a saving: see whether the export "
            "is on."
        ),
        sql=health.accounts_behind(q),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_A_WARNING,
        no_value=NOT_LOADED,
    )


def unknown_share_stat(q: Dialect) -> Json:
    """Share of SKUs that no rule knows."""
    return house.stat(
        q,
        title="Unknown SKUs",
        description=(
            "Part of the usage cost whose SKU no rule gives a model to. Above 5 % the "
            "figures by model mislead: add what the table below names to the seed "
            "model_patterns."
        ),
        sql=health.unknown_share(q),
        unit=theme.SHARE,
        decimals=2,
        steps=theme.UNEXPLAINED,
    )


def attributed_share_stat(q: Dialect) -> Json:
    """Share of usage with a customer."""
    return house.stat(
        q,
        title="Usage with a customer",
        description=(
            "Part of the newest month's usage that a tag, label, profile, resource "
            "group or account gives to a customer. Below 95 % bills to customers are "
            "too low. Does not follow the time picker."
        ),
        sql=health.attributed_share(q),
        unit=theme.SHARE,
        decimals=1,
        steps=theme.MOSTLY,
    )


def freshness_table(q: Dialect) -> Json:
    """How current each bill is."""
    return house.table(
        q,
        title="Freshness of the bills",
        description=(
            "How far each billing account's bill reaches, and when it was loaded. Days "
            "behind with a fresh load: the provider is late. Days behind with an old "
            "load: the daily job is. Does not follow the time picker."
        ),
        sql=health.freshness(q),
        no_value=NOT_LOADED,
        columns=[
            theme.cloud(),
            theme.column("loader", "Loader"),
            theme.column("billing_account_id", "Billing account"),
            theme.coloured(
                theme.column("days_behind", "Behind", unit=theme.DAYS, decimals=0),
                theme.DATA_AGE,
            ),
            theme.column("last_usage_day", "Newest day", unit=theme.DAY),
            theme.column("last_complete_day", "Newest whole day", unit=theme.DAY),
            theme.column("loaded_at", "Loaded", unit=theme.AGO),
            theme.column("first_usage_day", "Oldest day", unit=theme.DAY),
            theme.column("units_loaded", "Loads", unit=theme.COUNT, decimals=0),
        ],
    )


def loads_table(q: Dialect) -> Json:
    """The ledger of loads, each proved."""
    amounts = {
        "ledger_cost": "Billed",
        "unified_cost": "In the marts",
        "excluded_cost": "No AI",
        "difference": "Difference",
    }
    return house.table(
        q,
        title="Loads and their reconciliation",
        description=(
            "Every loaded bill, in its own currency: what the source said, what of it "
            "is AI cost in the marts and what is excluded. The difference is zero. "
            "What differs comes first, then the newest; at most 200."
        ),
        sql=health.loads(q),
        no_value=NOT_LOADED,
        columns=[
            theme.cloud(),
            theme.column("loader", "Loader"),
            theme.column("unit", "Bill"),
            theme.column("billing_period", "Period", custom_width=90),
            theme.column("loaded_at", "Loaded", unit=theme.AGO),
            theme.column("landed_rows", "Rows", unit=theme.COUNT, decimals=0),
            theme.column("currency", "Currency", custom_width=90),
            *(
                theme.column(name, title, unit="locale", decimals=2)
                for name, title in amounts.items()
            ),
            theme.status("verdict", "Verdict", theme.LOADS),
        ],
    )


def unknown_skus_table(q: Dialect) -> Json:
    """SKUs that no rule knows."""
    return house.table(
        q,
        title="SKUs that no rule knows",
        description=(
            "The fifty dearest SKUs of this range without a model. Each wants a row in "
            "the seed model_patterns; until then they are 'unknown', never a guess."
        ),
        sql=health.unknown_skus(q),
        no_value="Every SKU of this range is known.",
        columns=[
            theme.cloud(),
            theme.column("service", "Service"),
            theme.column("sku", "SKU"),
            theme.money("cost_usd", "Cost"),
            theme.column("usage_amount", "Amount", unit=theme.COUNT, decimals=1),
            theme.column("usage_unit", "Unit"),
        ],
    )


def exclusions_table(q: Dialect) -> Json:
    """What is on the bills beside AI."""
    return house.table(
        q,
        title="What is left out, and why",
        description=(
            "Cost on the same invoices that is no AI, newest month first; at most 100 "
            "rows. An AI service that a provider has just launched stands here until "
            "it is named. Does not follow the time picker."
        ),
        sql=health.exclusions(q),
        no_value="Nothing is left out.",
        columns=[
            theme.column("invoice_month", "Month", custom_width=90),
            theme.cloud(),
            theme.column("service", "Service"),
            theme.column("exclusion_reason", "Reason"),
            theme.money("cost_usd", "Cost"),
            theme.column("line_count", "Lines", unit=theme.COUNT, decimals=0),
        ],
    )


def coverage_table(q: Dialect) -> Json:
    """What each attribution rule gives."""
    return house.table(
        q,
        title="Evidence for customers",
        description=(
            "What each attribution rule gave to customers in the newest month. A rule "
            "that falls to nothing has lost its tag key, role or name; much from a "
            "weak rule (a resource group, an account) means that tags are missing."
        ),
        sql=health.coverage(q),
        no_value=NOT_LOADED,
        columns=[
            theme.cloud(),
            theme.column("attribution_rule", "Rule"),
            theme.column("customer_attribution", "Evidence"),
            theme.cost_bar("usage_cost_usd", "Usage"),
            theme.share("usage_cost_share", "Share of the cloud", decimals=1),
            theme.column("customers", "Customers", unit=theme.COUNT, decimals=0),
            theme.column("last_usage_day", "Last seen", unit=theme.DAY),
        ],
    )
