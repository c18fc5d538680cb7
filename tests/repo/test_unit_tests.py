"""Logic in SQL is shown on a few rows, each rule by its name."""

import re
from pathlib import Path

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models"
# What has no rule of its own that a few rows could show, and what holds it instead.
EXCEPTIONS = {
    "int_charges": "a union of the clouds that a target holds, which differ by target; "
    "no_dollar_is_lost_from_staging_to_charges sums both of its sides",
    "int_model_versions": "numbers without any input, all of which would be expected; "
    "versions_are_spelled_as_bills_spell_them reads them",
}


def _models() -> set[str]:
    layers = (MODELS / "intermediate", MODELS / "marts")
    return {path.stem for layer in layers for path in layer.rglob("*.sql")}


def _tested() -> set[str]:
    # By lines, because reading all of it as YAML takes ten seconds.
    tested = set()
    for path in MODELS.rglob("*.yml"):
        _, _, tests = path.read_text(encoding="utf-8").partition("\nunit_tests:\n")
        tested |= set(re.findall(r"^ +model: (\w+)$", tests, re.MULTILINE))
    return tested


def test_every_intermediate_model_and_mart_has_a_unit_test() -> None:
    """A rule that no example shows is changed by whoever tidies it up."""
    assert sorted(_models() - _tested() - EXCEPTIONS.keys()) == []


def test_no_exception_outlives_its_reason() -> None:
    """A list of exceptions that only grows excuses the next one."""
    assert sorted(EXCEPTIONS.keys() - (_models() - _tested())) == []
