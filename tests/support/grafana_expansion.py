"""What Grafana does to a query before it reaches the database, in Python.

First the browser puts the variables in (formats as in scenes' format registry), then
the data source's back end expands macros: those of PostgreSQL and SQL Server only with
parentheses, those of the sqlds plugins with or without.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# A string is what a variable with one choice has, a list what one with several has;
# None stands for All.
Value = str | list[str] | None

_CORE = {"postgres", "sqlserver"}
_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(\w+)")


def _sqlstring(value: str) -> str:
    return "'" + value.replace("'", "''").replace('"', '\\"') + "'"


def _singlequote(value: str) -> str:
    return "'" + value.replace("'", "\\'") + "'"


_FORMATS = {"sqlstring": _sqlstring, "singlequote": _singlequote}


def _milliseconds(moment: dt.datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def expand(  # noqa: PLR0913, PLR0917 - as many things as Grafana puts in
    sql: str,
    target: str,
    variables: Mapping[str, Value],
    time_from: dt.datetime,
    time_to: dt.datetime,
    all_values: Mapping[str, str] | None = None,
) -> str:
    """Give the text that reaches the database.

    Args:
        sql: Text of a panel's or variable's query.
        target: dbt target that the dashboard was made for.
        variables: What is chosen.
        time_from: Start of the time picker.
        time_to: End of the time picker.
        all_values: What All sends, by variable.
    """
    builtin = {"__from": _milliseconds(time_from), "__to": _milliseconds(time_to)}

    def replace(match: re.Match[str]) -> str:
        name, kind = match[1] or match[3], match[2]
        if name in builtin:
            return builtin[name]
        if name not in variables:
            return match[0]
        value = variables[name]
        if value is None:
            # A custom All value is put in as it stands, whatever the format.
            return (all_values or {})[name]
        escape = _FORMATS[kind]
        values = [value] if isinstance(value, str) else value
        return ",".join(escape(each) for each in values)

    text = _VARIABLE.sub(replace, sql)
    parentheses = r"\(\)" if target in _CORE else r"(?:\(\))?"
    if target != "bq":
        for macro, moment in (("timeFrom", time_from), ("timeTo", time_to)):
            literal = f"'{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}'"
            text = re.sub(rf"\$__{macro}\b{parentheses}", literal, text)
    left = re.findall(r"\$\S+", re.sub(r"'[^']*'", "", text))
    if left:
        raise AssertionError(f"Grafana would leave {left} in the query:\n{text}")
    return text
