"""The test engine for BigQuery does what BigQuery would, or refuses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bigquery import BigQuery
from bigquery.elsewhere import evaluate_elsewhere
from bigquery.googlesql import InvalidError, Rows
from bigquery.narrowing import narrowed
from bigquery.outcome import UnsupportedError
from bigquery.statements import run
from bigquery.tables import NotFoundError
from bigquery.values import Columns, columns_of, read, write
from bigquery.warehouse import OUT_OF_MEMORY
from bigquery_target import PROJECT, query
from zetasql.core import ZetaSQLError

pytestmark = pytest.mark.engine
TABLE = f"`{PROJECT}`.`d`.`t`"
NEW = f"`{PROJECT}`.`d`.`new`"
ROWS = "select load_id, cost, day from d.t"


@pytest.fixture(scope="module")
def server() -> Iterator[BigQuery]:
    """A server with an empty dataset."""
    with BigQuery() as started:
        started.make_dataset(f"{PROJECT}.d")
        yield started


@pytest.fixture(autouse=True)
def tables(server: BigQuery) -> None:
    """Two tables of one row each."""
    for name, load, cost in ((TABLE, "a", "1.5"), (NEW, "b", "0.000000001")):
        work(
            server,
            f"create or replace table {name} partition by day cluster by load_id "
            f"options (description = 'x') as (select '{load}' as load_id, "
            f"numeric '{cost}' as cost, date '2026-01-01' as day)",
        )


def work(server: BigQuery, sql: str) -> int | None:
    return run(server.warehouse, sql).affected


def test_a_merge_that_appends_appends(server: BigQuery) -> None:
    """Harm: incremental models pass here though they lose their rows."""
    merge = f"""
        merge into {TABLE} as target
        using (select * from {NEW}) as source
        on (false)
        when not matched then insert (`load_id`, `cost`, `day`)
        values (`load_id`, `cost`, `day`)
    """
    assert work(server, merge) == 1
    assert sorted(str(cost) for _, cost, _ in query(server, ROWS)) == ["1.5", "1E-9"]
    with pytest.raises(UnsupportedError):
        work(server, merge.replace("(false)", "target.load_id = source.load_id"))
    with pytest.raises(ZetaSQLError, match="nothing"):
        work(server, merge.replace("values (`load_id`", "values (`nothing`"))


def test_rows_are_deleted_and_changed_as_the_condition_says(server: BigQuery) -> None:
    """Harm: replaced loads stay in a mart, or current ones leave it."""
    kept = f"delete from {TABLE} where load_id not in (select load_id from {TABLE})"
    assert work(server, kept) == 0
    assert work(server, f"update {TABLE} set cost = cost * 2 where load_id = 'a'") == 1
    assert [str(cost) for _, cost, _ in query(server, ROWS)] == ["3"]
    gone = f"delete from {TABLE} where load_id not in (select load_id from {NEW})"
    assert work(server, gone) == 1
    assert query(server, ROWS) == []


def test_the_newest_rows_are_the_same_however_their_day_is_found(
    server: BigQuery,
) -> None:
    """Harm: a panel of the newest month shows another month, or none."""
    work(server, f"insert into {TABLE} (load_id, day) values ('b', '2026-01-02')")
    newest = "select load_id from d.t where day = (select {}(day) from d.t)"
    assert query(server, newest.format("max")) == [("b",)]
    assert query(server, newest.format("MIN")) == [("a",)]
    last = "select count(*) from d.t where load_id = (select max(load_id) from d.t)"
    assert query(server, last) == [(1,)]
    within = newest.replace("from d.t)", "from d.t where (day) < date_sub({}, {}))")
    next_day = ("date '2026-01-03'", "interval (1) day")
    assert query(server, within.format("max", *next_day)) == [("a",)]
    # What the evaluator is left to find says the same.
    left = "select load_id from d.t where day = (select max(u.day) from d.t as u)"
    assert query(server, left) == [("b",)]
    with pytest.raises(ZetaSQLError, match="nothing"):
        query(server, newest.format("max").replace("(day)", "(nothing)"))
    work(server, f"delete from {TABLE} where true")
    assert query(server, newest.format("max")) == []


def test_a_view_follows_its_table(server: BigQuery) -> None:
    """Harm: tests see yesterday's rows of a view and pass."""
    work(server, f"create or replace view `{PROJECT}.d.v` as select cost from {TABLE}")
    assert len(query(server, "select cost from d.v")) == 1
    work(server, f"insert into {TABLE} (load_id) values ('c')")
    assert [cost for (cost,) in query(server, "select cost from d.v")][1:] == [None]


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        (f"select nothing from {TABLE}", ZetaSQLError),
        (f"select load_id + 1 from {TABLE}", ZetaSQLError),
        (f"select cost, cost from {TABLE}", InvalidError),
        (f"select 1 from `{PROJECT}.d.nowhere`", NotFoundError),
        (f"select cost::string from {TABLE}", ZetaSQLError),
        (f"delete from {TABLE}", ZetaSQLError),
        (f"create table {NEW} as (select 1 as x)", InvalidError),
        (
            f"create table `{PROJECT}.d.u` options (title = '') as (select 1 as x)",
            ZetaSQLError,
        ),
        (
            f"create table `{PROJECT}.d.u` partition by x as (select 1 as x)",
            InvalidError,
        ),
        ("set x = 1", UnsupportedError),
        (f"alter table {TABLE} drop column cost", UnsupportedError),
    ],
)
def test_what_bigquery_refuses_is_refused(
    sql: str, error: type[Exception], server: BigQuery
) -> None:
    """Harm: a model passes all tests and fails in the users' project."""
    with pytest.raises(error):
        work(server, sql)


