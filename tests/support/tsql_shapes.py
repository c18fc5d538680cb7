"""Shapes of a syntax tree that SQL Server refuses or takes for something else.

Each takes a statement's tree and tells whether it has the shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp
from tsql_values import (
    aggregate_of_aggregate,
    all_nulls,
    distinct_of_several,
    distinct_texts_put_together,
    nested_cases,
    pattern_with_a_set,
    row_value,
    sum_of_dates,
    too_few_arguments,
    unknown_collation,
    whole_average,
    whole_division,
    whole_power,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RANKING = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Lag, exp.Lead)
CONDITIONS = (exp.Predicate, exp.Connector, exp.Not)


def _is_view(tree: exp.Expression) -> bool:
    return isinstance(tree, exp.Create) and tree.kind == "VIEW"


def _query(tree: exp.Expression) -> exp.Expression | None:
    """Return the query of a view, or the statement itself."""
    return tree.expression if isinstance(tree, exp.Create) else tree


def _selects(query: exp.Expression | None) -> Iterator[exp.Select]:
    """Yield the selects whose rows a query gives: several for a union."""
    if isinstance(query, exp.Select):
        yield query
    elif isinstance(query, exp.SetOperation):
        yield from _selects(query.left)
        yield from _selects(query.right)
    elif isinstance(query, exp.Subquery):
        yield from _selects(query.this)


def _tables(tree: exp.Expression) -> Iterator[exp.Expression]:
    """Yield the queries that are used as tables: of views, CTEs and derived tables."""
    if _is_view(tree):
        yield tree.expression
    for cte in tree.find_all(exp.CTE):
        if not cte.args["alias"].columns:
            yield cte.this
    for derived in tree.find_all(exp.Subquery):
        alias = derived.args.get("alias")
        if isinstance(derived.parent, (exp.From, exp.Join)) and not (
            alias and alias.columns
        ):
            yield derived.this


def group_by_number(tree: exp.Expression) -> bool:
    """An ordinal or another constant in GROUP BY."""
    return any(
        not element.find(exp.Column)
        for group in tree.find_all(exp.Group)
        for element in group.expressions
    )


def group_by_alias(tree: exp.Expression) -> bool:
    """The name of an expression of the same select in GROUP BY."""
    return any(
        isinstance(element, exp.Column)
        and not element.table
        and _is_alias(element, group)
        for group in tree.find_all(exp.Group)
        for element in group.expressions
    )


def _is_alias(column: exp.Column, group: exp.Group) -> bool:
    select = group.find_ancestor(exp.Select)
    return select is not None and any(
        isinstance(item, exp.Alias)
        and item.alias.lower() == column.name.lower()
        and not (
            isinstance(item.this, exp.Column)
            and item.this.name.lower() == column.name.lower()
        )
        and not any(
            inner.name.lower() == column.name.lower()
            for inner in item.this.find_all(exp.Column)
        )
        for item in select.expressions
    )


def condition_as_value(tree: exp.Expression) -> bool:
    """A condition where a value is expected."""
    return any(not _is_asked(node) for node in tree.find_all(*CONDITIONS))


def _is_asked(node: exp.Expression) -> bool:
    parent = node.parent
    while isinstance(parent, exp.Paren):
        node, parent = parent, parent.parent
    if isinstance(parent, exp.If):
        return parent.this is node
    if isinstance(parent, exp.Join):
        return parent.args.get("on") is node
    return isinstance(parent, (exp.Where, exp.Having, exp.Connector, exp.Not))


def value_as_condition(tree: exp.Expression) -> bool:
    """A value where a condition is expected, as in WHERE is_billed."""
    asked = [node.this for node in tree.find_all(exp.Where, exp.Having, exp.Not)]
    for node in tree.find_all(exp.Connector):
        asked += [node.left, node.right]
    asked += [
        join.args["on"] for join in tree.find_all(exp.Join) if join.args.get("on")
    ]
    for case in tree.find_all(exp.Case):
        if case.this is None:
            asked += [branch.this for branch in case.args["ifs"]]
    return any(
        not isinstance(node.unnest(), CONDITIONS) and not isinstance(node, exp.Null)
        for node in asked
        if not isinstance(node.parent, exp.Is)
    )


def order_without_top(tree: exp.Expression) -> bool:
    """ORDER BY in a view, CTE, derived table or subquery that has no TOP."""
    for order in tree.find_all(exp.Order):
        query = order.parent
        if not isinstance(query, exp.Query) or query.args.get("limit"):
            continue
        if query.args.get("offset") or query.parent is None:
            continue
        return True
    return False


def unnamed_column(tree: exp.Expression) -> bool:
    """A column without a name in a view, CTE or derived table."""
    return any(
        not item.alias_or_name and not item.is_star
        for query in _tables(tree)
        for select in list(_selects(query))[:1]
        for item in select.expressions
    )


def duplicate_column(tree: exp.Expression) -> bool:
    """Two columns of one name in a view, CTE or derived table."""
    for query in _tables(tree):
        for select in list(_selects(query))[:1]:
            names = [
                item.alias_or_name.lower()
                for item in select.expressions
                if not item.is_star
            ]
            if len(names) != len(set(names)):
                return True
    return False


def derived_table_without_name(tree: exp.Expression) -> bool:
    """A derived table without an alias."""
    return any(
        isinstance(derived.parent, (exp.From, exp.Join)) and not derived.alias
        for derived in tree.find_all(exp.Subquery)
    )


def nested_with(tree: exp.Expression) -> bool:
    """WITH anywhere but at the head of the statement or view."""
    return any(
        node.parent is not _query(tree) and node.parent is not tree
        for node in tree.find_all(exp.With)
    )


def ranking_without_order(tree: exp.Expression) -> bool:
    """row_number(), lag() and the like without an ORDER BY."""
    return any(
        isinstance(window.this, RANKING) and not window.args.get("order")
        for window in tree.find_all(exp.Window)
    )


def frame_without_order(tree: exp.Expression) -> bool:
    """A window frame without an ORDER BY."""
    return any(
        window.args.get("spec") and not window.args.get("order")
        for window in tree.find_all(exp.Window)
    )


def distinct_in_window(tree: exp.Expression) -> bool:
    """DISTINCT in a window function."""
    return any(window.this.find(exp.Distinct) for window in tree.find_all(exp.Window))


def window_in_condition(tree: exp.Expression) -> bool:
    """A window function outside of the select list and ORDER BY."""
    return any(
        window.find_ancestor(exp.Where, exp.Having, exp.Group, exp.Query).__class__
        in (exp.Where, exp.Having, exp.Group)
        for window in tree.find_all(exp.Window)
    )


SHAPES: dict[str, Callable[[exp.Expression], bool]] = {
    shape.__name__.replace("_", " "): shape
    for shape in (
        group_by_number,
        group_by_alias,
        condition_as_value,
        value_as_condition,
        order_without_top,
        unnamed_column,
        duplicate_column,
        derived_table_without_name,
        nested_with,
        ranking_without_order,
        frame_without_order,
        distinct_in_window,
        window_in_condition,
        distinct_texts_put_together,
        distinct_of_several,
        aggregate_of_aggregate,
        row_value,
        all_nulls,
        nested_cases,
        pattern_with_a_set,
        whole_division,
        whole_average,
        whole_power,
        sum_of_dates,
        too_few_arguments,
        unknown_collation,
    )
}
