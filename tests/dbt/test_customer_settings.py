"""Seeds of customers and accounts as users write them: older ones, or mistaken."""

import csv
from pathlib import Path

import duckdb
from dbt_runs import ROOT, UNTESTED, dbt, try_dbt

SEED = "dbt_project/seeds/customer_settings.csv"
ACCOUNTS = "dbt_project/seeds/account_map.csv"
OPTIONAL = ("monthly_revenue_usd", "daily_cost_limit_usd")
# What reads the optional columns.
READING = ("--select", "customer_settings", "dim_customers", "customer_margins")


def written(project: Path, **changed: str) -> None:
    """Write the seed without its optional columns but those that are given of Acme."""
    with (ROOT / SEED).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    left_out = set(OPTIONAL) - changed.keys()
    kept = [name for name in rows[0] if name not in left_out]
    for row in rows:
        if row["customer_id"] == "acme":
            row.update(changed)
    with (project / SEED).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def limits(warehouse: Path) -> dict[str, object]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select customer_id, daily_cost_limit_usd "
            "from multi_cloud_costs.dim_customers"
        ).fetchall()
    return dict(rows)


def test_a_file_of_an_older_release_builds_without_limits_and_margins(
    warehouse_copy: Path, own_project: Path
) -> None:
    """An upgrade must not stop the daily job over a column that nobody needs."""
    known = limits(warehouse_copy)
    assert any(known.values())
    written(own_project)

    # With its tests and unit tests, which name the columns as well.
    dbt(warehouse_copy, "build", *READING, project=own_project)

    assert limits(warehouse_copy) == dict.fromkeys(known)
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        margins = connection.execute(
            "select count(*) from multi_cloud_costs.customer_margins"
        ).fetchone()
    assert margins == (0,)

    # A limit that is no amount, as a spreadsheet writes it, is told by its value.
    written(own_project, daily_cost_limit_usd="1,000 USD")
    done = try_dbt(warehouse_copy, "seed", *READING[:2], project=own_project)
    assert done.returncode != 0
    assert "customer_settings" in done.stdout
    assert "1,000 USD" in done.stdout

    written(own_project, daily_cost_limit_usd="0")
    dbt(warehouse_copy, "build", *READING, *UNTESTED, project=own_project)
    assert limits(warehouse_copy)["acme"] == 0


def test_an_account_map_of_an_older_release_builds_without_features(
    warehouse_copy: Path, own_project: Path
) -> None:
    """The customers whose accounts it names must not lose them over a new column."""
    with (ROOT / ACCOUNTS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = [name for name in rows[0] if name != "feature"]
    with (own_project / ACCOUNTS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, known, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)

    # With its unit tests, which name the column as well.
    read_by = ("account_map", "int_attributions")
    dbt(warehouse_copy, "build", "--select", *read_by, project=own_project)

    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        found = connection.execute(
            "select customer_id, feature from multi_cloud_costs_staging.account_map"
        ).fetchall()
    assert sorted(found) == sorted((row["customer_id"], None) for row in rows)


def test_a_negative_limit_is_refused_by_name(warehouse_copy: Path) -> None:
    """A minus that slipped in would tell of every day of the customer."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute(
            "update multi_cloud_costs_staging.customer_settings "
            "set daily_cost_limit_usd = -1 where customer_id = 'acme'"
        )

    done = try_dbt(warehouse_copy, "test", "--select", "customer_settings")

    assert done.returncode != 0
    assert "no_daily_limit_in_customer_settings_csv_is_negative" in done.stdout
    assert "ERROR=1" in done.stdout
