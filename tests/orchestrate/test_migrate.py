"""Customers on their way from Phase 1 to Phase 2, and back."""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from orchestrate import moves
from orchestrate.cli import app
from orchestrate.homes import phase_2_targets, right_targets, route
from orchestrate.migration_plan import groups
from orchestrate.moves import COLUMNS, LEDGER, hold_ledger, read_moves
from orchestrate.reconciliations import Record, append_record
from orchestrate.steps import StepFailed

HISTORY = Path("data/reconciliation")
PHASE_2 = "aws=redshift,azure=sqlserver,gcp=bq"
HOSTILE = 'x\';drop,"y"\nz'


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder with a published Phase 1, five customers and an empty ledger."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "duckdb")
    monkeypatch.setenv("LLM_COSTS_PHASE_2", PHASE_2)
    monkeypatch.setenv("LLM_COSTS_SERVING_PATH", "serving.duckdb")
    Path("dbt_project.yml").touch()
    LEDGER.parent.mkdir(parents=True)
    LEDGER.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with duckdb.connect("serving.duckdb") as connection:
        connection.execute("create schema multi_cloud_costs")
        connection.execute("use multi_cloud_costs")
        connection.execute(
            "create table dim_customers as select * from (values ('acme', 'phase_1'), "
            "('globex', 'phase_1'), ('hooli', 'phase_1'), ('vandelay', 'phase_2'), "
            "('unattributed', 'phase_1')) t (customer_id, warehouse_home)"
        )
        connection.execute("insert into dim_customers values (?, 'phase_1')", [HOSTILE])
        connection.execute(
            "create table customer_costs as select * from (values ('acme', 30.5), "
            "('globex', 10), ('hooli', 20), ('acme', 1)) t (customer_id, cost_usd)"
        )


def reconciled(*days_ago: int, **differences: str) -> None:
    for days in days_ago:
        append_record(
            HISTORY,
            Record(
                at=datetime.now(UTC) - timedelta(days=days),
                left="duckdb",
                right=("redshift", "sqlserver", "bq"),
                customer=None,
                since=None,
                tolerance_usd=Decimal("0.01"),
                tolerance_share=Decimal(0),
                cells=9,
                newest=dict.fromkeys(
                    ("acme", "globex", "hooli", "vandelay"),
                    datetime.now(UTC).date() - timedelta(days=days),
                ),
                differences={k: Decimal(v) for k, v in differences.items()},
            ),
        )


def migrate(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["migrate", *arguments])
    return result.exit_code, " ".join(result.output.split())


def where() -> dict[str, str]:
    return {move.customer_id: move.warehouse_home for move in read_moves()}


def test_a_customer_moves_after_seven_clean_days_and_can_go_back() -> None:
    """The whole way, with every step kept."""
    reconciled(*range(7))

    assert migrate("pilot", "acme", "--reason", "asked, first")[0] == 0
    assert migrate("batch", "globex", "hooli")[0] == 0
    code, text = migrate("rollback", "acme", "--reason", 'said "slow"')
    assert code == 0, text
    assert "acme moves to phase_1: aws+azure+gcp from duckdb" in text
    assert migrate("batch", "acme")[0] == 0

    kept = [(m.move_number, m.customer_id, m.action) for m in read_moves()]
    assert kept == [
        (1, "acme", "pilot"),
        (2, "globex", "batch"),
        (3, "hooli", "batch"),
        (4, "acme", "rollback"),
        (5, "acme", "batch"),
    ]
    assert [m.reason for m in read_moves()][3] == 'said "slow"'
    assert read_moves()[0].clean_days == 7
    code, text = migrate("status", "acme")
    assert code == 0
    assert "reads aws from redshift" in text
    assert "pilot -> phase_2 asked, first" in text
    assert "rollback -> phase_1" in text


