"""Everything that is sent to SQL Server is T-SQL, and computes what DuckDB computes.

There is no SQL Server to run it on, so dbt's own adapter builds against a stand-in that
records what it is sent (tsql_server), and rules judge the record (tsql_rules). With a
server at hand, test_sqlserver.py does the same for real.
"""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from commands import checked
from dbt_runs import UNTESTED, take_along
from parity import Column, differences
from parity_table import PROPERTY, parity
from sqlglot import exp
from tsql_batches import statements
from tsql_decimals import Follower
from tsql_rules import findings
from tsql_types import ENDLESS, Type, declared
from tsql_values import BYTE_ORDER

# Two builds of everything take their time where several tests share a machine.
pytestmark = pytest.mark.timeout(1800)

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests" / "support"
MARTS = "multi_cloud_costs"
RULES = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"][
    "tenant_marts"
]
TENANTS = ["acme", "globex"]
# Of the adapter's own making: the catalogue's questions, sessions and renamings.
OF_THE_ADAPTER = re.compile(
    r"\bsys\.|schema_id\(|^(use|set|declare|drop|create schema|exec sp_rename)\b",
    re.IGNORECASE,
)
MAKES_RELATIONS = re.compile(
    r"create (table|view|or alter view)\b|select \* into|exec sp_rename", re.IGNORECASE
)
# What names a run, and keys that each engine hashes in its own way.
OWN = {"load_id", "definition_version", "unified_cost_id", "x_unifiedcostid"}


@pytest.fixture(scope="module")
def compiled(
    tmp_path_factory: pytest.TempPathFactory,
    make_environment: Callable[[Path, Path], dict[str, str]],
    sample_bills_dir: Path,
) -> dict[str, str]:
    """All models and data tests as `dbt compile` gives them, with every switch on."""
    folder = tmp_path_factory.mktemp("compiled")
    environment = make_environment(folder, sample_bills_dir)
    environment |= {
        "LLM_COSTS_CLOUDS": "aws,azure,gcp,focus",
        "LLM_COSTS_SQLSERVER_HOST": "nowhere.invalid",
    }
    command = [str(Path(sys.executable).with_name("dbt")), "compile"]
    command += ["--target", "sqlserver", "--no-populate-cache", "--no-introspect"]
    checked([*command, "--vars", "{allocate_unattributed: true}"], environment)
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in (folder / "target" / "compiled").rglob("*.sql")
    }


@pytest.fixture(scope="session")
def tsql_builds(
    make_once: Callable[[str, Callable[[Path], None]], Path],
    make_environment: Callable[[Path, Path], dict[str, str]],
    built_warehouse: Path,
    sample_bills_dir: Path,
) -> Path:
    """A folder with what two builds in T-SQL made, and the record of each."""

    def fill(folder: Path) -> None:
        warehouse = folder / "tsql.duckdb"
        warehouse.write_bytes(built_warehouse.read_bytes())
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"drop schema {MARTS} cascade")
            connection.execute(f"drop schema {MARTS}_staging cascade")
        environment = make_environment(folder, sample_bills_dir)
        program = [sys.executable, str(SUPPORT / "dbt_on_tsql.py"), str(warehouse)]
        checked(
            [*program, str(folder / "first.jsonl"), "--warn-error", "build"],
            environment,
        )
        with duckdb.connect(str(warehouse)) as connection:
            deliver_again(connection)
        # Its tests would be the first one's; the marts are compared in full.
        second = [str(folder / "second.jsonl"), "build", *UNTESTED]
        checked([*program, *second], environment)

    return make_once("tsql_builds", fill)


def deliver_again(connection: duckdb.DuckDBPyConnection) -> None:
    """Put one bill of AWS under a new load id, as another delivery of it would be."""
    (replaced,) = connection.sql(
        "select min(load_id) from raw_ops.load_ledger where source = 'aws_cur'"
    ).fetchall()[0]
    tables = connection.sql(
        "select table_schema, table_name from information_schema.columns "
        "where column_name = 'load_id' and table_schema in ('raw_aws', 'raw_ops')"
    ).fetchall()
    for schema, table in tables:
        connection.execute(
            f"update {schema}.{table} set load_id = 'again' where load_id = ?",
            [replaced],
        )


def recorded(folder: Path) -> Iterator[str]:
    """Yield the statements of both builds that come from models, seeds and tests."""
    seen = set()
    for name in ("first", "second"):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            for statement in statements(json.loads(line)["batch"]):
                # A test's view has a number of its own each time.
                key = re.sub(r"view_\w+", "view", statement)
                if key not in seen and not OF_THE_ADAPTER.search(statement):
                    seen.add(key)
                    yield statement


