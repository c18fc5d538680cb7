"""SQL that flattens files of the billing export, standard or detailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.errors import ExtractError
from extract.fields import Field, Semantics, canonical, text
from extract.scan import Question
from extract.sources.gcp_billing.settings import (
    CREDITS,
    JSON_COLUMNS,
    REQUIRED,
    ROWS,
    TOTALS_BY,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from extract.units import Load


def account_of(fields: Mapping[str, Field]) -> str:
    """Return SQL of a row's billing account, null where the row does not say."""
    account = canonical(fields.get("billing_account_id"), "text")
    return f"nullif({account}, '')"


def month_of(fields: Mapping[str, Field]) -> str:
    """Return SQL of a row's invoice month, YYYYMM.

    A row without one is of the bill of its usage: Google's months are those of
    US/Pacific. The macro gcp_invoice_month says the same for BigQuery.
    """
    month = canonical(fields.get("invoice.month"), "text")
    usage = canonical(fields.get("usage_start_time"), "timestamp")
    pacific = f"timezone('US/Pacific', timezone('UTC', {usage}))"
    return f"coalesce(nullif({month}, ''), strftime({pacific}, '%Y%m'))"


def question(
    fields: Mapping[str, Field],
    load: Load,
    *,
    root: str,
    names: Collection[str],
    is_by_folder: bool,
) -> Question:
    """Return what to read of a month's files.

    Args:
        fields: The files' columns and fields of structs.
        load: The load that the rows belong to.
        root: Beginning of every path, left out of source_file.
        names: Services to land; % stands for any text.
        is_by_folder: Whether the files are of this month alone.
    """
    if missing := [name for name in REQUIRED if name not in fields]:
        raise ExtractError(
            f"The export in {load.delivery.location} has no column "
            f"{', '.join(missing)}. Extract the table with all its columns."
        )
    unit = load.delivery.unit
    columns = {
        "load_id": text(load.load_id),
        "source_file": f"replace(filename, {text(root)}, '')",
    }
    for name, (path, kind) in ROWS.items():
        semantics: Semantics = "json" if name in JSON_COLUMNS else "plain"
        columns[name] = canonical(fields.get(path), kind, semantics)
    columns["credits_amount"] = _credits(fields, "true")
    columns["credits_promotion_amount"] = _credits(fields, "c.type = 'PROMOTION'")
    # The folder or the file's name says what rows should leave out.
    month = unit.billing_period.replace("-", "")
    columns["billing_account_id"] = (
        f"coalesce({account_of(fields)}, {text(unit.billing_account_id)})"
    )
    columns["invoice_month"] = (
        f"coalesce({columns['invoice_month']}, {text(month)})"
        if is_by_folder
        else month_of(fields)
    )
    scope = "true"
    if not is_by_folder:
        scope = (
            f"{columns['billing_account_id']} = {text(unit.billing_account_id)} "
            f"and {columns['invoice_month']} = {text(month)}"
        )
    return Question(
        columns=columns,
        keys={name: columns[name] for name in TOTALS_BY},
        costs=[columns["cost"], columns["credits_amount"]],
        start=columns["usage_start_time"],
        predicate=_predicate(columns["service_description"], names),
        required=REQUIRED,
        scope=scope,
    )


def _credits(fields: Mapping[str, Field], condition: str) -> str:
    """Return SQL that adds up a row's credits; unnesting them would copy rows."""
    credits_ = fields.get("credits")
    if credits_ is None:
        return "cast(0 as double)"
    listed = credits_.sql
    if credits_.kind not in {"list", "struct", "map"}:
        # The text of a JSON array, as tools write it that know no nested columns; or a
        # column that is null throughout, which may have any type.
        listed = f"from_json(nullif(cast({listed} as varchar), ''), {text(CREDITS)})"
    elif credits_.kind != "list":
        raise ExtractError(
            f"Column {credits_.sql} is a {credits_.kind} in the files, where the "
            "export has a list of credits, or its JSON as text: a bill without its "
            "credits would be too high. Extract the export's table as it is."
        )
    amounts = (
        f"list_transform(list_filter({listed}, lambda c: {condition}), "
        "lambda c: cast(c.amount as double))"
    )
    return f"coalesce(list_sum({amounts}), 0)"


def _predicate(service: str, names: Collection[str]) -> str:
    exact = ", ".join(text(name) for name in names if "%" not in name)
    tests = [f"{service} in ({exact})"] if exact else []
    tests += [f"{service} like {text(name)}" for name in names if "%" in name]
    return "(" + " or ".join(tests or ["false"]) + ")"
