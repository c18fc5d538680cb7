"""Who is no tenant goes on reading everything when customers get roles of their own."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg2.extensions
import pytest
import yaml
from engine_builds import UNTESTED, environment_of, run
from engines import Engine, start_postgres
from postgres_server import PostgresServer

from sample_bills import write_bills

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]

ROOT = Path(__file__).resolve().parents[2]
MARTS = "multi_cloud_costs"
# Named as `llm-costs tenants` names it, or dbt would read the project anew.
TARGET = ("--target", "postgres")
RULES = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"][
    "tenant_marts"
]


class World:
    """The manual's roles, and two customers' roles that an administrator made."""

    def __init__(self, engine: Engine, environment: dict[str, str]) -> None:
        """Remember where it is; its server is that of the engine."""
        self.engine, self.environment = engine, environment
        self.server = PostgresServer()
        self.server.port = int(environment["LLM_COSTS_POSTGRES_PORT"])
        # What the reader saw, by what had just been done.
        self.seen: dict[str, dict[str, int]] = {}
        self.tenants: dict[str, str] = {}

    def look(self, moment: str) -> None:
        """Count the rows that the manual's reader sees, by mart."""
        self.seen[moment] = {
            mart: self.engine.query(f"select count(*) from {MARTS}.{mart}")[0][0]
            for mart in RULES
        }

    def administrate(self, sql: str) -> list[tuple[object, ...]]:
        """Execute as the server's superuser."""
        return self.server.execute(sql, database="llm_costs")

    def login(self, role: str) -> psycopg2.extensions.connection:
        """Connect as a role."""
        return self.server.connect("llm_costs", user=role, password="secret")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Build as llm_costs, and let an administrator run what the dry run shows."""
    folder = tmp_path_factory.mktemp("readers")
    bills = folder / "bills"
    write_bills(bills, days=10, end=date(2026, 11, 20), seed=1, rows_per_day=60)
    with start_postgres(folder) as engine:
        world = World(engine, environment_of(engine, folder, bills))
        run(world.environment, "python", "-c", "import extract; extract.run()")
        run(world.environment, "dbt", "--quiet", "build", *TARGET, *UNTESTED)
        world.look("before")
        shown = run(
            world.environment,
            *("llm-costs", "tenants", "apply", "acme", "globex", "--dry-run"),
        )
        world.administrate(shown)
        world.look("after apply")
        # Also: dbt's user may build on what somebody else set up.
        run(world.environment, "dbt", "--quiet", "run", *TARGET)
        world.look("after a build")
        run(world.environment, "dbt", "--quiet", "run", *TARGET, "--full-refresh")
        world.look("after a full refresh")
        roles = world.administrate(
            f"select customer_id, role_name from {MARTS}_tenants.tenant_roles"
        )
        world.tenants = {str(customer): str(role) for customer, role in roles}
        for role in world.tenants.values():
            world.administrate(f"alter role {role} password 'secret'")
        yield world


def test_the_manuals_reader_sees_all_rows_before_and_after_tenants(
    world: World,
) -> None:
    """Grafana would show nothing, without an error, the morning after."""
    before = world.seen["before"]
    assert all(before[mart] for mart in RULES if mart != "customer_anomalies")
    assert world.seen.keys() > {"before"}
    for moment, seen in world.seen.items():
        assert seen == before, moment
    protected = world.administrate(
        "select relname from pg_class where relrowsecurity "
        f"and relnamespace = '{MARTS}'::regnamespace"
    )
    assert {name for (name,) in protected} == set(RULES)


def test_what_opens_rows_to_readers_opens_none_to_tenants(world: World) -> None:
    """The readers' policy must not be a tenant's way to the others' rows."""
    role, customers = world.tenants["acme"], f"select customer_id from {MARTS}."
    world.administrate(
        f"create role viewer login password 'secret' in role {role}; "
        "create role viewer_of_viewer login password 'secret' in role viewer; "
        "grant connect on database llm_costs to viewer, viewer_of_viewer; "
        f"grant llm_costs_reader to {role}"
    )
    logins = [
        (role, "", {"acme"}),
        (role, "set role llm_costs_tenants", set()),
        (role, "set role llm_costs_reader", set()),
        ("viewer", "", set()),
        ("viewer", f"set role {role}", {"acme"}),
        ("viewer_of_viewer", "", set()),
        ("viewer_of_viewer", "set role llm_costs_reader", set()),
        ("viewer_of_viewer", "set role llm_costs_tenants", set()),
    ]
    for login, change, expected in logins:
        with closing(world.login(login)) as connection:
            cursor = connection.cursor()
            cursor.execute(change or "select 1")
            for mart in ("unified_costs", "customer_costs", "dim_customers"):
                cursor.execute(customers + mart)
                assert {x for (x,) in cursor.fetchall()} == expected, (login, change)
    world.administrate(f"revoke llm_costs_reader from {role}")

    with closing(world.server.connect("llm_costs")) as connection:
        cursor = connection.cursor()
        cursor.execute("set role llm_costs_reader")
        cursor.execute(f"select count(*) from {MARTS}.unified_costs")
        # A superuser that looks as the reader sees what the reader sees.
        assert cursor.fetchone() == (world.seen["before"]["unified_costs"],)
