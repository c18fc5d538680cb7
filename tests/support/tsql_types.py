"""SQL Server's rules for the types of numbers, and for those made of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable

DIGITS = 38
FEWEST_DECIMALS = 6


@dataclass(frozen=True)
class Decimal:
    """A decimal type."""

    precision: int
    scale: int

    @property
    def whole(self) -> int:
        """Digits before the point."""
        return self.precision - self.scale


FLOAT = "float"
OTHER = "other"
# Text of any length, which a loader makes and which is slow to group and join by.
ENDLESS = "nvarchar(max)"
Type = Decimal | str
Columns = dict[str, Type]
WHOLE = {"bigint": Decimal(19, 0), "int": Decimal(10, 0), "smallint": Decimal(5, 0)}
INT = WHOLE["int"]
FLOATS = (exp.Sqrt, exp.Ln, exp.Log, exp.Exp, exp.Pow, exp.Stddev, exp.StddevSamp)
WHOLES = (exp.DateDiff, exp.StrPosition, exp.Count, exp.RowNumber, exp.Length)
SAME = (exp.Paren, exp.Neg, exp.Abs, exp.Max, exp.Min, exp.Nullif, exp.Window)
SAME += (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.Alias, exp.Round)


def declared(kind: exp.DataType) -> Type:
    """Return a declared type."""
    name = kind.this.name.lower()
    if name == "decimal":
        sizes = [int(size.name) for size in kind.expressions]
        return Decimal(*(sizes or [18]), *([0] if len(sizes) < 2 else []))
    return FLOAT if name in {"float", "double"} else WHOLE.get(name, OTHER)


def of_literal(literal: exp.Literal) -> Type:
    if literal.is_string:
        return OTHER
    whole, _, rest = literal.name.partition(".")
    return Decimal(len(whole) + len(rest), len(rest))


def values_in(node: exp.Expression) -> list[exp.Expression]:
    """Return the parts of an expression that have values of their own."""
    if isinstance(node, exp.Query):
        return []
    if isinstance(node, exp.Case):
        values = [branch.args["true"] for branch in node.args["ifs"]]
        default = node.args.get("default")
        values += [default] if default else []
        return [value for value in values if not isinstance(value, exp.Null)]
    if isinstance(node, exp.Window):
        return [node.this]
    if isinstance(node, exp.Coalesce):
        parts = [node.this, *node.expressions]
        return [part for part in parts if not isinstance(part, exp.Null)]
    return [part for part in node.iter_expressions() if isinstance(part, exp.Condition)]


def summed(number: Decimal, node: exp.Expression) -> Decimal:
    """Return the type of a sum or a mean over rows."""
    least = FEWEST_DECIMALS if isinstance(node, exp.Avg) else 0
    return Decimal(DIGITS, max(number.scale, least))


def _fitted(precision: int, scale: int) -> Decimal:
    """Return what SQL Server makes of a product that is too long."""
    if precision <= DIGITS:
        return Decimal(precision, scale)
    room = DIGITS - (precision - scale)
    return Decimal(DIGITS, min(scale, max(room, FEWEST_DECIMALS)))


def _sum(one: Decimal, other: Decimal) -> Decimal:
    scale, whole = max(one.scale, other.scale), max(one.whole, other.whole)
    if whole + scale + 1 <= DIGITS:
        return Decimal(whole + scale + 1, scale)
    return Decimal(DIGITS, min(scale, DIGITS - whole))


def _product(one: Decimal, other: Decimal) -> Decimal:
    return _fitted(one.precision + other.precision + 1, one.scale + other.scale)


def _quotient(one: Decimal, other: Decimal) -> Decimal:
    scale = max(FEWEST_DECIMALS, one.scale + other.precision + 1)
    return _fitted(one.whole + other.scale + scale, scale)


OPERATIONS: dict[type[exp.Expression], Callable[[Decimal, Decimal], Decimal]] = {
    exp.Add: _sum,
    exp.Sub: _sum,
    exp.Mul: _product,
    exp.Div: _quotient,
}
