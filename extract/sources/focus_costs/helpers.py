"""SQL over the columns of FOCUS files, however these are spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.delimited import told_separator
from extract.errors import ExtractError
from extract.fields import Field, canonical, text
from extract.parquet import ANEW
from extract.scan import Question
from extract.sources.focus_costs.settings import (
    JSON_COLUMNS,
    PROVIDER_COLUMNS,
    REQUIRED,
    ROWS,
    TOTALS_BY,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from extract.units import Load


def _spelled(name: str) -> str:
    """Return a name as it is compared: BilledCost, billedcost and billed_cost agree."""
    return name.lower().replace("_", "")


class Columns:
    """The columns of FOCUS files by name."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        """Take the columns.

        Args:
            fields: As the files have them.
        """
        self._fields = {_spelled(name): field for name, field in fields.items()}

    def find(self, name: str) -> Field | None:
        """Return a column by FOCUS' name for it."""
        return self._fields.get(_spelled(name))

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return self.find(name) is not None

    def require(self, uri: str) -> None:
        """Raise unless all columns are there that a bill cannot do without."""
        lacking = [name for name in REQUIRED if not self.has(name)]
        if not any(self.has(name) for name in PROVIDER_COLUMNS):
            lacking.append(PROVIDER_COLUMNS[0])
        if lacking:
            raise ExtractError(
                f"{uri} has no column {', '.join(lacking)}. Files of FOCUS 1.0 to 1.2 "
                f"have it; add it to the export and have it delivered anew. {ANEW}"
                f"{told_separator(self._fields)}"
            )

    def canonical(self, name: str) -> str:
        """Return SQL of a landed column in its type; null where files lack it."""
        source, kind = ROWS[name]
        field = self.find(source)
        if name == "provider_name" and field is None:
            field = self.find(PROVIDER_COLUMNS[1])
        if name in JSON_COLUMNS:
            return _as_object(canonical(field, kind, "json"), field)
        if field is not None and field.kind == "struct":
            # Google's x_Project; other tools write a text under that name.
            field = self.find(f"{source}.Id")
        return canonical(field, kind)


def _as_object(sql: str, field: Field | None) -> str:
    """Return SQL that is a JSON object or null, for a text that should be one."""
    if field is None or field.kind != "varchar":
        return sql
    # Microsoft writes tags without the braces in some of its files.
    braced = f"('{{' || {sql} || '}}')"
    return (
        f"case when json_valid({sql}) then {sql} "
        f"when json_valid({braced}) then {braced} end"
    )


def focus_version(columns: Columns) -> str:
    """Tell the version by the columns that came with it."""
    if columns.has("PricingCurrency"):
        return "1.2"
    # Microsoft gave its 1.0 export some of 1.1's columns, but none of these.
    return "1.1" if columns.has("ServiceSubcategory") else "1.0"


def bill_keys(columns: Columns) -> dict[str, str]:
    """Return SQL of what tells one bill from another.

    Google's months begin at midnight in California, which is the same day in UTC.
    """
    start = columns.canonical("billing_period_start")
    return {
        "provider": columns.canonical("provider_name"),
        "account": columns.canonical("billing_account_id"),
        "period": f"strftime({start}, '%Y-%m')",
    }


def question(  # noqa: PLR0913 - the parts of a question, by name
    columns: Columns,
    load: Load,
    *,
    root: str,
    scope: str,
    names: Collection[str],
    categories: Collection[str],
) -> Question:
    """Return what to read of a bill's files.

    Args:
        columns: The files' columns.
        load: The load that the rows belong to.
        root: Beginning of every path, left out of source_file.
        scope: SQL that is true for the bill's lines.
        names: Services to land; % stands for any text.
        categories: Service categories to land.
    """
    landed = {
        "load_id": text(load.load_id),
        "source_file": f"replace(filename, {text(root)}, '')",
        "focus_version": text(focus_version(columns)),
        **{name: columns.canonical(name) for name in ROWS},
    }
    start, end = landed["charge_period_start"], landed["charge_period_end"]
    return Question(
        columns=landed,
        keys={name: landed[name] for name in TOTALS_BY},
        costs=[landed["billed_cost"]],
        # The last hour that a row tells of: of a day its last one; of a whole month,
        # which is how taxes and fees are dated, the last one of its first day.
        start=(
            f"greatest({start}, least(coalesce({end}, {start}), "
            f"{start} + interval 1 day) - interval 1 hour)"
        ),
        predicate=predicate(landed, names, categories),
        required=(),
        scope=f"({scope})",
    )


def predicate(
    columns: Mapping[str, str], names: Collection[str], categories: Collection[str]
) -> str:
    """Return SQL that is true for lines of AI services.

    A model of AWS's marketplace is a service of its own, without a service code; its
    resource, where the line has one, is Bedrock's.
    """
    listed = ", ".join(text(category) for category in categories) or "null"
    tests = [
        f"{columns['service_category']} in ({listed})",
        f"{columns['resource_id']} like 'arn:aws%:bedrock:%'",
    ]
    for column in ("service_name", "x_service_code", "x_sku_meter_category"):
        tests += [f"{columns[column]} like {text(name)}" for name in names]
    return "coalesce(" + " or ".join(tests) + ", false)"
