"""The statements by which other engines than PostgreSQL keep tenants apart."""

import json
import os
import sys
from pathlib import Path

import commands
import pytest
import sqlglot
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlglot import expressions as exp

ROOT = Path(__file__).resolve().parents[2]
RULES = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"][
    "tenant_marts"
]
HOSTILE = "o'br\\ien\"; drop table x; --\nünï"
DIALECTS = {"bq": "bigquery", "sqlserver": "tsql", "redshift": "redshift"}
# Each statement on a line of its own, as JSON.
SHOW = """
{% set customer = var("customer") %}
{% set statements = tenant_set_up() + tenant_statements(customer, "tenant_x") %}
{% for mart in var("tenant_marts") if var("engine") == "redshift" %}
{% do statements.extend(redshift_mart_policy(mart_named(mart))) %}
{% endfor %}
{% for statement in statements %}
-- {{ tojson(statement) }}
{% endfor %}
{% for mart, rule in var("tenant_marts").items() if var("engine") == "redshift" %}
{% set attached = ["llm_costs_all_rows", redshift_policy_name(rule)] %}
{% for statement in redshift_mart_policy(mart_named(mart), attached) %}
-- {{ tojson({"again": statement}) }}
{% endfor %}
{% endfor %}
{% if var("engine") == "redshift" %}
{% set roles, policies = redshift_tenant_roles(), redshift_tenant_policies() %}
{% set before = policies.keys() | reject("equalto", "llm_costs_all_rows") | list %}
{% for statement in redshift_lacking(["llm_costs_tenants"], before) %}
-- {{ tojson({"lacking": statement}) }}
{% endfor %}
{% for statement in redshift_lacking(roles.keys(), policies.keys()) %}
-- {{ tojson({"lacking": "nothing, but: " ~ statement}) }}
{% endfor %}
{% endif %}
{% for part in tenant_removal(customer, "tenant_x") %}
{% for statement in part %}
-- {{ tojson({"removal": statement}) }}
{% endfor %}
{% endfor %}
"""


