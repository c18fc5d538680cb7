"""The names in the asker's own data, read under the asker's scope."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

from chat.cache import once
from chat.dialects import DIALECTS, MARTS
from chat.nodes import column
from chat.parameters import Parameters
from chat.planner.slots import Vocabulary
from chat.relations import CUSTOMER_COLUMN
from chat.scoping import check_scope, scope_condition

if TYPE_CHECKING:
    from chat.parameters import Parameter
    from chat.scope import Scope
    from chat.warehouse import Reader

# What people name besides customers; models are known by the words of their families.
NAMED = {
    "team": "team",
    "project": "project",
    "region": "region",
    "feature": "feature",
}
MOST_STATEMENTS = 1_024
SHORTEST_WORD = 3
# First words of names that are no names by themselves.
COMMON_WORDS = {
    "the",
    "first",
    "new",
    "united",
    "global",
    "national",
    "american",
    "big",
}


def read_vocabulary(reader: Reader, scope: Scope, schema: str = MARTS) -> Vocabulary:
    """Read the names that questions may use.

    Args:
        reader: The warehouse.
        scope: Whose rows the asker may see.
        schema: Schema of the marts.
    """
    key = (Vocabulary, scope, schema)
    return once(reader, key, lambda: _read(reader, scope, schema))


def _read(reader: Reader, scope: Scope, schema: str) -> Vocabulary:
    customers = _select(
        reader, scope, schema, "dim_customers", (CUSTOMER_COLUMN, "customer_name")
    )
    names: dict[str, str] = {}
    for identity, name in customers:
        for spelling in _spellings(str(identity), str(name or "")):
            names.setdefault(spelling, str(identity))
    values: dict[str, dict[str, str]] = {"customer": names}
    for dimension, mart_column in NAMED.items():
        rows = _select(reader, scope, schema, "unified_costs", (mart_column,))
        values[dimension] = {str(row[0]): str(row[0]) for row in rows if row[0]}
    return Vocabulary(values=values)


def _spellings(identity: str, name: str) -> list[str]:
    """Give how people call a customer: by id, by name, by the name's first word."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    is_telling = len(first) >= SHORTEST_WORD and first.lower() not in COMMON_WORDS
    return [one for one in (identity, name, first if is_telling else "") if one]


def _select(
    reader: Reader, scope: Scope, schema: str, mart: str, columns: tuple[str, ...]
) -> list[tuple[object, ...]]:
    return reader.read(*_statement(reader.target, scope, schema, mart, columns))


@lru_cache(maxsize=MOST_STATEMENTS)
def _statement(
    target: str, scope: Scope, schema: str, mart: str, columns: tuple[str, ...]
) -> tuple[str, tuple[Parameter, ...]]:
    """Write a statement; once for each scope, as every question needs it."""
    parameters = Parameters()
    statement = exp.select(*(column(name) for name in columns)).distinct()
    statement = statement.from_(exp.to_table(f"{schema}.{mart}"))
    own = scope_condition(scope, parameters)
    statement = statement.where(own) if own is not None else statement
    statement = statement.order_by(*(exp.Ordered(this=column(n)) for n in columns))
    check_scope(statement, scope, parameters)
    return parameters.render(statement, DIALECTS[target])
