"""The rules see what real Redshift lacks, and let pass what it has."""

import pytest
from redshift_rules import violations

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select sum(x) filter (where y = 1) as s from t", "filter"),
        ("select string_agg(x, ',') as s from t", "string_agg"),
        ("select x ->> 'a' as s from t", "->>"),
        ("select g from generate_series(1, 3) as g", "leader node"),
        ("select now() as s from t", "leader node"),
        ("select t.x, u.y from t, lateral (select t.x as y) as u", "lateral"),
        ("select cast(x as varchar) as s from t", "256 bytes"),
        ("select cast(x as text) as s from t", "varchar(256)"),
        ("select cast(x as numeric) as s from t", "18 digits"),
        ("select cast(x as jsonb) as s from t", "jsonb"),
        ("select gen_random_uuid() as s from t", "gen_random_uuid"),
        ("select sum(x) over (order by y) as s from t", "without a frame"),
        ("select stddev_samp(x) over (order by y) as s from t", "without a frame"),
        ("select last_value(x) over (order by y) as s from t", "without a frame"),
        ("select count(distinct x) over () as s from t", "distinct in a window"),
        (
            "select sum(x) over (order by y range unbounded preceding) as s from t",
            "rows",
        ),
        ("select distinct on (x) x, y from t", "distinct on"),
        ("select concat(x, y, z) as s from t", "concat()"),
        ("select x is not distinct from y as s from t", "distinct from"),
        ("select x + interval '1 day' as s from t", "dateadd"),
        ("select v.a from (values (1), (2)) as v(a)", "values"),
        ("select (select max(u.b) from u where u.a = t.a) as s from t", "correlated"),
    ],
)
def test_what_redshift_lacks_is_found(sql: str, words: str) -> None:
    """Harm: the rules find nothing because they do not see what they look for."""
    assert any(words in wrong for wrong in violations(sql)), violations(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select listagg(x, ',') within group (order by x) as s from t",
        "select json_extract_path_text(x, 'a', true) as s from t",
        "select dateadd(day, 1, x) as s, datediff(day, x, y) as d from t",
        "select cast(x as varchar(2000)) as s, cast(y as numeric(28, 9)) as n from t",
        "select row_number() over (partition by x order by y) as s from t",
        "select lag(x) over (order by y) as s, rank() over (order by y) as r from t",
        "select sum(x) over (order by y rows unbounded preceding) as s from t",
        "select max(x) over (partition by y) as s from t",
        "select t.x from t where exists (select 1 as a from u where u.a = t.a)",
        "select x || y || z as s, len(x) as n, getdate() as d from t",
        "select 'now() ->> string_agg(x)' as s from t",
    ],
)
def test_what_redshift_has_passes(sql: str) -> None:
    """Harm: rules that refuse good SQL are switched off."""
    assert violations(sql) == []
