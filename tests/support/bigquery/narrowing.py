"""Tables without the columns that a query does not name.

GoogleSQL's evaluator is given the tables with every query and takes most of its time to
read them, while most data tests ask one column of a wide table.
"""

import re

from bigquery.googlesql import Rows

# Stars that stand for columns; those of count(*) and of products do not.
ALL_COLUMNS = re.compile(
    r"\bselect\s+(?:(?:distinct|all)\s+)?\*|,\s*\*|\.\s*\*|\bnatural\b", re.IGNORECASE
)


def narrowed(sql: str, tables: dict[str, Rows]) -> dict[str, Rows]:
    """Give tables with the columns that a query may ask for: those that it names."""
    if ALL_COLUMNS.search(sql):
        return tables
    words = set(re.findall(r"\w+", sql.lower()))
    return {name: _with(rows, words) for name, rows in tables.items()}


def _with(rows: Rows, words: set[str]) -> Rows:
    kept = [
        place for place, name in enumerate(rows.columns) if name.lower() in words
    ] or [0]
    if len(kept) == len(rows.columns):
        return rows
    names = list(rows.columns)
    found = Rows({names[n]: rows.columns[names[n]] for n in kept}, pseudo=rows.pseudo)
    for row in rows.data.row:
        found.data.row.add().cell.extend(row.cell[place] for place in kept)
    return found