def show(target: str, folder: Path) -> tuple[list[str], dict[str, list[str]]]:
    """Compile the statements for a target, which nobody has to answer for.

    Those that make tenants, and others by what they are.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = {
        "type": "service_account",
        "client_email": "nobody@example.com",
        "token_uri": "https://example.com/token",
        "private_key": pem.decode(),
    }
    (folder / "key.json").write_text(json.dumps(account), encoding="utf-8")
    said = commands.checked(
        [
            Path(sys.executable).with_name("dbt"),
            *("--quiet", "compile", "--target", target, "--inline", SHOW),
            *("--no-introspect", "--no-populate-cache"),
            *("--vars", json.dumps({"customer": HOSTILE, "engine": target})),
        ],
        {
            **os.environ,
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "LLM_COSTS_BIGQUERY_PROJECT": "nowhere",
            "LLM_COSTS_BIGQUERY_METHOD": "service-account",
            "LLM_COSTS_BIGQUERY_KEYFILE": str(folder / "key.json"),
            "LLM_COSTS_SQLSERVER_ENCRYPT": "True",
            "LLM_COSTS_SQLSERVER_TRUST_CERT": "False",
        },
    )
    given = [
        json.loads(line.removeprefix("-- "))
        for line in said.splitlines()
        if line.startswith("-- ")
    ]
    made = [statement for statement in given if isinstance(statement, str)]
    others: dict[str, list[str]] = {}
    for statement in given:
        if isinstance(statement, dict):
            ((kind, sql),) = statement.items()
            others.setdefault(kind, []).append(sql)
    return made, others


def literals(statement: str, target: str) -> set[str]:
    parsed = sqlglot.parse_one(statement, read=DIALECTS[target])
    return {
        node.this
        for node in parsed.find_all(exp.Literal, exp.National)
        if not (isinstance(node, exp.Literal) and not node.is_string)
    }


@pytest.mark.parametrize("target", ["bq", "sqlserver"])
def test_a_tenant_has_views_of_its_own_rows_only(target: str, tmp_path: Path) -> None:
    """A mart without its view, or without its condition, is the whole company."""
    made, others = show(target, tmp_path)

    views = [sql for sql in made if sql.startswith("create") and " view " in sql[:30]]
    assert len(views) == len(RULES)
    for mart, rule in RULES.items():
        (view,) = [sql for sql in views if f"{mart}" in sql.split(" as select ")[0]]
        parsed = sqlglot.parse_one(view, read=DIALECTS[target])
        conditions = list(parsed.find(exp.Where).find_all(exp.EQ))
        columns = {c.this.name: c.expression.this for c in conditions}
        assert columns[rule["customer"]] == HOSTILE, view
        expected = (
            {rule["customer"], "budget_scope"}
            if rule.get("where")
            else {rule["customer"]}
        )
        assert columns.keys() == expected
        assert parsed.find(exp.Where).find(exp.Or) is None
        assert "tenant_x" in view.split(" as select ")[0]
    # Nothing is granted but the tenant's own schema.
    grants = [sql for sql in made if sql.startswith("grant")]
    assert grants == (
        ['grant select on schema::"tenant_x" to "tenant_x"']
        if target == "sqlserver"
        else []
    )
    (line,) = [sql for sql in made if sql.startswith("insert")]
    assert HOSTILE in literals(line, target)
    assert any("tenant_x" in sql and "drop schema" in sql for sql in others["removal"])


def test_redshift_s_policies_know_rows_by_user_and_not_by_customer(
    tmp_path: Path,
) -> None:
    """Everybody may read a policy's text; a name in it tells who the customers are."""
    made, others = show("redshift", tmp_path)

    policies = [sql for sql in made if sql.startswith("create rls policy")]
    names = {sql.split()[3] for sql in policies}
    assert names == {
        "llm_costs_own_customer_id",
        "llm_costs_own_customer_id_in_scope",
        "llm_costs_own_x_customerid",
        "llm_costs_all_rows",
    }
    own = [sql for sql in policies if "all_rows" not in sql]
    assert all("t.role_name = current_user" in sql for sql in own)
    # Who is no tenant reads all rows through a role that no tenant is given.
    assert "create rls policy llm_costs_all_rows using (true)" in policies
    assert not [sql for sql in made if sql.startswith("grant role llm_costs_readers")]
    (scoped,) = [sql for sql in policies if "in_scope" in sql]
    assert "budget_scope = 'customer'" in scoped
    for mart, rule in RULES.items():
        on = [sql for sql in made if f'"{mart}"' in sql]
        kinds = [sql.split()[0] for sql in on]
        # Policy and security first: a grant before them would show every row.
        assert kinds == ["attach", "attach", "alter", "grant"], on
        assert on[0].endswith("to role llm_costs_tenants")
        assert on[1].startswith("attach rls policy llm_costs_all_rows on ")
        assert on[1].endswith("to role llm_costs_readers")
        assert on[2].endswith("row level security on")
        assert on[0].split()[3] in names
        assert ("in_scope" in on[0]) is bool(rule.get("where"))
        assert rule["customer"].lower() in on[0]
    told = [sql for sql in made if "o''br" in sql]
    assert len(told) == 1
    assert told[0].startswith("insert into")
    assert "password disable" in " ".join(made)
    # focus_costs has names with capitals, and so has its policy.
    assert "alter user tenant_x set enable_case_sensitive_identifier to true" in made
    assert [sql.split()[0] for sql in others["removal"]] == ["delete", "revoke", "drop"]
    # A policy that a table has already is refused, and with it the build.
    kinds = [sql.split()[0] for sql in others["again"]]
    assert kinds == ["alter", "grant"] * len(RULES)
    # Tenants of a release without readers get what they lack, and nothing twice.
    assert [" ".join(sql.split()[:4]) for sql in others["lacking"]] == [
        "create role llm_costs_readers",
        "create role llm_costs_builders",
        "grant ignore rls to",
        "grant role llm_costs_builders to",
        "create rls policy llm_costs_all_rows",
    ]
