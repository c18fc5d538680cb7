"""Why cost changed: what grew, what shrank, and whether by volume or by price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chat.query import Comparison, CostQuery, Order
from chat.steps import before

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chat.plans import Explanation

ZERO = Decimal()
USUAL_DAYS = 7
# What a price is compared over: the same model and kind of token, at one provider.
PRICED_BY = ("provider", "model", "token_type")
MOST_PARTS = 1_000


@dataclass(frozen=True, kw_only=True)
class Contributor:
    """A part of the cost that changed.

    Attributes:
        names: Its value of each dimension.
        now: Its cost in the period.
        earlier: Its cost in the period compared with.
    """

    names: tuple[str, ...]
    now: Decimal
    earlier: Decimal

    @property
    def change(self) -> Decimal:
        """By how much it changed the total."""
        return self.now - self.earlier


@dataclass(frozen=True, kw_only=True)
class Effects:
    """A change of cost taken apart; the parts sum to it.

    Attributes:
        volume: Of more or fewer tokens, at the prices before.
        price: Of other prices, for the tokens of now.
        started: Of what was not used before.
        stopped: Of what is not used any more.
        other: Of what has no tokens.
    """

    volume: Decimal
    price: Decimal
    started: Decimal
    stopped: Decimal
    other: Decimal

    @property
    def total(self) -> Decimal:
        """The whole change."""
        return self.volume + self.price + self.started + self.stopped + self.other


def contributors_query(plan: Explanation, metric: str = "total_cost") -> CostQuery:
    """Give both periods, by what the causes are looked for in."""
    is_baseline = plan.against == "baseline"
    return CostQuery(
        metrics=(metric,),
        dimensions=plan.dimensions,
        filters=plan.filters,
        time=plan.time,
        comparison=Comparison(
            kind="average_of_previous" if is_baseline else "previous_period",
            periods=USUAL_DAYS if is_baseline else 1,
        ),
        order=Order(metric=metric, by="change"),
        limit=MOST_PARTS,
    )


def effects_query(plan: Explanation) -> CostQuery:
    """Give the query behind price and volume."""
    return CostQuery(
        metrics=("usage_cost", "usage_tokens"),
        dimensions=PRICED_BY,
        filters=plan.filters,
        time=plan.time,
        comparison=Comparison(kind="previous_period"),
        limit=MOST_PARTS,
    )


def rank_contributors(
    rows: Iterable[dict[str, Any]], splits: Sequence[str], metric: str, most: int
) -> list[Contributor]:
    """Give the parts that changed the most, whichever way.

    Args:
        rows: Lines of `contributors_query`.
        splits: Its dimensions.
        metric: Its metric.
        most: How many.
    """
    found = [
        Contributor(
            names=tuple(str(row[name] or "none") for name in splits),
            now=decimal_of(row[metric]),
            earlier=decimal_of(row[before(metric)]),
        )
        for row in rows
    ]
    changed = [one for one in found if one.change]
    return sorted(changed, key=lambda one: (-abs(one.change), one.names))[:most]


def take_apart(rows: Iterable[dict[str, Any]]) -> Effects:
    """Take a change apart into volume and price.

    Where a model's tokens were billed in both periods, its change is
    `(tokens now - before) x price before` of volume and
    `(price now - before) x tokens now` of price.

    Args:
        rows: Lines of `effects_query`.
    """
    volume = price = started = stopped = other = ZERO
    for row in rows:
        cost, cost_before = _pair(row, "usage_cost")
        tokens, tokens_before = _pair(row, "usage_tokens")
        change = cost - cost_before
        if tokens and tokens_before:
            of_volume = (tokens - tokens_before) * cost_before / tokens_before
            volume += of_volume
            price += change - of_volume
        elif tokens and not cost_before:
            started += change
        elif tokens_before and not cost:
            stopped += change
        else:
            other += change
    return Effects(
        volume=volume, price=price, started=started, stopped=stopped, other=other
    )


def _pair(row: dict[str, Any], metric: str) -> tuple[Decimal, Decimal]:
    return decimal_of(row[metric]), decimal_of(row[before(metric)])


def decimal_of(value: Any) -> Decimal:
    """Give a figure of a row as a decimal; nothing is 0."""
    return ZERO if value is None else Decimal(str(value))