def test_heavy_queries_say_the_same_in_googlesql(server: BigQuery) -> None:
    """Harm: what DuckDB carries out passes here and is another thing in BigQuery."""
    skus = some(
        columns_of(sku_key="STRING", words="STRING", cost="NUMERIC"),
        ("1", " claude sonnet 4 6 input ", "1.000000001"),
        ("2", " gpt 5 mini_x % output ", "2"),
        ("3", None, None),
    )
    patterns = some(
        columns_of(priority="INT64", pattern="STRING"),
        (1, "claude"),
        (2, "sonnet 4"),
        (1, "mini_x"),
        (3, None),
    )
    sql = """
        with fits as (
            select s.sku_key, p.priority, p.pattern, s.cost,
                case when s.words like concat('% ', p.pattern, '%') then 1 end as n
            from `p.d.skus` as s
            inner join `p.d.patterns` as p
                on s.words like concat('%', p.pattern, '%')
        )
        select *, row_number() over (
            partition by sku_key order by priority, length(pattern) desc
        ) as preference
        from fits
    """
    tables = {"p.d.skus": skus, "p.d.patterns": patterns}
    theirs = server.warehouse.sql.evaluate(sql, tables)
    ours = evaluate_elsewhere(sql, tables, theirs.columns)
    assert len(theirs.data.row) == 3
    assert shown(ours) == shown(theirs)


def test_decimals_keep_their_digits_elsewhere(server: BigQuery) -> None:
    """Harm: marts differ because the engine cuts amounts to a tenth of a cent."""
    costs = some(columns_of(cost="STRING"), ("1.000000001",), ("0.000000009",))
    sql = """
        select
            cast(cost as numeric) as one,
            cast(cost as numeric) * numeric '0.5' as half,
            cast(cost as bignumeric) + bignumeric '0.0000000000001' as more,
            cast(cast(cost as numeric) as numeric(30, 6)) as cut
        from `p.d.costs`
    """
    tables = {"p.d.costs": costs}
    theirs = server.warehouse.sql.evaluate(sql, tables)
    assert shown(evaluate_elsewhere(sql, tables, theirs.columns)) == shown(theirs)
    assert ["1.000000001", "0.500000001", "1.0000000010001", "1"] in shown(theirs)


