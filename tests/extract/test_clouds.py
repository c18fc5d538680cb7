"""Which clouds a target holds, as the loaders read it."""

import pytest

from extract.config import clouds_of, enabled_sources
from extract.errors import ExtractError


def test_a_target_s_own_setting_goes_before_the_common_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every warehouse of Phase 2 would hold every bill, and count it again."""
    monkeypatch.setenv("LLM_COSTS_CLOUDS", "aws,azure,gcp")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_REDSHIFT", " aws ")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_BQ", "")

    assert clouds_of("redshift") == ["aws"]
    assert clouds_of("sqlserver") == ["aws", "azure", "gcp"]
    assert clouds_of("bq") == ["aws", "azure", "gcp"]
    monkeypatch.setenv("LLM_COSTS_TARGET", "redshift")
    assert enabled_sources() == ["aws_cur"]


@pytest.mark.parametrize("value", ["aws,azur", "AWS", "aws;gcp", "myaws", "aws,,gcp"])
def test_a_cloud_that_does_not_exist_is_refused_by_name(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt cloud would silently be missing from every total."""
    monkeypatch.setenv("LLM_COSTS_CLOUDS_SQLSERVER", value)

    with pytest.raises(ExtractError, match=r"LLM_COSTS_CLOUDS_SQLSERVER is .*no cloud"):
        clouds_of("sqlserver")


@pytest.mark.parametrize("name", ["BIGQUERY", "bq", "AZURE"])
def test_clouds_of_a_target_that_there_is_not_are_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: BigQuery goes on holding all clouds, which others count as well."""
    monkeypatch.setenv(f"LLM_COSTS_CLOUDS_{name}", "gcp")

    with pytest.raises(ExtractError, match=f"CLOUDS_{name} is set, .*_BQ, "):
        clouds_of("bq")
