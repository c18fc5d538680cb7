"""Values that SQL Server computes in another way than is meant, or refuses.

Each takes a statement's tree and tells whether it has such a value.
"""

from __future__ import annotations

from sqlglot import exp

CASES = (exp.Case, exp.Coalesce, exp.Nullif, exp.If)
CASE_LEVELS = 10
# The collation by which models order text: others follow a language, and a text of one
# cannot be compared with that of another.
BYTE_ORDER = "Latin1_General_100_BIN2"


def distinct_texts_put_together(tree: exp.Expression) -> bool:
    """string_agg(distinct ...)."""
    return any(node.find(exp.Distinct) for node in tree.find_all(exp.GroupConcat))


def distinct_of_several(tree: exp.Expression) -> bool:
    """count(distinct a, b)."""
    return any(
        len(node.expressions) > 1 and isinstance(node.parent, exp.AggFunc)
        for node in tree.find_all(exp.Distinct)
    )


def aggregate_of_aggregate(tree: exp.Expression) -> bool:
    """An aggregate of an aggregate or of a subquery."""
    return any(
        node.this is not None
        and not isinstance(node.this, str)
        and not isinstance(node.parent, exp.Window)
        and node.this.find(exp.AggFunc, exp.Query)
        for node in tree.find_all(exp.Sum, exp.Max, exp.Min, exp.Avg, exp.Count)
    )


def row_value(tree: exp.Expression) -> bool:
    """(a, b) compared as one, as in (a, b) IN (...)."""
    return any(
        isinstance(node.this, exp.Tuple)
        for node in tree.find_all(exp.In, exp.EQ, exp.NEQ, exp.LT, exp.GT, exp.LTE)
    )


def all_nulls(tree: exp.Expression) -> bool:
    """coalesce() of nothing but nulls, or a case that can only give null."""
    for node in tree.find_all(exp.Coalesce):
        if all(isinstance(part, exp.Null) for part in [node.this, *node.expressions]):
            return True
    for node in tree.find_all(exp.Case):
        values = [branch.args["true"] for branch in node.args["ifs"]]
        values.append(node.args.get("default") or exp.Null())
        if all(isinstance(value, exp.Null) for value in values):
            return True
    return False


def nested_cases(tree: exp.Expression) -> bool:
    """More than ten CASEs, one in the other; coalesce() and nullif() count as one."""
    return any(_depth(node) > CASE_LEVELS for node in tree.find_all(exp.Case))


def _depth(node: exp.Expression) -> int:
    depth, parent = 1, node.parent
    while parent is not None and not isinstance(parent, exp.Query):
        is_branch = isinstance(parent, exp.If) and isinstance(parent.parent, exp.Case)
        depth += isinstance(parent, CASES) and not is_branch
        parent = parent.parent
    return depth


def pattern_with_a_set(tree: exp.Expression) -> bool:
    """A LIKE pattern with [, which stands for a set of characters."""
    return any(
        "[" in literal.name
        for like in tree.find_all(exp.Like)
        for literal in like.expression.find_all(exp.Literal)
    )


def whole_division(tree: exp.Expression) -> bool:
    """A division of whole numbers, which cuts the fraction off."""
    return any(
        _is_whole(node.left) and _is_whole(node.right)
        for node in tree.find_all(exp.Div)
    )


def whole_average(tree: exp.Expression) -> bool:
    """avg() of whole numbers, which is a whole number."""
    return any(_is_whole(node.this) for node in tree.find_all(exp.Avg))


def whole_power(tree: exp.Expression) -> bool:
    """power() of a whole number, which is a whole number."""
    return any(_is_whole(node.this) for node in tree.find_all(exp.Pow))


def _is_whole(node: exp.Expression) -> bool:
    """Tell whether an expression is a whole number, as far as it says so itself."""
    node = node.unnest()
    if isinstance(node, exp.Literal):
        return node.is_int
    if isinstance(node, exp.Cast):
        return node.to.is_type("int", "bigint", "smallint", "tinyint")
    parts = _parts(node)
    if parts:
        return all(_is_whole(part) for part in parts)
    return isinstance(node, (exp.Count, exp.DateDiff, exp.RowNumber, exp.StrPosition))


def _parts(node: exp.Expression) -> list[exp.Expression]:
    """Return the expressions from which another one has its type."""
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)):
        return [node.left, node.right]
    if isinstance(node, (exp.Neg, exp.Sum, exp.Max, exp.Min, exp.Window, exp.Nullif)):
        return [node.this]
    if isinstance(node, exp.Case):
        values = [branch.args["true"] for branch in node.args["ifs"]]
        values.append(node.args.get("default") or exp.Null())
        return [value for value in values if not isinstance(value, exp.Null)]
    return []


def sum_of_dates(tree: exp.Expression) -> bool:
    """A date plus or minus a number."""
    return any(
        isinstance(side.unnest(), (exp.DateAdd, exp.TsOrDsAdd))
        or (isinstance(side.unnest(), exp.Cast) and side.unnest().to.is_type("date"))
        for node in tree.find_all(exp.Add, exp.Sub)
        for side in (node.left, node.right)
    )


def too_few_arguments(tree: exp.Expression) -> bool:
    """substring() without a length, round() without decimals, concat() of one."""
    return (
        any(not node.args.get("length") for node in tree.find_all(exp.Substring))
        or any(not node.args.get("decimals") for node in tree.find_all(exp.Round))
        or any(len(node.expressions) < 2 for node in tree.find_all(exp.Concat))
    )


def unknown_collation(tree: exp.Expression) -> bool:
    """A collation other than the one by which models order text."""
    return any(
        collate.expression.name != BYTE_ORDER for collate in tree.find_all(exp.Collate)
    )