def test_a_query_sees_the_columns_that_it_asks_for(server: BigQuery) -> None:
    """Harm: a data test passes because the engine kept the column from it."""
    only = f"select cost from `{PROJECT}.d.t`"
    whole = f"select t.* from `{PROJECT}.d.t` as t"
    products = f"select count(*) * 2 as n, sum(Cost*2) as c from `{PROJECT}.d.t`"
    table = server.warehouse.contents([f"{PROJECT}.d.t"])
    seen = {
        sql: list(narrowed(sql, table)[f"{PROJECT}.d.t"].columns)
        for sql in (only, whole, products, f"select 1 from `{PROJECT}.d.t`")
    }
    assert list(seen.values()) == [
        ["cost"],
        ["load_id", "cost", "day"],
        ["cost"],
        ["load_id"],
    ]
    for sql in seen:
        full = server.warehouse.sql.evaluate(sql, table)
        assert shown(run(server.warehouse, sql).rows or full) == shown(full)
    with pytest.raises(ZetaSQLError, match="nothing"):
        work(server, f"select nothing from `{PROJECT}.d.t`")


def test_the_catalogue_tells_what_a_table_is_about(server: BigQuery) -> None:
    """Harm: `dbt docs generate` fails, or shows tables without their descriptions."""
    options = "select option_value from d.INFORMATION_SCHEMA.TABLE_OPTIONS"
    assert query(server, f"{options} where table_name = 't'") == [('"x"',)]
    views = "select table_name from d.INFORMATION_SCHEMA.MATERIALIZED_VIEWS"
    assert query(server, views) == []


def test_the_manual_s_set_up_is_googlesql(server: BigQuery) -> None:
    """Harm: the first thing that a newcomer copies is refused by BigQuery."""
    text = Path("docs/warehouses/bq.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    statements = [part for block in blocks for part in block.split(";") if part.strip()]
    kinds = [type(server.warehouse.sql.parse(sql)).__name__ for sql in statements]
    assert {"ASTCreateSchemaStatementProto", "ASTGrantStatementProto"} == set(kinds)
    with pytest.raises(ZetaSQLError, match="Syntax error"):
        server.warehouse.sql.parse("grant `roles/x` on schema d for 'someone'")


def test_a_query_that_needs_more_memory_is_carried_out_elsewhere(
    server: BigQuery,
) -> None:
    """Harm: a data test on a large view fails for the evaluator's sake."""
    run(server.warehouse, f"create or replace table `{PROJECT}`.`d`.`many` (n int64)")
    values = ", ".join(f"({n})" for n in range(200))
    run(server.warehouse, f"insert into `{PROJECT}`.`d`.`many` (n) values {values}")
    sql = (
        "select count(*) as found, max(length(word)) as longest from "
        "(select concat(repeat(repeat('x', 1000), 1000), cast(n as string)) as word, "
        "count(*) from d.many group by word)"
    )
    tables = server.warehouse.contents([f"{PROJECT}.d.many"])
    named = sql.replace("d.many", f"`{PROJECT}.d.many`")
    with pytest.raises(ZetaSQLError, match=OUT_OF_MEMORY):
        server.warehouse.sql.evaluate(named, tables)
    assert query(server, sql) == [(200, 1_000_003)]


def some(columns: Columns, *records: tuple[object, ...]) -> Rows:
    rows = Rows(columns)
    for record in records:
        row = rows.data.row.add()
        for value, kind in zip(record, columns.values(), strict=True):
            write(row.cell.add(), value, kind)
    return rows


def shown(rows: Rows) -> list[list[object]]:
    kinds = rows.columns.values()
    return sorted(
        ([read(c, k) for c, k in zip(row.cell, kinds, strict=True)])
        for row in rows.data.row
    )
