"""How good the forecast of the month's total is, against the naive run-rate.

`python bench/forecast_quality.py [--seeds 1 2 3] [--months 3] [--folder DIR]`

Makes a sample company's bills for each seed, loads them, and builds the models as they
would have stood on earlier days: the var `as_of_date` hides what came later. Taxes and
monthly credits, which a bill books on the month's first day and raises as it goes on,
are cut to the share of the month's usage that was billed by then, so that the models
cannot see the rest of the month in them. Each forecast of the month's end is compared
with what the month cost in the end:

- naive: cost so far / days elapsed x days in the month
- ours: forecast_month_end_usd of `budget_status`

MAPE is the mean of the absolute errors of the total in percent. WAPE adds up the
absolute errors of the customers and divides by the total. Coverage is the share of
forecasts whose month ended between forecast_low_usd and forecast_high_usd.
"""

import argparse
import calendar
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from orchestrate.bills import source_settings
from sample_bills import write_bills

ROOT = Path(__file__).resolve().parent.parent
LAST_DAY = date(2026, 10, 31)
DAYS_BEFORE = 61
DAYS_OF_MONTH = (3, 5, 8, 13, 18, 23, 28)
GROUP = 5
WAREHOUSE = "whole.duckdb"
# What a forecast is made of and does not change with the day, and what does.
MODELS = [
    *("+daily_costs", "+data_freshness", "+dim_customers", "+int_dates"),
    *("+int_budgets", "+int_team_costs"),
]
FORECAST = ["daily_costs", "int_team_costs", "int_as_of_date+,+budget_status"]
# A tax is raised with the usage; so is a discount that the bill gives by the month.
CUT = """
    create or replace table multi_cloud_costs.unified_costs as
    with usage_share as (
        select
            cloud_provider,
            sum(case when date <= $as_of then cost_usd else 0 end) / sum(cost_usd)
                as share
        from complete.multi_cloud_costs.unified_costs
        where charge_category = 'Usage'
            and date_trunc('month', date) = date_trunc('month', $as_of)
        group by all
    )
    select unified.* replace (
        case
            when charge_category in ('Tax', 'Credit')
                and date = date_trunc('month', $as_of)
            then (cost_usd * share)::numeric(28, 9)
            else cost_usd
        end as cost_usd
    )
    from complete.multi_cloud_costs.unified_costs as unified
    left join usage_share using (cloud_provider)
    where date <= $as_of
"""
TRUTH = """
    select 'all', sum(cost_usd)
    from multi_cloud_costs.unified_costs
    where date_trunc('month', date) = $month
    union all
    select customer_id, sum(cost_usd)
    from multi_cloud_costs.unified_costs
    where date_trunc('month', date) = $month
    group by customer_id
"""
FOUND = """
    select
        customer_id, cost_usd, forecast_month_end_usd, forecast_low_usd,
        forecast_high_usd
    from multi_cloud_costs.budget_status
    where month = $month and budget_scope in ('total', 'customer')
"""


