"""Values on their way into a statement: bound as parameters, never part of its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chat.dialects import Dialect

Parameter = str | date | float | Decimal

_MARK = re.compile(r"bound_parameter_(\d+)_")


@dataclass
class Parameters:
    """The values of one statement, found again by the mark that stands for each."""

    values: list[Parameter] = field(default_factory=list)

    def bind(self, value: Parameter) -> exp.Expr:
        """Keep a value and give what stands for it in the tree."""
        self.values.append(value)
        return exp.Var(this=f"bound_parameter_{len(self.values) - 1}_")

    def bind_all(self, values: Iterable[Parameter]) -> list[exp.Expr]:
        """Keep several values."""
        return [self.bind(value) for value in values]

    def bound_to(self, node: exp.Expr) -> Parameter | None:
        """Give the value that a node of the tree stands for; None if it is no mark."""
        found = _MARK.fullmatch(node.name) if isinstance(node, exp.Var) else None
        return self.values[int(found.group(1))] if found else None

    def render(
        self, statement: exp.Expr, dialect: Dialect
    ) -> tuple[str, tuple[Parameter, ...]]:
        """Write a statement with the driver's marks, and give the values in order."""
        text = statement.sql(dialect=dialect.sqlglot, identify=True, pretty=True)
        if dialect.escapes_percent:
            text = text.replace("%", "%%")
        ordered: list[Parameter] = []

        def mark(found: re.Match[str]) -> str:
            ordered.append(self.values[int(found.group(1))])
            return dialect.mark(len(ordered))

        return _MARK.sub(mark, text), tuple(ordered)
