"""Panels about what cache, batches and other models save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, links, theme
from dashboards.queries import efficiency

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]

NEWEST_MONTH = "Of the newest month; does not follow the time picker."


def cache_hit_stat(q: Dialect) -> Json:
    """Share of cached input."""
    return house.stat(
        q,
        title="Cache hit share",
        description=(
            "Part of the tokens that models read which came from a prompt cache. Near "
            "zero with long prompts means that caching is not used; a share that falls "
            "means that prompts stopped to begin alike."
        ),
        sql=efficiency.cache_hit_share(q),
        unit=theme.SHARE,
        decimals=1,
        no_value="No model read text in this range.",
    )


def batch_share_stat(q: Dialect) -> Json:
    """Share of batches."""
    return house.stat(
        q,
        title="Batch share",
        description=(
            "Part of the text tokens that went through batches, which cost about half. "
            f"What nobody waits for belongs there. {NEWEST_MONTH}"
        ),
        sql=efficiency.batch_share(q),
        unit=theme.SHARE,
        decimals=1,
        no_value="No text tokens in the newest month.",
    )


def cache_hit_trend(q: Dialect) -> Json:
    """Share of cached input over time."""
    return house.trend(
        q,
        title="Cache hit share over time",
        description=(
            "Part of the read tokens that came from a prompt cache (right), and what "
            "reading and writing the cache cost (left). A share that drops in a day is "
            "a changed prompt; cost without a share is a cache that is written and "
            "never read."
        ),
        sql=efficiency.daily_cache_hit_share(q),
        calcs=("mean", "lastNotNull"),
        unit=theme.USD,
        decimals=2,
        no_value="No model read text in this range.",
        columns=[
            theme.share(
                "cache_hit_share",
                "Cache hit share",
                decimals=1,
                color=theme.CACHE,
                custom_axisPlacement="right",
                min=0,
            ),
            theme.money(
                "cache_cost_usd",
                "Cost of the cache",
                color=theme.QUIET,
                custom_drawStyle="bars",
                custom_fillOpacity=50,
                custom_lineWidth=1,
            ),
        ],
    )


def efficiency_table(q: Dialect) -> Json:
    """Cache and batches of each model."""
    link = links.customers_of_model(q)
    return _efficiency_table(q, efficiency.efficiency_by_model(q), links=link)


def customer_efficiency_table(q: Dialect) -> Json:
    """Cache and batches of each model that the customer uses."""
    return _efficiency_table(q, efficiency.customer_efficiency(q))


def _efficiency_table(q: Dialect, sql: str, **of_model: Any) -> Json:
    return house.table(
        q,
        title="Cache and batches by model",
        description=(
            "How much of each model's work the cache and batches take over, and what "
            "that saved at the model's own prices. A negative cache saving means that "
            "writing the cache costs more than reading it saves. An empty saving has "
            f"no price to compare with. {NEWEST_MONTH}"
        ),
        sql=sql,
        no_value="No text tokens in the newest month.",
        columns=[
            theme.column("model", "Model", **of_model),
            theme.cloud(),
            theme.cost_bar("cost_usd", "Cost"),
            theme.column("tokens", "Tokens", unit=theme.COUNT, decimals=1),
            theme.column(
                "output_per_input", "Output per input", unit=theme.COUNT, decimals=2
            ),
            theme.share("cache_hit_share", "Cache hit share"),
            theme.coloured(
                theme.money("cache_saving_usd", "Cache saved"), theme.ANY_SAVING
            ),
            theme.share("batch_share", "Batch share"),
            theme.coloured(
                theme.money("batch_saving_usd", "Batches saved"), theme.ANY_SAVING
            ),
        ],
    )


def token_prices_table(q: Dialect) -> Json:
    """Price of each kind of token."""
    colour = {
        "input": theme.INPUT,
        "output": theme.OUTPUT,
        "cache_read": theme.CACHE,
        "cache_write": theme.CACHE,
    }
    title = {
        "input": "Input per 1M",
        "output": "Output per 1M",
        "cache_read": "Cache read per 1M",
        "cache_write": "Cache write per 1M",
    }
    return house.table(
        q,
        title="Cost per 1M tokens by token type",
        description=(
            "What a million tokens of each kind cost, as billed, after discounts. "
            "Compare models here rather than by their average price, which moves with "
            "the mix of input, output and cache. A dash means that none was used."
        ),
        sql=efficiency.prices_by_token_type(q),
        no_value="No cost billed by tokens in this range.",
        columns=[
            theme.column("model", "Model"),
            theme.cost_bar("cost_usd", "Cost"),
            *(
                theme.money(
                    f"{kind}_usd",
                    title[kind],
                    decimals=3,
                    color=colour[kind],
                    custom_cellOptions={"type": "color-text"},
                )
                for kind in efficiency.PRICED
            ),
        ],
    )


def _switch_table(q: Dialect, *filters: str) -> Json:
    link = links.model(q)
    return house.table(
        q,
        title="Cheaper models to try",
        description=(
            "For each model the one of the same size or one smaller at whose prices "
            "the same tokens would have cost least. A reason to try, not a promise: "
            f"quality differs, and so do tokenizers. {NEWEST_MONTH}"
        ),
        sql=efficiency.switch_savings(q, *filters),
        no_value="No other model of the same size would be cheaper.",
        columns=[
            theme.column("model", "Model", links=link),
            theme.cloud(),
            theme.column("candidate_model", "Try"),
            theme.cloud("candidate_cloud_provider", "On"),
            theme.money("cost_usd", "Cost"),
            theme.money("candidate_usd", "Would have cost"),
            theme.money("saving_usd", "Saving", color=theme.GOOD),
            theme.share("saving_share", "Saving in %"),
            theme.column("price_source", "Price from"),
        ],
    )


def switch_table(q: Dialect) -> Json:
    """Cheaper models, of all customers."""
    return _switch_table(q, "cloud_provider", "model")


def customer_switch_table(q: Dialect) -> Json:
    """Cheaper models for the customer."""
    return _switch_table(q, "cloud_provider", "customer_id", "model")
