"""Columns of all delivery forms under one set of names, those of CUR 2.0.

A legacy report says ``lineItem/UnblendedCost`` in CSV and ``line_item_unblended_cost``
in Parquet, and has a column for every tag and product attribute that a month used; CUR
2.0 has maps. What comes out is the same for all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.delimited import told_separator
from extract.errors import ExtractError
from extract.fields import Field, canonical, text
from extract.scan import Question
from extract.sources.aws_cur.manifests import focus_message
from extract.sources.aws_cur.settings import (
    LINES,
    MAPS,
    PRODUCT_KEYS,
    REQUIRED,
    TOTALS_BY,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.columns import Kind
    from extract.sources.aws_cur.selection import Selection

ACCOUNT_DIGITS = 12
INTEGERS = {"bigint", "integer", "hugeint", "ubigint", "uinteger"}


def canonical_name(header: str) -> str:
    """Return a header as AWS itself writes it where it cannot use capitals.

    An underscore before each capital, anything else that is no letter or digit becomes
    one, too: ``savingsPlan/SavingsPlanARN`` is ``savings_plan_savings_plan_a_r_n``.
    """
    words = re.sub(r"([A-Z])", r"_\1", header).lower()
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


def by_canonical_name(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the files' columns by their canonical names; of equals the first."""
    named: dict[str, Field] = {}
    for name, field in fields.items():
        # The case is lost in the key, and is all there is in the SQL of a header.
        header = field.sql.strip('"') if "/" in name else name
        named.setdefault(canonical_name(header) if "/" in name else name, field)
    return named


def question(  # noqa: PLR0913 - what a delivery is read with, all by name
    files: Mapping[str, Field],
    *,
    load_id: str,
    root: str,
    selection: Selection,
    currency: str,
    period: str,
) -> Question:
    """Return what to read of a period's files.

    Args:
        files: The files' columns.
        load_id: Written on every line.
        root: Beginning of every path, left out of source_file.
        selection: The lines to land.
        currency: Currency of an export that does not say.
        period: The period, for an export that does not say.
    """
    fields = by_canonical_name(files)
    if missing := [name for name in REQUIRED if name not in fields]:
        if "billedcost" in files or "billed_cost" in fields:
            raise ExtractError(focus_message("The delivery"))
        raise ExtractError(
            f"The export has no column {', '.join(missing)}. Add it to the export's "
            f"query and let AWS deliver the period again.{told_separator(files)}"
        )
    plain = {name: _column(fields, name, kind) for name, kind in LINES.items()}
    columns = {
        name: f"nullif({sql}, '')"
        if LINES[name] == "text" and name not in MAPS
        else sql
        for name, sql in plain.items()
    }
    columns["load_id"] = text(load_id)
    columns["source_file"] = f"replace(filename, {text(root)}, '')"
    code = columns["line_item_currency_code"]
    columns["line_item_currency_code"] = f"coalesce({code}, {text(currency)})"
    start = columns["bill_billing_period_start_date"]
    columns["bill_billing_period_start_date"] = (
        f"coalesce({start}, timestamp '{period}-01 00:00:00')"
    )
    currency_key = {"line_item_currency_code": columns["line_item_currency_code"]}
    return Question(
        columns=columns,
        # Without a function around them, scans are skipped by the files' statistics.
        keys={name: plain[name] for name in TOTALS_BY} | currency_key,
        costs=[_cost(fields, columns["line_item_unblended_cost"])],
        start=columns["line_item_usage_start_date"],
        predicate=selection.sql(plain),
        required=[_raw(files, fields[name]) for name in REQUIRED],
    )


def _raw(files: Mapping[str, Field], field: Field) -> str:
    return next(name for name, found in files.items() if found is field)


def _cost(fields: Mapping[str, Field], cost: str) -> str:
    """Return SQL of the billed cost, null only where the bill lacks it."""
    parent = fields.get("split_line_item_parent_resource_id")
    if parent is None:
        return cost
    # Lines of split cost allocation tell shares of a cost that is billed elsewhere.
    is_share = f"nullif({parent.sql}, '') is not null"
    return f"coalesce({cost}, case when {is_share} then 0 end)"


def _column(fields: Mapping[str, Field], name: str, kind: Kind) -> str:
    if name in MAPS:
        return _map(fields, name)
    field = fields.get(name)
    flat = canonical(field, kind)
    if field and name.endswith("_account_id") and field.kind in INTEGERS:
        # Read as a number, an account has lost the zeros that it begins with.
        return f"lpad({flat}, {ACCOUNT_DIGITS}, '0')"
    product = fields.get("product")
    if name not in PRODUCT_KEYS or product is None:
        return flat
    key = text(PRODUCT_KEYS[name])
    if product.kind == "map":
        value = f"{product.sql}[{key}]"
    else:
        # JSON text, or a struct, as some tools rewrite the map.
        value = f"json_extract_string(to_json({product.sql}), '$.' || {key})"
        if product.kind == "varchar":
            value = f"json_extract_string({product.sql}, '$.' || {key})"
    return f"coalesce(nullif({flat}, ''), {value})" if name in fields else value


def _map(fields: Mapping[str, Field], name: str) -> str:
    """Return SQL of a map as JSON text; a legacy report has a column for each key."""
    if name in fields:
        return canonical(fields[name], "text", "json")
    prefix = f"{name}_"
    entries = [
        (key.removeprefix(prefix), canonical(field, "text"))
        for key, field in fields.items()
        if key.startswith(prefix) and field.kind not in {"map", "struct", "list"}
    ]
    if not entries:
        return canonical(None, "text")
    listed = ", ".join(
        f"{{'k': {text(key)}, 'v': nullif({sql}, '')}}" for key, sql in entries
    )
    return (
        f"cast(to_json(map_from_entries(list_filter([{listed}], "
        "lambda entry: entry.v is not null))) as varchar)"
    )
