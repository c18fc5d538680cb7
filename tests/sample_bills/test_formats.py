"""The files look as the providers' own do."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from .reading import query_aws, query_gcp, read_azure

EXPORT = "aws/sample-company-billing/exports/llm-costs"
FAKES = ("Bedrock-tokens-", "KnowledgeBase-Storage-Hours", "Guardrails-Text-Units")


def test_cur_columns_have_the_types_of_the_export(bills: Path) -> None:
    """A text where AWS gives a number would let a loader pass here and fail there."""
    paths = sorted((bills / EXPORT / "data").rglob("*.parquet"))
    schema = pq.read_schema(paths[0])
    types = {field.name: str(field.type) for field in schema}
    assert len(types) > 90
    for name in ("product", "resource_tags", "cost_category", "tags"):
        assert types[name].startswith("map<string, string")
    assert types["discount"].startswith("map<string, double")
    assert types["line_item_unblended_cost"] == "double"
    assert types["line_item_usage_amount"] == "double"
    assert types["line_item_unblended_rate"] == "string"
    assert types["line_item_usage_start_date"] == "timestamp[us, tz=UTC]"
    assert types["bill_billing_period_start_date"] == "timestamp[us, tz=UTC]"
    assert all(pq.read_schema(path).equals(schema) for path in paths)


def test_cur_manifests_name_exactly_the_files_of_their_month(bills: Path) -> None:
    """A loader reads the manifest's files and no others."""
    manifests = sorted((bills / EXPORT / "metadata").rglob("llm-costs-Manifest.json"))
    assert [path.parent.name for path in manifests] == [
        f"BILLING_PERIOD=2026-{month}" for month in ("08", "09", "10")
    ]
    for path in manifests:
        manifest = json.loads(path.read_text())
        base = f"s3://sample-company-billing/exports/llm-costs/data/{path.parent.name}/"
        files = sorted((bills / EXPORT / "data" / path.parent.name).iterdir())
        assert manifest["dataFiles"] == [f"{base}{file.name}" for file in files]
        columns = [column["name"] for column in manifest["columns"]]
        assert columns == pq.read_schema(files[0]).names
        assert {column["type"] for column in manifest["columns"]} == {
            "string",
            "double",
            "timestamp",
            "map<string,string>",
            "map<string,double>",
        }
    full_month = bills / EXPORT / "data" / "BILLING_PERIOD=2026-09"
    assert len(list(full_month.iterdir())) == 3


def test_an_id_repeats_over_the_hours_but_not_within_one(bills: Path) -> None:
    """An id that is unique by itself would hide a merge on the id alone."""
    [(rows, ids, keys)] = query_aws(
        bills,
        """
        select count(*), count(distinct identity_line_item_id),
            count(distinct identity_line_item_id || ' ' || identity_time_interval)
        from lines
        """,
    )
    assert keys == rows
    assert ids < rows / 10


def test_marketplace_lines_look_like_the_real_one(bills: Path) -> None:
    """The real Claude lines carry neither a service code nor a list price."""
    [found] = query_aws(
        bills,
        """
        select
            count(*),
            count(*) filter (length(line_item_product_code) <> 26),
            count(product_servicecode), sum(pricing_public_on_demand_cost),
            count(*) filter (pricing_unit not in ('Units', '1M tokens')),
            count(*) filter (line_item_operation <> 'Usage'),
            count(*) filter (line_item_resource_id not like 'arn:aws:bedrock:%'),
            count(distinct product['product_name'])
        from lines
        where bill_billing_entity = 'AWS Marketplace'
            and line_item_line_item_type = 'Usage'
        """,
    )
    assert found[0] > 1000
    assert found[1:7] == (0, 0, 0.0, 0, 0, 0)
    assert found[7] >= 5


def test_tax_lines_span_the_month_and_say_little(bills: Path) -> None:
    """A tax line with a usage type would be taken for usage."""
    found = query_aws(
        bills,
        """
        select distinct
            line_item_usage_type, line_item_operation, pricing_unit, map_keys(product),
            line_item_usage_amount, product_region_code,
            line_item_usage_start_date = bill_billing_period_start_date
                and line_item_usage_end_date = bill_billing_period_end_date
        from lines where line_item_line_item_type = 'Tax'
        """,
    )
    assert found == [(None, None, None, ["product_name"], 1.0, None, True)]


