"""Validating FOCUS files: a failure is told from what always fails."""

import importlib.util
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

from orchestrate.focus_metadata import Column, describe_schema

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "validate_focus.py"


@pytest.fixture
def script() -> ModuleType:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("validate_focus", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _report(*failed: str) -> ET.Element:
    report = ET.Element("testsuites", tests="9", failures=str(len(failed)), skipped="2")
    for name in failed:
        case = ET.SubElement(report, "testcase", name=name)
        ET.SubElement(case, "failure", message="it failed")
    ET.SubElement(report, "testcase", name="ListCost-C-001-M :: Type")
    return report


def test_a_rule_that_always_fails_is_expected_and_another_one_is_not(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list of the same red lines every day hides the one that is new."""
    unexpected = script.show(
        Path("f.parquet"),
        _report(
            "InvoiceId-C-005-C :: Nullability",
            "InvoiceId-C-000-C :: Composite",
            "ListCost-C-003-M :: Nullability",
        ),
    )

    assert unexpected == 1
    said = capsys.readouterr().out
    assert "4 rules pass, 2 are skipped, 2 fail, 1 of them unexpected" in said
    assert "ListCost-C-003-M: UNEXPECTED" in said


def test_without_a_validator_it_says_how_to_get_one(
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No validator must not look like no failure."""
    monkeypatch.setattr(
        "sys.argv", ["validate_focus.py", "x.parquet", "--environment", str(tmp_path)]
    )

    assert script.main() == 2
    assert "make check-focus" in capsys.readouterr().err


def test_a_csv_file_is_read_with_the_types_of_its_schema(
    script: ModuleType, tmp_path: Path
) -> None:
    """Account ids that are read as numbers fail a rule that the file keeps."""
    columns = [
        Column(name="BillingAccountId", type="VARCHAR"),
        Column(name="BilledCost", type="DECIMAL(28,9)"),
        Column(name="ListUnitPrice", type="DOUBLE"),
        Column(name="ChargePeriodStart", type="TIMESTAMP"),
        Column(name="Tags", type="VARCHAR"),
    ]
    schema = tmp_path / script.SCHEMA
    schema.write_text(json.dumps(describe_schema(columns, schema)), encoding="utf-8")

    assert script.column_types(schema) == {
        "BillingAccountId": "varchar",
        "BilledCost": "decimal(28, 9)",
        "ListUnitPrice": "decimal(38, 18)",
        "ChargePeriodStart": "timestamptz",
        "Tags": "varchar",
    }


def test_a_csv_file_without_its_schema_is_refused(
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Guessed types make failures of files that are right."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "focus-validator").touch()
    file = tmp_path / "f.csv"
    file.touch()
    monkeypatch.setattr(
        "sys.argv", ["validate_focus.py", str(file), "--environment", str(tmp_path)]
    )

    assert script.main() == 2
    assert "focus_schema.json" in capsys.readouterr().err
