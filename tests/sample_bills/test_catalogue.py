"""The catalogue has real SKUs only and reads them right."""

import csv
import re
from pathlib import Path

import pytest

from sample_bills.catalogue import Sku, read_bundles

LABELS = Path(__file__).parents[1] / "data" / "skus"
TOKEN_TYPES = {
    "audio_input": "audio",
    "hosting": "provisioned",
    "embedding_input": "embedding",
    "cache_storage": "storage",
}
ALL_SKUS = [sku for skus in read_bundles().values() for sku in skus]


def _read(name: str) -> list[dict[str, str]]:
    with (LABELS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _find_labels(sku: Sku) -> list[dict[str, str]]:
    file, column = {
        "AWS": ("aws.csv", "usage_type"),
        "Azure": ("azure.csv", "meter_name"),
        "GCP": ("gcp.csv", "sku_description"),
    }[sku.cloud]
    return [row for row in _read(file) if row[column] == sku.sku]


@pytest.mark.parametrize("sku", ALL_SKUS, ids=lambda sku: f"{sku.bundle}: {sku.sku}")
def test_every_sku_string_is_real(sku: Sku) -> None:
    """Mapping rules that fit invented strings fail on the first real bill."""
    priced = [
        row for row in _read("aws_price_list.csv") if row["usage_type"] == sku.sku
    ]
    assert _find_labels(sku) or (sku.cloud == "AWS" and priced)
    if sku.service == "MP":
        names = {row["product_name"] for row in _read("aws_marketplace_products.csv")}
        assert sku.product in names
    for row in priced:
        if row["product_name"] == sku.product:
            assert float(row["usd"]) == float(sku.unit_price)
            assert row["description"] == sku.description


@pytest.mark.parametrize("sku", ALL_SKUS, ids=lambda sku: f"{sku.bundle}: {sku.sku}")
def test_every_sku_means_what_its_label_says(sku: Sku) -> None:
    """A key that misreads a SKU would demand the same mistake of the models."""
    labels = _find_labels(sku)
    if sku.service == "MP":
        # One usage type stands for every Marketplace model: its product names it.
        name = sku.product.partition(" (")[0].lower()
        assert sku.model == name.replace(" ", "-").replace(".", "-")
        return
    if not labels:
        assert (sku.model, sku.token_type) == ("nova-micro", "output")
        return
    spelled = re.sub(r"(\d)[-.](?=\d)", r"\1.", labels[0]["model_expected"])
    assert re.sub(r"(\d)[-.](?=\d)", r"\1.", sku.model) == {
        "": "not.applicable",
        "n/a": "not.applicable",
    }.get(spelled, spelled).replace("not.applicable", "not_applicable")
    label = labels[0]["token_type_expected"]
    assert sku.token_type == TOKEN_TYPES.get(label, label)


@pytest.mark.parametrize("sku", ALL_SKUS, ids=lambda sku: f"{sku.bundle}: {sku.sku}")
def test_every_block_is_that_of_the_unit(sku: Sku) -> None:
    """A block that is off by a thousand makes a key that is off by a thousand."""
    blocks = {"1K tokens": 1000, "1M tokens": 10**6, "1K": 1000, "1M": 10**6}
    if sku.unit in blocks:
        assert sku.block == blocks[sku.unit]
    if sku.unit == "Units":
        is_capacity = "Provisioned" in sku.sku or "Reserved" in sku.sku
        assert sku.block == (1 if is_capacity else 10**6)
        assert sku.is_token == (not is_capacity)
