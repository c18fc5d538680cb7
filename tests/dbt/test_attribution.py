"""Who is said to have caused a cost: every rule on a bill's own rows, and its share."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_runs import copy_warehouse, dbt

CENT = Decimal("0.005")
PROFILE = "arn:aws:bedrock:us-east-1:2:application-inference-profile/"
ROLE = "arn:aws:sts::222222222222:assumed-role/"
NOBODY = ("unattributed", "unattributed", None)
# Rules and a map of somebody else, beside those that the seeds hold.
OWN_SETTINGS = """
    insert into multi_cloud_costs_staging.attribution_rules
        (priority, cloud_provider, evidence, prefix, customer_attribution)
    values
        (31, 'AWS', 'iam_principal', 'Tenant_', 'profile'),
        (15, 'Azure', 'resource_group', 'rg-customer-legacy-', 'resource group'),
        (25, 'Azure', 'resource_group', 'RG-Cust-', 'resource group');
    insert into multi_cloud_costs_staging.account_map
        (cloud_provider, account_kind, account, customer_id, team, environment, feature)
    values ('Azure', 'account', 'AAAA-1', 'Globex', 'search', 'test', 'Summaries');
"""

# What a row of a bill carries -> customer, attribution and rule.
Row = dict[str, str | None]
AWS: dict[str, tuple[Row, tuple[str, str, str | None]]] = {
    "tag as older exports write it": (
        {"resource_tags": '{"user_customer":"acme"}'},
        ("acme", "tag", "resource_tag"),
    ),
    "tag of a resource as newer exports write it": (
        {"tags": '{"resourceTags/customer":"acme"}'},
        ("acme", "tag", "resource_tag"),
    ),
    "tag of the caller": (
        {"tags": '{"iamPrincipal/customer":"acme"}'},
        ("acme", "tag", "resource_tag"),
    ),
    "second key": (
        {"resource_tags": '{"user_customer_id":"acme"}'},
        ("acme", "tag", "resource_tag"),
    ),
    "tag in capitals and with a space": (
        {"resource_tags": '{"user_customer":" ACME "}'},
        ("acme", "tag", "resource_tag"),
    ),
    "tag of a customer that nobody has set up": (
        {"resource_tags": '{"user_customer":"acme-labs"}'},
        ("acme-labs", "tag", "resource_tag"),
    ),
    "inference profile": (
        {"line_item_resource_id": f"{PROFILE}customer-umbrella-health-1a2b"},
        ("umbrella-health", "profile", "inference_profile customer-"),
    ),
    "inference profile of a new customer": (
        {"line_item_resource_id": f"{PROFILE}Customer-NewCo-1a2b"},
        ("newco", "profile", "inference_profile customer-"),
    ),
    "role of a caller": (
        {"line_item_iam_principal": f"{ROLE}llm-customer-initech/session-1"},
        ("initech", "profile", "iam_principal llm-customer-"),
    ),
    "role under a second prefix": (
        {"line_item_iam_principal": f"{ROLE}tenant_globex/session-1"},
        ("globex", "profile", "iam_principal tenant_"),
    ),
    "an underscore is no wildcard": (
        {"line_item_iam_principal": f"{ROLE}tenantxglobex/session-1"},
        NOBODY,
    ),
    "role of an application": (
        {"line_item_iam_principal": f"{ROLE}app-gateway/llm-customer-initech"},
        NOBODY,
    ),
    "account": (
        {"line_item_usage_account_id": "333333333333"},
        ("wayne-enterprises", "account map", "account"),
    ),
    "empty tag over a profile": (
        {
            "resource_tags": '{"user_customer":""}',
            "line_item_resource_id": f"{PROFILE}customer-hooli-1a2b",
        },
        ("hooli", "profile", "inference_profile customer-"),
    ),
    "everything at once": (
        {
            "resource_tags": '{"user_customer":"acme"}',
            "tags": '{"resourceTags/customer":"wonka"}',
            "line_item_resource_id": f"{PROFILE}customer-globex-1a2b",
            "line_item_iam_principal": f"{ROLE}llm-customer-initech/session-1",
            "line_item_usage_account_id": "333333333333",
        },
        ("acme", "tag", "resource_tag"),
    ),
    "everything but a tag": (
        {
            "line_item_resource_id": f"{PROFILE}customer-globex-1a2b",
            "line_item_iam_principal": f"{ROLE}llm-customer-initech/session-1",
            "line_item_usage_account_id": "333333333333",
        },
        ("globex", "profile", "inference_profile customer-"),
    ),
    "a role over its account": (
        {
            "line_item_iam_principal": f"{ROLE}llm-customer-initech/session-1",
            "line_item_usage_account_id": "333333333333",
        },
        ("initech", "profile", "iam_principal llm-customer-"),
    ),
    "nothing": ({}, NOBODY),
}
GCP: dict[str, tuple[Row, tuple[str, str, str | None]]] = {
    "label": (
        {"labels": '{"customer":"acme"}'},
        ("acme", "label", "resource_tag"),
    ),
    "second key": (
        {"labels": '{"customer_id":"acme"}'},
        ("acme", "label", "resource_tag"),
    ),
    "label of the project": (
        {"project_labels": '{"customer":"Acme"}'},
        ("acme", "label", "project_label"),
    ),
    "label over that of the project": (
        {"labels": '{"customer":"acme"}', "project_labels": '{"customer":"wonka"}'},
        ("acme", "label", "resource_tag"),
    ),
    "empty label over that of the project": (
        {"labels": '{"customer":""}', "project_labels": '{"customer":"wonka"}'},
        ("wonka", "label", "project_label"),
    ),
    "project": (
        {"project_id": "PRJ-hooli"},
        ("hooli", "account map", "project"),
    ),
    "label of the project over the project": (
        {"project_id": "prj-hooli", "project_labels": '{"customer":"wonka"}'},
        ("wonka", "label", "project_label"),
    ),
    "project that no map names": ({"project_id": "prj-elsewhere"}, NOBODY),
}
AZURE: dict[str, tuple[Row, tuple[str, str, str | None]]] = {
    "tag": (
        {"tags": '{"customer":"Acme"}'},
        ("acme", "tag", "resource_tag"),
    ),
    "tag by which the query groups": (
        {"tag_key": "customer", "tag_value": "acme"},
        ("acme", "tag", "resource_tag"),
    ),
    "tag over a resource group": (
        {
            "tags": '{"customer":"acme"}',
            "resource_group_name": "rg-customer-globex-search-prod",
        },
        ("acme", "tag", "resource_tag"),
    ),
    "resource group": (
        {"resource_group_name": "rg-customer-globex-search-prod"},
        ("globex", "resource group", "resource_group rg-customer-"),
    ),
    "resource group in capitals": (
        {"resource_group_name": "RG-CUSTOMER-GLOBEX-SEARCH-PROD"},
        ("globex", "resource group", "resource_group rg-customer-"),
    ),
    "resource group of a customer with a dash": (
        {"resource_group_name": "rg-customer-umbrella-health-search-prod"},
        ("umbrella-health", "resource group", "resource_group rg-customer-"),
    ),
    "resource group of a new customer": (
        {"resource_group_name": "rg-customer-newco-search-prod"},
        ("newco", "resource group", "resource_group rg-customer-"),
    ),
    "resource group under a second prefix": (
        {"resource_group_name": "rg-cust-globex-search-prod"},
        ("globex", "resource group", "resource_group rg-cust-"),
    ),
    "resource group that two prefixes fit": (
        {"resource_group_name": "rg-customer-legacy-globex-search-prod"},
        ("globex", "resource group", "resource_group rg-customer-legacy-"),
    ),
    "resource group without a customer": (
        {"resource_group_name": "rg-shared-ai"},
        NOBODY,
    ),
    "prefix and nothing behind it": (
        {"resource_group_name": "rg-customer-"},
        NOBODY,
    ),
    "subscription": (
        {
            "resource_id": "/subscriptions/aaaa-1/resourceGroups/rg-x/providers/p/t/n",
            "resource_group_name": "rg-x",
        },
        ("globex", "account map", "account"),
    ),
}
CASES = {
    (cloud, name): case
    for cloud, cases in (("AWS", AWS), ("GCP", GCP), ("Azure", AZURE))
    for name, case in cases.items()
}
# Per cloud: the raw table, the column that names the case, and a row without evidence.
TABLES: dict[str, tuple[str, str, Row]] = {
    "AWS": (
        "raw_aws.cur_line_items",
        "line_item_usage_type",
        {
            "line_item_line_item_type": "Usage",
            "resource_tags": "{}",
            "tags": "{}",
            "line_item_resource_id": None,
            "line_item_iam_principal": None,
            "line_item_usage_account_id": "222222222222",
        },
    ),
    "GCP": (
        "raw_gcp.billing_rows",
        "sku_description",
        {"labels": "{}", "project_labels": "{}", "project_id": "prj-shared"},
    ),
    "Azure": (
        "raw_azure.cost_rows",
        "meter",
        {
            "resource_id": "/subscriptions/bbbb-2/resourceGroups/rg-x/providers/p/t/n",
            "resource_group_name": "rg-x",
            "tag_key": None,
            "tag_value": None,
            "tags": "{}",
        },
    ),
}
# The rules as a person would apply them to the bills' own rows, with expressions that
# the models cannot use.
TRUTH = """
    select 'AWS' as cloud_provider, date_trunc('month', line_item_usage_start_date),
        case
            when resource_tags ->> 'user_customer' != '' then 'resource_tag'
            when regexp_matches(line_item_resource_id, 'profile/customer-')
            then 'inference_profile customer-'
            when regexp_matches(line_item_iam_principal, 'assumed-role/llm-customer-')
            then 'iam_principal llm-customer-'
            when line_item_usage_account_id = '333333333333' then 'account'
            else 'none'
        end,
        sum(line_item_unblended_cost::decimal(28, 9))
    from raw_aws.cur_line_items
    group by all
    union all
    select 'GCP', date_trunc('month', usage_start_time),
        case
            when coalesce(labels ->> 'customer', labels ->> 'customer_id') != ''
            then 'resource_tag'
            when project_labels ->> 'customer' != '' then 'project_label'
            when project_id in ('prj-piedpiper', 'prj-hooli') then 'project'
            else 'none'
        end,
        sum(cost::decimal(28, 9) + coalesce(credits_amount, 0)::decimal(28, 9))
    from raw_gcp.billing_rows
    group by all
    union all
    select 'Azure', strptime((usage_date // 100)::varchar, '%Y%m'),
        case
            when coalesce(nullif(tag_value, ''), tags ->> 'customer') != ''
            then 'resource_tag'
            when resource_group_name ilike 'rg-customer-%'
            then 'resource_group rg-customer-'
            else 'none'
        end,
        sum(cost::decimal(28, 9))
    from raw_azure.cost_rows
    where cost_type = 'ActualCost'
    group by all
"""
# The same of features, by tags, a project and two groups that are one feature's. The
# API of Azure gives no tag but the customer's.
FEATURES = """
    select 'AWS' as cloud_provider, resource_tags ->> 'user_feature' as feature,
        sum(line_item_unblended_cost::decimal(28, 9))
    from raw_aws.cur_line_items
    group by all
    union all
    select 'GCP',
        case
            when project_id = 'prj-hooli' then 'recommendations'
            else labels ->> 'feature'
        end,
        sum(cost::decimal(28, 9) + coalesce(credits_amount, 0)::decimal(28, 9))
    from raw_gcp.billing_rows
    group by all
    union all
    select 'Azure',
        case lower(resource_group_name)
            when 'rg-customer-globex-support-prod' then 'chatbot'
            when 'rg-customer-globex-search-prod' then 'search'
        end,
        sum(cost::decimal(28, 9))
    from raw_azure.cost_rows
    where cost_type = 'ActualCost'
    group by all
"""


def insert_cases(connection: duckdb.DuckDBPyConnection) -> None:
    """Put one row per case in the place of the bills, its case in its SKU."""
    for cloud, (table, marker, plain) in TABLES.items():
        connection.execute(f"create temp table one as from {table} limit 1")
        connection.execute(f"delete from {table}")
        for (provider, name), (changes, _) in CASES.items():
            if provider == cloud:
                values = {**plain, **changes, marker: name}
                replaced = ", ".join(f"${column} as {column}" for column in values)
                connection.execute(
                    f"insert into {table} select * replace ({replaced}) from one",
                    values,
                )
        connection.execute("drop table one")


@pytest.fixture(scope="module")
def attributed(
    built_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What the models make of every case, from the raw row on."""
    warehouse = copy_warehouse(built_warehouse, tmp_path_factory.mktemp("cases"))
    with duckdb.connect(str(warehouse)) as connection:
        insert_cases(connection)
        connection.execute(OWN_SETTINGS)
    dbt(warehouse, "run", "--full-refresh", "-s", "+int_attributed_costs")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set search_path = 'multi_cloud_costs_staging'")
        found = connection.execute(
            """
            select costs.cloud_provider, costs.sku, costs.customer_id,
                costs.customer_attribution, attributions.attribution_rule,
                costs.team, costs.environment, costs.feature
            from int_attributed_costs as costs
            inner join int_daily_charges as charges
                on costs.cloud_provider = charges.cloud_provider
                and costs.sku = charges.sku
            left join int_attributions as attributions using (evidence_key)
            """
        ).fetchall()
    warehouse.unlink()
    return {row[:2]: row[2:] for row in found}


@pytest.fixture(scope="module")
def coverage(
    marts: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str, str], Decimal]:
    rows = marts.execute(
        """
        select cloud_provider, strftime(month, '%Y-%m'), attribution_rule, cost_usd
        from attribution_coverage
        """
    ).fetchall()
    return {row[:3]: row[3] for row in rows}


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_evidence_names_its_customer_by_its_rule(
    case: tuple[str, str], attributed: dict[tuple[str, str], tuple[Any, ...]]
) -> None:
    """A cost under the wrong customer is on the wrong customer's invoice."""
    assert attributed[case][:3] == CASES[case][1]


def test_a_resource_group_tells_the_team_and_the_environment_too(
    attributed: dict[tuple[str, str], tuple[Any, ...]],
) -> None:
    """A team that cannot be told cannot be asked."""
    told = {name: attributed["Azure", name][3:5] for name in AZURE}
    assert told["resource group"] == ("search", "prod")
    assert told["resource group of a customer with a dash"] == ("search", "prod")
    assert told["resource group under a second prefix"] == ("search", "prod")
    assert told["subscription"] == ("search", "test")
    assert attributed["Azure", "subscription"][5] == "summaries"


def test_each_feature_costs_what_the_bills_rows_with_its_tag_do(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A feature is kept or dropped by this figure; the untagged rest is told too."""
    tagged = marts.execute(FEATURES).fetchall()
    found = marts.execute(
        """
        select cloud_provider, feature, sum(cost_in_billing_currency)
        from unified_costs
        group by all
        """
    ).fetchall()
    assert {row[:2]: row[2] for row in found} == {row[:2]: row[2] for row in tagged}
    clouds = Counter(feature for _, feature, _ in found)
    assert clouds["chatbot"] == clouds["search"] == clouds[None] == len(TABLES)


def test_each_rule_has_the_share_that_the_bills_rows_give_it(
    marts: duckdb.DuckDBPyConnection,
    coverage: dict[tuple[str, str, str], Decimal],
    sample_bills_dir: Path,
) -> None:
    """A rule that takes what is another's, or matches no more, shows in its share."""
    key = json.loads((sample_bills_dir / "expected.json").read_text("utf-8"))
    expected = {
        (cloud, f"{month:%Y-%m}", rule): cost
        for cloud, month, rule, cost in marts.execute(TRUTH).fetchall()
    }
    for name, euros in expected.items():
        if name[0] == "Azure":
            since = [one for one in key["rates"] if one["valid_from"][:7] <= name[1]]
            expected[name] = euros * Decimal(since[-1]["usd_per_unit"])
    given = {name: cost for name, cost in coverage.items() if cost or name in expected}
    assert set(given) == set(expected)
    wrong = {
        name: (expected[name], cost)
        for name, cost in given.items()
        if abs(expected[name] - cost) > CENT
    }
    assert wrong == {}


def test_every_rule_that_the_sample_company_uses_gives_something(
    coverage: dict[tuple[str, str, str], Decimal],
) -> None:
    """A rule that is never seen to work is not known to work."""
    working = {(cloud, rule) for (cloud, _, rule), cost in coverage.items() if cost}
    assert working == {
        ("AWS", "resource_tag"),
        ("AWS", "inference_profile customer-"),
        ("AWS", "iam_principal llm-customer-"),
        ("AWS", "account"),
        ("AWS", "none"),
        ("Azure", "resource_tag"),
        ("Azure", "resource_group rg-customer-"),
        ("Azure", "none"),
        ("GCP", "resource_tag"),
        ("GCP", "project_label"),
        ("GCP", "project"),
        ("GCP", "none"),
    }


def test_what_is_unattributed_is_what_the_answer_key_leaves_without_a_customer(
    coverage: dict[tuple[str, str, str], Decimal], sample_bills_dir: Path
) -> None:
    """Tagging is judged by this figure; people are praised or blamed for it."""
    totals = json.loads((sample_bills_dir / "expected.json").read_text("utf-8"))
    for cloud in ("AWS", "Azure", "GCP"):
        expected = sum(
            Decimal(total["cost_usd"])
            for total in totals["totals"]
            if total["cloud_provider"] == cloud
            and total["customer_id"] == "unattributed"
        )
        found = [
            cost
            for (provider, _, rule), cost in coverage.items()
            if provider == cloud and rule == "none"
        ]
        assert abs(sum(found, Decimal(0)) - expected) <= CENT


def test_a_rule_that_has_gone_quiet_is_told_and_one_that_never_spoke_is_not(
    warehouse_copy: Path,
) -> None:
    """A renamed tag key moves a customer's cost to nobody without any error."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute(
            """
            update multi_cloud_costs.attribution_coverage
            set last_usage_date = case
                when month = '2026-10-01' then date '2026-10-30'
            end
            where cloud_provider = 'AWS'
                and attribution_rule = 'inference_profile customer-'
            """
        )
    output = dbt(
        warehouse_copy,
        "test",
        "--store-failures",
        "-s",
        "no_attribution_rule_has_gone_quiet",
    )
    assert "WARN=1" in output
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        told = connection.execute(
            """
            select cloud_provider, attribution_rule, last_usage_date::varchar
            from multi_cloud_costs_dbt_test__audit.no_attribution_rule_has_gone_quiet
            """
        ).fetchall()
    assert told == [("AWS", "inference_profile customer-", "2026-10-30")]