def test_too_few_clean_days_are_counted_and_nobody_moves() -> None:
    """A customer whose numbers differ would see the wrong ones."""
    reconciled(0, 1, 2, 3, 4)
    code, text = migrate("pilot", "acme")
    assert code == 2
    assert "acme has 5 clean days in a row and needs 7: 2 are missing" in text

    reconciled(0, acme="12.5")
    code, text = migrate("pilot", "acme")
    assert "7 are missing" in text
    assert "12.50 USD differed" in text
    assert where() == {}


def test_how_many_days_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cautious company asks for a month."""
    reconciled(0, 1)
    monkeypatch.setenv("LLM_COSTS_MIGRATE_CLEAN_DAYS", "3")
    assert "needs 3: 1 are missing" in migrate("pilot", "acme")[1]
    monkeypatch.setenv("LLM_COSTS_MIGRATE_CLEAN_DAYS", "2")
    assert migrate("pilot", "acme")[0] == 0
    monkeypatch.setenv("LLM_COSTS_MIGRATE_CLEAN_DAYS", "soon")
    assert "LLM_COSTS_MIGRATE_CLEAN_DAYS is 'soon'" in migrate("status")[1]
    # It would let everybody move, as 0.5 would if it were cut.
    for number in ("0", "0.5"):
        monkeypatch.setenv("LLM_COSTS_MIGRATE_CLEAN_DAYS", number)
        assert f"'{number}', which is no whole number" in migrate("pilot", "acme")[1]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("pilot", "acmee"), "There is no customer 'acmee'"),
        (("pilot", "unattributed"), "There is no customer 'unattributed'"),
        (("pilot", "vandelay"), "vandelay is in phase_2 already"),
        (("rollback", "acme"), "acme is in phase_1 already"),
        (("batch", "acme"), "No customer reads Phase 2 yet"),
        (("status", "nobody"), "There is no customer 'nobody'"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(
    command: tuple[str, ...], told: str
) -> None:
    """A typo that moves nobody, silently, is found in week seven."""
    reconciled(*range(7))
    before = LEDGER.read_text("utf-8")

    code, text = migrate(*command)

    assert code == 2
    assert told in text
    assert LEDGER.read_text("utf-8") == before


def test_a_batch_moves_all_or_none() -> None:
    """Half a batch after an error is a state that nobody wanted."""
    reconciled(*range(7))
    assert migrate("pilot", "acme")[0] == 0
    reconciled(0, hooli="1")

    code, text = migrate("batch", "globex", "hooli", "acme")

    assert code == 2
    assert "hooli has 0 clean days" in text
    assert "acme is in phase_2 already, since" in text
    assert where() == {"acme": "phase_2"}


def test_a_batch_by_number_takes_the_cheapest_that_may_move() -> None:
    """What goes wrong with the first ones should cost little."""
    reconciled(*range(7), globex="1")
    reconciled(0, globex="1")
    assert migrate("pilot", "acme")[0] == 0

    code, text = migrate("batch", "9")
    assert code == 2
    # The hostile one has no cost at all, so nothing of it was compared.
    assert "9 customers are to move, but 1 may" in text
    code, text = migrate("batch", "0")
    assert code == 2
    assert "0 customers moves nobody" in text
    assert "Written" not in text
    assert migrate("batch", "1")[0] == 0
    assert where() == {"acme": "phase_2", "hooli": "phase_2"}


def test_a_dry_run_moves_nobody() -> None:
    """Looking must be free."""
    reconciled(*range(7))

    code, text = migrate("pilot", "acme", "--dry-run")

    assert code == 0
    assert "acme would move to phase_2: aws from redshift, azure from sqlserver" in text
    assert where() == {}


def test_a_second_pilot_command_changes_nothing() -> None:
    """An operator who is not sure types it again."""
    reconciled(*range(7))
    assert migrate("pilot", "ACME")[0] == 0
    before = LEDGER.read_text("utf-8")

    code, text = migrate("pilot", "acme")

    assert code == 2
    assert "acme is in phase_2 already" in text
    assert LEDGER.read_text("utf-8") == before


def test_a_crash_while_writing_leaves_the_ledger_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half a line would lose a customer, or everybody."""
    reconciled(*range(7))
    before = LEDGER.read_text("utf-8")

    def die(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(moves.os, "fsync", die)
    assert migrate("pilot", "acme")[0] != 0
    assert LEDGER.read_text("utf-8") == before
    monkeypatch.undo()


def test_two_commands_at_once_do_not_lose_a_move() -> None:
    """The second would write over the first one's line."""
    reconciled(*range(7))
    with hold_ledger():
        code, text = migrate("pilot", "acme")
    assert code == 2
    assert "Another command is moving customers" in text
    assert migrate("pilot", "acme")[0] == 0


def test_a_broken_ledger_is_refused() -> None:
    """Customers would silently be back in Phase 1."""
    for text in ("customer\nacme\n", ",".join(COLUMNS) + "\n1,,acme,phase_3,x,7,\n"):
        LEDGER.write_text(text, encoding="utf-8")
        code, told = migrate("status")
        assert code == 2
        assert "git diff" in told


def test_the_status_tells_everything_about_everyone() -> None:
    """The weekly decision is made from this table."""
    reconciled(*range(8), globex="3")
    reconciled(0)

    code, text = migrate("status")

    assert code == 0
    assert "│ acme │ phase_1 │ 31.50 │ 8 of 7 │ yes │" in text
    assert "│ globex │ phase_1 │ 10.00 │ 1 of 7 │ no │" in text
    assert "│ vandelay │ phase_2 │ 0.00 │ 8 of 7 │ moved │" in text
    assert "unattributed" not in text


def test_the_plan_has_seven_weeks_and_everybody_moves_once() -> None:
    """A customer that no week names is forgotten."""
    for size in range(14):
        names = [f"c{number}" for number in range(size)]
        weeks = groups(names)
        assert [name for week in sorted(weeks) for name in weeks[week]] == names
        assert len(weeks[3]) <= 1
    code, text = migrate("plan", "--start", "2026-11-30")
    assert code == 0
    assert "3 customers to move" in text
    assert "│ 3 │ 2026-12-14 │ The pilot moves and is watched │ globex │" in text
    assert "nothing to compare: x';drop" in text
    assert "│ 7 │ 2027-01-11 │" in text


def test_each_cloud_is_read_from_one_warehouse(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first warehouse still holds every cloud, and would be added to the others."""
    assert route("phase_1") == {"duckdb": ("aws", "azure", "gcp")}
    assert route("phase_2") == {
        "redshift": ("aws",),
        "sqlserver": ("azure",),
        "bq": ("gcp",),
    }
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "bq")
    assert right_targets() == ("redshift", "sqlserver")


def test_phase_1_is_no_way_back_once_it_gave_clouds_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A customer that goes back in week seven would see a third of its cost."""
    reconciled(*range(7))
    assert migrate("pilot", "acme")[0] == 0
    before = LEDGER.read_text("utf-8")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_DUCKDB", "gcp")
    told = "Phase 1 (duckdb) no longer holds aws, azure"

    for command in [("rollback", "acme"), ("rollback", "acme", "--dry-run")]:
        code, text = migrate(*command)
        assert code == 2
        assert told in text
        assert "LLM_COSTS_CLOUDS_DUCKDB" in text
    assert LEDGER.read_text("utf-8") == before
    assert f"Nobody can go back. {told}" in migrate("status")[1]
    for command in (["dashboards", "--customer", "hooli"], ["reconcile"]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 2, result.output
        assert told in " ".join(result.output.split())
    # Who has moved reads on.
    assert "reads aws from redshift" in migrate("status", "acme")[1]
    # Without a Phase 2 there is nothing that Phase 1 lacks.
    monkeypatch.delenv("LLM_COSTS_PHASE_2")
    assert route("phase_1") == {"duckdb": ("gcp",)}


ALL_THREE = ("redshift", "sqlserver", "bq")


def test_a_customer_s_dashboards_follow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A customer that moved would go on looking at the old warehouse, or at none."""

    def written(customer: str) -> set[str]:
        out = Path(tempfile.mkdtemp(dir=tmp_path))
        result = CliRunner().invoke(
            app, ["dashboards", "--customer", customer, "--out", str(out)]
        )
        assert result.exit_code == 0, result.output
        return {path.name for path in out.iterdir()}

    reconciled(*range(7))
    assert written("acme") == {"duckdb"}
    assert written("vandelay") == {"phase_2"}
    assert migrate("pilot", "acme")[0] == 0
    assert written("acme") == {"phase_2"}
    assert migrate("rollback", "acme")[0] == 0
    assert written("acme") == {"duckdb"}

    # BigQuery still holds all clouds; what others answer for is kept out of it.
    monkeypatch.setenv("LLM_COSTS_CLOUDS_REDSHIFT", "aws")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_SQLSERVER", "azure")
    out = tmp_path / "of_the_route"
    done = CliRunner().invoke(app, ["dashboards", "--phase-2", "--out", str(out)])
    assert done.exit_code == 0, done.output
    files = (out / "phase_2").glob("*.json")
    made = {path.stem: path.read_text("utf-8") for path in files}
    assert "cloud_provider IN ('GCP')" in made["llm-costs-bq-overview"]
    assert "cloud_provider IN ('" not in made["llm-costs-redshift-overview"]
    assert all(f"llmcost-{name}" in made["llm-costs-all-clouds"] for name in ALL_THREE)
    rules = (out / "phase_2" / "alerting" / "rules.yaml").read_text("utf-8")
    assert "cloud_provider IN ('GCP')" in rules
    check = ["dashboards", "--phase-2", "--out", str(out), "--check"]
    assert CliRunner().invoke(app, check).exit_code == 0

    # Nothing can be kept out where bills of any cloud come as FOCUS files.
    monkeypatch.setenv("LLM_COSTS_CLOUDS_DUCKDB", "aws,azure,gcp,focus")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_BQ", "aws,gcp,focus")
    monkeypatch.setenv(
        "LLM_COSTS_PHASE_2", "aws=redshift,azure=sqlserver,gcp=bq,focus=bq"
    )
    text = (
        CliRunner().invoke(app, ["dashboards", "--phase-2", "--out", str(out)]).output
    )
    told = [line for line in text.splitlines() if "do not add it up" in line]
    assert told == [
        "bq shows aws as well, which is read from redshift: do not add it up."
    ]

    both = ["dashboards", "--phase-2", "--target", "bq"]
    assert "one of --target" in CliRunner().invoke(app, both).output.replace("\n", " ")
    unknown = CliRunner().invoke(app, ["dashboards", "--customer", "x'y"])
    assert unknown.exit_code == 2
    assert "There is no customer" in unknown.output


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "LLM_COSTS_PHASE_2 is not set"),
        ("aws", "is not cloud=target"),
        ("aws=redshift,aws=bq,azure=bq,gcp=bq", "two warehouses for aws"),
        ("aws=redshift,azure=bq", "says nothing of gcp"),
        ("aws=redshit,azure=bq,gcp=bq", "'redshit' is not a target"),
        ("aws=redshift,azure=redshift,gcp=bq", "does not hold it"),
    ],
)
def test_a_phase_2_that_counts_twice_or_not_at_all_is_refused(
    value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cloud without a warehouse is a customer's cost that nobody sees."""
    monkeypatch.setenv("LLM_COSTS_PHASE_2", value)
    monkeypatch.setenv("LLM_COSTS_CLOUDS_REDSHIFT", "aws")

    with pytest.raises(StepFailed, match=told):
        phase_2_targets()


def test_help_does_not_wait_for_the_loaders() -> None:
    """A command that answers after three seconds feels broken."""
    code = (
        "import sys, orchestrate.cli;"
        "sys.exit(bool({'dlt', 'dbt', 'sqlalchemy', 'alembic'} & set(sys.modules)))"
    )
    root = Path(moves.__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=dict(os.environ), check=False
    )

    assert done.returncode == 0
