"""Targets that hold some of the clouds only."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from cloud_unit_tests import cloud_unit_tests
from dbt_runs import NO_UNIT_TESTS, WITH_MANIFEST, copy_warehouse, dbt, try_dbt

NAMES = {"aws": "AWS", "azure": "Azure", "gcp": "GCP"}
# The setting of all targets, and the target's own, which is the stronger one.
SETTINGS = {
    "aws": {"LLM_COSTS_CLOUDS": "aws"},
    "azure": {"LLM_COSTS_CLOUDS": "aws,gcp", "LLM_COSTS_CLOUDS_DUCKDB": "azure"},
    "gcp": {"LLM_COSTS_CLOUDS": "aws,azure,gcp", "LLM_COSTS_CLOUDS_DUCKDB": "gcp"},
}
TOTALS = """
    select sum(cost_usd), count(*) from multi_cloud_costs.unified_costs
    where cloud_provider = ?
"""


@dataclass(frozen=True, kw_only=True)
class OneCloud:
    """A warehouse that was built from one cloud's bills, and what it held of it before.

    Attributes:
        cloud: Its name in the settings.
        warehouse: The DuckDB file.
        before: Cost and rows of the cloud when all three were there.
        said: What dbt said of the build.
    """

    cloud: str
    warehouse: Path
    before: object
    said: str


@pytest.fixture(scope="module", params=NAMES)
def one_cloud(
    request: pytest.FixtureRequest,
    built_warehouse: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> OneCloud:
    """A target with one cloud, whose warehouse has no bills of the others."""
    cloud = request.param
    warehouse = copy_warehouse(built_warehouse, tmp_path_factory.mktemp(cloud))
    with duckdb.connect(str(warehouse)) as connection:
        before = connection.execute(TOTALS, [NAMES[cloud]]).fetchone()
        for other in NAMES.keys() - {cloud}:
            connection.execute(f"drop schema raw_{other} cascade")
    # A warning is an error here, dbt's own about settings that fit nothing included.
    strictly = ("--warn-error", "build", *NO_UNIT_TESTS)
    said = dbt(warehouse, *strictly, **SETTINGS[cloud], **WITH_MANIFEST)
    return OneCloud(cloud=cloud, warehouse=warehouse, before=before, said=said)


def test_a_target_with_one_cloud_knows_nothing_of_the_others(
    one_cloud: OneCloud,
) -> None:
    """A warehouse of AWS bills that waits for Azure's fails every morning."""
    name = NAMES[one_cloud.cloud]
    assert "WARN=0 ERROR=0" in one_cloud.said
    with duckdb.connect(str(one_cloud.warehouse), read_only=True) as connection:
        assert connection.execute(TOTALS, [name]).fetchone() == one_cloud.before
        assert connection.execute(
            "select distinct cloud_provider from multi_cloud_costs.unified_costs"
        ).fetchall() == [(name,)]
        # Of a cloud that was given up no bill is late, and no forecast waits for it.
        assert connection.execute(
            "select distinct cloud_provider from multi_cloud_costs.data_freshness"
        ).fetchall() == [(name,)]
        assert connection.execute(
            """
            select count(*) from multi_cloud_costs.load_reconciliation
            where not is_reconciled or cloud_provider <> ?
            """,
            [name],
        ).fetchone() == (0,)


def test_what_asks_for_the_clouds_passes_its_unit_tests_with_one(
    one_cloud: OneCloud, built_warehouse: Path
) -> None:
    """`dbt build` would fail for who has bills of one cloud, with all of them right."""
    names = cloud_unit_tests(one_cloud.warehouse, built_warehouse)
    assert names
    chosen = ("--warn-error", "test", "--select", *names)
    output = dbt(one_cloud.warehouse, *chosen, **SETTINGS[one_cloud.cloud])
    assert f"{len(names)} unit test" in output
    assert "WARN=0 ERROR=0" in output


def test_what_belongs_to_absent_clouds_is_not_in_the_project(
    one_cloud: OneCloud,
) -> None:
    """A test or source of a cloud that is not there can only fail or mislead."""
    listing = ("--warn-error", "--quiet", "ls", "--output", "name")
    output = dbt(one_cloud.warehouse, *listing, **SETTINGS[one_cloud.cloud])

    loaders = {"aws": "aws_cur", "azure": "azure_costs", "gcp": "gcp_billing"}
    for other in NAMES.keys() - {one_cloud.cloud}:
        assert f"stg_{loaders[other]}" not in output
        assert f"int_{other}_charges" not in output
        assert f"raw_{other}" not in output
    assert f"stg_{loaders[one_cloud.cloud]}" in output
    assert f"raw_{one_cloud.cloud}" in output
    assert "unified_costs" in output


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("LLM_COSTS_CLOUDS", "aws,azur"),
        ("LLM_COSTS_CLOUDS_DUCKDB", "aws;gcp"),
        ("LLM_COSTS_CLOUDS", "AWS"),
        # Once found inside other words.
        ("LLM_COSTS_CLOUDS", "myaws"),
    ],
)
def test_a_cloud_that_does_not_exist_is_refused_by_name(
    setting: str, value: str, tmp_path: Path
) -> None:
    """A misspelt cloud would silently be missing from every total."""
    done = try_dbt(tmp_path / "llm_costs.duckdb", "parse", **{setting: value})

    assert done.returncode != 0
    text = " ".join(done.stdout.split())
    assert f"{setting} is '{value}', but there is no cloud" in text
    assert "aws, azure, gcp, focus" in text
