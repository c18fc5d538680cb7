"""The demo's sample bills: made once, used again, and named to the sources."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestrate.steps import Report, StepFailed

DEFAULT_SEED = 7
QUESTIONS = "chat.db"


@dataclass(frozen=True, kw_only=True)
class BillsReport:
    """The sample bills that the demo works on."""

    folder: Path
    is_new: bool
    first_day: date
    last_day: date

    def describe(self) -> str:
        """Say it in a few words."""
        made = "made" if self.is_new else "there already"
        return f"{self.first_day} to {self.last_day}, {made} ({self.folder})"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the user asked for; None is left to the bills that are there, or chosen."""

    days: int | None = None
    seed: int | None = None
    end: date | None = None
    fresh: bool = False

    def is_met_by(self, parameters: dict[str, Any]) -> bool:
        """Whether bills made with these parameters are what the user asked for."""
        first, last = _days_of(parameters)
        return not self.fresh and all(
            wanted is None or wanted == found
            for wanted, found in (
                (self.days, (last - first).days + 1),
                (self.seed, parameters["seed"]),
                (self.end, last),
            )
        )


def find_bills(folder: Path, wish: Wish) -> BillsReport | None:
    """Find the bills, if those that are there are what the user asked for."""
    found = _read_parameters(folder)
    if found is None or not wish.is_met_by(found):
        return None
    first, last = _days_of(found)
    return BillsReport(folder=folder, is_new=False, first_day=first, last_day=last)


def make_bills(folder: Path, wish: Wish, report: Report) -> BillsReport:
    """Make the bills that the user asked for.

    Args:
        folder: Where they go.
        wish: What the user asked for.
        report: Shows which bill is being written.

    Raises:
        StepFailed: They cannot be made.
    """
    # Imported here: `--help` should not wait for pyarrow.
    from sample_bills import SampleBillsError, write_bills  # noqa: PLC0415

    try:
        manifest = write_bills(
            folder,
            days=wish.days,
            end=wish.end,
            seed=DEFAULT_SEED if wish.seed is None else wish.seed,
            progress=lambda what, done, total: report(f"{done} of {total}: {what}"),
        )
    except (SampleBillsError, OSError) as error:
        raise StepFailed(f"The sample bills cannot be made: {error}") from error
    first, last = _days_of(manifest["parameters"])
    return BillsReport(folder=folder, is_new=True, first_day=first, last_day=last)


def sample_store(folder: Path) -> str:
    """Give the address of the store with the sample company's questions.

    Args:
        folder: Folder of the sample bills.
    """
    return f"sqlite:///{(folder / QUESTIONS).resolve()}"


def with_questions(bills: BillsReport) -> BillsReport:
    """Put what the sample company asked the chat beside its bills, if it is missing.

    Args:
        bills: The bills.
    """
    path = bills.folder / QUESTIONS
    if bills.is_new or not path.is_file():
        # Imported here: it brings the store's libraries.
        from sample_bills.questions import write_questions  # noqa: PLC0415

        write_questions(
            path, first=bills.first_day, last=bills.last_day, seed=DEFAULT_SEED
        )
    return bills


def source_settings(folder: Path) -> dict[str, str]:
    """Give the environment that points every source at the sample bills.

    Args:
        folder: Folder of the sample bills, with their manifest.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    base = f"file://{folder.resolve()}"
    scopes = json.dumps([f"subscriptions/{manifest['azure_subscription']}"])
    return {
        "SOURCES__AWS_CUR__BUCKET_URL": f"{base}/aws/sample-company-billing",
        "SOURCES__AWS_CUR__PREFIX": "exports",
        "SOURCES__AWS_CUR__EXPORT_NAME": "llm-costs",
        "SOURCES__AZURE_COSTS__BASE_URL": f"{base}/azure",
        "SOURCES__AZURE_COSTS__SCOPES": scopes,
        "SOURCES__GCP_BILLING__EXPORT_URL": f"{base}/gcp/billing_export",
    }


def _read_parameters(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        parameters: dict[str, Any] = manifest["parameters"]
        _days_of(parameters)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        # No bills, or none that are complete: they are made (anew).
        return None
    return parameters


def _days_of(parameters: dict[str, Any]) -> tuple[date, date]:
    return (
        date.fromisoformat(parameters["start"]),
        date.fromisoformat(parameters["end"]),
    )
