"""The demo from end to end, as a user starts it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[2]


@dataclass(kw_only=True)
class Demo:
    """A folder that a demo ran in, and what it said."""

    folder: Path
    environment: dict[str, str]
    text: str

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run a command of the program in this folder's environment."""
        return subprocess.run(
            [str(BIN / "llm-costs"), *arguments],
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def demo(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run the demo here."""
        places = ["--bills", str(self.folder / "bills")]
        places += ["--dashboards", str(self.folder / "dashboards")]
        places += ["--summary", str(self.folder / "last_run.json")]
        return self.run("demo", *places, *arguments)

    def summary(self) -> dict[str, Any]:
        """Read the summary of the last run."""
        return json.loads((self.folder / "last_run.json").read_text("utf-8"))

    @property
    def serving(self) -> Path:
        """The published copy."""
        return Path(self.environment["LLM_COSTS_SERVING_PATH"])

    @property
    def warehouse(self) -> Path:
        """The warehouse."""
        return Path(self.environment["LLM_COSTS_DUCKDB_PATH"])


def _totals(serving: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(serving), read_only=True) as connection:
        return connection.execute(
            "select cloud_provider, count(*), sum(cost_usd), sum(usage_amount) "
            "from multi_cloud_costs.unified_costs group by all order by all"
        ).fetchall()


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory,
    sample_bills_dir: Path,
    make_environment: Callable[[Path, Path], dict[str, str]],
) -> Demo:
    """A demo that ran once, on the session's sample bills."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(sample_bills_dir, folder / "bills")
    made = Demo(
        folder=folder, environment=make_environment(folder, folder / "bills"), text=""
    )
    done = made.demo()
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    made.text = done.stdout
    return made


def test_ends_with_figures_that_add_up_to_the_bills(
    demo: Demo, sample_bills_dir: Path
) -> None:
    """A demo whose figures are wrong is worse than none."""
    expected = json.loads((sample_bills_dir / "expected.json").read_text("utf-8"))
    billed: dict[str, Decimal] = {}
    for bill in expected["bills"]:
        billed.setdefault(bill["currency"], Decimal(0))
        billed[bill["currency"]] += Decimal(bill["billed_cost"])

    lines = re.findall(
        r"^(\w{3}): loaded ([\d,.]+) = unified ([\d,.]+) \+ excluded ([\d,.]+), "
        r"difference 0\.00",
        demo.text,
        re.MULTILINE,
    )

    told = {
        currency: [Decimal(amount.replace(",", "")) for amount in amounts]
        for currency, *amounts in lines
    }
    assert set(told) == set(billed)
    for currency, (loaded, unified, excluded) in told.items():
        assert abs(loaded - billed[currency]) < Decimal("0.01")
        assert abs(loaded - unified - excluded) <= Decimal("0.01")


@pytest.mark.parametrize(
    "words",
    [
        "AI cost by cloud in USD",
        "USD per 1M tokens",
        "Customers and budgets this month",
        "Unattributed usage of the last 30 days",
        "llm-costs run",
    ],
)
def test_shows_each_part_of_the_overview(demo: Demo, words: str) -> None:
    """A part that silently vanished is what the reader came for."""
    assert words in demo.text


def test_the_summary_for_machines_agrees(demo: Demo) -> None:
    """A monitor reads this file and nothing else."""
    summary = demo.summary()

    assert (summary["status"], summary["exit_code"]) == ("success", 0)
    assert [step["name"] for step in summary["steps"]] == [
        "Load bills",
        "Chat usage",
        "Build marts",
        "Publish",
    ]
    assert not summary["units"]["refused"]
    assert not summary["dbt"]["failures"]
    assert summary["dbt"]["nodes"]["model"] > 30
    for row in summary["reconciliation"]:
        amounts = [Decimal(row[x]) for x in ("loaded", "unified", "excluded")]
        assert amounts[0] == amounts[1] + amounts[2] + Decimal(row["difference"])
        assert row["units_not_reconciled"] == 0


def test_a_second_demo_loads_nothing_and_changes_no_total(demo: Demo) -> None:
    """A bill that counts twice on the second day would double every figure."""
    before = _totals(demo.serving)

    done = demo.demo()

    assert done.returncode == 0, done.stdout
    assert not demo.summary()["units"]["loaded"]
    assert _totals(demo.serving) == before
    assert "there already" in done.stdout


def test_a_build_that_fails_leaves_the_published_copy(demo: Demo) -> None:
    """Figures that fail a test must never reach a dashboard."""
    intact = shutil.copy(demo.warehouse, demo.folder / "intact.duckdb")
    with duckdb.connect(str(demo.warehouse)) as connection:
        # A line that arrived twice: the ledger knows what the bill really said.
        connection.execute(
            "insert into raw_aws.cur_line_items "
            "select * from raw_aws.cur_line_items where line_item_unblended_cost > 1 "
            "order by load_id desc limit 1"
        )
    before = demo.serving.read_bytes()
    summary = demo.folder / "broken.json"

    done = demo.run("run", "--skip-extract", "--summary", str(summary))
    shutil.move(intact, demo.warehouse)

    assert done.returncode == 1
    assert "Readers keep the figures published at" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    told = json.loads(summary.read_text("utf-8"))
    assert told["dbt"]["failures"]
    assert all(failure["name"] in done.stdout for failure in told["dbt"]["failures"])
    assert [step["status"] for step in told["steps"]] == [
        "skipped",
        "failed",
        "not reached",
    ]
    assert demo.serving.read_bytes() == before


@pytest.mark.parametrize("arguments", [(), ("--fresh",)])
def test_leaves_a_warehouse_with_real_bills_alone(
    demo: Demo, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """`--fresh` on the wrong warehouse would delete a company's loaded bills."""
    real = tmp_path / "real.duckdb"
    with duckdb.connect(str(real)) as connection:
        connection.execute("create schema raw_ops")
        connection.execute(
            "create table raw_ops.load_ledger as select 's3://billing/x' as location"
        )
    before = real.read_bytes()

    done = demo.run(
        "demo",
        "--bills",
        str(tmp_path / "bills"),
        *arguments,
        LLM_COSTS_DUCKDB_PATH=str(real),
    )

    assert done.returncode == 1
    assert "s3://billing/x" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert real.read_bytes() == before
    assert not (tmp_path / "bills").exists()


def test_a_command_from_another_folder_says_where_it_belongs(
    tmp_path: Path, demo: Demo
) -> None:
    """Started elsewhere it would make a second, empty warehouse there."""
    done = subprocess.run(
        [str(BIN / "llm-costs"), "run"],
        env=demo.environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "dbt_project.yml" in done.stdout
    assert not list(tmp_path.iterdir())
