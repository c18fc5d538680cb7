"""What can be bought: the SKUs of the AI services, and some other services.

`catalogue.csv` has one row per SKU of a bundle (what one workload uses together), in
the provider's own words, with the price and with the model and token type that the
words mean. It is the basis of the answer key; no dbt model reads it.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TEN_DECIMALS = 10


@dataclass(frozen=True, slots=True)
class Sku:
    """One line of a price list.

    `block` is how many base units (tokens, requests, hours, ...) one billed unit
    holds, `ratio` how many base units a workload uses for each unit of work.
    """

    bundle: str
    cloud: str
    service: str
    product: str
    sku: str
    sku_id: str
    operation: str
    description: str
    unit: str
    block: int
    is_token: bool
    unit_price: str
    ratio: float
    model: str
    token_type: str
    region: str

    @property
    def cost_per_base_unit(self) -> float:
        """Give the price of one token, request or hour, to plan with only."""
        return float(self.unit_price) / self.block


@dataclass(frozen=True, slots=True)
class OtherSku:
    """One line of a price list that has nothing to do with AI."""

    cloud: str
    service: str
    product: str
    sku: str
    sku_id: str
    operation: str
    description: str
    unit: str
    unit_price: str
    daily_units: float
    region: str
    detail: str


def read_table(name: str) -> list[dict[str, str]]:
    """Read one of the package's own tables."""
    text = files("sample_bills").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def read_bundles() -> dict[str, tuple[Sku, ...]]:
    """Give the SKUs of every bundle, in the catalogue's order."""
    bundles: dict[str, list[Sku]] = {}
    for row in read_table("catalogue.csv"):
        sku = Sku(
            **{
                **row,
                "block": int(row["block"]),
                "is_token": row["is_token"] == "1",  # noqa: S105
                "ratio": float(row["ratio"]),
            }  # type: ignore[arg-type]
        )
        bundles.setdefault(sku.bundle, []).append(sku)
    return {name: tuple(skus) for name, skus in bundles.items()}


@cache
def read_other_skus(cloud: str) -> tuple[OtherSku, ...]:
    """Give the SKUs of a cloud's other services."""
    return tuple(
        OtherSku(**{**row, "daily_units": float(row["daily_units"])})  # type: ignore[arg-type]
        for row in read_table("other_services.csv")
        if row["cloud"] == cloud
    )
