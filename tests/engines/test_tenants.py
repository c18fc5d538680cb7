"""A customer's role on a real PostgreSQL: its own rows and nothing else."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import commands
import psycopg2
import psycopg2.extensions
import pytest
import yaml
from postgres_server import PostgresServer

from sample_bills import write_bills

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]

ROOT = Path(__file__).resolve().parents[2]
MARTS = "multi_cloud_costs"
CANARY = "canary-9f2c"
# Named as `llm-costs tenants` names it, or dbt would read the project anew.
TARGET = ("--target", "postgres")
# Ids as a hostile tag may have them; the last two are the same to whoever normalises.
HOSTILE = (
    "x'; drop table unified_costs; --",
    'quo"te %s {{ 1 }} \\',
    "ünï-日本",
    "o'brien",
    "o brien",
    "l" * 300,
)
RULES: dict[str, dict[str, str]] = yaml.safe_load(
    (ROOT / "dbt_project.yml").read_text("utf-8")
)["vars"]["tenant_marts"]


class World:
    """A warehouse with marts, two usual tenants and some hostile ones."""

    def __init__(
        self, server: PostgresServer, database: str, environment: dict[str, str]
    ) -> None:
        """Remember where it is."""
        self.server, self.database = server, database
        self.environment = {**environment, **server.environment(database)}
        self.roles: dict[str, str] = {}

    def run(self, *command: str, fails: bool = False) -> str:
        """Run a program of the environment; give its words."""
        program = Path(sys.executable).with_name(command[0])
        done = commands.run([program, *command[1:]], self.environment)
        text = done.stdout + done.stderr
        assert (done.returncode != 0) is fails, text
        return text

    def execute(self, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Execute as the warehouse's owner."""
        return self.server.execute(sql, parameters, database=self.database)

    def read_roles(self) -> None:
        """Learn the tenants' roles, and give each a password."""
        self.roles = dict(
            self.execute(
                "select customer_id, role_name from "
                "multi_cloud_costs_tenants.tenant_roles"
            )
        )
        for role in self.roles.values():
            self.execute(f"alter role {role} password 'secret'")

    def login(self, customer: str) -> psycopg2.extensions.connection:
        """Connect as a customer's role."""
        return self.server.connect(
            self.database, user=self.roles[customer], password="secret"
        )

    def own(self, mart: str, customer: str) -> list[tuple[Any, ...]]:
        """Give the rows that are a customer's, as the owner sees them."""
        rule = RULES[mart]
        where = f" and {rule['where']}" if rule.get("where") else ""
        sql = f'select * from {MARTS}.{mart} where "{rule["customer"]}" = %s{where}'
        return sorted(self.execute(sql, (customer,)), key=str)

    def add_canaries(self) -> None:
        """Put rows of another customer into every mart, marked in every text."""
        for mart, rule in RULES.items():
            columns = self.execute(
                """
                select column_name, data_type from information_schema.columns
                where table_schema = %s and table_name = %s order by ordinal_position
                """,
                (MARTS, mart),
            )
            values = ", ".join(
                f"'{CANARY}'"
                if kind == "text" or kind.startswith("character")
                else f'"{name}"'
                for name, kind in columns
                if name != "budget_scope"
            )
            names = ", ".join(f'"{n}"' for n, _ in columns if n != "budget_scope")
            scope = any(name == "budget_scope" for name, _ in columns)
            names += ", budget_scope" if scope else ""
            values += ", 'customer'" if scope else ""
            self.execute(
                f"insert into {MARTS}.{mart} ({names}) select {values} "
                f"from {MARTS}.{mart} where \"{rule['customer']}\" = 'globex' limit 1"
            )


@pytest.fixture(scope="module")
def world(
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
    make_environment: Callable[[Path, Path], dict[str, str]],
) -> World:
    """Build, grant, build again to open the marts, and mark the others' rows."""
    folder = tmp_path_factory.mktemp("tenants")
    write_bills(
        folder / "bills", days=10, end=date(2026, 11, 20), seed=1, rows_per_day=1
    )
    world = World(
        postgres_server,
        postgres_server.new_database(),
        make_environment(folder, folder / "bills"),
    )
    world.run("dlt", "pipeline", "run")
    world.run(
        "dbt", "build", *TARGET, "--resource-type", "seed", "--resource-type", "model",
        "--select", "+dim_customers", "resource_type:seed",
    )  # fmt: skip
    for customer in HOSTILE:
        world.execute(
            f"insert into {MARTS}.dim_customers (customer_id, customer_name) "
            "values (%s, %s)",
            (customer, f"The one called {customer}"),
        )
    world.run("llm-costs", "tenants", "apply", "acme", "globex", *HOSTILE)
    world.run("dbt", "run", *TARGET, "--full-refresh")
    world.read_roles()
    world.add_canaries()
    for customer in HOSTILE:
        world.execute(
            f"insert into {MARTS}.customer_costs (customer_id, cost_usd) "
            "values (%s, 1)",
            (customer,),
        )
    return world


