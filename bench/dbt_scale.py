"""How the time of `dbt build` grows with the bills, and with what changed in them.

`python bench/dbt_scale.py [--rows N ...] [--days N] [--cache DIR]`

For each size, in a warehouse of its own, a sample company's bills over a year are
loaded with about so many lines of AI usage; then measured are

- first: `dbt build` in an empty warehouse
- no change: the same again
- one day: the bills go on by a day, so that each cloud's current month is loaded anew
- all anew: `dbt build --full-refresh` of the same bills, to compare the others with

Each is split into what reading SQL and seeds takes (dbt's own start-up, the same at any
size), models and tests. Beside the clock's seconds, which a busy machine lengthens,
stand the processor's, of all threads. After the last build the totals of the two ways
are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
SIZES = [1_000_000, 3_000_000, 10_000_000]
END = date(2026, 11, 20)
SEED = 7
# Tests of SQL on invented rows say nothing about size.
BUILD = ["build", "--target", "duckdb", "--exclude-resource-type", "unit_test"]
# What must be equal however the marts came to be.
FIGURES = """
    select count(*), sum(cost_usd), sum(usage_amount), sum(effective_cost_usd)
    from multi_cloud_costs.unified_costs
"""


@dataclass(frozen=True, kw_only=True)
class Build:
    """What a build took.

    Attributes:
        name: Which of the four it was.
        total: Seconds from the command's start to its end.
        processor: Seconds of processor time that it took, its threads added up.
        charges: Seconds for the models that read raw lines.
        models: Seconds for all models, added up over the threads.
        tests: Seconds for all data tests, added up over the threads.
        raw_rows: Lines of AI usage in the warehouse.
        new_rows: Lines of loads that the build saw for the first time.
    """

    name: str
    total: float
    processor: float
    charges: float
    models: float
    tests: float
    raw_rows: int
    new_rows: int


class Company:
    """A sample company's bills and its warehouse, in a folder."""

    def __init__(self, folder: Path, *, rows: int, days: int) -> None:
        """Describe it.

        Args:
            folder: Where everything is written.
            rows: About how many lines of AI usage its bills have.
            days: Over how many days.
        """
        self.folder, self.days = folder, days
        self.rows_per_day = rows // days
        self.bills = folder / "bills"
        self.warehouse = folder / "warehouse.duckdb"
        self.loaded: set[str] = set()

    def deliver(self, end: date) -> None:
        """Write the bills as they stand at the end of a day, and load them."""
        parameters = {
            "--out": self.bills,
            "--start": END - timedelta(days=self.days - 1),
            "--end": end,
            "--seed": SEED,
            "--rows-per-day": self.rows_per_day,
            "--ai-share": 1,
        }
        words = [str(word) for pair in parameters.items() for word in pair]
        self._run([sys.executable, "-m", "sample_bills", "--quiet", *words])
        self._run([sys.executable, "-c", "import extract; extract.run()"])

    def build(self, name: str, *options: str) -> Build:
        """Run `dbt build` and take its times."""
        rows = self._rows_by_load()
        started, used = time.monotonic(), _processor_seconds()
        self._run([str(Path(sys.executable).with_name("dbt")), *BUILD, *options])
        total = time.monotonic() - started
        processor = _processor_seconds() - used
        results = json.loads(
            (self.folder / "target" / "run_results.json").read_text(encoding="utf-8")
        )["results"]
        seconds = {
            kind: sum(
                result["execution_time"]
                for result in results
                if result["unique_id"].startswith(kind)
            )
            for kind in ("model.", "test.", "model.llm_costs.int_daily_charges")
        }
        seen, self.loaded = self.loaded, set(rows)
        return Build(
            name=name,
            total=total,
            processor=processor,
            charges=seconds["model.llm_costs.int_daily_charges"],
            models=seconds["model."],
            tests=seconds["test."],
            raw_rows=sum(rows.values()),
            new_rows=sum(n for load, n in rows.items() if load not in seen),
        )

    def figures(self) -> tuple[object, ...]:
        """Return the totals of all costs."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(FIGURES).fetchone() or ()

    def _rows_by_load(self) -> dict[str, int]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            rows: list[tuple[str, int]] = connection.execute(
                """
                select load_id, sum(landed_rows)
                from raw_ops.load_ledger
                where load_id in (
                    select max_by(load_id, loaded_at)
                    from raw_ops.load_ledger
                    group by source, unit
                )
                group by load_id
                """
            ).fetchall()
        return {load: int(n) for load, n in rows}

    def _run(self, command: list[str]) -> None:
        bills = self.bills.as_uri()
        done = subprocess.run(  # noqa: S603
            command,
            cwd=ROOT,
            env={
                **os.environ,
                "LLM_COSTS_TARGET": "duckdb",
                "LLM_COSTS_DUCKDB_PATH": str(self.warehouse),
                "SOURCES__AWS_CUR__BUCKET_URL": f"{bills}/aws/sample-company-billing",
                "SOURCES__AZURE_COSTS__BASE_URL": f"{bills}/azure",
                "SOURCES__GCP_BILLING__EXPORT_URL": f"{bills}/gcp/billing_export",
                "DLT_DATA_DIR": str(self.folder / "dlt"),
                "DBT_TARGET_PATH": str(self.folder / "target"),
                "DBT_LOG_PATH": str(self.folder / "logs"),
                "RUNTIME__DLTHUB_TELEMETRY": "false",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(
                f"{' '.join(command)} ended with {done.returncode}\n"
                f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            )


def _processor_seconds() -> float:
    """Return what the commands that have ended took of the processors."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(company: Company) -> list[Build]:
    """Take the four builds' times; stop where they disagree on a total."""
    company.deliver(END)
    builds = [company.build("first"), company.build("no change")]
    company.deliver(END + timedelta(days=1))
    builds.append(company.build("one day"))
    grown = company.figures()
    builds.append(company.build("all anew", "--full-refresh"))
    if company.figures() != grown:
        raise SystemExit(
            f"The marts of one day more are not those made anew: {grown} instead of "
            f"{company.figures()} (rows, USD, usage, effective USD)."
        )
    return builds


def main() -> None:
    """Measure each size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--cache", type=Path, help="keep what is made here")
    options = parser.parse_args()
    print(
        f"{'raw rows':>10} {'build':<10} {'new rows':>10} {'total s':>8} {'cpu s':>7} "
        f"{'raw read s':>10} {'models s':>9} {'tests s':>8} {'of all anew':>11}",
        flush=True,
    )
    for rows in options.rows:
        with tempfile.TemporaryDirectory(dir=options.cache) as folder:
            company = Company(Path(folder), rows=rows, days=options.days)
            builds = measure(company)
            for build in builds:
                print(
                    f"{build.raw_rows:>10,} {build.name:<10} {build.new_rows:>10,} "
                    f"{build.total:>8.1f} {build.processor:>7.1f} "
                    f"{build.charges:>10.2f} "
                    f"{build.models:>9.1f} {build.tests:>8.1f} "
                    f"{build.total / builds[-1].total:>11.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
