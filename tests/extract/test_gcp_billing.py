"""The Google Cloud source: nested columns, credits, services."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from extract_bills import GCP_ACCOUNT, gcp_row, write_gcp

import extract


def test_credits_are_part_of_the_bill_and_copy_no_row(world):
    """Joining the credits to the rows counts a row with two credits twice."""
    rows = [
        gcp_row(1),
        gcp_row(2, service={"id": "X", "description": "Claude Opus 4.6"}),
        gcp_row(3, service={"id": "Y", "description": "BigQuery"}, cost=5.0),
        gcp_row(4, credits=[]),
    ]
    write_gcp(world.gcp, "202610", rows)
    (result,) = extract.run(["gcp_billing"], progress=False)
    assert (result.rows, result.cost) == (3, {"USD": Decimal("8.75")})
    assert world.rows(
        "select count(*), sum(cost), sum(credits_amount), "
        "sum(credits_promotion_amount) from raw_gcp.billing_rows"
    ) == [(3, 6.0, -1.5, -0.5)]
    assert world.rows(
        "select service_description, line_count, cost, credits_amount "
        "from raw_gcp.filtered_totals"
    ) == [("BigQuery", 1, Decimal(5), Decimal("-0.75"))]


def test_credits_that_are_the_text_of_json_are_credits(world):
    """Tools that know no nested columns write them so, and the bill was too high."""
    listed = gcp_row()["credits"]
    texts = (json.dumps(listed), json.dumps(listed[:1]), "[]", "", None)
    rows = [gcp_row(n, credits=told) for n, told in enumerate(texts)]
    path = write_gcp(world.gcp, "202610", rows)
    (result,) = extract.run(["gcp_billing"], progress=False)
    assert (result.rows, result.cost) == (5, {"USD": Decimal("9.0")})
    assert world.rows(
        "select sum(credits_amount), sum(credits_promotion_amount), any_value(credits) "
        "filter (where usage_start_time = '2026-10-01') from raw_gcp.billing_rows"
    ) == [(-1.0, -0.5, texts[0])]
    # What is none, or cannot be told to be, is no bill without credits.
    for broken, words in (
        ("[{", f"column credits_amount of {path} does not fit"),
        (listed[0], 'Column "credits" is a struct in the files'),
    ):
        write_gcp(world.gcp, "202610", [gcp_row(credits=broken)])
        (result,) = extract.run(["gcp_billing"], progress=False)
        assert result.status == "failed"
        assert words in result.message


def test_a_row_without_a_currency_is_named(world):
    """No rate converts it, and its cost would be missing from every total."""
    path = write_gcp(world.gcp, "202610", [gcp_row(1), gcp_row(2, currency=None)])
    (result,) = extract.run(["gcp_billing"], progress=False)
    assert f"currency is null in 1 lines of {path}" in result.message


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"invoice": {"month": "202609"}}, f"{GCP_ACCOUNT} and invoice month 202609"),
        ({"billing_account_id": "0A0A0A-0B0B0B-0C0C0C"}, "0A0A0A-0B0B0B-0C0C0C and"),
    ],
)
def test_rows_of_another_bill_than_their_folders_are_refused(world, values, words):
    """They are in the other folder as well, or nobody looks for them in this one."""
    write_gcp(world.gcp, "202610", [gcp_row(1), gcp_row(2, **values)])
    (result,) = extract.run(["gcp_billing"], progress=False)
    assert result.status == "failed"
    assert "invoice_month=202610 has rows of billing account" in result.message
    assert words in result.message


def test_nested_columns_are_flattened_and_labels_are_objects(world):
    """A label key that is repeated makes a map of it fail at run time."""
    write_gcp(world.gcp, "202610", [gcp_row()])
    extract.run(["gcp_billing"], progress=False)
    ((labels, project, credits_, month, usage, region),) = world.rows(
        "select labels, project_labels, credits, invoice_month, usage_amount, "
        "location_region from raw_gcp.billing_rows"
    )
    assert json.loads(labels) == {"customer_id": "acme"}
    assert json.loads(project) == {"customer": "acme"}
    assert [one["amount"] for one in json.loads(credits_)] == [-0.25, -0.5]
    assert (month, usage, region) == ("202610", 1000.0, None)


def test_a_month_is_a_unit_and_is_replaced_when_its_files_change(world):
    """Corrections arrive with the month in which they are issued."""
    write_gcp(world.gcp, "202609", [gcp_row(invoice={"month": "202609"})])
    write_gcp(world.gcp, "202610", [gcp_row(), gcp_row(2)])
    assert len(extract.run(["gcp_billing"], progress=False)) == 2
    write_gcp(world.gcp, "202610", [gcp_row(), gcp_row(2), gcp_row(3, cost=-1.0)])
    results = extract.run(["gcp_billing"], progress=False)
    assert [result.status for result in results] == ["unchanged", "loaded"]
    assert world.current_cost("raw_gcp.billing_rows", "cost") == 5


def test_another_pattern_of_services_can_be_configured(world, monkeypatch):
    """Google names new services after models, so the list has to be open."""
    monkeypatch.setenv("SOURCES__GCP_BILLING__SERVICE_NAMES", '["Big%"]')
    row = gcp_row(service={"id": "Y", "description": "BigQuery"})
    write_gcp(world.gcp, "202610", [row, gcp_row()])
    (result,) = extract.run(["gcp_billing"], progress=False)
    assert result.rows == 1
