"""How long each warehouse takes for the same bills, as a multiple of DuckDB's time.

`python bench/engines.py [ENGINE ...] [--rows N] [--days N] [--running TARGET ...]`

The engines are those of the tests, which start them by themselves. `--running` adds a
warehouse that the environment's settings lead to; it must be empty, and it keeps what
is loaded. For each are measured

- load: all bills, into an empty warehouse
- first: `dbt build` with all data tests
- no change: the same again
- one day: the bills go on by a day; load and build

BigQuery's stand-in computes exactly and slowly: where it is among the engines, all get
fewer lines and days by default, and its times say nothing about BigQuery's own.

Total costs must be the same everywhere, or the comparison ends with an error.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from engine_builds import run  # noqa: E402 - what the line above makes possible
from engines import ENGINES, REFERENCE, Engine  # noqa: E402

from orchestrate.bills import source_settings  # noqa: E402
from sample_bills import write_bills  # noqa: E402

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

END = date(2026, 11, 20)
SEED = 7
# AWS lines in all, and days.
USUAL_BILLS = (100_000, 90)
SLOW_BILLS = (22, 22)
# Those that are measured if none is named.
USUAL = [name for name in ENGINES if name != "bq"]
STEPS = ["load", "first", "no change", "one day: load", "one day: build"]
FIGURES = "select count(*), sum(cost_usd) from multi_cloud_costs.unified_costs"


class Bench:
    """The bills at the end of two days, and what each engine takes for them."""

    def __init__(self, folder: Path, *, rows: int, days: int) -> None:
        """Write the bills."""
        self.folder = folder
        self.deliveries = []
        for end in (END, END + timedelta(days=1)):
            bills = folder / f"bills_{end}"
            write_bills(
                bills,
                days=days + (end - END).days,
                end=end,
                seed=SEED,
                rows_per_day=rows // days,
            )
            self.deliveries.append(bills)

    def measure(self, engine: Engine) -> list[float]:
        """Return the seconds of each step."""
        today, tomorrow = self.deliveries
        return [
            self._load(engine, today),
            self._build(engine, today),
            self._build(engine, today),
            self._load(engine, tomorrow),
            self._build(engine, tomorrow),
        ]

    def _load(self, engine: Engine, bills: Path) -> float:
        load = "import extract; extract.run(progress=False)"
        return self._seconds(engine, bills, "python", "-c", load)

    def _build(self, engine: Engine, bills: Path) -> float:
        untested = ("--exclude-resource-type", "unit_test")
        command = ("dbt", "--quiet", "build", "--target", engine.target, *untested)
        return self._seconds(engine, bills, *command)

    def _seconds(self, engine: Engine, bills: Path, *command: str) -> float:
        folder = self.folder / engine.target
        # The sources name a bill by where it lies, so both deliveries lie at one place.
        place = self.folder / "bills"
        place.unlink(missing_ok=True)
        place.symlink_to(bills, target_is_directory=True)
        environment = {
            **os.environ,
            **{
                name: text.replace(str(bills.resolve()), str(place))
                for name, text in source_settings(bills).items()
            },
            "LLM_COSTS_DUCKDB_PATH": str(folder / "unused.duckdb"),
            **engine.environment,
            "LLM_COSTS_TARGET": engine.target,
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DLT_DATA_DIR": str(folder / "dlt"),
            "RUNTIME__DLTHUB_TELEMETRY": "false",
        }
        started = time.monotonic()
        run(environment, *command)
        return time.monotonic() - started


def no_query(sql: str) -> list[tuple[Any, ...]]:
    """Stand in for the query of a warehouse that is only reached by its settings."""
    raise NotImplementedError(sql)


def main() -> None:
    """Measure each engine and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engines", nargs="*", default=USUAL, metavar="ENGINE")
    parser.add_argument(
        "--rows", type=int, help="AWS lines in all: 100000, or 22 with bq among them"
    )
    parser.add_argument("--days", type=int, help="90, or 22 with bq among them")
    parser.add_argument("--running", action="append", default=[], metavar="TARGET")
    options = parser.parse_args()
    if unknown := set(options.engines) - set(ENGINES):
        parser.error(f"no engine {min(unknown)!r}; there are {', '.join(ENGINES)}")
    rows, days = SLOW_BILLS if "bq" in options.engines else USUAL_BILLS
    rows, days = options.rows or rows, options.days or days
    names = [REFERENCE, *(name for name in options.engines if name != REFERENCE)]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), rows=rows, days=days)
        print(f"{'seconds':<12}" + "".join(f"{step:>22}" for step in STEPS), flush=True)
        expected, base = None, [1.0] * len(STEPS)
        starts: list[tuple[str, AbstractContextManager[Engine]]] = []
        for name in names:
            place = Path(folder) / name
            place.mkdir()
            starts.append((name, ENGINES[name](place)))
        for target in options.running:
            own = Engine(target=target, environment={}, query=no_query)
            starts.append((f"{target} (own)", nullcontext(own)))
        for name, start in starts:
            with start as engine:
                seconds = bench.measure(engine)
                figures = (
                    engine.query(FIGURES) if engine.query != no_query else expected
                )
            base = seconds if name == REFERENCE else base
            expected = expected or figures
            if figures != expected:
                raise SystemExit(f"{name} has {figures}, {REFERENCE} has {expected}.")
            cells = [
                f"{s:>12.1f} ({s / b:>5.2f} x)"
                for s, b in zip(seconds, base, strict=True)
            ]
            print(f"{name:<12}" + " ".join(cells), flush=True)


if __name__ == "__main__":
    main()
