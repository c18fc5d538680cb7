"""Columns of exports under one set of names, whatever agreement and language.

Enterprise agreements, customer agreements and pay-as-you-go each spell them in their
own way, with other capitals from column to column; the portal of another language puts
the name in brackets behind its own: ``Ressourcengruppe (ResourceGroup)``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.delimited import told_separator
from extract.errors import ExtractError
from extract.fields import Field, canonical, text, texts
from extract.scan import Question
from extract.sources.azure_costs.settings import ROWS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")
MARKETPLACE = "SaaS"
# Columns of the files by landed column, the first one that there is; in lower case.
HEADERS: dict[str, tuple[str, ...]] = {
    "usage_date": ("date", "usagedatetime", "usagedate"),
    "resource_id": ("resourceid", "instanceid", "instancename"),
    "resource_group_name": ("resourcegroup", "resourcegroupname"),
    "resource_location": (
        "resourcelocationnormalized",
        "resourcelocation",
        "location",
    ),
    "service_name": ("servicename",),
    "meter_category": ("metercategory",),
    "meter_subcategory": ("metersubcategory",),
    "meter": ("metername", "meter"),
    "unit_of_measure": ("unitofmeasure",),
    "charge_type": ("chargetype",),
    "publisher_type": ("publishertype",),
    "pricing_model": ("pricingmodel",),
    "tags": ("tags",),
    "cost": ("costinbillingcurrency", "cost", "pretaxcost"),
    "usage_quantity": ("quantity", "usagequantity"),
    "currency": ("billingcurrency", "billingcurrencycode", "currency"),
    "subscription_id": ("subscriptionid", "subscriptionguid"),
    "product_name": ("productname", "product"),
    "meter_id": ("meterid",),
    "effective_price": ("effectiveprice", "resourcerate"),
    "pay_g_price": ("paygprice",),
    "cost_in_usd": ("costinusd",),
}
REQUIRED = ("usage_date", "cost", "currency", "subscription_id")
ACCOUNT = ("billingaccountid",)
# ISO days are what newer exports write, American ones the enterprise agreements. The
# short year comes before the long one, which would take it for the first century.
DATE_FORMS = (
    "%Y-%m-%d",
    "%m/%d/%y",
    "%m/%d/%Y",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%Y%m%d",
)


class Columns:
    """The columns of some files by the names that exports have."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        """Sort them.

        Args:
            fields: The files' columns, by their names in lower case.
        """
        self.raw = {_header(name): (name, field) for name, field in fields.items()}

    def find(self, options: Sequence[str]) -> Field | None:
        """Return the first of some columns that there is."""
        found = next((self.raw[name] for name in options if name in self.raw), None)
        return found[1] if found else None

    def require(self) -> list[str]:
        """Return the files' own names of what has to be there; raise if it is not."""
        if "billedcost" in self.raw and "chargecategory" in self.raw:
            raise ExtractError(focus_message("The export"))
        lacking = [name for name in REQUIRED if not self.find(HEADERS[name])]
        if lacking:
            wanted = ", ".join(HEADERS[name][0] for name in lacking)
            have = ", ".join(name for name, _ in self.raw.values())
            raise ExtractError(
                f"The export has no column {wanted} (it has {have}). It is not one of "
                "actual or amortized costs; see extract/sources/azure_costs/README.md."
                f"{told_separator(self.raw)}"
            )
        return [
            next(self.raw[name][0] for name in HEADERS[column] if name in self.raw)
            for column in REQUIRED
        ]


