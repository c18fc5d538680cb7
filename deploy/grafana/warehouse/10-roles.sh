#!/usr/bin/env bash
# Makes the two roles of docs/warehouses/postgres.md when the database is made: one that
# loads and builds, and one for Grafana that reads the marts and nothing else.
set -euo pipefail

psql --no-psqlrc --set ON_ERROR_STOP=1 \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
-- Read from the environment, not handed over: arguments are seen by every process.
\getenv owner_password OWNER_PASSWORD
\getenv reader_password READER_PASSWORD
create role llm_costs login password :'owner_password';
create role llm_costs_reader login password :'reader_password';
select current_database() as database \gset
revoke all on database :"database" from public;
grant connect, create, temporary on database :"database" to llm_costs;
grant connect on database :"database" to llm_costs_reader;
alter role llm_costs_reader set default_transaction_read_only = on;
alter role llm_costs_reader set statement_timeout = '60s';

set role llm_costs;
create schema multi_cloud_costs;
grant usage on schema multi_cloud_costs to llm_costs_reader;
alter default privileges in schema multi_cloud_costs
grant select on tables to llm_costs_reader;
SQL
