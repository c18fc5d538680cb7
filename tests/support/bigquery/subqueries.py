"""Sub-queries behind IN, and the newest day of a table, evaluated once.

GoogleSQL's evaluator goes through the sub-query again for every row, so a table of
thousands of rows takes minutes where BigQuery takes a join. A sub-query that stands for
itself is evaluated first and written into the statement as its values, which IN and NOT
IN treat alike, nulls included.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from zetasql.core import ZetaSQLError

from bigquery.googlesql import Rows
from bigquery.values import STRING, read, simple_type, sql_name
from bigquery.warehouse import Warehouse

DATE = simple_type("DATE")
MEMBERSHIP = re.compile(
    r"\bin\s*\(\s*(select\s+(?:distinct\s+)?\w+\s+from\s+`[^`]+`"
    r"(?:\s+where\s+[^()`]*)?)\s*\)",
    re.IGNORECASE,
)

# Brackets in its condition are followed three deep.
_INSIDE = r"[^()]*"
for _ in range(3):
    _INSIDE = rf"(?:[^()]|\({_INSIDE}\))*"
LAST = re.compile(
    r"\(\s*(select\s+(?:max|min)\s*\(\s*`?\w+`?\s*\)\s+from\s+`[^`]+`"
    rf"(?:\s+where\s{_INSIDE})?)\)",
    re.IGNORECASE,
)


def with_values(warehouse: Warehouse, sql: str) -> str:
    """Write the values of sub-queries that stand for themselves into a statement."""
    sql = LAST.sub(lambda match: _value(warehouse, match), sql)
    return MEMBERSHIP.sub(lambda match: _values(warehouse, match), sql)


def _value(warehouse: Warehouse, match: re.Match[str]) -> str:
    rows = _evaluated(warehouse, match[1], (STRING, DATE))
    if rows is None:
        return match[0]
    (kind,) = rows.columns.values()
    value = read(rows.data.row[0].cell[0], kind)
    literal = "null" if value is None else json.dumps(value)
    return f"(cast({literal} as {sql_name(kind)}))"


def _values(warehouse: Warehouse, match: re.Match[str]) -> str:
    rows = _evaluated(warehouse, match[1], (STRING,))
    if rows is None:
        return match[0]
    values = {read(row.cell[0], STRING) for row in rows.data.row}
    literals = ["null" if v is None else json.dumps(v) for v in values]
    return f"in unnest(cast([{', '.join(literals)}] as array<string>))"


def _evaluated(warehouse: Warehouse, sql: str, kinds: Sequence[Any]) -> Rows | None:
    """Give the rows of a sub-query of one column; None if it stays as it is."""
    contents = warehouse.contents(warehouse.sql.table_names(sql))
    try:
        rows = warehouse.sql.evaluate(sql, contents)
    except ZetaSQLError:
        # It is of the query around it, or wrong, which that will tell.
        return None
    (kind,) = rows.columns.values()
    return rows if kind in kinds else None