def test_the_aws_bill_holds_every_kind_of_line(bills: Path) -> None:
    """A kind that no sample shows is a kind that no test covers."""
    kinds = query_aws(bills, "select distinct line_item_line_item_type from lines")
    assert {row[0] for row in kinds} == {
        "Usage",
        "Tax",
        "Credit",
        "Refund",
        "EdpDiscount",
        "Fee",
        "SavingsPlanCoveredUsage",
        "SavingsPlanNegation",
        "SavingsPlanRecurringFee",
    }
    codes = query_aws(bills, "select distinct line_item_product_code from lines")
    assert {row[0] for row in codes} > {
        "AmazonBedrock",
        "AmazonBedrockService",
        "AmazonBedrockAgentCore",
        "AmazonSageMaker",
        "AmazonEC2",
        "AWSSupportBusiness",
    }
    usage_types = query_aws(bills, "select distinct line_item_usage_type from lines")
    assert not [
        row for row in usage_types if any(fake in str(row[0]) for fake in FAKES)
    ]


def test_azure_rows_show_both_names_of_the_services(bills: Path) -> None:
    """A history keyed on the service's name breaks at its rename."""
    rows = read_azure(bills)
    services = {row["ServiceName"] for row in rows}
    assert services > {"Cognitive Services", "Foundry Tools", "SaaS"}
    assert {row["ChargeType"] for row in rows} == {"Usage", "Purchase", "Refund"}
    groups = {row["ResourceGroupName"] for row in rows}
    assert len(groups) > len({group.lower() for group in groups})
    # 1000 rows are a page: a month does not fit on one.
    september = list((bills / "azure").rglob("2026-09/page-*.json"))
    assert len(september) > 1


def test_no_two_azure_rows_are_one_to_the_api(bills: Path) -> None:
    """Rows that the API would add together would change the rounding of the key."""
    seen = [
        (row["UsageDate"], row["ResourceId"], row["Meter"], row["ChargeType"])
        for row in read_azure(bills)
    ]
    assert len(seen) == len(set(seen))


def test_google_rows_have_the_nesting_of_the_export(bills: Path) -> None:
    """Flat columns would let a loader pass that cannot read the real export."""
    path = min((bills / "gcp").rglob("*.parquet"))
    types = {field.name: str(field.type) for field in pq.read_schema(path)}
    assert types["credits"].startswith("list<")
    assert types["project"].startswith("struct<id: string, number: string")
    assert types["usage_start_time"] == "timestamp[us, tz=UTC]"
    assert "decimal128(38, 9)" in types["price"]
    assert types["cost"] == "double"
    kinds = query_gcp(bills, "select distinct cost_type from lines")
    assert {row[0] for row in kinds} == {
        "regular",
        "tax",
        "adjustment",
        "rounding_error",
    }
    granted = query_gcp(bills, "select distinct unnest(credits).type from lines")
    assert {row[0] for row in granted} >= {
        "PROMOTION",
        "DISCOUNT",
        "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE",
    }


def test_google_months_are_those_of_the_pacific(bills: Path) -> None:
    """The first hours of a UTC month still belong to the invoice before."""
    found = query_gcp(
        bills,
        """
        select distinct invoice.month from lines
        where usage_start_time >= '2026-10-01 00:00:00+00'
            and usage_start_time < '2026-10-01 07:00:00+00' and cost_type = 'regular'
        """,
    )
    assert found == [("202609",)]


def test_a_google_correction_is_billed_later_than_it_was_used(bills: Path) -> None:
    """A load by usage date alone never sees it."""
    found = query_gcp(
        bills,
        """
        select strftime(usage_start_time, '%Y%m'), invoice.month, cost < 0
        from lines where cost_type = 'adjustment'
        """,
    )
    assert ("202609", "202610", True) in found
