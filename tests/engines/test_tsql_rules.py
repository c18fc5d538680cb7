"""The rules of T-SQL can fail: each finds what it is there for, and nothing else."""

import duckdb
import pytest
from tsql_batches import statements
from tsql_decimals import Follower
from tsql_rules import findings
from tsql_shapes import SHAPES
from tsql_translation import in_duckdb
from tsql_types import FLOAT, Decimal
from tsql_words import MARKERS

SHAPE_EXAMPLES = {
    "group by number": "select a, sum(b) as c from t group by 1",
    "group by alias": "select a + b as c, sum(d) as e from t group by c",
    "condition as value": "select a > 1 as b from t",
    "value as condition": "select a from t where b = 1 and is_billed",
    "order without top": "create view v as select a from t order by a",
    "unnamed column": "create view v as select a, sum(b) from t group by a",
    "duplicate column": "with x as (select t.a, u.a from t, u) select b from x",
    "derived table without name": "select a from (select a from t)",
    "nested with": "with x as (with y as (select 1 as a) select a from y) select 2",
    "ranking without order": "select row_number() over (partition by a) as n from t",
    "frame without order": (
        "select sum(a) over (rows between 1 preceding and current row) as b from t"
    ),
    "distinct in window": "select count(distinct a) over (partition by b) as c from t",
    "window in condition": ("select a from t where row_number() over (order by a) = 1"),
    "distinct texts put together": "select string_agg(distinct a, ',') as b from t",
    "distinct of several": "select count(distinct a, b) as c from t",
    "aggregate of aggregate": "select sum((select max(a) from u)) as b from t",
    "row value": "select a from t where (a, b) in (select a, b from u)",
    "all nulls": "select coalesce(null, null) as a from t",
    "nested cases": "select "
    + "case when a = 1 then 1 else " * 11
    + "0"
    + " end" * 11
    + " as b from t",
    "pattern with a set": "select a from t where a like '%[draft]%'",
    "whole division": "select count(*) / 2 as a from t",
    "whole average": "select avg(case when a = 1 then 1 else 0 end) as b from t",
    "whole power": "select power(10, a) as b from t",
    "sum of dates": "select cast(a as date) + 1 as b from t",
    "unknown collation": "select a from t where a collate Latin1_General_CI_AS = b",
    "too few arguments": "select substring(a, 2) as b from t",
}
MARKER_EXAMPLES = {
    "|| for concatenation": "select a || b as c from t",
    "a cast by ::": "select a::int as b from t",
    "a JSON arrow": "select a ->> 'b' as c from t",
    "a regular expression": "select a from t where a ~ 'b'",
    "LIMIT": "select a from t limit 3",
    "QUALIFY": "select a from t qualify row_number() over (order by a) = 1",
    "ILIKE": "select a from t where a ilike 'b'",
    "USING": "select a from t inner join u using (a)",
    "NATURAL JOIN": "select a from t natural join u",
    "LATERAL": "select a from t cross join lateral (select b from u) as x",
    "RETURNING": "delete from t where a = 1 returning a",
    "ON CONFLICT": "insert into t (a) values (1) on conflict do nothing",
    "MERGE": "merge into t using u on t.a = u.a when matched then delete",
    "INTERVAL": "select a + interval '1 day' as b from t",
    "a typed literal": "select date '2026-11-01' as a",
    "RECURSIVE": "with recursive x as (select 1 as a) select a from x",
    "NULLS FIRST or LAST": "select top 3 a from t order by a nulls last",
    "IGNORE NULLS": "select lag(a) ignore nulls over (order by b) as c from t",
    "FILTER": "select sum(a) filter (where b = 1) as c from t",
    "IS DISTINCT FROM": "select a from t where a is not distinct from b",
    "IS TRUE": "select a from t where a is true",
    "a literal true or false": "select a from t where b = true",
    "a type of another engine": "create table t (a timestamptz)",
    "CURRENT_DATE": "select current_date as a",
    "a WINDOW clause": "select sum(a) over w as b from t window w as (order by a)",
    "a frame of GROUPS": (
        "select sum(a) over (order by b groups between 1 preceding and current row) "
        "as c from t"
    ),
    "a RANGE of values": (
        "select sum(a) over (order by b range between 6 preceding and current row) "
        "as c from t"
    ),
    "IF NOT EXISTS": "create table if not exists t (a int)",
    "CREATE OR REPLACE": "create or replace view v as select a from t",
    "CREATE TABLE AS": "create table t as select a from u",
    "an array": "select array[1, 2] as a",
    "a quoted string in double quotes": 'select a from t where b = "some words"',
}
OTHER_EXAMPLES = {
    "function date_trunc()": "select date_trunc('month', a) as b from t",
    "function greatest()": "select greatest(a, b) as c from t",
    "function md5()": "select md5(a) as b from t",
    "function mod()": "select mod(a, 7) as b from t",
    "function now()": "select now() as a",
    "function strpos()": "select strpos(a, 'b') as c from t",
    "function substr()": "select substr(a, 1, 2) as b from t",
    "type boolean": "select cast(a as boolean) as b from t",
    "type timestamp": "select cast(a as timestamp) as b from t",
    "type nvarchar without a size": "select cast(a as nvarchar) as b from t",
    "type numeric without a size": "select cast(a as numeric) as b from t",
    "type varchar without a size": "create table t (a varchar, b date)",
    "type text": "create table t (a text)",
    "reserved word plan as a name": "select plan from t",
    "reserved word percent as a name": "select a as percent from t",
    "too many parameters": f"insert into t values ({', '.join('?' * 2101)})",
    "too many rows of values": f"insert into t values {', '.join(['(1)'] * 1001)}",
    "characters that not every code page has": "select N'\N{EM DASH}' as a",
    f"a name of {128} characters": f"select a as {'b' * 128} from t",
}
EXAMPLES = {**SHAPE_EXAMPLES, **MARKER_EXAMPLES, **OTHER_EXAMPLES}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_rule_finds_the_statement_that_breaks_it(name: str) -> None:
    """A rule that finds nothing would let SQL through that fails on SQL Server."""
    assert name in findings(EXAMPLES[name])


