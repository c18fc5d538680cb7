"""Follows decimals through T-SQL, and says where SQL Server would cut their digits off.

A decimal has at most 38 digits there. A product, quotient, sum or case that would need
more loses digits behind the point, without a word. Types are followed from view to view
by SQL Server's own rules for precision and scale.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from tsql_types import (
    DIGITS,
    ENDLESS,
    FLOAT,
    FLOATS,
    INT,
    OPERATIONS,
    OTHER,
    SAME,
    WHOLES,
    Columns,
    Decimal,
    Type,
    declared,
    of_literal,
    summed,
    values_in,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_RENAME = re.compile(r"EXEC sp_rename '(\w+)\.(\w+)', '(\w+)'", re.IGNORECASE)


class Follower:
    """Knows the columns of tables and views, and the losses that it found."""

    def __init__(self, known: Mapping[str, Columns]) -> None:
        """Start with the tables that no statement makes."""
        self.relations = {name.lower(): columns for name, columns in known.items()}
        self.losses: list[str] = []

    def follow(self, statement: str) -> None:
        """Take note of what a statement makes, and of the digits that it loses."""
        if renamed := _RENAME.match(statement):
            schema, old, new = (part.lower() for part in renamed.groups())
            self.relations[f"{schema}.{new}"] = self.relations[f"{schema}.{old}"]
            return
        tree = sqlglot.parse_one(statement, read="tsql")
        if isinstance(tree, exp.Create):
            name = _name(tree.find(exp.Table))
            if isinstance(tree.expression, exp.Query):
                self.relations[name] = self._query(tree.expression, {})
            elif isinstance(tree.this, exp.Schema):
                self.relations[name] = {
                    column.name.lower(): declared(column.args["kind"])
                    for column in tree.this.expressions
                    if isinstance(column, exp.ColumnDef)
                }
        elif isinstance(tree, exp.Query):
            into = tree.args.get("into")
            columns = self._query(tree, {})
            if into is not None:
                self.relations[_name(into.this)] = columns

    def _query(self, query: exp.Expression, known: Mapping[str, Columns]) -> Columns:
        known = dict(known)
        for cte in getattr(query, "ctes", []):
            known[cte.alias.lower()] = self._query(cte.this, known)
        if isinstance(query, exp.Subquery):
            return self._query(query.this, known)
        if isinstance(query, exp.SetOperation):
            left = self._query(query.left, known)
            right = list(self._query(query.right, known).values())
            return {
                name: self._joined([kind, other], query)
                for (name, kind), other in zip(left.items(), right, strict=True)
            }
        if not isinstance(query, exp.Select):
            return {}
        sources = self._sources(query, known)
        columns: Columns = {}
        for item in query.expressions:
            if isinstance(item, exp.Star):
                for source in sources.values():
                    columns |= source
            elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
                columns |= sources[item.table.lower()]
            else:
                columns[item.alias_or_name.lower()] = self._type(item, sources)
        return columns

    def _sources(
        self, select: exp.Select, known: Mapping[str, Columns]
    ) -> dict[str, Columns]:
        sources: dict[str, Columns] = {}
        first = select.args.get("from_") or select.args.get("from")
        tables = [first.this] if first else []
        for table in [*tables, *(join.this for join in select.args.get("joins") or [])]:
            if isinstance(table, exp.Table):
                name = _name(table)
                found = known.get(name, self.relations.get(name))
                if found is None:
                    raise KeyError(f"Nothing is known of the columns of {name}.")
            else:
                found = self._query(table, known)
            sources[table.alias_or_name.lower()] = found
        return sources

    def _type(self, node: exp.Expression, sources: Mapping[str, Columns]) -> Type:
        if isinstance(node, exp.Column):
            return _of_column(node, sources)
        parts = [self._type(part, sources) for part in values_in(node)]
        if isinstance(node, exp.Literal):
            return of_literal(node)
        for kinds, kind in ((FLOATS, FLOAT), (WHOLES, INT)):
            if isinstance(node, kinds):
                return kind
        if isinstance(node, (exp.Cast, exp.TryCast)):
            return declared(node.to)
        for kind in (ENDLESS, FLOAT):
            if kind in parts:
                return kind
        return self._made_of(parts, node)

    def _made_of(self, parts: Sequence[Type], node: exp.Expression) -> Type:
        """Return the type of an expression by the types of its parts, none a float."""
        numbers = [part for part in parts if isinstance(part, Decimal)]
        if isinstance(node, (exp.Case, exp.Coalesce)):
            return self._joined(parts, node)
        if isinstance(node, (exp.Sum, exp.Avg)) and numbers:
            if isinstance(node, exp.Avg) and not numbers[0].scale:
                self.losses.append(f"whole average: {node.sql(dialect='tsql')[:200]}")
            return summed(numbers[0], node)
        for kind, rule in OPERATIONS.items():
            if isinstance(node, kind) and len(numbers) > 1:
                return self._noted(numbers[0], numbers[1], rule(*numbers), node)
        return parts[0] if isinstance(node, SAME) and parts else OTHER

    def _joined(self, parts: Sequence[Type], node: exp.Expression) -> Type:
        """Return the one type of several values: branches, or rows of a union."""
        numbers = [part for part in parts if isinstance(part, Decimal)]
        for kind in (ENDLESS, FLOAT):
            if kind in parts:
                return kind
        if not numbers:
            return OTHER
        scale = max(number.scale for number in numbers)
        whole = max(number.whole for number in numbers)
        if whole + scale <= DIGITS:
            return Decimal(whole + scale, scale)
        return self._noted(
            numbers[0], numbers[-1], Decimal(DIGITS, DIGITS - whole), node
        )

    def _noted(
        self, one: Decimal, other: Decimal, result: Decimal, node: exp.Expression
    ) -> Decimal:
        wanted = max(one.scale, other.scale)
        if isinstance(node, exp.Div) and not wanted:
            self.losses.append(f"whole quotient: {node.sql(dialect='tsql')[:200]}")
        cast = node.parent
        while isinstance(cast, exp.Paren):
            cast = cast.parent
        if isinstance(cast, exp.Cast) and isinstance(declared(cast.to), Decimal):
            wanted = min(wanted, declared(cast.to).scale)
        if result.scale < wanted:
            self.losses.append(
                f"{one} and {other} give {result}: {node.sql(dialect='tsql')[:200]}"
            )
        return result


def _of_column(column: exp.Column, sources: Mapping[str, Columns]) -> Type:
    name = column.name.lower()
    if column.table:
        return sources.get(column.table.lower(), {}).get(name, OTHER)
    return next((found[name] for found in sources.values() if name in found), OTHER)


def _name(table: exp.Expression | None) -> str:
    if not isinstance(table, exp.Table):
        raise TypeError(f"This is no table: {table}")
    return ".".join(part for part in (table.db, table.name) if part).lower()
