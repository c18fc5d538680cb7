"""Check FOCUS files with the FinOps Foundation's validator, without a network.

    make check-focus
    python3 scripts/validate_focus.py data/focus/focus_costs_2026-10.parquet

The first one exports the published costs and makes what the second one needs: the
validator (focus-validator 2.2.1) wants Python 3.12 and older libraries than ours, so it
lives in an environment of its own, `.venv-focus` or where `--environment` says.

A CSV file is read with the types that `focus_schema.json` beside it gives, as a reader
of it should: by itself the validator takes account ids of digits for numbers.

Exit code 0: every rule that failed is one of KNOWN below, which says why. 1: another
rule failed. 2: the validator could not run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-focus"
SCHEMA = "focus_schema.json"
LOCK = "requirements-focus.lock"
# Run by the environment's own Python, which has DuckDB.
TO_PARQUET = """
import json, sys, duckdb
source, target, types = sys.argv[1:]
read = duckdb.read_csv(source, header=True, dtype=json.loads(types))
read.write_parquet(target)
"""

# Rules that fail on conforming files, and why; docs/focus.md says more. All but the
# last are the validator's own or its model's.
KNOWN = {
    "CapacityReservationStatus-C-004-C": "its condition is not read: fails on any null",
    "CommitmentDiscountStatus-C-004-C": "its condition asks for a null id, not an id",
    "InvoiceId-C-004-C": "it has no condition: fails on any invoice id",
    "InvoiceId-C-005-C": "it has no condition: fails on any null",
    "ChargeDescription-C-002-M": "it wants ASCII, and Google's own SKU names have a "
    "dash that is not; FOCUS says to keep what the provider writes",
    "SkuId-C-002-M": "as ChargeDescription",
    "SkuPriceId-C-002-M": "as ChargeDescription",
    "EffectiveCost-C-005-C": "it takes every purchase for a prepayment of later usage; "
    "the fee of a savings plan keeps what was left unused of it",
}


def main() -> int:
    """Validate the files and say what failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, help="Parquet or CSV files")
    parser.add_argument(
        "--environment",
        type=Path,
        default=ENVIRONMENT,
        help="virtual environment that has the validator (default: .venv-focus)",
    )
    arguments = parser.parse_args()
    program = arguments.environment.absolute() / "bin" / "focus-validator"
    if not program.is_file():
        return stop(
            f"There is no validator at {program}.\n"
            "`make check-focus` makes an environment for it. By hand:\n"
            f"  python3.12 -m venv {arguments.environment}\n"
            f"  {arguments.environment}/bin/pip install -r {LOCK}"
        )
    unknown = 0
    for file in arguments.files:
        if not file.is_file():
            return stop(f"There is no file {file}.")
        if file.suffix not in {".parquet", ".csv"}:
            return stop(f"{file} is neither Parquet nor CSV.")
        if file.suffix == ".csv" and not (file.parent / SCHEMA).is_file():
            return stop(f"{file} has no {SCHEMA} beside it to tell its columns' types.")
        report, log = validate(program, file)
        if report is None:
            return stop(f"The validator could not check {file}:\n{log[-2000:]}")
        unknown += show(file, report)
    return 1 if unknown else 0


def validate(program: Path, file: Path) -> tuple[ET.Element | None, str]:
    """Run the validator; give its report, or none and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        if file.suffix == ".csv":
            typed = Path(folder) / "typed.parquet"
            refusal = convert(program.with_name("python"), file, typed)
            if refusal:
                return None, refusal
            file = typed
        done = subprocess.run(  # noqa: S603 - the program that the user named
            [
                str(program),
                *("--data-file", str(file.absolute())),
                *("--validate-version", "1.2"),
                # The rules of all providers' features, which otherwise are skipped.
                *("--applicability-criteria", "ALL"),
                "--block-download",
                *("--output-type", "unittest"),
                *("--output-destination", str(report)),
            ],
            # It reads its table of currencies by a path relative to where it is.
            cwd=site_packages(program),
            capture_output=True,
            text=True,
            check=False,
        )
        # Its exit code is 0 whether rules fail or not: only the report tells.
        log = done.stdout + done.stderr
        if not report.is_file():
            return None, log
        return ET.parse(report).getroot(), log  # noqa: S314 - written a moment ago


def convert(python: Path, file: Path, typed: Path) -> str:
    """Write a CSV file as Parquet with its columns' types; give why that failed."""
    types = json.dumps(column_types(file.parent / SCHEMA))
    names = (str(file.absolute()), str(typed), types)
    done = subprocess.run(  # noqa: S603 - of the environment that the user named
        [str(python), "-c", TO_PARQUET, *names],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


def column_types(schema: Path) -> dict[str, str]:
    """Give DuckDB's types of the columns that the metadata of FOCUS describe."""
    columns = json.loads(schema.read_text(encoding="utf-8"))["ColumnDefinition"]
    types = {"STRING": "varchar", "JSON": "varchar", "DATETIME": "timestamptz"}
    return {
        column["ColumnName"]: types.get(
            column["DataType"],
            f"decimal({column.get('NumericPrecision', 38)}, "
            f"{column.get('NumberScale', 18)})",
        )
        for column in columns
    }


def site_packages(program: Path) -> Path:
    """Find the folder that the validator is installed in."""
    folders = program.parent.parent.glob("lib/python*/site-packages/focus_validator")
    return next(folders, program).parent


def failed_rules(report: ET.Element) -> set[str]:
    """Give the rules that failed by themselves, not because a part of them did."""
    failed = {
        tuple((case.get("name") or "").split(" :: "))
        for case in report.iter("testcase")
        if case.find("failure") is not None
    }
    return {name for name, *kind in failed if kind != ["Composite"]}


def show(file: Path, report: ET.Element) -> int:
    """Print one file's result and give the number of failures that nobody expects."""
    rules = sorted(failed_rules(report))
    unknown = [rule for rule in rules if rule not in KNOWN]
    count = {key: int(report.get(key) or 0) for key in ("tests", "failures", "skipped")}
    passed = count["tests"] - count["failures"] - count["skipped"]
    say(
        f"{file}: {passed} rules pass, {count['skipped']} are skipped, "
        f"{len(rules)} fail, {len(unknown)} of them unexpected"
    )
    for rule in rules:
        say(f"  {rule}: {KNOWN.get(rule, 'UNEXPECTED')}")
    return len(unknown)


def stop(message: str) -> int:
    """Say why nothing was validated."""
    sys.stderr.write(message + "\n")
    return 2


def say(message: str) -> None:
    """Print a line at once."""
    sys.stdout.write(message + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
