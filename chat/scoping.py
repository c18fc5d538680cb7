"""The asker's scope as a condition, and the proof that every relation carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from chat.errors import NotInScope
from chat.metrics import METRICS
from chat.nodes import column, conjuncts, parse
from chat.relations import CUSTOMER_COLUMN, DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chat.parameters import Parameters
    from chat.query import CostQuery, Filter
    from chat.scope import Scope

NO_ROWS = "1 = 0"


def scope_condition(scope: Scope, parameters: Parameters) -> exp.Expr | None:
    """Give the condition that keeps an asker's rows; None where all are."""
    if scope.customers is None:
        return None
    if not scope.customers:
        return parse(NO_ROWS)
    values = parameters.bind_all(sorted(scope.customers))
    return exp.In(this=column(CUSTOMER_COLUMN), expressions=values)


def refuse_foreign(filters: Iterable[Filter], scope: Scope) -> None:
    """Refuse filters on customers that the asker does not see.

    They would give no rows; told at once, a wish that can never be met is not kept. It
    says the same of customers that exist as of those that do not.

    Raises:
        NotInScope: A filter names such a customer.
    """
    if scope.customers is None:
        return
    for one in filters:
        is_of_customers = one.dimension == "customer" and one.operator == "in"
        if is_of_customers and not set(one.values) <= scope.customers:
            raise NotInScope("You see no such customer.")


def refuse_hidden(query: CostQuery, scope: Scope) -> None:
    """Refuse what is of all customers together to who may not see all of them.

    Args:
        query: What is asked.
        scope: Whose rows the asker may see.

    Raises:
        NotInScope: The figure, or the figure by cloud or team, is not for this asker.
    """
    if not scope.is_restricted:
        return
    labels = " and ".join(METRICS[name].label for name in query.metrics)
    parts = query.relation.parts_among(query.named)
    hidden = [DIMENSIONS[one.dimension].label for one in parts if one.is_internal]
    if hidden:
        labels += f" by {hidden[0].lower()}"
    if hidden or not query.relation.has_customers:
        raise NotInScope(
            f"{labels}: for the company's own people only, so it is not shown to a "
            "single customer."
        )


def check_scope(statement: exp.Expr, scope: Scope, parameters: Parameters) -> None:
    """Refuse a statement that reads a mart without the asker's scope on it.

    The scope is set in one place; this looks at what came out, whatever is added to the
    compiler later.

    Raises:
        NotInScope: A relation lacks the condition.
    """
    if scope.customers is None:
        return
    ctes = {cte.alias for cte in statement.find_all(exp.CTE)}
    for table in statement.find_all(exp.Table):
        if table.name in ctes and not table.db:
            continue
        select = table.find_ancestor(exp.Select)
        where = select.args.get("where") if select else None
        conditions = conjuncts(where.this) if where else ()
        if not any(_is_scope(one, scope, parameters) for one in conditions):
            raise NotInScope(f"{table.name} would be read without the asker's scope.")


def _is_scope(condition: exp.Expr, scope: Scope, parameters: Parameters) -> bool:
    if condition == parse(NO_ROWS):
        return True
    if not isinstance(condition, exp.In) or condition.this.name != CUSTOMER_COLUMN:
        return False
    bound = {parameters.bound_to(node) for node in condition.expressions}
    return bool(bound) and bound <= (scope.customers or set())