def test_every_rule_has_an_example() -> None:
    """A rule without an example could be dead, and nobody would notice."""
    assert set(SHAPE_EXAMPLES) == set(SHAPES)
    assert set(MARKER_EXAMPLES) == set(MARKERS)


GOOD = [
    """create view v as with x as (select a, sum(b) as c from t group by a)
    select a, c from x""",
    "select top (3) a from t order by a",
    "select a from (select top 2 a from t order by a) as x",
    """select cast(sum(a) as numeric(28, 9)) / nullif(cast(sum(b) as float), 0) as c
    from t
    where d = cast(1 as bit) and not (e like 'f%' or g in ('true', 'limit'))""",
    "select case a when 1 then 'x' else 'y' end as b from t -- limit 3",
    "select row_number() over (partition by a order by b) as n from t",
    """select row_number() over (order by a collate Latin1_General_100_BIN2 desc) as n
    from t""",
    """select sum(a) over (order by b rows between 6 preceding and 1 preceding) as c
    from t""",
    """select concat('date ', a) as b, dateadd(day, 1, cast(c as datetime2(6))) as d
    from t""",
    "create table t (a nvarchar(2000), b integer, c numeric(18, 9), d date)",
    "insert into [s].[t] ([a], [date]) values (?, ?), (?, null)",
    "delete from t where a not in (select a from u)",
]


@pytest.mark.parametrize("statement", GOOD)
def test_what_sql_server_takes_is_not_found(statement: str) -> None:
    """A rule that cries at good SQL would be switched off."""
    assert findings(statement) == []


def test_statements_are_found_inside_of_exec() -> None:
    """What dbt-sqlserver wraps in EXEC would be run without having been checked."""
    batch = """
        /* {"node_id": "x"} */ USE [d];
        EXEC('create view [s].[v] as select ''a;b'' as c -- it is
        ;')
        select count(*) as failures from (select * from [s].[v]) as x;
        EXEC('SELECT * INTO "t" FROM "v" OPTION (LABEL = ''dbt-sqlserver'');')
    """
    assert statements(batch) == [
        "USE [d]",
        "create view [s].[v] as select 'a;b' as c",
        "select count(*) as failures from (select * from [s].[v]) as x",
        'SELECT * INTO "t" FROM "v"',
    ]


LOSSES = {
    "product": "select money * quantity as a from t",
    "quotient": "select sum(money) / 7.0 as a from t",
    "case": "select case when n = 1 then money else wide end as a from t",
    "union": "select money as a from t union all select wide from t",
    "coalesce": "select coalesce(money, wide) as a from t",
    "sum": "select sum(money) + sum(quantity) as a from t",
    "whole quotient": "select n / count(*) as a from t group by n",
    "whole average": "select avg(n) as a from t",
    "in a view of a view": "select b.a * b.quantity as c from (select * from v) as b",
}


@pytest.fixture
def follower() -> Follower:
    """A follower that knows one table and a view of it."""
    columns = {"money": Decimal(28, 9), "rate": Decimal(18, 9), "n": Decimal(10, 0)}
    columns |= {"quantity": Decimal(30, 6), "wide": Decimal(38, 6), "share": FLOAT}
    follower = Follower({"t": columns})
    follower.follow(
        "create view v as select sum(money) as a, max(wide) as quantity from t"
    )
    return follower


@pytest.mark.parametrize("name", LOSSES)
def test_lost_digits_are_found(follower: Follower, name: str) -> None:
    """A follower that sees no loss would let cents vanish on SQL Server."""
    follower.follow(LOSSES[name])
    assert follower.losses


def test_amounts_that_keep_their_digits_are_not_found(follower: Follower) -> None:
    """Money times a rate is what every bill in another currency needs."""
    follower.follow(
        """create view w as
        select money * rate as a, cast(money * quantity as numeric(30, 6)) as b,
        money * share as c, cast(sum(money) as numeric(28, 9)) / 7.0 as d,
        money - sum(money) over (partition by n) as e from t group by n, money"""
    )
    assert follower.losses == []
    # As SQL Server's documentation works them out.
    kinds = follower.relations["w"]
    assert (kinds["a"], kinds["c"]) == (Decimal(38, 9), FLOAT)
    assert kinds["d"] == Decimal(32, 12)


def test_a_stand_in_orders_by_bytes_where_sql_server_does() -> None:
    """A tie that another engine breaks the other way gives a customer other rows."""
    texts = "(select 'a' as t union all select 'B' union all select '\u00e9') as x"
    ranked = "row_number() over (order by x.t collate Latin1_General_100_BIN2) as n"
    statement = in_duckdb(f"select x.t, {ranked} from {texts}")
    assert sorted(duckdb.sql(statement).fetchall(), key=lambda row: row[1]) == [
        ("B", 1),
        ("a", 2),
        ("\u00e9", 3),
    ]
