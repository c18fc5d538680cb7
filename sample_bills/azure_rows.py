"""How the rows of the Azure bill look: the dimensions of a Cost Management answer."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sample_bills.catalogue import OtherSku, Sku
from sample_bills.company import Company, Usage, Workload
from sample_bills.money import NANO

SUBSCRIPTION = "5a3f0c1e-7b62-4d19-9c44-2e8f60b1d7a3"
RESERVATION_TYPE = "microsoft.capacity/reservationorders/reservations"
# What nobody used belongs to no resource group and carries no tag.
RESERVATION = (
    "/providers/microsoft.capacity/reservationorders/"
    "7d1f3c58-20a4-4e6b-9a35-c1e8b7d40f62/reservations/"
    "b94e6a07-53d1-4c2f-8e19-0f7a2d6c5b38"
)
API_VERSION_OF_LINKS = "2021-10-01"
RENAMED_ON_DAY = 55
RENAMED_IN_DAYS = 10
COLUMNS = (
    ("Cost", "Number"),
    ("UsageQuantity", "Number"),
    ("UsageDate", "Number"),
    ("ResourceId", "String"),
    ("ResourceGroupName", "String"),
    ("ResourceLocation", "String"),
    ("ResourceType", "String"),
    ("SubscriptionId", "String"),
    ("ServiceName", "String"),
    ("MeterCategory", "String"),
    ("MeterSubcategory", "String"),
    ("Meter", "String"),
    ("UnitOfMeasure", "String"),
    ("ChargeType", "String"),
    ("PublisherType", "String"),
    ("PricingModel", "String"),
    ("Frequency", "String"),
    ("Tags", "Array"),
    ("Currency", "String"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row before it is shown: what was used, and what it costs.

    `account` is added to the name of the resource. `amortized` is the cost with the
    reservation spread, where that differs.
    """

    usage: Usage
    nano: int
    quantity: int
    charge_type: str = "Usage"
    account: str = ""
    amortized: int | None = None

    @property
    def is_actual(self) -> bool:
        """Tell whether the row is in answers of the type ActualCost."""
        return self.charge_type != "UnusedReservation"

    @property
    def is_amortized(self) -> bool:
        """Tell whether the row is in answers of the type AmortizedCost."""
        return self.charge_type != "Purchase"

    @property
    def amortized_nano(self) -> int:
        """Give the amortized cost."""
        if not self.is_amortized:
            return 0
        return self.nano if self.amortized is None else self.amortized


def make_body(rows: list[list[Any]], number: int, *, is_last: bool) -> dict[str, Any]:
    """Wrap rows as the API does."""
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"query {SUBSCRIPTION} {number}"))
    path = f"subscriptions/{SUBSCRIPTION}/providers/Microsoft.CostManagement"
    link = (
        f"https://management.azure.com/{path}/Query"
        f"?api-version={API_VERSION_OF_LINKS}&$skiptoken=page{number + 1}"
    )
    return {
        "id": f"{path}/query/{name}",
        "name": name,
        "type": "Microsoft.CostManagement/query",
        "location": None,
        "sku": None,
        "eTag": None,
        "properties": {
            "nextLink": None if is_last else link,
            "columns": [{"name": column, "type": kind} for column, kind in COLUMNS],
            "rows": rows,
        },
    }


def show_row(
    company: Company, row: Row, day: date, *, is_amortized: bool = False
) -> list[Any]:
    """Give a row's values in the order of the columns."""
    workload, sku = row.usage.workload, row.usage.sku
    kind, _, _ = workload.evidence.partition(" over ")
    group = _name_group(workload)
    shown_group = _vary_case(group, workload.name, sku.sku)
    is_market = sku.service == "SaaS"
    provider = (
        "microsoft.saas/resources"
        if is_market
        else "microsoft.cognitiveservices/accounts"
    )
    account = f"{'claude' if is_market else 'ai'}-{workload.name}{row.account}"
    is_tagged = kind == "tag"
    service = _name_service(company, sku, workload, day)
    is_reserved = row.charge_type == "Purchase" or row.amortized is not None
    is_unused = row.charge_type == "UnusedReservation"
    home = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{group}"
    return [
        (row.amortized_nano if is_amortized else row.nano) / NANO,
        float(Decimal(row.quantity) / sku.block),
        int(f"{day:%Y%m%d}"),
        RESERVATION if is_unused else f"{home}/providers/{provider}/{account}",
        "" if is_unused else shown_group,
        workload.place,
        RESERVATION_TYPE if is_unused else provider,
        SUBSCRIPTION,
        service,
        service,
        sku.product,
        sku.sku,
        sku.unit,
        row.charge_type,
        "Marketplace" if is_market else "Microsoft",
        "Reservation" if is_reserved else "OnDemand",
        "OneTime" if row.charge_type in {"Purchase", "Refund"} else "UsageBased",
        _show_tags(workload, sku) if is_tagged and not is_unused else [],
        "EUR",
    ]


def _name_group(workload: Workload) -> str:
    if workload.evidence == "none":
        return "rg-shared-ai"
    if workload.evidence == "tag":
        return f"rg-{workload.team}-{workload.environment}"
    owner = workload.evidence_customer or workload.customer
    return f"rg-customer-{owner}-{workload.team}-{workload.environment}"


def _vary_case(group: str, *words: str) -> str:
    """Write a group in one of the casings in which the API really gives it."""
    change = (str.lower, str.upper, str.title, str.lower)[sum(map(len, words)) % 4]
    return change(group)


def _name_service(company: Company, sku: Sku, workload: Workload, day: date) -> str:
    if sku.service != "Foundry Models":
        return sku.service
    # The rename reached the meters one after the other.
    delay = len(workload.name + sku.sku) % RENAMED_IN_DAYS
    renamed = RENAMED_ON_DAY + delay <= (day - company.start).days
    return sku.service if renamed else "Cognitive Services"


def _show_tags(workload: Workload, sku: Sku) -> list[str]:
    tags = {
        "customer": workload.customer,
        "team": workload.team,
        "environment": workload.environment,
        "feature": workload.feature,
        "deployment": sku.bundle,
    }
    return [f'"{name}":"{value}"' for name, value in tags.items()]


def show_other(sku: OtherSku, nano: int, thousandths: int, day: date) -> list[Any]:
    """Give the values of a row that has nothing to do with AI."""
    name = sku.detail.rpartition("/")[2]
    group = "rg-platform-prod"
    return [
        nano / NANO,
        thousandths / 1000,
        int(f"{day:%Y%m%d}"),
        f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{group}/providers/{sku.detail}/{name}-1",
        group,
        sku.region,
        sku.detail,
        SUBSCRIPTION,
        sku.service,
        sku.service,
        sku.product,
        sku.sku,
        sku.unit,
        "Usage",
        "Microsoft",
        "OnDemand",
        "UsageBased",
        ['"team":"platform"'],
        "EUR",
    ]
