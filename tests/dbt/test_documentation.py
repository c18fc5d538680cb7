"""The docs site is the reference that users are pointed to: it has to be complete."""

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def manifest(built_warehouse: Path) -> dict[str, Any]:
    """What dbt read of the project for the build."""
    path = built_warehouse.with_name("target") / "manifest.json"
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def described(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


def test_every_column_that_is_built_is_described(
    manifest: dict[str, Any], built_warehouse: Path
) -> None:
    """A figure that nobody explains is read in two ways."""
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        columns = connection.execute(
            """
            select table_name, column_name
            from information_schema.columns
            where table_schema in ('multi_cloud_costs', 'multi_cloud_costs_staging')
            """
        ).fetchall()
    nodes = described(manifest)
    silent = [
        f"{table}.{column}"
        for table, column in columns
        if not nodes[table]["columns"].get(column, {}).get("description")
    ]
    assert silent == []


def test_no_described_column_is_missing_from_the_warehouse(
    manifest: dict[str, Any], built_warehouse: Path
) -> None:
    """A column in the docs that no query can read is a broken promise."""
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        built = set(
            connection.execute(
                "select table_name, column_name from information_schema.columns"
            ).fetchall()
        )
    missing = [
        f"{name}.{column}"
        for name, node in described(manifest).items()
        for column in node["columns"]
        if (name, column) not in built
    ]
    assert missing == []


def test_a_column_with_nulls_says_when_it_is_null(
    manifest: dict[str, Any], built_warehouse: Path
) -> None:
    """Who does not know what a null means takes it for 0, or for a fault."""
    silent = []
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        for name, node in described(manifest).items():
            if node["resource_type"] != "model":
                continue
            relation = connection.table(f"{node['schema']}.{name}")
            counts = relation.aggregate(
                ", ".join(
                    f'count(*) - count("{column}")' for column in relation.columns
                )
            ).fetchall()[0]
            silent += [
                f"{name}.{column}"
                for column, nulls in zip(relation.columns, counts, strict=True)
                if nulls
                and "null" not in node["columns"][column]["description"].lower()
            ]
    assert silent == []


def test_every_model_says_what_one_row_is(manifest: dict[str, Any]) -> None:
    """Joins go wrong where the grain is guessed."""
    silent = [
        name
        for name, node in described(manifest).items()
        if "One row per" not in node["description"]
    ]
    assert silent == []


def test_the_declared_grain_is_the_tested_one(manifest: dict[str, Any]) -> None:
    """A grain in the docs that no test holds up is a wish."""
    tested: dict[str, list[list[str]]] = {}
    for node in manifest["nodes"].values():
        attached = (node.get("attached_node") or "").rsplit(".", 1)[-1]
        metadata = node.get("test_metadata") or {}
        if metadata.get("name") == "unique_combination":
            tested.setdefault(attached, []).append(metadata["kwargs"]["columns"])
        if metadata.get("name") == "unique":
            # Quoted where the model's names are.
            column = metadata["kwargs"]["column_name"].strip('"')
            tested.setdefault(attached, []).append([column])
    untested = [
        name
        for name, node in described(manifest).items()
        if node["config"]["meta"].get("grain")
        and node["config"]["meta"]["grain"] not in tested.get(name, [])
    ]
    assert untested == []


def test_sources_macros_and_exposures_are_described(manifest: dict[str, Any]) -> None:
    """The lineage begins and ends with things that need a word as well."""
    silent = [
        node["name"]
        for kind in ("sources", "exposures")
        for node in manifest[kind].values()
        if not node["description"]
    ]
    silent += [
        macro["name"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == "llm_costs"
        and "__" not in macro["name"]
        and not macro["name"].startswith("test_")
        and not macro["description"]
    ]
    assert silent == []


def test_exposures_name_the_marts_that_are_read(manifest: dict[str, Any]) -> None:
    """Who asks what a change of a mart breaks must be told the truth."""
    marts = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "marts" in node["fqn"]
    }
    words = re.compile(r"\b(" + "|".join(sorted(marts)) + r")\b")
    generated = ROOT / "dashboards" / "generated"
    files = [
        *(generated / "duckdb").glob("*.json"),
        generated / "phase_2" / "llm-costs-all-clouds.json",
    ]
    readers = {
        board["title"]: set(words.findall(json.dumps(board)))
        for path in files
        for board in [json.loads(path.read_text(encoding="utf-8"))]
    }
    for label, path in {
        "Overview of llm-costs": "figures.py",
        "llm-costs export focus": "focus_files.py",
    }.items():
        source = (ROOT / "orchestrate" / path).read_text(encoding="utf-8")
        readers[label] = set(re.findall(rf"(?:from |\"){words.pattern}", source))
    named = {
        exposure["label"]: {
            name.rsplit(".", 1)[-1] for name in exposure["depends_on"]["nodes"]
        }
        for exposure in manifest["exposures"].values()
    }
    assert named == readers


def test_names_are_short_enough_for_every_warehouse(manifest: dict[str, Any]) -> None:
    """PostgreSQL refuses to build what has a name of more than 63 characters."""
    named = [*manifest["nodes"].values(), *manifest["unit_tests"].values()]
    long = [
        node["name"]
        for node in named
        if node["resource_type"] in ("model", "seed", "unit_test")
        and len(node["name"]) > 63
    ]
    assert not long