def question(  # noqa: PLR0913 - what a delivery is read with, all by name
    columns: Columns,
    *,
    load_id: str,
    root: str,
    scope: str,
    cost_type: str,
    services: Collection[str],
    days: Mapping[Sequence[str], Collection[date]],
    newest: int | None,
) -> Question:
    """Return what to read of a month's files.

    Args:
        columns: The files' columns.
        load_id: Written on every row.
        root: Beginning of every path, left out of source_file.
        scope: Written on every row.
        cost_type: Likewise.
        services: Services to land.
        days: Days that count, by the paths of the files that they count of; empty
            where every row does.
        newest: First day that is still being counted, as yyyymmdd, if there is one.
    """
    required = columns.require()
    landed = {
        name: _column(columns, name)
        for name in ROWS
        if name not in {"load_id", "source_file", "scope", "cost_type"}
    }
    is_new = f"{landed['usage_date']} >= {newest}" if newest else "false"
    landed = {
        "load_id": text(load_id),
        "source_file": f"replace(filename, {text(root)}, '')",
        "scope": text(scope),
        "cost_type": text(cost_type),
        **landed,
        "is_provisional": is_new,
    }
    service = service_sql(landed)
    names = texts(sorted(name.lower() for name in services))
    parts = [
        f"(list_contains({texts(paths)}, filename) and {landed['usage_date']} in "
        f"({', '.join(f'{day:%Y%m%d}' for day in sorted(on))}))"
        for paths, on in days.items()
    ]
    return Question(
        columns={name: landed[name] for name in ROWS},
        keys={
            "account": _plain(columns, ACCOUNT),
            "subscription_id": landed["subscription_id"],
            "usage_date": landed["usage_date"],
            "service_name": service,
            "charge_type": landed["charge_type"],
            "currency": landed["currency"],
        },
        costs=[landed["cost"]],
        start=moment_sql(columns, HEADERS["usage_date"]),
        predicate=f"list_contains({names}, lower({service}))",
        required=required,
        scope=" or ".join(parts) or "true",
    )


def service_sql(landed: Mapping[str, str]) -> str:
    """Return SQL of the service, which most exports call the meter's category.

    Offers of the Marketplace may have none; the Query API calls them SaaS.
    """
    is_offer = (
        f"lower({landed['publisher_type']}) = 'marketplace' or "
        f"contains(lower({landed['resource_id']}), '/microsoft.saas/')"
    )
    return (
        f"coalesce({landed['service_name']}, {landed['meter_category']}, "
        f"case when {is_offer} then {text(MARKETPLACE)} end, '')"
    )


def moment_sql(columns: Columns, options: Sequence[str]) -> str:
    """Return SQL of a day as a moment; null where the text is no day."""
    field = columns.find(options)
    if field is None:
        return "cast(null as timestamp)"
    if field.kind == "varchar":
        return f"try_strptime(trim({field.sql}), {texts(DATE_FORMS)})"
    return canonical(field, "timestamp")


def focus_message(what: str) -> str:
    """Return what to do about an export in FOCUS's columns.

    Args:
        what: What showed it.
    """
    return (
        f"{what} is a FOCUS export, which the source focus_costs loads: add focus to "
        "LLM_COSTS_CLOUDS (in place of azure, if this is the only export) and set "
        "sources.focus_costs.export_url to its folder; or set "
        "sources.azure_costs.export_url to an export of actual costs."
    )


def _header(name: str) -> str:
    found = IN_BRACKETS.search(name)
    return (found[1] if found else name).strip().strip("\ufeff").lower()


def _plain(columns: Columns, options: Sequence[str]) -> str:
    return f"nullif({canonical(columns.find(options), 'text')}, '')"


def _column(columns: Columns, name: str) -> str:
    kind = ROWS[name]
    if name not in HEADERS:
        return canonical(None, kind)
    if name == "usage_date":
        moment = moment_sql(columns, HEADERS[name])
        return f"cast(strftime({moment}, '%Y%m%d') as bigint)"
    field = columns.find(HEADERS[name])
    if name == "tags" and field is not None:
        return _tags(field)
    sql = canonical(field, kind)
    return f"nullif({sql}, '')" if kind == "text" else sql


def _tags(field: Field) -> str:
    """Return tags as a JSON object; enterprise agreements leave its braces out."""
    plain = f"nullif(trim({canonical(field, 'text', 'json')}), '')"
    whole = (
        f"case when starts_with({plain}, '{{') then {plain} "
        f"else '{{' || {plain} || '}}' end"
    )
    return (
        f"case when {plain} is null then null when json_valid({whole}) then {whole} "
        f"else cast(json_object('unreadable', {plain}) as varchar) end"
    )
