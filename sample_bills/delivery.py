"""Puts the three bills, the answer key and the manifest together in one folder."""

import csv
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from sample_bills.answer_key import AnswerKey
from sample_bills.aws import AwsScale, add_answers, write_aws
from sample_bills.azure import write_azure
from sample_bills.azure_rows import SUBSCRIPTION
from sample_bills.company import Company, list_days
from sample_bills.errors import SampleBillsError
from sample_bills.gcp import GcpExport
from sample_bills.gcp_export import BILLING_ACCOUNT
from sample_bills.money import EUR_RATES
from sample_bills.parameters import CLOUDS, Parameters, check_parameters
from sample_bills.unruly import make_unruly

DELIVERED = (*CLOUDS, "expected.json", "anomalies.csv", "manifest.json")
MADE_BY = "llm-costs sample bills"
ANOMALY_COLUMNS = (
    "cloud_provider",
    "customer_id",
    "model",
    "start_date",
    "end_date",
    "kind",
    "factor",
)
Progress = Callable[[str, int, int], None]
"""Called with what is being written, the steps done and the steps in all."""


def write_bills(  # noqa: PLR0913 - every parameter has a default and a name
    out: Path,
    *,
    seed: int = 7,
    days: int | None = None,
    start: date | None = None,
    end: date | None = None,
    rows_per_day: int = 500,
    ai_share: float = 0.6,
    restate: Sequence[str] = (),
    clouds: Sequence[str] = CLOUDS,
    unruly: bool = False,
    customers: Sequence[str] = (),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the sample company's bills into a folder and give their manifest.

    The folder's former bills are replaced only when the new ones are complete.

    Args:
        out: The folder; it is made if need be.
        seed: Chooses the company's history.
        days: How many days the bills cover, 120 by default; not together with start.
        start: The first day.
        end: The last day, yesterday (UTC) by default.
        rows_per_day: About how many lines a day the AWS bill has.
        ai_share: The share of these lines that is about AI.
        restate: Months (YYYY-MM) to give in their later delivery.
        clouds: Which of aws, azure and gcp to write.
        unruly: Whether to deliver the same charges less tidily; see unruly.py.
        customers: Whose usage to write beside the company's own, everybody's by
            default.
        progress: Called after each step.

    Raises:
        SampleBillsError: A parameter cannot be used, or the folder holds other files
            under the names that would be replaced.
    """
    parameters = check_parameters(
        seed=seed,
        days=days,
        start=start,
        end=end,
        rows_per_day=rows_per_day,
        ai_share=ai_share,
        restate=restate,
        clouds=clouds,
        unruly=unruly,
        customers=customers,
    )
    _check_folder(out)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-bills-", dir=out) as name:
        work = Path(name)
        manifest = _write(work, parameters, progress or (lambda *_: None))
        _replace(out, work)
    return manifest


def _write(work: Path, parameters: Parameters, progress: Progress) -> dict[str, Any]:
    company = Company(
        parameters.seed, parameters.start, parameters.end, parameters.customers
    )
    days = list_days(parameters.start, parameters.end)
    months = [
        (name, list(group)) for name, group in groupby(days, lambda day: f"{day:%Y-%m}")
    ]
    key = AnswerKey()
    total = len(months) * len(parameters.clouds)
    done = 0
    for cloud in parameters.clouds:
        folder = work / cloud
        invoice_months = {month.replace("-", "") for month in parameters.restated}
        export = (
            GcpExport(folder, company, key, invoice_months) if cloud == "gcp" else None
        )
        for name, group in months:
            restated = name in parameters.restated
            if cloud == "aws":
                scale = AwsScale(parameters.rows_per_day, parameters.ai_share)
                add_answers(
                    key, write_aws(folder, company, group, scale, restated=restated)
                )
            elif cloud == "azure":
                write_azure(folder, company, group, key, restated=restated)
            elif export:
                for day in group:
                    export.write_day(day)
            done += 1
            progress(f"{cloud} {name}", done, total)
        if export:
            export.close(parameters.end)
    if parameters.unruly:
        make_unruly(work)
    return _write_papers(work, parameters, company, key)


def _write_papers(
    work: Path, parameters: Parameters, company: Company, key: AnswerKey
) -> dict[str, Any]:
    shown = json.loads(json.dumps(asdict(parameters), default=str))
    bills = list(key.show_bills())
    expected = {
        "seed": parameters.seed,
        "start": str(parameters.start),
        "end": str(parameters.end),
        "rates": [
            {"valid_from": str(day), "currency": "EUR", "usd_per_unit": f"{rate / 100}"}
            for day, rate in EUR_RATES
        ],
        "totals": list(key.show_totals()),
        "bills": bills,
    }
    manifest = {
        "made_by": MADE_BY,
        "parameters": shown,
        "azure_subscription": SUBSCRIPTION,
        "gcp_billing_account": BILLING_ACCOUNT,
        "rows": {cloud: key.count_rows(cloud) for cloud in parameters.clouds},
        "anomalies": len(company.anomalies),
    }
    _write_json(work / "expected.json", expected)
    _write_json(work / "manifest.json", manifest)
    with (work / "anomalies.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ANOMALY_COLUMNS)
        for one in company.anomalies:
            days = (one.start, one.end)
            whose = (one.cloud, one.customer, one.model)
            writer.writerow([*whose, *days, one.kind, one.factor])
    return manifest


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _check_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise SampleBillsError(f"{out} is a file; give a folder")
    present = [name for name in DELIVERED if (out / name).exists()]
    if not present:
        return
    try:
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        is_ours = manifest.get("made_by") == MADE_BY
    except (OSError, ValueError, AttributeError):
        is_ours = False
    if not is_ours:
        raise SampleBillsError(
            f"{out} holds {', '.join(present)}, but no manifest.json of sample bills;"
            " give another folder, so that nothing else is overwritten"
        )


def _replace(out: Path, work: Path) -> None:
    """Swap the old delivery for the new one; only renames, so it takes no time."""
    old = work / "old"
    old.mkdir()
    for name in DELIVERED:
        if (out / name).exists():
            (out / name).rename(old / name)
    for name in DELIVERED:
        if (work / name).exists():
            (work / name).rename(out / name)
    shutil.rmtree(old)
