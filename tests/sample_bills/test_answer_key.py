"""The answer key is right about the files beside it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from .reading import (
    query_aws,
    query_gcp,
    read_azure,
    read_bill,
    read_expected,
    sum_totals,
)

AI_LINES = """(
    line_item_product_code in (
        'AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockAgentCore',
        'AmazonSageMaker', 'MachineLearningSavingsPlans'
    )
    or (
        bill_billing_entity = 'AWS Marketplace'
        and product['product_name'] like '%Bedrock%'
    )
)"""
AI_SERVICES = "('Vertex AI', 'Gemini API', 'Vertex AI Search')"
COST = "cast(line_item_unblended_cost as decimal(28, 9))"
NET = """cast(cost as decimal(28, 9)) + coalesce(
    list_sum(list_transform(credits, lambda one: cast(one.amount as decimal(28, 9)))),
    0
)"""
AZURE_SERVICES = {"Foundry Models", "Foundry Tools", "Cognitive Services", "SaaS"}


def test_the_aws_bills_add_up_to_the_key(any_bills: Path) -> None:
    """A key that is off by a cent would fail right models, or pass wrong ones."""
    found = query_aws(
        any_bills,
        f"""
        select
            strftime(bill_billing_period_start_date, '%Y-%m'), count(*),
            sum({COST}), coalesce(sum({COST}) filter ({AI_LINES}), 0)
        from lines group by 1
        """,
    )
    key = read_bill(any_bills, "AWS")
    assert sorted(key) == sorted(row[0] for row in found)
    for month, rows, billed, ai in found:
        assert key[month]["rows"] == rows
        assert Decimal(key[month]["billed_cost"]) == billed
        assert Decimal(key[month]["ai_cost"]) == ai
        assert Decimal(key[month]["excluded_cost"]) == billed - ai


def test_the_google_bills_add_up_to_the_key(any_bills: Path) -> None:
    """A credit that is left out makes every customer of it look dearer than billed."""
    found = query_gcp(
        any_bills,
        f"""
        select
            invoice.month[:4] || '-' || invoice.month[5:], count(*), sum({NET}),
            sum({NET}) filter (
                service.description in {AI_SERVICES}
                or service.description like 'Claude%'
            )
        from lines group by 1
        """,
    )
    key = read_bill(any_bills, "GCP")
    assert sorted(key) == sorted(row[0] for row in found)
    for month, rows, billed, ai in found:
        assert key[month]["rows"] == rows
        assert Decimal(key[month]["billed_cost"]) == billed
        assert Decimal(key[month]["ai_cost"]) == ai


def test_the_azure_bills_add_up_to_the_key(any_bills: Path) -> None:
    """A page that is lost or counted twice would not show in anything else."""
    key = read_bill(any_bills, "Azure")
    rows = read_azure(any_bills)
    for month, bill in key.items():
        own = [
            row for row in rows if str(row["UsageDate"])[:6] == month.replace("-", "")
        ]
        ai = [row for row in own if row["ServiceName"] in AZURE_SERVICES]
        assert bill["rows"] == len(own)
        assert bill["currency"] == "EUR"
        assert Decimal(bill["billed_cost"]) == sum(Decimal(str(r["Cost"])) for r in own)
        assert Decimal(bill["ai_cost"]) == sum(Decimal(str(r["Cost"])) for r in ai)


def test_a_reservation_costs_its_fee_over_its_term(any_bills: Path) -> None:
    """Spread to more or less than was paid, the effective cost is no cost at all."""

    def covered(rows: list[dict[str, Any]]) -> Decimal:
        return sum(
            (
                Decimal(str(row["Cost"]))
                for row in rows
                if row["PricingModel"] == "Reservation"
                and 20260904 <= row["UsageDate"] < 20261004
            ),
            Decimal(0),
        )

    actual = read_azure(any_bills)
    amortized = read_azure(any_bills, "query-amortized")
    assert covered(actual) == covered(amortized) > 0
    assert {row["ChargeType"] for row in amortized} == {
        "Usage",
        "UnusedReservation",
        "Refund",
    }
    assert not [row for row in amortized if row["ChargeType"] == "Purchase"]


def test_azures_effective_cost_is_what_the_amortized_rows_say(any_bills: Path) -> None:
    """The key would judge the models by a figure that no answer holds."""
    rates = read_expected(any_bills)["rates"]
    expected = Decimal(0)
    for row in read_azure(any_bills, "query-amortized"):
        if row["ServiceName"] in AZURE_SERVICES:
            day = str(row["UsageDate"])
            since = f"{day[:4]}-{day[4:6]}-{day[6:]}"
            rate = [one for one in rates if one["valid_from"] <= since][-1]
            cost = Decimal(str(row["Cost"])) * Decimal(rate["usd_per_unit"])
            expected += cost.quantize(Decimal("1e-9"), "ROUND_HALF_UP")
    totals = read_expected(any_bills)["totals"]
    assert expected == sum(
        Decimal(row["effective_cost_usd"])
        for row in totals
        if row["cloud_provider"] == "Azure"
    )


def test_dollar_totals_are_the_ai_cost_of_the_bills(any_bills: Path) -> None:
    """Two parts of the key that disagree make it useless as a judge."""
    for cloud in ("AWS", "GCP"):
        billed = read_bill(any_bills, cloud)
        for month, total in sum_totals(any_bills, cloud, "month").items():
            assert total == Decimal(billed[month]["ai_cost"])


def test_euros_become_dollars_at_the_rate_of_their_day(any_bills: Path) -> None:
    """One rate for all days is wrong by percents over a year."""
    expected = Decimal(0)
    rates = read_expected(any_bills)["rates"]
    for row in read_azure(any_bills):
        if row["ServiceName"] in AZURE_SERVICES:
            day = str(row["UsageDate"])
            since = f"{day[:4]}-{day[4:6]}-{day[6:]}"
            rate = [one for one in rates if one["valid_from"] <= since][-1]
            cost = Decimal(str(row["Cost"])) * Decimal(rate["usd_per_unit"])
            expected += cost.quantize(Decimal("1e-9"), "ROUND_HALF_UP")
    assert sum(sum_totals(any_bills, "Azure", "month").values()) == expected


def test_aws_customers_are_those_whom_the_lines_name(any_bills: Path) -> None:
    """A key that knows who really paid, not what the bill shows, cannot be met."""
    found = query_aws(
        any_bills,
        f"""
        select
            coalesce(
                resource_tags['user_customer'],
                nullif(regexp_extract(
                    line_item_resource_id, 'profile/customer-(.+)-[^-]+$', 1
                ), ''),
                nullif(regexp_extract(
                    line_item_iam_principal, 'assumed-role/llm-customer-([^/]+)/', 1
                ), ''),
                map {{'333333333333': 'wayne-enterprises'}}[line_item_usage_account_id],
                'unattributed'
            ),
            sum({COST})
        from lines where {AI_LINES} group by 1
        """,
    )
    assert dict(found) == sum_totals(any_bills, "AWS", "customer_id")


def test_google_customers_are_those_whom_the_rows_name(any_bills: Path) -> None:
    """A label must win over the label of its project."""
    found = query_gcp(
        any_bills,
        f"""
        select
            coalesce(
                list_filter(
                    labels, lambda one: one.key in ('customer_id', 'customer')
                )[1].value,
                list_filter(project.labels, lambda one: one.key = 'customer')[1].value,
                map {{'prj-piedpiper': 'piedpiper', 'prj-hooli': 'hooli'}}[project.id],
                'unattributed'
            ),
            sum({NET})
        from lines
        where service.description in {AI_SERVICES}
            or service.description like 'Claude%'
        group by 1
        """,
    )
    assert dict(found) == sum_totals(any_bills, "GCP", "customer_id")


def test_azure_customers_are_those_whom_the_rows_name(any_bills: Path) -> None:
    """A tag must win over the resource group, whatever the group's letter case."""
    found: dict[str, Decimal] = {}
    for row in read_azure(any_bills):
        if row["ServiceName"] not in AZURE_SERVICES:
            continue
        tags = json.loads("{" + ",".join(row["Tags"]) + "}")
        group = row["ResourceGroupName"].lower()
        customer = tags.get("customer", "unattributed")
        if customer == "unattributed" and group.startswith("rg-customer-"):
            customer = group.removeprefix("rg-customer-").rsplit("-", 2)[0]
        found[customer] = found.get(customer, Decimal(0)) + Decimal(str(row["Cost"]))
    key = sum_totals(any_bills, "Azure", "customer_id")
    assert sorted(found) == sorted(key)
    for customer, euros in found.items():
        assert Decimal("1.09") < key[customer] / euros < Decimal("1.13")


def test_tokens_in_the_key_are_tokens(any_bills: Path) -> None:
    """Thousands and millions that are added as they stand are no tokens."""
    found = query_aws(
        any_bills,
        """
        select round(sum(line_item_usage_amount * 1000000))::bigint from lines
        where line_item_usage_type like '%InputTokenCount%'
            and line_item_usage_type not like '%Cache%'
            and product['product_name'] like 'Claude Sonnet 4.6%'
        """,
    )
    key = sum(
        int(row["usage_amount"])
        for row in read_expected(any_bills)["totals"]
        if row["cloud_provider"] == "AWS"
        and row["model"] == "claude-sonnet-4-6"
        and row["token_type"] == "input"
    )
    assert found == [(key,)]
