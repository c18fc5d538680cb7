"""The machine-readable summary of a run, `data/last_run.json`.

Written whenever a run ends, well or not, so that a scheduler or a monitor can read what
happened without parsing the text on the screen.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chat.alerts.report import AlertReport
from orchestrate.load import LoadReport
from orchestrate.publish import Published
from orchestrate.steps import StepFailed, StepResult
from orchestrate.transform import BuildReport

if TYPE_CHECKING:
    from extract.chat_usage import UsageReport

DEFAULT_SUMMARY = Path("data/last_run.json")


@dataclass(kw_only=True)
class RunSummary:
    """Everything that a run has to say."""

    command: str
    target: str
    options: dict[str, Any]
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    steps: list[StepResult] = field(default_factory=list)
    units: LoadReport = field(default_factory=LoadReport)
    dbt: BuildReport = field(default_factory=BuildReport)
    published: Published | None = None
    reconciliation: list[dict[str, Any]] = field(default_factory=list)
    usage: "UsageReport | None" = None
    alerts: AlertReport | None = None
    failure: StepFailed | None = None

    @property
    def exit_code(self) -> int:
        """0 when every step is done, 1 when one failed."""
        return 1 if self.failure else 0

    def to_dict(self) -> dict[str, Any]:
        """Give the summary as JSON types; money is text, so that no cent is lost."""
        finished = self.finished_at or datetime.now(UTC)
        return {
            "command": self.command,
            "status": "failed" if self.failure else "success",
            "exit_code": self.exit_code,
            "target": self.target,
            "options": self.options,
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "finished_at": finished.isoformat(timespec="seconds"),
            "seconds": round((finished - self.started_at).total_seconds(), 2),
            "steps": [asdict(step) for step in self.steps],
            "units": asdict(self.units),
            "dbt": asdict(self.dbt),
            "published": asdict(self.published) if self.published else None,
            "reconciliation": self.reconciliation,
            "usage": asdict(self.usage) if self.usage else None,
            "alerts": asdict(self.alerts) if self.alerts else None,
            "failure": _told(self.failure),
        }

    def write(self, path: Path) -> None:
        """Write the file in one stroke, so that a reader never sees half of it."""
        write_json(path, self.to_dict())


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write a summary in one stroke, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    text = json.dumps(values, indent=2, default=_plain)
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)


def _told(failure: StepFailed | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {
        "message": failure.message,
        "lines": list(failure.lines),
        "way_out": failure.way_out,
    }


def _plain(value: object) -> str:
    if isinstance(value, Decimal | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a summary.")
