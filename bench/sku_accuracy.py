"""How many SKUs the mapping models understand, measured on labelled ones.

`python bench/sku_accuracy.py [--labels FILE.csv ...] [--misses]`

Loads labelled SKU strings into a temporary DuckDB file in the place of the bills, lets
dbt build the mapping's seeds and models on them and compares what they say with the
labels: model, vendor, token type and tokens per billed unit, by cloud; for Azure also
pricing tier, deployment scope and context length, which only its labels name.

A label file has the columns of `tests/data/skus/labels/{aws,azure,gcp}.csv`; its cloud
is known by them. A model is right when it is the expected one, written with dots or
dashes; an empty label of a vendor or a model asks for no name.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "tests" / "data" / "skus" / "labels"
MAPPING = "+int_skus_mapped"
# Everything before int_skus is put in by hand.
NOT_THE_MAPPING = "+int_daily_charges"

# The labels' finer words for our token types.
TOKEN_TYPES = {
    "audio_input": "audio",
    "audio_output": "audio",
    "hosting": "provisioned",
    "embedding_input": "embedding",
    "cache_storage": "storage",
}
COUNTED_IN_TOKENS = {"input", "output", "cache_read", "cache_write", "embedding"}
BOUGHT_AS_CAPACITY = {"provisioned"}
NO_MODEL = {
    "": {"not_applicable", "unspecified"},
    "n/a": {"not_applicable"},
    "unspecified": {"unspecified"},
}
TIERS = {"batch", "flex", "priority"}
SCOPES = {"datazone": "data zone"}


@dataclass(frozen=True)
class Sku:
    """A SKU as a bill gives it."""

    cloud_provider: str
    sku_product: str
    sku: str
    pricing_unit: str


@dataclass(frozen=True)
class Label:
    """A SKU with what it means; None where the label says nothing."""

    sku: Sku
    model: str
    vendor: str
    token_type: str
    units_per_quantity: Decimal | None
    pricing_tier: str | None
    deployment_scope: str | None
    context_length: str | None


@dataclass(frozen=True)
class Mapped:
    """What the models say of a SKU."""

    model: str
    vendor: str
    token_type: str
    usage_unit: str
    units_per_quantity: Decimal
    pricing_tier: str
    deployment_scope: str
    context_length: str


@dataclass(frozen=True)
class Miss:
    """One thing that the models say otherwise than the label."""

    sku: Sku
    what: str
    expected: str
    found: str


@dataclass
class Score:
    """Right answers and answers asked for, by what was asked."""

    right: dict[str, int]
    asked: dict[str, int]
    misses: list[Miss]

    def share(self, what: str) -> float:
        """Give the share of right answers."""
        return self.right[what] / self.asked[what] if self.asked[what] else 1.0


def read_labels(path: Path) -> list[Label]:
    """Read a label file of any cloud."""
    with path.open(encoding="utf-8", newline="") as file:
        return [label_of(row) for row in csv.DictReader(file)]


def label_of(row: dict[str, str]) -> Label:
    """Read one row, whose columns tell the cloud."""
    tier = scope = context = None
    if "usage_type" in row:
        product = row.get("product_name") or row["product_code"]
        sku = Sku("AWS", product, row["usage_type"], row["unit"])
    elif "meter_name" in row:
        product = row["meter_subcategory"] or row["service_name"]
        sku = Sku("Azure", product, row["meter_name"], row["unit"])
        expected = row.get("deployment_scope_expected", "")
        scope = SCOPES.get(expected, expected) or None
        if "tier_expected" in row:
            is_long = "long_context" in row["tier_expected"]
            context = "long" if is_long else "standard"
            tiers = set(row["tier_expected"].split("+")) & TIERS
            tier = next(iter(tiers), "on-demand")
    elif "sku_description" in row:
        product = row["service_description"]
        sku = Sku("GCP", product, row["sku_description"], row["pricing_unit"])
    else:
        raise SystemExit(f"No cloud's label file has the columns {', '.join(row)}.")
    token_type = TOKEN_TYPES.get(row["token_type_expected"], row["token_type_expected"])
    if tier is not None and token_type in BOUGHT_AS_CAPACITY:
        tier = "provisioned"
    return Label(
        sku=sku,
        model=row["model_expected"],
        vendor=row["vendor_expected"],
        token_type=token_type,
        units_per_quantity=tokens_per_unit(sku, token_type),
        pricing_tier=tier,
        deployment_scope=scope,
        context_length=context,
    )


def tokens_per_unit(sku: Sku, token_type: str) -> Decimal | None:
    """Say how many tokens a billed unit is; None where it is not said to be tokens."""
    unit, name = sku.pricing_unit.lower(), sku.sku.lower()
    if token_type not in COUNTED_IN_TOKENS:
        return None
    for words, tokens in (("1k tokens", 1_000), ("1m tokens", 1_000_000)):
        if unit == words:
            return Decimal(tokens)
    if sku.cloud_provider == "AWS" and unit in ("units", "1m input tokens"):
        return Decimal(1_000_000)
    if sku.cloud_provider == "Azure" and "tokens" in name and unit in ("1k", "1m"):
        return Decimal(1_000 if unit == "1k" else 1_000_000)
    if sku.cloud_provider == "GCP" and unit == "count" and "character" not in name:
        return Decimal(1)
    return None


def map_skus(skus: Iterable[Sku]) -> dict[Sku, Mapped]:
    """Let dbt map SKUs in a warehouse of its own."""
    with tempfile.TemporaryDirectory(prefix="sku_accuracy_") as folder:
        warehouse = Path(folder) / "skus.duckdb"
        wanted = sorted(set(skus), key=repr)
        load_skus(warehouse, wanted)
        run_mapping(Path(folder), warehouse)
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(
                """
                select sku_key, model, model_vendor, token_type, usage_unit,
                    units_per_quantity, pricing_tier, deployment_scope, context_length
                from multi_cloud_costs_staging.int_skus_mapped
                """
            ).fetchall()
        return {wanted[int(row[0])]: Mapped(*row[1:]) for row in rows}


def load_skus(warehouse: Path, skus: Sequence[Sku]) -> None:
    """Write the SKUs as the one input of the mapping."""
    with duckdb.connect(str(warehouse)) as connection:
        # dbt refuses to build where nothing was ever loaded.
        connection.execute("create schema raw_ops")
        connection.execute("create table raw_ops.load_ledger (load_id varchar)")
        connection.execute("create schema multi_cloud_costs_staging")
        connection.execute(
            """
            create table multi_cloud_costs_staging.int_daily_charges (
                sku_key varchar, cloud_provider varchar, sku_product varchar,
                sku varchar, sku_hint varchar, pricing_unit varchar
            )
            """
        )
        connection.executemany(
            """
            insert into multi_cloud_costs_staging.int_daily_charges
            values (?, ?, ?, ?, '', ?)
            """,
            [
                (
                    str(key),
                    sku.cloud_provider,
                    sku.sku_product,
                    sku.sku,
                    sku.pricing_unit,
                )
                for key, sku in enumerate(skus)
            ],
        )


def run_mapping(folder: Path, warehouse: Path) -> None:
    """Build the mapping's seeds and models; its tests are not of interest here."""
    done = subprocess.run(  # noqa: S603
        [
            str(Path(sys.executable).with_name("dbt")),
            "--quiet",
            "build",
            "--target",
            "duckdb",
            "--select",
            MAPPING,
            "--exclude",
            NOT_THE_MAPPING,
            "--exclude-resource-type",
            "test",
            "unit_test",
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "LLM_COSTS_DUCKDB_PATH": str(warehouse),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"dbt build failed:\n{done.stdout}\n{done.stderr}")


def score(labels: Iterable[Label], mapped: dict[Sku, Mapped]) -> Score:
    """Compare what the models say with the labels."""
    result = Score(right=defaultdict(int), asked=defaultdict(int), misses=[])
    for label in labels:
        found = mapped[label.sku]
        for what, expected, said, is_right in compared(label, found):
            result.asked[what] += 1
            result.right[what] += is_right
            if not is_right:
                result.misses.append(Miss(label.sku, what, expected, said))
    return result


def compared(label: Label, found: Mapped) -> list[tuple[str, str, str, bool]]:
    """Give what was asked of a SKU, the label, the answer and whether it is right."""
    answers = [
        ("model", label.model, found.model, is_model(label.model, found.model)),
        (
            "vendor",
            label.vendor,
            found.vendor,
            label.vendor in ("", found.vendor),
        ),
        (
            "token type",
            label.token_type,
            found.token_type,
            label.token_type == found.token_type,
        ),
    ]
    if label.units_per_quantity is not None:
        unit = f"{found.units_per_quantity.normalize():f} {found.usage_unit}"
        expected = f"{label.units_per_quantity:f} tokens"
        answers.append(("tokens per unit", expected, unit, unit == expected))
    for what, expected_text, said in (
        ("tier", label.pricing_tier, found.pricing_tier),
        ("scope", label.deployment_scope, found.deployment_scope),
        ("context", label.context_length, found.context_length),
    ):
        if expected_text is not None:
            answers.append((what, expected_text, said, expected_text == said))
    return answers


def is_model(expected: str, found: str) -> bool:
    """Say whether a model is the expected one in any spelling of its version."""
    if expected in NO_MODEL:
        return found in NO_MODEL[expected]
    return plain(expected) == plain(found)


def plain(model: str) -> str:
    """Write a model in one spelling."""
    return model.lower().replace(".", "-").replace(" ", "-")


def scores_by_cloud(labels: Iterable[Label]) -> dict[str, Score]:
    """Score labels with one run of dbt, apart for each cloud."""
    by_cloud: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        by_cloud[label.sku.cloud_provider].append(label)
    mapped = map_skus(label.sku for some in by_cloud.values() for label in some)
    return {cloud: score(some, mapped) for cloud, some in sorted(by_cloud.items())}


def main() -> None:
    """Print a table of accuracies and, if wanted, every miss."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--labels", nargs="+", type=Path, metavar="FILE.csv")
    parser.add_argument("--misses", action="store_true", help="list every miss")
    options = parser.parse_args()
    files = options.labels or sorted(LABELS.glob("*.csv"))
    scores = scores_by_cloud(label for file in files for label in read_labels(file))
    columns = (
        "model",
        "vendor",
        "token type",
        "tokens per unit",
        "tier",
        "scope",
        "context",
    )
    print("cloud      n  " + "  ".join(f"{column:>15}" for column in columns))
    for cloud, of_cloud in scores.items():
        shares = [
            f"{of_cloud.share(what):>15.1%}" if of_cloud.asked[what] else f"{'-':>15}"
            for what in columns
        ]
        print(f"{cloud:<6}{of_cloud.asked['model']:>6}  " + "  ".join(shares))
    if options.misses:
        for of_cloud in scores.values():
            for miss in of_cloud.misses:
                sku = miss.sku
                name = f"{sku.sku_product} | {sku.sku} | {sku.pricing_unit}"
                print(f"{miss.what}: {name}: expected {miss.expected or '-'},", end=" ")
                print(f"found {miss.found}")


if __name__ == "__main__":
    main()