@pytest.fixture
def acme(world: World) -> Iterator[psycopg2.extensions.connection]:
    """A connection of the customer acme."""
    connection = world.login("acme")
    yield connection
    connection.close()


def rows(connection: psycopg2.extensions.connection, sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def forbidden_words(world: World) -> set[str]:
    """Words that no query of acme's may ever give: the others, by id and name."""
    others = world.execute(
        "select customer_id, customer_name from "
        "multi_cloud_costs_staging.customer_settings where customer_id <> 'acme'"
    )
    return {CANARY, *HOSTILE[:3], *(word for pair in others for word in pair)}


def leaks(world: World, given: object) -> set[str]:
    text = str(given).lower()
    return {word for word in forbidden_words(world) if word.lower() in text}


def test_a_tenant_sees_all_its_own_rows_of_every_mart_it_may_see(
    world: World, acme: psycopg2.extensions.connection
) -> None:
    """A customer whose dashboard misses cost does not trust the rest."""
    for mart in RULES:
        seen = sorted(rows(acme, f"select * from {MARTS}.{mart}"), key=str)
        assert seen == world.own(mart, "acme"), mart
        assert seen or mart == "customer_anomalies", mart


def test_every_relation_of_the_database_gives_nothing_of_others(
    world: World, acme: psycopg2.extensions.connection
) -> None:
    """Raw bills, staging, totals, statistics, view texts: all can name others."""
    relations = world.execute(
        """
        select n.nspname, c.relname from pg_class as c
        inner join pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'm', 'f', 'p', 'S') order by 1, 2
        """
    )
    refused, ours = set(), set()
    for schema, name in relations:
        if schema.startswith(("multi_cloud_costs", "raw_")):
            ours.add((schema, name))
        try:
            given = rows(acme, f'select * from "{schema}"."{name}"')
        except psycopg2.errors.InsufficientPrivilege:
            refused.add((schema, name))
            continue
        except psycopg2.Error:
            continue
        assert not leaks(world, given), (schema, name)
    open_to_acme = {(MARTS, mart) for mart in RULES}
    assert ours - refused == {
        *open_to_acme,
        ("multi_cloud_costs_tenants", "tenant_roles"),
    }
    assert len(ours) > 100
    roles = rows(acme, "select * from multi_cloud_costs_tenants.tenant_roles")
    assert roles == [(world.roles["acme"], "acme")]


REFUSED = [
    "set role llm_costs_tenants; select * from raw_ops.load_ledger",
    "set role {other}",
    "set session authorization {other}",
    "set row_security = off; select * from multi_cloud_costs.unified_costs",
    "alter table multi_cloud_costs.unified_costs disable row level security",
    "create policy all_rows on multi_cloud_costs.unified_costs using (true)",
    "drop policy llm_costs_own_rows on multi_cloud_costs.unified_costs",
    "grant select on multi_cloud_costs.model_costs to current_user",
    "grant {other} to {own}",
    "create role another",
    "create schema mine",
    "create table multi_cloud_costs.mine (x int)",
    "create table multi_cloud_costs_tenants.mine (x int)",
    (
        "create function public.mine() returns int language sql security definer "
        "as 'select 1'"
    ),
    "create view public.mine as select * from multi_cloud_costs.unified_costs",
    "update multi_cloud_costs_tenants.tenant_roles set customer_id = 'globex'",
    "insert into multi_cloud_costs_tenants.tenant_roles values ('x', 'globex')",
    "update multi_cloud_costs.customer_costs set customer_id = 'acme'",
    "delete from multi_cloud_costs.customer_costs",
    "select * from multi_cloud_costs.customer_costs for update",
    "lock table multi_cloud_costs.customer_costs in share mode",
    "copy multi_cloud_costs.model_costs to stdout",
    "copy multi_cloud_costs.customer_costs to program 'cat'",
    "copy multi_cloud_costs.customer_costs to '/tmp/x'",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "select lo_get({large_object})",
    "select * from pg_catalog.pg_statistic",
    "select * from pg_catalog.pg_authid",
    "analyze multi_cloud_costs.customer_costs; select 1/0",
    "do $$ begin execute 'select * from raw_ops.load_ledger'; end $$",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_what_would_widen_the_view_is_refused(world: World, sql: str) -> None:
    """Every one of these has once been somebody's way out."""
    ((large_object,),) = world.execute(
        "select lo_from_bytea(0, %s)", (CANARY.encode(),)
    )
    filled = sql.format(
        other=world.roles["globex"], own=world.roles["acme"], large_object=large_object
    )
    connection = world.login("acme")
    try:
        rows(connection, "set default_transaction_read_only = off")
        with pytest.raises(psycopg2.Error) as refusal:
            rows(connection, filled)
    finally:
        connection.close()
    assert not leaks(world, refusal.value)


TRICKS = [
    "select * from {mart} where customer_id <> 'acme' or true",
    "select count(*), min(customer_id), max(customer_id) from {mart}",
    "select 1 / (case when customer_id = 'acme' then 1 else 0 end) from {mart}",
    (
        "select cast(case when customer_id = 'acme' then '1' else customer_id end "
        "as int) from {mart}"
    ),
    "select * from {mart} as a left join {mart} as b on a.customer_id <> b.customer_id",
    (
        "select a.* from {mart} as a, lateral (select * from {mart} where "
        "customer_id <> a.customer_id) as b"
    ),
    (
        "with recursive r as (select * from {mart} union select * from {mart}) "
        "select * from r"
    ),
    "select query_to_xml('select * from {mart}', true, true, '')",
    "select table_to_xml('{mart}', true, true, '')",
    "select schema_to_xml('multi_cloud_costs_tenants', true, true, '')",
    "select * from {mart} tablesample system (100)",
    "select ctid, xmin, tableoid, * from {mart} where ctid >= '(0,1)'",
    "explain (analyze, verbose) select * from {mart} where customer_id <> 'acme'",
    "explain (verbose) select * from {mart}",
    "select pg_get_expr(polqual, polrelid) from pg_policy",
    "select pg_get_viewdef(oid) from pg_class where relkind = 'v'",
    "select obj_description(oid), shobj_description(oid, 'pg_authid') from pg_class",
    "select query from pg_stat_activity",
    "declare c cursor with hold for select * from {mart}; fetch all from c",
    "prepare p as select * from {mart}; execute p",
]


@pytest.mark.parametrize("sql", TRICKS)
def test_no_trick_shows_a_row_of_others(
    world: World, acme: psycopg2.extensions.connection, sql: str
) -> None:
    """A condition that runs before the policy would see every row."""
    given = rows(acme, sql.format(mart=f"{MARTS}.customer_costs"))

    assert not leaks(world, given)


def test_functions_that_tell_what_they_see_see_own_rows_only(world: World) -> None:
    """A cheap function is tried first, unless the policy goes before it."""
    connection = world.login("acme")
    try:
        rows(connection, "set default_transaction_read_only = off")
        rows(
            connection,
            """
            create function pg_temp.tell(value text) returns boolean
            language plpgsql cost 0.0000001 as
            $$ begin raise notice 'seen %', value; return true; end $$
            """,
        )
        rows(
            connection,
            """
            create operator pg_temp.=== (
                leftarg = text, rightarg = text, procedure = texteq,
                restrict = eqsel
            )
            """,
        )
        for mart, rule in RULES.items():
            column = f'"{rule["customer"]}"'
            rows(
                connection,
                f"select * from {MARTS}.{mart} where pg_temp.tell({column}) "
                f"and {column} operator(pg_temp.===) '{CANARY}' is not null",
            )
    finally:
        told = list(connection.notices)
        connection.close()
    assert told
    assert all("seen acme" in notice for notice in told if "seen" in notice)


def test_estimates_do_not_tell_who_else_is_there(
    world: World, acme: psycopg2.extensions.connection
) -> None:
    """`explain` would say how many rows another customer has, by name."""
    world.execute("analyze")
    for mart, rule in RULES.items():
        plans = {
            str(
                rows(
                    acme,
                    f"explain select * from {MARTS}.{mart} "
                    f"where \"{rule['customer']}\" = '{name}'",
                )
            ).replace(name, "NAME")
            for name in ("globex", "nobody", CANARY)
        }
        assert len(plans) == 1, mart
    assert rows(acme, f"select * from pg_stats where schemaname = '{MARTS}'") == []


def test_names_of_roles_tell_nothing(
    world: World, acme: psycopg2.extensions.connection
) -> None:
    """Everybody can list the roles of a server."""
    names = [name for (name,) in rows(acme, "select rolname from pg_roles")]

    assert set(world.roles.values()) <= set(names)
    assert len(set(world.roles.values())) == len(HOSTILE) + 2
    assert all(len(role) == len("tenant_") + 20 for role in world.roles.values())


@pytest.mark.parametrize("customer", HOSTILE)
def test_a_hostile_id_is_a_tenant_like_any_other(world: World, customer: str) -> None:
    """An id is a tag that anyone may write: quotes in it must not end anything."""
    connection = world.login(customer)
    try:
        seen = rows(connection, f"select customer_id from {MARTS}.customer_costs")
    finally:
        connection.close()

    assert seen == [(customer,)]


def test_while_marts_are_made_anew_nobody_sees_more(world: World) -> None:
    """A table that is visible before its policy leaks for a second every morning."""
    seen: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        connection = world.login("acme")
        while not done.is_set():
            for mart in ("customer_costs", "daily_costs", "dim_customers"):
                try:
                    given = rows(connection, f"select customer_id from {MARTS}.{mart}")
                except psycopg2.Error:
                    continue  # refused, or just replaced
                seen.update(name for (name,) in given)
        connection.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        world.run(
            "dbt", "run", *TARGET, "--select", "unified_costs", "daily_costs",
            "customer_costs", "dim_customers",
        )  # fmt: skip
    finally:
        done.set()
        watcher.join()

    assert seen == {"acme"}
    connection = world.login("acme")
    try:
        for mart in RULES:
            given = sorted(rows(connection, f"select * from {MARTS}.{mart}"), key=str)
            assert given == world.own(mart, "acme"), mart
    finally:
        connection.close()


def test_a_table_with_statistics_stays_closed_until_it_is_made_anew(
    world: World,
) -> None:
    """Marts from before the first tenant would tell by their estimates."""
    world.execute(
        f"alter table {MARTS}.customer_costs alter customer_id set statistics 9"
    )
    world.execute(f"analyze {MARTS}.customer_costs")
    # An incremental table is what a build does not make anew.
    world.execute(
        f"alter table {MARTS}.unified_costs alter customer_id set statistics 9"
    )
    world.execute(f"analyze {MARTS}.unified_costs")

    text = world.run(
        "dbt", "run", *TARGET, "--select", "unified_costs", "customer_costs"
    )

    assert "Build once with --full-refresh" in " ".join(text.split())
    connection = world.login("acme")
    try:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            rows(connection, f"select * from {MARTS}.unified_costs")
        assert rows(connection, f"select * from {MARTS}.customer_costs")
        again = ("--full-refresh", "--select", "unified_costs")
        world.run("dbt", "run", *TARGET, *again)
        assert rows(connection, f"select * from {MARTS}.unified_costs")
    finally:
        connection.close()


def test_applying_again_changes_nothing_and_a_dry_run_neither(world: World) -> None:
    """A command that runs every day must not hand out new roles every day."""
    before = world.execute(
        "select role_name, customer_id from multi_cloud_costs_tenants.tenant_roles "
        "order by 1"
    )
    roles = world.execute("select rolname from pg_roles order by 1")

    assert "already" in world.run("llm-costs", "tenants", "apply", "acme")
    shown = world.run("llm-costs", "tenants", "apply", "--all", "--dry-run")
    assert "create role tenant_" in shown
    listed = world.run("llm-costs", "tenants", "list")
    assert world.roles["acme"] in listed

    refused = world.run("llm-costs", "tenants", "apply", "acmee", fails=True)
    assert "There is no customer 'acmee'" in refused
    assert "> in macro" not in refused
    assert "> called by" not in refused
    assert "unattributed" in world.run(
        "llm-costs", "tenants", "apply", "unattributed", fails=True
    )
    after = world.execute(
        "select role_name, customer_id from multi_cloud_costs_tenants.tenant_roles "
        "order by 1"
    )
    assert after == before
    assert world.execute("select rolname from pg_roles order by 1") == roles


def test_a_customer_that_is_removed_reads_nothing_any_more(world: World) -> None:
    """A customer that left keeps its password, and perhaps its open connection."""
    customer = HOSTILE[0]
    role = world.roles[customer]
    still_open = world.login(customer)
    try:
        line = "select customer_id from multi_cloud_costs_tenants.tenant_roles"
        assert rows(still_open, line) == [(customer,)]
        world.run("llm-costs", "tenants", "revoke", customer)
        with pytest.raises(psycopg2.Error):
            rows(still_open, line)
        with pytest.raises(psycopg2.Error):
            rows(still_open, f"select * from {MARTS}.customer_costs")
    finally:
        still_open.close()
    with pytest.raises(psycopg2.OperationalError):
        world.login(customer)
    assert world.execute("select * from pg_roles where rolname = %s", (role,)) == []
    assert "No role was granted" in world.run(
        "llm-costs", "tenants", "revoke", customer, fails=True
    )


def test_a_mart_that_is_taken_from_tenants_is_closed(world: World) -> None:
    """An incremental table keeps the grants of the day on which it was made."""
    fewer = {mart: rule for mart, rule in RULES.items() if mart != "unified_costs"}
    connection = world.login("acme")
    try:
        assert rows(connection, f"select * from {MARTS}.unified_costs")
        world.run(
            "dbt", "run", "--select", "unified_costs",
            "--vars", json.dumps({"tenant_marts": fewer}),
        )  # fmt: skip
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            rows(connection, f"select * from {MARTS}.unified_costs")
    finally:
        connection.close()
