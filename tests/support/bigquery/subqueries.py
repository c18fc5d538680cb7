"""Sub-queries behind IN, evaluated once.

GoogleSQL's evaluator goes through the sub-query again for every row, so a table of
thousands of rows takes minutes where BigQuery takes a join. A sub-query that stands for
itself is evaluated first and written into the statement as its values, which IN and NOT
IN treat alike, nulls included.
"""

import json
import re

from zetasql.core import ZetaSQLError

from bigquery.values import STRING, read
from bigquery.warehouse import Warehouse

MEMBERSHIP = re.compile(
    r"\bin\s*\(\s*(select\s+(?:distinct\s+)?\w+\s+from\s+`[^`]+`"
    r"(?:\s+where\s+[^()`]*)?)\s*\)",
    re.IGNORECASE,
)


def with_values(warehouse: Warehouse, sql: str) -> str:
    """Write the values of sub-queries behind IN into a statement."""
    return MEMBERSHIP.sub(lambda match: _values(warehouse, match), sql)


def _values(warehouse: Warehouse, match: re.Match[str]) -> str:
    contents = warehouse.contents(warehouse.sql.table_names(match[1]))
    try:
        rows = warehouse.sql.evaluate(match[1], contents)
    except ZetaSQLError:
        # It speaks of the rows around it.
        return match[0]
    (kind,) = rows.columns.values()
    if kind != STRING:
        return match[0]
    values = {read(row.cell[0], kind) for row in rows.data.row}
    literals = ["null" if v is None else json.dumps(v) for v in values]
    return f"in unnest(cast([{', '.join(literals)}] as array<string>))"
