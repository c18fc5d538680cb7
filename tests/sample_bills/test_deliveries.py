"""One history, however often and however late it is delivered."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sample_bills import SampleBillsError, write_bills
from sample_bills.__main__ import main

from .reading import Rows, query_aws, query_gcp, read_azure, read_expected

MANIFEST = "aws/sample-company-billing/exports/llm-costs/metadata/BILLING_PERIOD={}"


def _list_contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _read_usage(folder: Path) -> Rows:
    return query_aws(
        folder,
        """
        select * exclude (filename) from lines
        where line_item_line_item_type in ('Usage', 'EdpDiscount')
            and line_item_usage_start_date < '2026-10-11'
        order by all
        """,
    )


def test_the_same_parameters_give_the_same_bytes(tmp_path: Path) -> None:
    """Figures in documents and tests would drift from run to run."""
    for name in ("one", "two"):
        write_bills(tmp_path / name, days=35, end=date(2026, 10, 2), rows_per_day=50)
    first = _list_contents(tmp_path / "one")
    assert first == _list_contents(tmp_path / "two")
    assert len(first) > 10


def test_another_seed_gives_another_history(tmp_path: Path) -> None:
    """A seed without effect would leave every test with one and the same history."""
    for seed in (7, 8):
        write_bills(tmp_path / str(seed), days=3, seed=seed, end=date(2026, 10, 2))
    assert read_expected(tmp_path / "7") != read_expected(tmp_path / "8")


def test_days_in_common_are_identical_whatever_the_end(
    bills: Path, shorter_bills: Path
) -> None:
    """A day-by-day load of a history that changes behind it can prove nothing."""
    assert _read_usage(bills) == _read_usage(shorter_bills)
    last = 20261012
    azure = [row for row in read_azure(bills) if row["UsageDate"] < last]
    assert azure == read_azure(shorter_bills)
    regular = """
        select * exclude (filename) from lines
        where cost_type = 'regular' and usage_start_time < '2026-10-11' order by all
    """
    assert query_gcp(bills, regular) == query_gcp(shorter_bills, regular)


def test_months_that_have_ended_are_identical_whatever_the_end(
    bills: Path, shorter_bills: Path
) -> None:
    """A loader that skips unchanged versions must find closed months unchanged."""
    first, second = _list_contents(bills), _list_contents(shorter_bills)
    closed = [name for name in first if "2026-09" in name or "202609" in name]
    assert closed
    assert all(first[name] == second[name] for name in closed)


def test_a_restated_month_changes_and_no_other(bills: Path, later_bills: Path) -> None:
    """A later delivery that touches other months hides a loader that skips them."""
    first, later = _list_contents(bills), _list_contents(later_bills)
    changed = {n for n in first.keys() | later.keys() if first.get(n) != later.get(n)}
    changed -= {"expected.json", "manifest.json"}
    assert changed
    assert all("2026-09" in name or "202609" in name for name in changed)
    assert {name.split("/")[0] for name in changed} == {"aws", "azure", "gcp"}


def test_a_restated_month_grows_loses_and_gains_lines(
    bills: Path, later_bills: Path
) -> None:
    """A merge on keys would pass if nothing ever vanished."""
    sql = """
        select identity_line_item_id, identity_time_interval, line_item_unblended_cost,
            line_item_line_item_type
        from lines
    """
    first = {(row[0], row[1]): row[2:] for row in query_aws(bills, sql)}
    later = {(row[0], row[1]): row[2:] for row in query_aws(later_bills, sql)}
    assert first.keys() - later.keys()
    assert later.keys() - first.keys()
    changed = {key for key in first.keys() & later.keys() if first[key] != later[key]}
    assert {first[key][1] for key in changed} >= {"Usage", "Tax"}
    added = [later[key][1] for key in later.keys() - first.keys()]
    assert added.count("Refund") == 1


def test_a_restated_month_has_another_execution(bills: Path, later_bills: Path) -> None:
    """A loader that compares versions would never load the later delivery."""
    for month, is_same in (("2026-08", True), ("2026-09", False), ("2026-10", True)):
        name = f"{MANIFEST.format(month)}/llm-costs-Manifest.json"
        ids = {
            json.loads((folder / name).read_text())["executionId"]
            for folder in (bills, later_bills)
        }
        assert (len(ids) == 1) == is_same


def test_unruly_bills_hold_the_same_charges_in_other_files(tmp_path: Path) -> None:
    """A loader that reads only what is tidy passes every test and fails in a month."""
    for name in ("tidy", "unruly"):
        write_bills(
            tmp_path / name,
            days=20,
            end=date(2026, 10, 20),
            rows_per_day=50,
            unruly=name == "unruly",
        )
    tidy, unruly = (_list_contents(tmp_path / name) for name in ("tidy", "unruly"))
    assert tidy["expected.json"] == unruly["expected.json"]
    data = "aws/sample-company-billing/exports/llm-costs/data/BILLING_PERIOD=2026-10/"
    for bills, files in ((tidy, 2), (unruly, 4)):
        assert len([name for name in bills if name.startswith(data)]) == files
    skus = "select sku.id, count(distinct sku.description) from lines group by all"
    found = dict(query_gcp(tmp_path / "unruly", skus))
    assert max(found.values()) == 2
    assert set(dict(query_gcp(tmp_path / "tidy", skus)).values()) == {1}


def test_a_second_run_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    """Files of an older delivery would be loaded beside the new ones."""
    write_bills(tmp_path, days=40, end=date(2026, 10, 2), rows_per_day=50)
    write_bills(
        tmp_path, days=2, end=date(2026, 10, 2), rows_per_day=50, clouds=["gcp"]
    )
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["anomalies.csv", "expected.json", "gcp", "manifest.json"]
    months = sorted(path.name for path in (tmp_path / "gcp").rglob("invoice_month=*"))
    assert months == ["invoice_month=202609", "invoice_month=202610"]


def test_bills_of_some_customers_have_no_other(tmp_path: Path) -> None:
    """Harm: a small company for a quick test is as big as the whole."""
    end, months = date(2026, 10, 20), ("2026-09", "2026-10")
    write_bills(tmp_path, days=30, end=end, rows_per_day=1, customers=["acme", "hooli"])
    expected = read_expected(tmp_path)
    used = [row for row in expected["totals"] if Decimal(row["usage_amount"])]
    owners = {row["customer_id"] for row in used}
    assert {"acme", "hooli"} <= owners <= {"acme", "hooli", "internal", "unattributed"}
    assert {bill["month"] for bill in expected["bills"]} >= set(months)


def test_a_folder_with_other_files_is_not_overwritten(tmp_path: Path) -> None:
    """A typing error in --out must not cost anyone their own aws folder."""
    (tmp_path / "aws").mkdir()
    with pytest.raises(SampleBillsError, match="give another folder"):
        write_bills(tmp_path, days=1)
    assert (tmp_path / "aws").is_dir()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--days", "0"], "at least 1 day"),
        (["--start", "20.11.2026"], "write it as 2026-11-20"),
        (["--days", "3", "--start", "2026-10-01"], "either --days or --start"),
        (["--start", "2026-10-02", "--end", "2026-10-01"], "is after the end"),
        (["--end", "2026-10-02", "--restate", "2025-01"], "2026-06 to 2026-10"),
        (["--rows-per-day", "0"], "--rows-per-day is 0"),
        (["--ai-share", "2"], "--ai-share is 2.0"),
        (["--clouds", "aws,ibm"], "has ibm; choose from"),
        (["--customers", "acme,ibm"], "has ibm; choose from"),
        (["--start", "2020-01-01"], "exchange rates begin"),
    ],
)
def test_a_bad_argument_is_explained(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A traceback does not tell a user what to write instead."""
    assert main([*arguments, "--out", str(tmp_path / "out"), "--quiet"]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_reports_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A silent success leaves the user to look whether anything was written."""
    arguments = ["--days", "2", "--end", "2026-10-02", "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert "2026-10-01 to 2026-10-02, rows: aws" in capsys.readouterr().err
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["parameters"]["start"] == "2026-10-01"
