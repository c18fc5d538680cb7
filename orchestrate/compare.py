"""Compare warehouses cell by cell: day x provider x customer x model.

Cells are compared within a tolerance, and so are the sums of each customer and
provider, so that many small differences that point the same way are seen as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from orchestrate.cells import ZERO, Amounts, Cells, Key

# A token is whole; what is less was lost by a float on the way.
TOKEN_TOLERANCE = Decimal("0.5")

Kind = Literal[
    "only left", "only right", "cost", "tokens", "counted twice", "sum of small ones"
]


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """How far two sums may be apart: absolute plus a share of the larger one."""

    usd: Decimal = Decimal("0.01")
    share: Decimal = ZERO

    def allows(self, left: Decimal, right: Decimal, absolute: Decimal) -> bool:
        """Whether two sums are the same within the tolerance."""
        largest = max(abs(left), abs(right))
        return abs(left - right) <= absolute + self.share * largest


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One cell, or sum of cells, that is not the same on both sides."""

    kind: Kind
    key: Key
    left: Amounts | None
    right: Amounts | None
    targets: tuple[str, ...] = ()

    @property
    def cost_usd(self) -> Decimal:
        """Right minus left."""
        return _cost(self.right) - _cost(self.left)

    @property
    def tokens(self) -> Decimal:
        """Right minus left."""
        return _tokens(self.right) - _tokens(self.left)

    def size(self) -> tuple[Decimal, Decimal]:
        """Give what the largest difference is found by."""
        return abs(self.cost_usd), abs(self.tokens)


@dataclass(kw_only=True)
class Total:
    """What one provider sums to on both sides."""

    left: Decimal = ZERO
    right: Decimal = ZERO
    cells: int = 0
    differences: int = 0


@dataclass(kw_only=True)
class Comparison:
    """What came out of comparing."""

    differences: list[Difference] = field(default_factory=list)
    totals: dict[str, Total] = field(default_factory=dict)
    not_compared: dict[str, Decimal] = field(default_factory=dict)
    compared: list[Key] = field(default_factory=list)
    skipped: list[Key] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether both sides say the same."""
        return not self.differences


def compare(
    left: Cells,
    rights: Mapping[str, Cells],
    *,
    held: Iterable[str],
    tolerance: Tolerance,
) -> Comparison:
    """Compare one warehouse with several that together hold the same.

    Args:
        left: Cells of the one.
        rights: Cells of the others, by target.
        held: Providers that the others are meant to hold. What none of them holds is
            told, not compared.
        tolerance: How far two sums may be apart.
    """
    found: defaultdict[Key, dict[str, Amounts]] = defaultdict(dict)
    for target, cells in rights.items():
        for key, amounts in cells.items():
            found[key][target] = amounts
    compared = {*held, *(key.cloud_provider for key in found)}
    outcome = Comparison()
    for key in sorted({*left, *found}, key=_order):
        here = left.get(key)
        if key.cloud_provider not in compared:
            outcome.skipped.append(key)
            provider = key.cloud_provider
            so_far = outcome.not_compared.get(provider, ZERO)
            outcome.not_compared[provider] = so_far + _cost(here)
            continue
        outcome.compared.append(key)
        there = _sum(found[key].values()) if key in found else None
        total = outcome.totals.setdefault(key.cloud_provider, Total())
        total.left += _cost(here)
        total.right += _cost(there)
        total.cells += 1
        targets = tuple(found[key]) if key in found else ()
        if kind := _kind(here, there, targets, tolerance):
            total.differences += 1
            outcome.differences.append(
                Difference(kind=kind, key=key, left=here, right=there, targets=targets)
            )
    outcome.differences += _drifts(left, found, outcome, tolerance)
    outcome.differences.sort(key=Difference.size, reverse=True)
    return outcome


def _kind(
    left: Amounts | None,
    right: Amounts | None,
    targets: tuple[str, ...],
    tolerance: Tolerance,
) -> Kind | None:
    if right is None:
        return "only left"
    if len(targets) > 1:
        return "counted twice"
    if left is None:
        return "only right"
    if not tolerance.allows(left.cost_usd, right.cost_usd, tolerance.usd):
        return "cost"
    if not tolerance.allows(left.tokens, right.tokens, TOKEN_TOLERANCE):
        return "tokens"
    return None


def _drifts(
    left: Cells,
    found: Mapping[Key, Mapping[str, Amounts]],
    outcome: Comparison,
    tolerance: Tolerance,
) -> list[Difference]:
    """Find sums that are apart although each of their cells is within the tolerance."""
    told = {difference.key for difference in outcome.differences}
    sums: defaultdict[Key, list[Amounts]] = defaultdict(
        lambda: [Amounts(ZERO, ZERO), Amounts(ZERO, ZERO)]
    )
    for key in {*left, *found} - told:
        if key.cloud_provider not in outcome.totals:
            continue
        sides = left[key], _sum(found[key].values())
        for group in (
            Key(None, key.cloud_provider, key.customer_id, ""),
            Key(None, key.cloud_provider, "", ""),
        ):
            sums[group] = [_sum(pair) for pair in zip(sums[group], sides, strict=True)]
    return [
        Difference(kind="sum of small ones", key=key, left=one, right=other)
        for key, (one, other) in sums.items()
        if not tolerance.allows(one.cost_usd, other.cost_usd, tolerance.usd)
    ]


def _sum(amounts: Iterable[Amounts]) -> Amounts:
    listed = list(amounts)
    return Amounts(
        sum((x.cost_usd for x in listed), ZERO), sum((x.tokens for x in listed), ZERO)
    )


def _cost(amounts: Amounts | None) -> Decimal:
    return amounts.cost_usd if amounts else ZERO


def _tokens(amounts: Amounts | None) -> Decimal:
    return amounts.tokens if amounts else ZERO


def _order(key: Key) -> tuple[str, ...]:
    return tuple(str(part) for part in key)
