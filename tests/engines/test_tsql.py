"""Everything that is sent to SQL Server is T-SQL, and computes what DuckDB computes.

There is no SQL Server to run it on, so dbt's own adapter builds against a stand-in that
records what it is sent (tsql_server), and rules judge the record (tsql_rules). With a
server at hand, test_sqlserver.py does the same for real.
"""

import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlglot import exp
from tsql_batches import statements
from tsql_decimals import Follower
from tsql_rules import findings
from tsql_runs import run
from tsql_types import ENDLESS, Type, declared

# Two builds of everything take their time where several tests share a machine.
pytestmark = pytest.mark.timeout(1800)

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests" / "support"
DASHBOARDS = ROOT / "dashboards" / "generated" / "sqlserver"
MARTS = "multi_cloud_costs"
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
    run([*command, "--vars", "{allocate_unattributed: true}"], environment)
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
        run(
            [*program, str(folder / "first.jsonl"), "--warn-error", "build"],
            environment,
        )
        with duckdb.connect(str(warehouse)) as connection:
            deliver_again(connection)
        second = [str(folder / "second.jsonl"), "build", "--exclude", "test_type:unit"]
        run([*program, *second], environment)

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
    tsql_builds: Path, built_warehouse: Path
) -> None:
    """A figure that moves with the warehouse is one that nobody can trust."""
    with (
        duckdb.connect(str(built_warehouse), read_only=True) as ours,
        duckdb.connect(str(tsql_builds / "tsql.duckdb"), read_only=True) as theirs,
    ):
        tables = ours.execute(
            "select table_name from information_schema.tables where table_schema = ?",
            [MARTS],
        ).fetchall()
        assert len(tables) > 10
        for (table,) in tables:
            left, right = content(ours, table), content(theirs, table)
            assert len(left) == len(right), table
            for one, other in zip(left, right, strict=True):
                assert all(map(is_same, one, other)), (table, one, other)


def content(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    """Return a mart's rows in an order that rounding does not change."""
    relation = connection.sql(f'select * from {MARTS}."{table}"')
    names = [name for name in relation.columns if name.lower() not in OWN]
    rows = relation.select(
        *(duckdb.ColumnExpression(name) for name in names)
    ).fetchall()
    return sorted(rows, key=lambda row: repr([rough(value) for value in row]))


def rough(value: object) -> object:
    """Return a value for sorting: numbers at the end decide, to three digits."""
    return f"{value:.3g}" if isinstance(value, (float, Decimal)) else value


def is_same(one: object, other: object) -> bool:
    """Compare two values; decimals to a millionth, statistics to a billionth."""
    if isinstance(one, (float, Decimal)) and isinstance(other, (float, Decimal)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return one == other


def queries(node: object) -> Iterator[str]:
    """Yield the queries of a dashboard's panels and variables."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"rawSql", "query"} and isinstance(value, str) and value:
                yield value
            else:
                yield from queries(value)
    elif isinstance(node, list):
        for value in node:
            yield from queries(value)


@pytest.mark.parametrize(
    "path", sorted(DASHBOARDS.glob("*.json")), ids=lambda p: p.stem
)
def test_every_query_of_the_dashboards_is_t_sql(path: Path) -> None:
    """A panel over SQL Server would show an error instead of a figure."""
    found = {
        sql: re.sub(r"\$__time(From|To)\(\)", "'2026-11-20T00:00:00Z'", sql)
        for sql in queries(json.loads(path.read_text(encoding="utf-8")))
        if re.search(r"\bselect\b", sql, re.IGNORECASE)
    }
    assert len(found) > 3
    filled = {
        name: re.sub(r"\$\{\w+(:\w+)?\}", "'x'", sql) for name, sql in found.items()
    }
    assert not any("$" in sql for sql in filled.values())
    assert broken(filled) == {}
