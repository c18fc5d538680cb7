"""Loads into SQL Server, as far as that can be seen without one."""

import json
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from commands import ROOT, checked
from loads import LOAD, ask_questions
from mssql_server import settings
from tsql_batches import statements
from tsql_rules import findings

from sample_bills import write_bills

LOADER = str(ROOT / "tests" / "support" / "load_on_tsql.py")


@pytest.fixture(scope="module")
def loads(
    tmp_path_factory: pytest.TempPathFactory,
    make_environment: Callable[[Path, Path], dict[str, str]],
) -> Path:
    """A folder with the same bills loaded in T-SQL, twice, and by DuckDB itself."""
    folder = tmp_path_factory.mktemp("tsql_loads")
    bills = folder / "bills"
    write_bills(bills, days=4, end=date(2026, 11, 2), seed=1, rows_per_day=20)
    ours = make_environment(folder, bills)
    ask_questions(folder / "chat.db", days=4, end=date(2026, 11, 2))
    checked([sys.executable, "-c", LOAD], ours)
    theirs = {
        **ours,
        "LLM_COSTS_TARGET": "sqlserver",
        "DLT_DATA_DIR": str(folder / "dlt_tsql"),
    }
    for name in ("first", "second"):
        program = [sys.executable, LOADER, str(folder / "tsql.duckdb")]
        checked([*program, str(folder / f"{name}.jsonl")], theirs)
    return folder


def sent(loads: Path, name: str) -> list[str]:
    """Return the statements of a load."""
    lines = (loads / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [each for line in lines for each in statements(json.loads(line)["batch"])]


def plain(statement: str) -> str:
    """Return a statement with plain letters in N'...', which takes all there are."""
    return re.sub(
        r"N'(?:[^']|'')*'", lambda text: re.sub(r"[^ -~\s]", "x", text[0]), statement
    )


def test_everything_that_a_load_sends_is_t_sql(loads: Path) -> None:
    """A load would end in the middle of a bill, or never begin."""
    found = {each: findings(plain(each)) for each in sent(loads, "first")}
    inserts = [each for each in found if each.startswith("INSERT INTO")]
    assert len(inserts) > 6
    assert {name: each for name, each in found.items() if each} == {}


def test_an_unchanged_bill_is_not_loaded_again(loads: Path) -> None:
    """The ledger would not be understood, and every bill be loaded each day."""
    assert not [
        each
        for each in sent(loads, "second")
        if each.upper().startswith("INSERT INTO") and "_dlt_" not in each
    ]


def test_what_is_loaded_is_what_duckdb_loads(loads: Path) -> None:
    """An amount or a date could change on its way through a literal."""

    def content(name: str) -> dict[str, list[Any]]:
        with duckdb.connect(str(loads / name), read_only=True) as connection:
            tables = connection.sql(
                "select table_schema || '.' || table_name "
                "from information_schema.tables where table_schema like 'raw_%' "
                "and table_name not like '!_dlt%' escape '!' order by 1"
            ).fetchall()
            return {table: rows(connection.table(table)) for (table,) in tables}

    def rows(relation: duckdb.DuckDBPyRelation) -> list[tuple[Any, ...]]:
        own = {"load_id", "loaded_at"}
        names = [f'"{name}"' for name in relation.columns if name not in own]
        return relation.project(", ".join(names)).order("all").fetchall()

    ours, theirs = content("llm_costs.duckdb"), content("tsql.duckdb")
    assert len(ours) > 5
    assert sum(map(len, ours.values())) > 100
    assert ours == theirs


def test_the_address_of_a_server_becomes_settings() -> None:
    """A password with a sign in it would lead nowhere, and nobody would see why."""
    found = settings("mssql://sa:p%40ss%2Fword@[::1]:1444/costs?encrypt=false")
    assert found == {
        "LLM_COSTS_TARGET": "sqlserver",
        "LLM_COSTS_SQLSERVER_HOST": "::1",
        "LLM_COSTS_SQLSERVER_PORT": "1444",
        "LLM_COSTS_SQLSERVER_USER": "sa",
        "LLM_COSTS_SQLSERVER_PASSWORD": "p@ss/word",
        "LLM_COSTS_SQLSERVER_DATABASE": "costs",
        "LLM_COSTS_SQLSERVER_ENCRYPT": "false",
    }


@pytest.mark.parametrize(
    "address", ["postgres://u:p@host/d", "mssql://u:p@host", "mssql://u@host/d?ssl=1"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """The test of a server would fail much later, with a driver's words."""
    with pytest.raises(ValueError, match="LLM_COSTS_TEST_MSSQL"):
        settings(address)
