"""Settings that are wrong are named, and stop no other source."""

from __future__ import annotations

import pytest
from extract_bills import cur_lines, gcp_row, write_cur, write_gcp

import extract
from extract.configured import configured
from extract.errors import ExtractError
from extract.sources import open_bill
from extract.sources.aws_cur import AwsCurSettings


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("aws_cur.look_back_periods", "two", "is 'two': write a whole number"),
        ("aws_cur.look_back_periods", "-1", "is -1: write a whole number of at least"),
        ("aws_cur.ai_product_codes", "AmazonBedrock", "write a list such as"),
        ("aws_cur.cost_explorer_check", "maybe", "write true or false"),
        ("aws_cur.bucket_url", "", "is empty. Set SOURCES__AWS_CUR__BUCKET_URL"),
        ("azure_costs.scopes", "subscriptions/1,subscriptions/2", "write a list"),
        ("azure_costs.closed_day_tolerance", "5%", "write a number such as 0.05"),
        ("azure_costs.history_periods", "0", "of at least 1"),
        ("gcp_billing.service_names", "Vertex AI", "write a list such as"),
        ("gcp_billing.look_back_periods", "-1", "of at least 0"),
        ("focus_costs.look_back_periods", "-1", "of at least 0"),
    ],
)
@pytest.mark.usefixtures("world")
def test_a_value_of_another_kind_is_named_with_its_setting(
    monkeypatch, setting, value, words
):
    """A field that cannot be coerced into a type is nobody's setting."""
    source, name = setting.split(".")
    variable = f"SOURCES__{source}__{name}".upper()
    monkeypatch.setenv(variable, value)
    with pytest.raises(ExtractError) as caught:
        open_bill(source)
    said = str(caught.value)
    assert said.startswith(f"sources.{setting} is ")
    assert words in said


def test_a_setting_that_is_missing_is_named_with_its_variable(monkeypatch, tmp_path):
    """The library lists forty places at which it looked for it."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExtractError) as caught:
        configured(AwsCurSettings(), "nowhere")
    assert "sources.nowhere.bucket_url is not set" in str(caught.value)
    assert "Set SOURCES__NOWHERE__BUCKET_URL" in str(caught.value)


def test_a_wrong_setting_of_one_source_stops_no_other(world, monkeypatch):
    """A typing error in Azure's scopes must not keep AWS's bill from being loaded."""
    write_cur(world.bucket, "2026-10", cur_lines())
    write_gcp(world.gcp, "202610", [gcp_row()])
    monkeypatch.setenv("SOURCES__AZURE_COSTS__SCOPES", "subscriptions/1")
    found = {result.source: result.status for result in extract.run(progress=False)}
    assert found == {
        "aws_cur": "loaded",
        "azure_costs": "failed",
        "gcp_billing": "loaded",
    }


def test_a_scope_and_a_share_that_are_none_are_refused(monkeypatch):
    """Azure answers a subscription's bare id with an error for each of its months."""
    section = "SOURCES__AZURE_COSTS__"
    monkeypatch.setenv(f"{section}SCOPES", '["11111111-1111-1111-1111-111111111111"]')
    with pytest.raises(ExtractError, match="which is no scope: write subscriptions/"):
        open_bill("azure_costs")
    monkeypatch.setenv(f"{section}SCOPES", '["/Subscriptions/1", "providers/M.B/2"]')
    monkeypatch.setenv(f"{section}CLOSED_DAY_TOLERANCE", "-1")
    with pytest.raises(ExtractError, match=r"closed_day_tolerance is -1\.0: write"):
        open_bill("azure_costs")
    monkeypatch.setenv(f"{section}CLOSED_DAY_TOLERANCE", "0")
    open_bill("azure_costs")
