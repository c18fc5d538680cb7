-- What Redshift has and PostgreSQL has not, as far as dbt, dlt and the models use it.
set allow_system_table_mods = on;

create view pg_catalog.svv_table_info as
select
    null::text as "database",
    null::text as "schema",
    null::oid as table_id,
    null::text as "table",
    null::text as encoded,
    null::text as diststyle,
    null::text as sortkey1,
    null::int as max_varchar,
    null::text as sortkey1_enc,
    null::int as sortkey_num,
    null::bigint as size,
    null::numeric as pct_used,
    null::numeric as unsorted,
    null::numeric as stats_off,
    null::numeric as tbl_rows,
    null::numeric as skew_sortkey1,
    null::numeric as skew_rows
where false;

create view pg_catalog.svv_external_columns as
select
    null::text as schemaname,
    null::text as tablename,
    null::text as columnname,
    null::text as external_type,
    null::int as columnnum,
    null::int as part_key,
    null::text as is_nullable
where false;

create view pg_catalog.svv_redshift_schemas as
select
    current_database()::text as database_name,
    nspname::text as schema_name
from pg_namespace;

-- The caller says what the columns are. There never are any: the shim makes every view a
-- bound one.
create function pg_catalog.pg_get_late_binding_view_cols()
returns setof record
language plpgsql
as 'begin return; end';

create function pg_catalog.getdate() returns timestamp
language sql stable
as 'select (now() at time zone ''UTC'')::timestamp';

create function pg_catalog.last_day(date) returns date
language sql immutable strict
as 'select (date_trunc(''month'', $1) + interval ''1 month - 1 day'')::date';

create function pg_catalog.len(text) returns int
language sql immutable strict
as 'select char_length($1)';

create function pg_catalog.dateadd(part text, amount bigint, start_at timestamp)
returns timestamp
language sql immutable strict
as 'select start_at + amount * (''1 '' || part)::interval';

-- Boundaries crossed, as Redshift counts.
create function pg_catalog.datediff(part text, start_at timestamp, end_at timestamp)
returns bigint
language sql immutable strict
as '
    select case part
        when ''month''
        then
            12 * (extract(year from end_at) - extract(year from start_at))
            + extract(month from end_at) - extract(month from start_at)
        else
            extract(epoch from date_trunc(part, end_at) - date_trunc(part, start_at))
            / extract(epoch from (''1 '' || part)::interval)
    end::bigint
';

-- The last argument says that bad JSON gives null. An absent key gives null, too.
create function pg_catalog.json_extract_path_text(object text, key text, is_lenient boolean)
returns text
language plpgsql immutable
as '
begin
    return object::json ->> key;
exception when others then
    if is_lenient then return null; end if;
    raise;
end
';

reset allow_system_table_mods;
