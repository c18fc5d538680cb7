"""Targets that hold some of the clouds only."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"aws": "AWS", "azure": "Azure", "gcp": "GCP"}
TOTALS = """
    select sum(cost_usd), count(*) from multi_cloud_costs.unified_costs
    where cloud_provider = ?
"""


def dbt(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            **settings,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("cloud", NAMES)
def test_a_target_with_one_cloud_knows_nothing_of_the_others(
    cloud: str, warehouse_copy: Path
) -> None:
    """A warehouse of AWS bills that waits for Azure's fails every morning."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        expected = connection.execute(TOTALS, [NAMES[cloud]]).fetchone()
        for other in NAMES.keys() - {cloud}:
            connection.execute(f"drop schema raw_{other} cascade")

    # A warning is an error here, dbt's own about settings that fit nothing included.
    status, output = dbt(
        warehouse_copy.parent,
        "--warn-error",
        "build",
        LLM_COSTS_DUCKDB_PATH=str(warehouse_copy),
        # The target's own setting is the stronger one.
        LLM_COSTS_CLOUDS="aws,azure,gcp",
        LLM_COSTS_CLOUDS_DUCKDB=cloud,
    )

    assert status == 0, output
    assert "WARN=0 ERROR=0" in output
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        assert connection.execute(TOTALS, [NAMES[cloud]]).fetchone() == expected
        assert connection.execute(
            "select distinct cloud_provider from multi_cloud_costs.unified_costs"
        ).fetchall() == [(NAMES[cloud],)]
        assert connection.execute(
            """
            select count(*) from multi_cloud_costs.load_reconciliation
            where not is_reconciled or cloud_provider <> ?
            """,
            [NAMES[cloud]],
        ).fetchone() == (0,)


@pytest.mark.parametrize("cloud", NAMES)
def test_what_belongs_to_absent_clouds_is_not_in_the_project(
    cloud: str, tmp_path: Path
) -> None:
    """A test or source of a cloud that is not there can only fail or mislead."""
    status, output = dbt(
        tmp_path, "--quiet", "ls", "--output", "name", LLM_COSTS_CLOUDS=cloud
    )

    assert status == 0, output
    loaders = {"aws": "aws_cur", "azure": "azure_costs", "gcp": "gcp_billing"}
    for other in NAMES.keys() - {cloud}:
        assert f"stg_{loaders[other]}" not in output
        assert f"int_{other}_charges" not in output
        assert f"raw_{other}" not in output
    assert f"stg_{loaders[cloud]}" in output
    assert f"raw_{cloud}" in output
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
    status, output = dbt(tmp_path, "parse", **{setting: value})

    assert status != 0
    text = " ".join(output.split())
    assert f"{setting} is '{value}', but there is no cloud" in text
    assert "aws, azure, gcp, focus" in text