def raw_columns(warehouse: Path) -> dict[str, dict[str, Type]]:
    """Return the types of the loaders' tables, which no statement of dbt makes."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.sql(
            "select table_schema || '.' || table_name, lower(column_name), data_type "
            "from information_schema.columns where table_schema like 'raw_%'"
        ).fetchall()
    known: dict[str, dict[str, Type]] = {}
    for table, column, kind in rows:
        declaration = exp.DataType.build(kind, dialect="duckdb")
        loaded = ENDLESS if kind == "VARCHAR" else declared(declaration)
        known.setdefault(table, {})[column] = loaded
    return known


def broken(named: dict[str, str]) -> dict[str, list[str]]:
    """Return the findings of statements that have any."""
    found = {name: findings(statement) for name, statement in named.items()}
    return {name: each for name, each in found.items() if each}


def test_dbt_compiles_every_model_without_a_server(compiled: dict[str, str]) -> None:
    """A developer without a SQL Server could not see what would be sent to one."""
    models = {path.stem for path in (ROOT / "dbt_project/models").rglob("*.sql")}
    switched = {"int_allocated_costs", "int_allocation_levels", "int_allocation_shares"}
    assert switched <= models
    assert models <= set(compiled)


def test_every_model_and_test_is_t_sql(compiled: dict[str, str]) -> None:
    """A model that SQL Server refuses would be found by its first user there."""
    assert (
        broken({name: f"create view v as {sql}" for name, sql in compiled.items()})
        == {}
    )


def test_every_statement_of_a_build_is_t_sql(tsql_builds: Path) -> None:
    """Seeds, hooks, unit tests and the adapter's wrapping could still be refused."""
    sent = list(recorded(tsql_builds))
    kinds = {statement.split()[0].lower() for statement in sent}
    assert {"create", "select", "insert", "delete", "with"} <= kinds
    assert broken({statement: statement for statement in sent}) == {}


def test_ties_are_broken_by_bytes(compiled: dict[str, str]) -> None:
    """A tie broken by the database's language gives another customer the cost there."""
    models = [
        path.stem
        for path in (ROOT / "dbt_project/models").rglob("*.sql")
        if re.search(r"in_byte_order|first_matching_rule", path.read_text("utf-8"))
    ]
    assert len(models) > 5
    assert [name for name in models if BYTE_ORDER not in compiled[name]] == []


@pytest.fixture(scope="module")
def followed(tsql_builds: Path) -> Follower:
    """What SQL Server would make of the types of everything that is built."""
    follower = Follower(raw_columns(tsql_builds / "tsql.duckdb"))
    for line in (tsql_builds / "first.jsonl").read_text(encoding="utf-8").splitlines():
        for statement in statements(json.loads(line)["batch"]):
            if MAKES_RELATIONS.match(statement) and "sys." not in statement:
                follower.follow(statement)
    return follower


def test_no_amount_loses_digits(followed: Follower) -> None:
    """SQL Server cuts a wide product's decimals without a word: cents would vanish."""
    money = declared(exp.DataType.build("numeric(28, 9)"))
    assert followed.relations[f"{MARTS}.unified_costs"]["cost_usd"] == money
    assert followed.losses == []


def test_texts_of_marts_have_a_length(followed: Follower) -> None:
    """SQL Server groups by text of any length so slowly that dashboards would wait."""
    raw = followed.relations[f"{MARTS}_staging.stg_aws_cur__line_items"]
    assert raw["usage_type"] == ENDLESS
    marts = [path.stem for path in (ROOT / "dbt_project/models/marts").rglob("*.sql")]
    assert [
        (name, column)
        for name in marts
        for column, kind in followed.relations[f"{MARTS}.{name}"].items()
        if kind == ENDLESS
    ] == []


def test_a_second_build_reads_only_the_bill_that_came_again(tsql_builds: Path) -> None:
    """A build that starts anew each time reads all bills each day, or doubles one."""
    second = (tsql_builds / "second.jsonl").read_text(encoding="utf-8")
    assert "load_id in (''again'')" in second
    with duckdb.connect(str(tsql_builds / "tsql.duckdb"), read_only=True) as connection:
        row = connection.execute(
            f"select count(*) from {MARTS}.unified_costs where load_id = 'again'"
        ).fetchone()
    assert row
    assert row[0] > 0