@dataclass(frozen=True)
class Result:
    """One forecast of one month's end beside the truth."""

    day_of_month: int
    customer: str
    truth: float
    naive: float
    ours: float
    is_covered: bool | None


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command from the root; stop with its words when it fails."""
    done = subprocess.run(  # noqa: S603
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")


def read_project(environment: dict[str, str]) -> Manifest:
    """Let dbt read the project with the settings of a seed.

    Once and not for every day: a var that changes makes dbt read it anew, which takes
    longer than the forecast.
    """
    os.environ.update(environment)
    read = dbtRunner().invoke(["--quiet", "parse"])
    if not isinstance(read.result, Manifest):
        sys.exit(f"dbt could not read the project: {read.exception}")
    return read.result


def build_forecast(project: Manifest, day: date) -> None:
    """Build the forecast as of a day, in a process that leaves nothing open."""
    process = multiprocessing.get_context("fork").Process(
        target=run_forecast, args=(project, day)
    )
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"dbt could not build the forecast as of {day}.")


def run_forecast(project: Manifest, day: date) -> None:
    """Run the models of the forecast, without their tests."""
    done = dbtRunner(manifest=project).invoke(
        ["--quiet", "run", "-s", *FORECAST, "--vars", f"{{as_of_date: '{day}'}}"]
    )
    sys.exit(0 if done.success else 1)


def prepare(folder: Path, seed: int, months: int) -> dict[str, str]:
    """Make, load and map the bills of one seed; give the environment to build in."""
    days = (LAST_DAY - first_month(months)).days + 1 + DAYS_BEFORE
    is_new = not (folder / WAREHOUSE).exists()
    if is_new:
        folder.mkdir(parents=True, exist_ok=True)
        write_bills(folder / "bills", days=days, end=LAST_DAY, seed=seed)
    environment = {
        **os.environ,
        **source_settings(folder / "bills"),
        "LLM_COSTS_TARGET": "duckdb",
        "LLM_COSTS_DUCKDB_PATH": str(folder / WAREHOUSE),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DLT_DATA_DIR": str(folder / "dlt"),
    }
    if is_new:
        run([sys.executable, "-c", "import extract; extract.run()"], environment)
    run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "--quiet",
            "build",
            "-s",
            *MODELS,
            "--exclude-resource-type",
            "test",
            "--exclude-resource-type",
            "unit_test",
        ],
        environment,
    )
    return environment


def first_month(months: int) -> date:
    """Give the first day of the first month that is tested."""
    month = LAST_DAY.replace(day=1)
    for _ in range(months - 1):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def back_test(whole: Path, cut: Path, project: Manifest, day: date) -> Iterator[Result]:
    """Build the forecast as of a day and compare it with the month's end."""
    cut.parent.mkdir(exist_ok=True)
    cut.with_name(f"{cut.name}.wal").unlink(missing_ok=True)
    shutil.copyfile(whole, cut)
    with duckdb.connect(str(cut)) as connection:
        connection.execute(f"attach '{whole}' as complete (read_only)")
        connection.execute(CUT, {"as_of": day})
    build_forecast(project, day)
    month = day.replace(day=1)
    length = calendar.monthrange(day.year, day.month)[1]
    with duckdb.connect(str(whole), read_only=True) as connection:
        truth = dict(connection.execute(TRUTH, {"month": month}).fetchall())
    with duckdb.connect(str(cut), read_only=True) as connection:
        found = connection.execute(FOUND, {"month": month}).fetchall()
    for customer, cost, forecast, low, high in found:
        if customer not in truth:
            continue  # A budget without any cost is no forecast to be judged.
        yield Result(
            day.day,
            customer,
            float(truth[customer]),
            float(cost) / day.day * length,
            float(forecast),
            None if low is None else bool(low <= truth[customer] <= high),
        )


def percent(part: float, whole: float) -> str:
    """Format a share as percent, or a dash where there is nothing to share."""
    return f"{100 * part / whole:7.1f}" if whole else "      -"


def report(results: list[Result]) -> None:
    """Print the table, by group of days."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for one in results:
        first = (one.day_of_month - 1) // GROUP * GROUP + 1
        groups[f"{first:2d}-{first + GROUP - 1:2d}"].append(one)
    groups["all"] = results
    print(
        "          ---- total, MAPE % ----   -- customers, WAPE % --   - coverage % -"
    )
    print("days       naive    ours  better     naive    ours  better   total customer")
    for name, group in groups.items():
        total = [one for one in group if one.customer == "all"]
        customers = [one for one in group if one.customer != "all"]
        naive = sum(abs(one.naive / one.truth - 1) for one in total)
        ours = sum(abs(one.ours / one.truth - 1) for one in total)
        weight = sum(one.truth for one in customers)
        naive_each = sum(abs(one.naive - one.truth) for one in customers)
        ours_each = sum(abs(one.ours - one.truth) for one in customers)
        better = sum(
            abs(one.ours - one.truth) < abs(one.naive - one.truth) for one in total
        )
        better_each = sum(
            abs(one.ours - one.truth) < abs(one.naive - one.truth) for one in customers
        )
        ranged = [one for one in total if one.is_covered is not None]
        ranged_each = [one for one in customers if one.is_covered is not None]
        print(
            f"{name:8s}",
            percent(naive, len(total)),
            percent(ours, len(total)),
            percent(better, len(total)),
            " ",
            percent(naive_each, weight),
            percent(ours_each, weight),
            percent(better_each, len(customers)),
            " ",
            percent(sum(bool(one.is_covered) for one in ranged), len(ranged)),
            percent(sum(bool(one.is_covered) for one in ranged_each), len(ranged_each)),
        )
    print(f"{len([one for one in results if one.customer == 'all'])} forecasts")


def main() -> None:
    """Back-test and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--days", type=int, nargs="+", default=list(DAYS_OF_MONTH))
    parser.add_argument("--folder", type=Path, help="keeps the bills for another run")
    arguments = parser.parse_args()
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as temporary:
        for seed in arguments.seeds:
            folder = (arguments.folder or Path(temporary)) / str(seed)
            environment = prepare(folder, seed, arguments.months)
            # Of one name, since dbt has read the name of the warehouse as well.
            whole, cut = (place / WAREHOUSE for place in (folder, folder / "cut"))
            project = read_project({**environment, "LLM_COSTS_DUCKDB_PATH": str(cut)})
            month = first_month(arguments.months)
            while month <= LAST_DAY:
                for day in arguments.days:
                    results += back_test(whole, cut, project, month.replace(day=day))
                month = (month + timedelta(days=31)).replace(day=1)
    report(results)


if __name__ == "__main__":
    main()
