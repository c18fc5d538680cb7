"""What the mapping makes of real SKU strings and of ones that nobody has billed yet."""

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Of the labelled SKUs; a rule that helps one family must not break another.
FLOORS = {
    "model": 0.99,
    "vendor": 0.99,
    "token type": 0.99,
    "tokens per unit": 0.99,
    "tier": 0.99,
    "scope": 0.99,
    "context": 0.99,
}
INVENTED = ROOT / "tests" / "data" / "invented_skus"


def load_bench() -> ModuleType:
    path = ROOT / "bench" / "sku_accuracy.py"
    spec = importlib.util.spec_from_file_location("sku_accuracy", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["sku_accuracy"] = module
    spec.loader.exec_module(module)
    return module


BENCH = load_bench()


def rows_of(name: str) -> list[list[str]]:
    with (INVENTED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


FUTURE_NAMES = rows_of("future_names.csv")
KNOWN_FAMILIES = rows_of("known_families.csv")
TRAPS = rows_of("traps.csv")
RULES = rows_of("rules.csv")


@pytest.fixture(scope="module")
def labels() -> dict[str, list[Any]]:
    files = sorted(BENCH.LABELS.glob("*.csv"))
    return {file.stem: BENCH.read_labels(file) for file in files}


@pytest.fixture(scope="module")
def mapped(labels: dict[str, list[Any]]) -> dict[Any, Any]:
    wanted = [label.sku for some in labels.values() for label in some]
    wanted += [BENCH.Sku(*row[:4]) for row in FUTURE_NAMES + KNOWN_FAMILIES + TRAPS]
    wanted += [BENCH.Sku(*row[1:5]) for row in RULES]
    found: dict[Any, Any] = BENCH.map_skus(wanted)
    return found


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_real_skus_are_understood(
    cloud: str, labels: dict[str, list[Any]], mapped: dict[Any, Any]
) -> None:
    """A SKU under the wrong model or token type is a wrong price per token."""
    score = BENCH.score(labels[cloud], mapped)
    below = {
        what: (score.share(what), [miss for miss in score.misses if miss.what == what])
        for what, floor in FLOORS.items()
        if score.share(what) < floor
    }
    assert below == {}


@pytest.mark.parametrize("row", FUTURE_NAMES, ids=lambda row: row[2])
def test_a_name_of_a_known_grammar_is_understood_before_it_exists(
    row: list[str], mapped: dict[Any, Any]
) -> None:
    """The day a model is launched must not be a day of unknown cost."""
    found = mapped[BENCH.Sku(*row[:4])]
    assert [found.model, found.vendor, found.token_type] == row[4:]


def test_models_of_today_are_understood_in_every_grammar(
    mapped: dict[Any, Any],
) -> None:
    """A model that one cloud sells is soon sold by another, in that one's words."""
    wrong = {
        tuple(row[:3]): (found.model, found.vendor, found.token_type)
        for row in KNOWN_FAMILIES
        if (found := mapped[BENCH.Sku(*row[:4])])
        and [found.model, found.vendor, found.token_type] != row[4:]
    }
    assert wrong == {}


@pytest.mark.parametrize("row", TRAPS, ids=lambda row: row[2])
def test_short_words_are_not_found_inside_others(
    row: list[str], mapped: dict[Any, Any]
) -> None:
    """'cd', 'in' and 'ch' are in many words; read there, input becomes cache."""
    found = mapped[BENCH.Sku(*row[:4])]
    assert [found.model, found.vendor, found.token_type] == row[4:]


@pytest.mark.parametrize("row", RULES, ids=lambda row: f"{row[0]}-{row[3]}")
def test_each_rule_of_the_mapping_holds(row: list[str], mapped: dict[Any, Any]) -> None:
    """A rule out of order makes a cache of storage, or a token of a thousand."""
    found = mapped[BENCH.Sku(*row[1:5])]
    assert [
        found.model,
        found.vendor,
        found.token_type,
        found.usage_unit,
        f"{found.units_per_quantity.normalize():f}",
        found.pricing_tier,
        found.deployment_scope,
        found.context_length,
    ] == row[5:]


def test_scope_and_context_are_read_from_each_clouds_words(
    mapped: dict[Any, Any],
) -> None:
    """Long prompts and data zones have prices of their own."""
    said = {
        row[2]: (found.deployment_scope, found.context_length)
        for row in FUTURE_NAMES
        if (found := mapped[BENCH.Sku(*row[:4])])
    }
    assert said["5.9 sol ShCo Cd Inp Gl 1M Tokens"] == ("global", "standard")
    assert said["59vega LoCo Opt Fl DZ 1M Tokens"] == ("data zone", "long")
    assert said["5.1 Fast Cached Inp DZ L Tokens"] == ("data zone", "long")
    assert said[
        "USE1-anthropic.claude-muse-6-mantle-cache-read-tokens-long-ctx-global-standard"
    ] == ("global", "long")


@pytest.fixture(scope="module")
def model_patterns() -> list[dict[str, str]]:
    path = ROOT / "dbt_project" / "seeds" / "model_patterns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rules_are_written_in_the_words_that_they_are_compared_with(
    model_patterns: list[dict[str, str]],
) -> None:
    """A rule for 'Grok-4' would wait for ever: all that it sees is ' grok 4 '."""
    odd = [
        row["pattern"]
        for row in model_patterns
        if row["pattern"] != " ".join(row["pattern"].lower().split())
        or any(
            sign in row["pattern"].replace("...", "").replace("{version}", "")
            for sign in "-_.:/,()|[];{}"
        )
    ]
    assert odd == []


def test_a_rule_with_a_wildcard_leaves_no_variant_open(
    model_patterns: list[dict[str, str]],
) -> None:
    """What follows a wildcard has no place in the text, so its name would be wrong."""
    wrong = [
        row
        for row in model_patterns
        if "%" in row["pattern"] and "{variant}" in row["model"]
    ]
    assert wrong == []
