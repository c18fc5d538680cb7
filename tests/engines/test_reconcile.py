"""Two real warehouses compared: DuckDB's serving copy and PostgreSQL."""

import csv
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import commands
import duckdb
import pytest
from postgres_server import PostgresServer
from redshift_shim import RedshiftShim

from orchestrate.publish import publish_marts

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]
SIDES = ("--left=duckdb", "--right=postgres")
COLUMNS = "date, cloud_provider, customer_id, model, cost_usd, usage_amount, usage_unit"


class World:
    """Both warehouses, with the same costs, and the command's environment."""

    def __init__(self, server: PostgresServer, database: str, folder: Path) -> None:
        """Name the places."""
        self.server, self.database = server, database
        self.serving = folder / "serving.duckdb"
        self.out = folder / "reconciliation"
        self.environment = {
            **os.environ,
            **server.environment(database),
            "LLM_COSTS_TARGET": "duckdb",
            "LLM_COSTS_SERVING_PATH": str(self.serving),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_TARGET_PATH": str(folder / "target"),
        }

    def copy(self, database: str, condition: str = "true") -> None:
        """Bring unified_costs to a database as it is, or a part of it."""
        with duckdb.connect(str(self.serving), read_only=True) as connection:
            rows = connection.execute(
                f"select {COLUMNS} from multi_cloud_costs.unified_costs "
                f"where {condition}"
            ).fetchall()
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        text.seek(0)
        self.server.execute(
            """
            create schema multi_cloud_costs;
            create table multi_cloud_costs.unified_costs (
                date date, cloud_provider text, customer_id text, model text,
                cost_usd numeric(28, 9), usage_amount numeric(38, 9), usage_unit text
            )
            """,
            database=database,
        )
        connection = self.server.connect(database)
        try:
            connection.cursor().copy_expert(
                f"copy multi_cloud_costs.unified_costs ({COLUMNS}) from stdin csv", text
            )
        finally:
            connection.close()

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Execute a statement on PostgreSQL."""
        return self.server.execute(sql, database=self.database)

    def reconcile(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Run the command; give its exit code and words."""
        program = Path(sys.executable).with_name("llm-costs")
        done = commands.run(
            [program, "reconcile", f"--out={self.out}", *arguments],
            {**self.environment, **settings},
        )
        return done.returncode, done.stdout + done.stderr

    def history(self) -> list[dict[str, Any]]:
        """Give the lines of the history."""
        lines = (self.out / "history.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def newest(self) -> Path:
        """Give the newest run's folder."""
        return max(path for path in self.out.iterdir() if path.is_dir())


@pytest.fixture
def world(
    postgres_server: PostgresServer,
    postgres_database: str,
    built_warehouse: Path,
    tmp_path: Path,
) -> World:
    """The sample company's costs in both."""
    world = World(postgres_server, postgres_database, tmp_path)
    publish_marts(warehouse=built_warehouse, serving=world.serving)
    world.copy(postgres_database)
    return world


def test_the_same_costs_are_clean_and_injected_differences_are_located(
    world: World,
) -> None:
    """Trust in Phase 2 rests on this command telling the two apart."""
    status, text = world.reconcile(*SIDES)
    assert status == 0, text
    assert "Both sides say the same." in text
    assert world.history()[-1]["differences"] == {}
    assert world.history()[-1]["cells"] > 1000

    # A dollar too much, a day of one model lost, and a row that nobody has.
    ((acme_day, acme_model),) = world.execute(
        """
        update multi_cloud_costs.unified_costs set cost_usd = cost_usd + 1
        where ctid = (
            select min(ctid) from multi_cloud_costs.unified_costs
            where customer_id = 'acme' and cloud_provider = 'AWS'
        )
        returning date, model
        """
    )
    world.execute(
        """
        insert into multi_cloud_costs.unified_costs
        values ('2026-11-01', 'Azure', 'o''brien [red]', 'gpt', 2.5, 7, 'tokens')
        """
    )
    lost = world.execute(
        """
        delete from multi_cloud_costs.unified_costs
        where (date, cloud_provider, customer_id, model) = (
            select date, cloud_provider, customer_id, model
            from multi_cloud_costs.unified_costs
            where cloud_provider = 'GCP' and customer_id = 'globex'
            group by date, cloud_provider, customer_id, model
            order by sum(cost_usd) desc
            limit 1
        )
        returning model, cost_usd
        """
    )
    status, text = world.reconcile(*SIDES)

    assert status == 1, text
    assert "3 differences" in text
    with (world.newest() / "differences.csv").open(encoding="utf-8") as file:
        found = {row["customer_id"]: row for row in csv.DictReader(file)}
    assert found["acme"]["kind"] == "cost"
    assert found["acme"]["date"] == str(acme_day)
    assert found["acme"]["model"] == acme_model
    assert float(found["acme"]["difference_usd"]) == 1
    assert found["globex"]["kind"] == "only left"
    assert found["globex"]["model"] == lost[0][0]
    assert float(found["globex"]["difference_usd"]) == pytest.approx(
        -float(sum(cost for _, cost in lost))
    )
    assert found["o'brien [red]"]["kind"] == "only right"
    assert found.keys() == {"acme", "globex", "o'brien [red]"}
    summary = json.loads((world.newest() / "reconciliation.json").read_text("utf-8"))
    assert summary["is_clean"] is False
    assert set(world.history()[-1]["differences"]) == found.keys()

    # The filters find their part, and an id with a quote is only an id.
    for customer, expected in [("acme", 1), ("hooli", 0), ("o'brien [red]", 1)]:
        status, text = world.reconcile(*SIDES, f"--customer={customer}")
        assert status == expected, text
    status, text = world.reconcile(
        *SIDES, "--since=2026-11-20", "--customer=o'brien [red]"
    )
    assert status == 2
    assert "since 2026-11-20" in text
    status, text = world.reconcile(*SIDES, "--tolerance=1.5", "--customer=Acme")
    assert status == 0, text


def test_a_cloud_each_is_compared_with_all(world: World) -> None:
    """Phase 2's warehouse of AWS would otherwise miss all of Azure's bills."""
    world.execute(
        "delete from multi_cloud_costs.unified_costs where cloud_provider <> 'AWS'"
    )

    assert world.reconcile(*SIDES)[0] == 1
    status, text = world.reconcile(*SIDES, LLM_COSTS_CLOUDS_POSTGRES="aws")

    assert status == 0, text
    assert "Not compared: Azure" in text
    assert "Not compared: GCP" in text
    # The warehouses of both phases are the default.
    status, text = world.reconcile(
        "--customer=acme",
        LLM_COSTS_CLOUDS_POSTGRES="aws",
        LLM_COSTS_PHASE_1="duckdb",
        LLM_COSTS_PHASE_2="aws=postgres,azure=duckdb,gcp=duckdb",
    )
    assert status == 0, text


def test_two_warehouses_together_are_compared_with_one(
    world: World, postgres_server: PostgresServer
) -> None:
    """A cloud that both of Phase 2 hold is on the customer's bill twice."""
    sides = ("--left=duckdb", "--right=postgres,redshift")
    with RedshiftShim(postgres_server) as shim:
        database = shim.new_database()
        world.copy(database, "cloud_provider = 'AWS'")
        world.environment = {
            **world.environment,
            **shim.environment(database),
            "LLM_COSTS_TARGET": "duckdb",
        }
        assert world.reconcile(*sides)[0] == 1
        with (world.newest() / "differences.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        told = {(row["kind"], row["cloud_provider"], row["targets"]) for row in rows}
        assert told == {("counted twice", "AWS", "postgres+redshift")}

        world.execute(
            "delete from multi_cloud_costs.unified_costs where cloud_provider = 'AWS'"
        )
        status, text = world.reconcile(
            *sides,
            LLM_COSTS_CLOUDS_POSTGRES="azure,gcp",
            LLM_COSTS_CLOUDS_REDSHIFT="aws",
        )
        assert status == 0, text
        assert "Both sides say the same." in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--left=duckdb", "--right=postgress"), "'postgress' is not a target"),
        (("--left=duckdb", "--right=duckdb"), "is on both sides"),
        (("--left=duckdb", "--right=postgres,postgres"), "named twice"),
        ((*SIDES, "--tolerance=x"), "is no amount"),
        (("--left=duckdb",), "LLM_COSTS_PHASE_2 is not set"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    world: World, arguments: tuple[str, ...], told: str
) -> None:
    """An answer to a misread question is a false all-clear."""
    status, text = world.reconcile(*arguments)

    assert status == 2
    assert told in text
    assert not world.out.exists()


def test_a_warehouse_that_does_not_answer_is_no_difference(world: World) -> None:
    """An outage must not look like lost money, nor like a clean day."""
    status, text = world.reconcile(*SIDES, LLM_COSTS_POSTGRES_PORT="1")

    assert status == 2
    assert "The marts of postgres cannot be read" in text
    assert "dbt debug --target postgres" in text
    assert not world.out.exists()
