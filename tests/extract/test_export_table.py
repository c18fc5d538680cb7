"""The billing export in BigQuery: which tables are meant, and when."""

import pytest

from extract.errors import ExtractError
from extract.sources.gcp_billing import GcpBill, open_bill
from extract.sources.gcp_billing.asking import export_tables, maximum_bytes_billed
from extract.sources.gcp_billing.export_table import ExportTables

SETTING = "LLM_COSTS_BIGQUERY_BILLING_EXPORT"
TABLES = "my-project.billing.gcp_billing_export_v1_A, p.b.gcp_billing_export_v1_B"


def test_tables_are_taken_in_place_of_files_on_bigquery_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Harm: in Phase 2 PostgreSQL's load asks a BigQuery that it cannot read."""
    monkeypatch.setenv(SETTING, TABLES)
    monkeypatch.setenv("SOURCES__GCP_BILLING__EXPORT_URL", "file:///tmp")
    monkeypatch.setenv("LLM_COSTS_TARGET", "postgres")
    assert isinstance(open_bill(), GcpBill)
    monkeypatch.setenv("LLM_COSTS_TARGET", "bq")
    bill = open_bill()
    assert isinstance(bill, ExportTables)
    assert bill.tables == [
        "my-project.billing.gcp_billing_export_v1_A",
        "p.b.gcp_billing_export_v1_B",
    ]
    monkeypatch.setenv(SETTING, "")
    assert isinstance(open_bill(), GcpBill)


@pytest.mark.parametrize(
    "wrong", ["billing.gcp_export", "p.b.gcp_billing_export_v1_*", "`p`.b.t", "p.b.t;"]
)
def test_a_name_that_is_no_table_is_refused(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: a wildcard reads standard and detailed export, the same spend twice."""
    monkeypatch.setenv(SETTING, wrong)
    with pytest.raises(ExtractError, match=r"LLM_COSTS_BIGQUERY_BILLING_EXPORT.*write"):
        export_tables()


def test_a_limit_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harm: a query without a limit reads the whole export, at any price."""
    assert maximum_bytes_billed() == 107_374_182_400
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_MAXIMUM_BYTES_BILLED", "100 GiB")
    with pytest.raises(ExtractError, match="write a number of bytes"):
        maximum_bytes_billed()


@pytest.mark.parametrize(
    ("service", "is_ai"),
    [
        ("Vertex AI", True),
        ("Claude Opus 4.6", True),
        ("Not Claude", False),
        ("Vertex AI Workbench", False),
        ("", False),
    ],
)
def test_services_are_told_apart_as_in_files(service: str, *, is_ai: bool) -> None:
    """Harm: a service that is AI in files is another one in the export's table."""
    bill = ExportTables(["p.b.t"], ["Vertex AI", "Claude%"], 2)
    assert bill._is_ai(service) is is_ai