def test_t_sql_computes_what_duckdb_computes(
    tsql_builds: Path,
    built_warehouse: Path,
    record_property: Callable[[str, Any], None],
) -> None:
    """A figure that moves with the warehouse is one that nobody can trust."""
    with (
        duckdb.connect(str(built_warehouse), read_only=True) as ours,
        duckdb.connect(str(tsql_builds / "tsql.duckdb"), read_only=True) as theirs,
    ):
        marts = columns_of_marts(ours)
        assert len(marts) > 10
        found = []
        for mart, columns in marts.items():
            names = ", ".join(f'"{column.name}"' for column in columns)
            query = f'select {names} from {MARTS}."{mart}"'
            left, right = ours.sql(query).fetchall(), theirs.sql(query).fetchall()
            measured = parity("sqlserver", mart, columns, left, right)
            record_property(PROPERTY, measured.record)
            found += differences(mart, columns, left, right)
    assert found == []


def test_a_tenant_s_views_have_its_own_rows_and_no_other(
    tsql_builds: Path,
    tmp_path: Path,
    make_environment: Callable[[Path, Path], dict[str, str]],
    sample_bills_dir: Path,
) -> None:
    """What a customer is let read on SQL Server would have another customer's cost."""
    warehouse, record = tmp_path / "tenants.duckdb", tmp_path / "tenants.jsonl"
    shutil.copyfile(tsql_builds / "tsql.duckdb", warehouse)
    take_along(tsql_builds, tmp_path)
    program = [sys.executable, str(SUPPORT / "dbt_on_tsql.py"), str(warehouse)]
    environment = make_environment(tmp_path, sample_bills_dir)

    def operate(operation: str, customers: list[str]) -> list[str]:
        record.unlink(missing_ok=True)
        arguments = json.dumps({"customers": customers})
        command = ["run-operation", operation, "--args", arguments]
        checked([*program, str(record), *command], environment)
        return [
            statement
            for line in record.read_text(encoding="utf-8").splitlines()
            for statement in statements(json.loads(line)["batch"])
        ]

    sent = operate("grant_tenants", TENANTS)
    views = [statement for statement in sent if statement.startswith("create view")]
    assert len(views) == len(TENANTS) * len(RULES)
    assert broken({statement: statement for statement in views}) == {}
    # By position, a view would give a column the values of another one.
    assert not [view for view in views if "*" in view]
    # Another owner than that of the marts, and the views may not read them.
    schemas = [sql for sql in sent if sql.startswith('create schema "tenant_')]
    assert len(schemas) == len(TENANTS)
    assert all(sql.endswith('authorization "llm_costs_builder"') for sql in schemas)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        roles = dict(
            connection.sql(
                f"select customer_id, role_name from {MARTS}_tenants.tenant_roles"
            ).fetchall()
        )
        assert sorted(roles) == TENANTS
        for customer, role in roles.items():
            for mart, rule in RULES.items():
                own = f"\"{rule['customer']}\" = '{customer}'"
                own += f" and {rule['where']}" if "where" in rule else ""
                seen, expected, other = (
                    connection.sql(f"select count(*) from {rows}").fetchall()[0][0]
                    for rows in (
                        f"{role}.{mart}",
                        f"{MARTS}.{mart} where {own}",
                        f"{role}.{mart} where not ({own})",
                    )
                )
                assert (seen, other) == (expected, 0), (customer, mart)
                assert seen, (customer, mart)
    with duckdb.connect(str(warehouse)) as connection:
        # Of a mart that tenants were once let read.
        connection.execute(f"create view {roles['acme']}.model_costs as select 1 as x")
    gone = [sql for sql in operate("revoke_tenants", ["acme"]) if roles["acme"] in sql]
    done = [" ".join(sql.split()[:2]) for sql in gone if "sys." not in sql]
    # SQL Server drops no schema with a view in it, and no role with a member.
    assert done == [
        "alter role",
        *["drop view"] * (len(RULES) + 1),
        *("drop schema", "drop role", "delete from"),
    ]


def columns_of_marts(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, list[Column]]:
    """Return the columns of each mart that two builds of the same bills share."""
    found: dict[str, list[Column]] = {}
    for mart, name, kind in connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = ? order by table_name, ordinal_position",
        [MARTS],
    ).fetchall():
        found.setdefault(mart, [])
        if name.lower() not in OWN:
            found[mart].append(Column(name, kind))
    return found
