"""Bring the list prices of `dbt_project/seeds/model_prices.csv` up to date.

    python scripts/refresh_prices.py data.json --catalogue-date 2026-11-22

`data.json` is the catalogue of the project genai-prices (MIT licence), version 2 of its
format: its repository has it under `prices/new_data/v2/`. Only models that
`model_patterns.csv` can name are taken, at the clouds whose bills are read.

Prices are appended, never edited: a price that differs from the newest one in the seed
becomes a row that is valid from the day that the catalogue gives, or from the date of
the catalogue where it gives none. A price without a `valid_from` has been so as far
back as the catalogue knows. Nothing is removed: a model that left it was billed once.
"""

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds"
PRICES = SEEDS / "model_prices.csv"
PATTERNS = SEEDS / "model_patterns.csv"
COLUMNS = [
    "valid_from",
    "cloud_provider",
    "model",
    "region_scope",
    "token_type",
    "pricing_tier",
    "context",
    "usd_per_million_tokens",
    "source",
    "catalogue_date",
]
KEY = COLUMNS[1:7]
CLOUDS = {"aws": "AWS", "azure": "Azure", "google": "GCP"}
TOKEN_TYPES = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
}
# What surrounds a model's name in the clouds' ids.
REGION_SCOPE = re.compile(r"^(global|regional)\.")
VENDOR = re.compile(
    r"^(amazon|anthropic|deepseek|meta|mistral|openai|qwen|google|moonshotai|xai)\."
)
ENDING = re.compile(
    r"(-\d+b-instruct|-instruct|-preview|-latest|-it)?(-20\d{6})?(-v?\d+:\d+)?$"
)
# Names that no rule turns into ours.
RENAMED = {
    "claude-opus-4-0": "claude-opus-4",
    "claude-sonnet-4-0": "claude-sonnet-4",
    "claude-4-opus": "claude-opus-4",
    "claude-4-sonnet": "claude-sonnet-4",
    "r1": "deepseek-r1",
    "titan-embed-text-v1": "titan-embed-text-v1",
}
OPEN_WEIGHTS = "gpt-oss"
Row = dict[str, str]


def main() -> int:
    """Read the catalogue, append what is new, and say how much that was."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("catalogue", type=Path, help="data.json or data_slim.json")
    parser.add_argument("--catalogue-date", type=date.fromisoformat, required=True)
    parser.add_argument("--seed", type=Path, default=PRICES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    catalogue = json.loads(
        arguments.catalogue.read_text(encoding="utf-8"), parse_float=Decimal
    )
    known = read_rows(arguments.seed)
    new = append_prices(known, list(list_prices(catalogue, arguments.catalogue_date)))
    write_rows(arguments.seed, known + new)
    sys.stdout.write(f"{len(new)} prices appended to {len(known)}\n")
    return 0


def read_rows(path: Path) -> list[Row]:
    """Give the rows of a seed; none where it does not exist yet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[Row]) -> None:
    """Write the seed, sorted, so that a refresh shows as added lines only."""
    rows = sorted(rows, key=lambda row: [row[name] for name in [*KEY, "valid_from"]])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def append_prices(known: list[Row], listed: list[Row]) -> list[Row]:
    """Give the rows to append: what is listed and differs from what is known."""
    dated = {(*(row[name] for name in KEY), row["valid_from"]) for row in known}
    # Today's price is the newest one that is not in the future.
    current: dict[tuple[str, ...], str] = {}
    for row in sorted(known, key=lambda row: row["valid_from"]):
        if row["valid_from"] <= listed[0]["catalogue_date"]:
            current[tuple(row[name] for name in KEY)] = row["usd_per_million_tokens"]
    new = []
    for row in listed:
        key = tuple(row[name] for name in KEY)
        if (*key, row["valid_from"]) in dated and row["valid_from"]:
            continue
        if not row["valid_from"] and key in current:
            if Decimal(current[key]) == Decimal(row["usd_per_million_tokens"]):
                continue
            if any(other["valid_from"] for other in listed if _key(other) == _key(row)):
                continue
            row = {**row, "valid_from": row["catalogue_date"]}  # noqa: PLW2901
        new.append(row)
    return new


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in KEY)


