"""Panels about what models cost and do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, links, theme
from dashboards.panels.spend import greatest_by_day_trend
from dashboards.queries import models

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]

PRICE_NOTE = (
    "The price is cost over tokens as billed, after discounts; cost that is not billed "
    "by tokens (provisioned hours, images) is left out of it."
)


def usage_cost_stat(q: Dialect) -> Json:
    """Cost of using models."""
    return house.stat(
        q,
        title="Usage cost",
        description=(
            "Cost of using models in this range. Taxes, credits, refunds and fees are "
            "left out, so it is not the invoice: that is on the overview."
        ),
        sql=models.totals(q),
        shows=("cost_usd",),
        unit=theme.USD,
        decimals=2,
    )


def tokens_stat(q: Dialect) -> Json:
    """Tokens used."""
    return house.stat(
        q,
        title="Tokens",
        description=(
            "Tokens of all kinds in this range. Cost that grows with the tokens is "
            "use; cost that grows without them is price."
        ),
        sql=models.totals(q),
        shows=("tokens",),
        unit=theme.COUNT,
        decimals=1,
        no_value="Nothing was billed by tokens in this range.",
    )


def average_price_stat(q: Dialect) -> Json:
    """Price over all models."""
    return house.stat(
        q,
        title="Cost per 1M tokens",
        description=f"Average over all chosen models and kinds of token. {PRICE_NOTE}",
        sql=models.totals(q),
        shows=("per_million_tokens_usd",),
        unit=theme.USD,
        decimals=2,
        no_value="Nothing was billed by tokens in this range.",
    )


def models_used_stat(q: Dialect) -> Json:
    """Models with cost."""
    return house.stat(
        q,
        title="Models used",
        description=(
            "Models that caused cost in this range. Many with little cost each are "
            "trials, or old versions that nobody moved away from."
        ),
        sql=models.totals(q),
        shows=("models_used",),
        unit=theme.COUNT,
        decimals=0,
    )


def unnamed_share_stat(q: Dialect) -> Json:
    """Share of cost without a model's name."""
    return house.stat(
        q,
        title="Cost without a model",
        description=(
            "Share of the usage cost whose bill does not name a model (provisioned "
            "units, marketplace meters), or names one that no rule knows yet. Above 5 "
            "% the mapping of SKUs wants a look."
        ),
        sql=models.totals(q),
        shows=("unnamed_share",),
        unit=theme.SHARE,
        decimals=1,
        steps=theme.UNEXPLAINED,
    )


def model_costs_table(q: Dialect) -> Json:
    """Cost, tokens, price and customers of each model."""
    return house.table(
        q,
        title="Cost per model",
        description=(
            "Every model used in this range, dearest first. A model with a high price "
            "per 1K tokens and many tokens is the first to try a smaller one for; one "
            f"with a single customer is that customer's choice. {PRICE_NOTE}"
        ),
        sql=models.model_costs(q),
        columns=[
            theme.column(
                "model",
                "Model",
                links=links.customers_of_model(q),
            ),
            theme.column("model_vendor", "Vendor"),
            theme.cost_bar("cost_usd", "Cost"),
            theme.change("cost_change", "Change"),
            theme.column("tokens", "Tokens", unit=theme.COUNT, decimals=1),
            theme.money("per_1k_tokens_usd", "Cost per 1K tokens", decimals=5),
            theme.column(
                "active_customers", "Active customers", unit=theme.COUNT, decimals=0
            ),
        ],
    )


def model_cost_trend(q: Dialect) -> Json:
    """Daily cost of each model."""
    return greatest_by_day_trend(
        q,
        of="model",
        description=(
            "Cost of each day, the eight greatest models of this range by name. Shows "
            "whether a migration to another model really happened, and what it cost "
            "while both ran."
        ),
        sql=models.daily_cost_by_model(q),
    )


def token_type_cost_bars(q: Dialect) -> Json:
    """Input, output and cache cost of each model."""
    return house.stacked_bars(
        q,
        title="Input vs output cost",
        description=(
            "What the ten greatest models' cost is made of. Mostly input: shorten "
            "prompts or cache them. Mostly output: limit answers. Little cache beside "
            "much input means that prompt caching is not used."
        ),
        sql=models.cost_by_token_type(q),
        by="model",
        unit=theme.USD,
        decimals=2,
        columns=[
            theme.column("model", "Model"),
            *(
                theme.money(name, title, color=color)
                for name, (title, color) in theme.TOKENS.items()
            ),
        ],
    )


def price_bar_gauge(q: Dialect) -> Json:
    """Price of each model."""
    return house.bar_gauge(
        q,
        title="Efficiency: cost per 1M tokens",
        description=(
            "What a million tokens cost with the fifteen greatest models, input and "
            "output as they were mixed, dearest first; models with fewer than "
            f"{models.LEAST_TOKENS:,} tokens are left out. {PRICE_NOTE}"
        ),
        sql=models.price_by_model(q),
        unit=theme.USD,
        decimals=2,
        color={"mode": "continuous-GrYlRd"},
        no_value=f"No model used {models.LEAST_TOKENS:,} tokens in this range.",
        min=0,
        columns=[
            theme.column("model", "Model"),
            # Without a display name of its own a bar is named by its row.
            {
                "matcher": {"id": "byName", "options": "per_million_tokens_usd"},
                "properties": [
                    {
                        "id": "links",
                        "value": links.customers_of_model(q),
                    }
                ],
            },
        ],
    )


def token_price_trend(q: Dialect) -> Json:
    """Price of tokens over time."""
    return house.trend(
        q,
        title="Cost per 1M tokens over time",
        description=(
            "Average price of the chosen models' tokens. Rising while input and output "
            "stay level means that answers got longer; rising everywhere means dearer "
            "models, or a discount that ran out."
        ),
        sql=models.daily_price_by_token_type(q),
        calcs=("mean", "lastNotNull"),
        unit=theme.USD,
        decimals=2,
        no_value="No cost billed by tokens in this range.",
        columns=[
            theme.money("blended_usd", "All tokens", color=theme.ACTUAL),
            theme.money("input_usd", "Input", color=theme.INPUT),
            theme.money("output_usd", "Output", color=theme.OUTPUT),
        ],
    )