def list_prices(catalogue: list[dict[str, Any]], day: date) -> Iterator[Row]:
    """Give each price of the clouds' text models in our words."""
    is_ours = read_vocabulary()
    providers = {provider["id"]: provider for provider in catalogue}
    for name, cloud in CLOUDS.items():
        seen = set()
        # A cloud that sells a vendor's models at the vendor's price lists none.
        for source in [name, *providers[name].get("fallback_model_providers", [])]:
            for listed in providers[source]["models"]:
                model, region_scope = rename_model(listed["id"])
                if (model, region_scope) in seen or not is_ours.fullmatch(model):
                    continue
                if source != name and OPEN_WEIGHTS in model:
                    continue  # Each host has its own price for these.
                seen.add((model, region_scope))
                for row in price_rows(listed["prices"], is_embedding="embed" in model):
                    yield {
                        **row,
                        "cloud_provider": cloud,
                        "model": model,
                        "region_scope": region_scope,
                        "pricing_tier": "on-demand",
                        "source": f"genai-prices {source}/{listed['id']}",
                        "catalogue_date": day.isoformat(),
                    }


def price_rows(prices: Any, *, is_embedding: bool) -> Iterator[Row]:
    """Give the prices of one model, by start, token type and context."""
    entries = prices if isinstance(prices, list) else [{"prices": prices}]
    # A price by the hour of the day cannot be told from a daily bill.
    dated = [
        one for one in entries if "start_time" not in (one.get("constraint") or {})
    ]
    # Once a long context was dearer, each later price says whether it still is.
    has_tiers = any(
        isinstance(price, dict) for one in dated for price in one["prices"].values()
    )
    for entry in dated:
        for unit, price in entry["prices"].items():
            if unit not in TOKEN_TYPES:
                continue
            is_tiered = isinstance(price, dict)
            amounts = {"standard": price["base"] if is_tiered else price}
            if has_tiers:
                amounts["long"] = price["tiers"][-1]["price"] if is_tiered else price
            for context, amount in amounts.items():
                yield {
                    "valid_from": (entry.get("constraint") or {}).get("start_date", ""),
                    "token_type": "embedding" if is_embedding else TOKEN_TYPES[unit],
                    "context": context,
                    "usd_per_million_tokens": str(amount),
                }


def rename_model(listed: str) -> tuple[str, str]:
    """Give our name of a model of the catalogue, and the reach of its price."""
    scope = REGION_SCOPE.match(listed)
    name = VENDOR.sub("", REGION_SCOPE.sub("", listed))
    name = ENDING.sub("", name) if "llama" not in name else rename_llama(name)
    return RENAMED.get(name, name), scope.group(1) if scope else "any"


def rename_llama(name: str) -> str:
    """Write `llama3-3-70b-instruct-v1:0` as `llama-3.3-70b`."""
    found = re.match(r"llama(\d)(?:-(\d))?-(?:(scout|maverick)|(\d+b))", name)
    if not found:
        return name
    major, minor, size, parameters = found.groups()
    return f"llama-{major}{'.' + minor if minor else ''}-{size or parameters}"


def read_vocabulary() -> re.Pattern[str]:
    """Give what matches each model that the mapping of the bills can name."""
    models = set()
    for row in read_rows(PATTERNS):
        # A rule that takes the whole name from the bill can name anything.
        if row["model"] in {"not_applicable", "{name}", "{variant}", "{product}"}:
            continue
        pattern = re.escape(row["model"]).replace(
            re.escape("{version}"), rf"\d+(?:[{row['version_separator'] or '.'}]\d+)*"
        )
        for words in ("{variant}", "{name}"):
            pattern = pattern.replace(re.escape(words), r"[a-z0-9.]+(?:-[a-z0-9.]+)*")
        models.add(pattern)
    return re.compile("|".join(sorted(models)))


if __name__ == "__main__":
    sys.exit(main())
