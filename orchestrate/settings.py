"""Where the command reads and writes.

Paths come from the environment with the defaults that dbt's profile and the loaders use
as well; they are relative to the repository's root, from which everything runs.
"""

import os
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orchestrate.steps import StepFailed

MARTS_SCHEMA = "multi_cloud_costs"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The places of one run."""

    target: str
    warehouse: Path
    serving: Path
    logs: Path
    tolerance_usd: Decimal = Decimal("0.01")
    clean_days: int = 7
    tenant_files: bool = False
    # The demo's own; by default the chat's.
    usage_store: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether the warehouse is a DuckDB file that needs publishing."""
        return self.target == "duckdb"

    @property
    def locked(self) -> Path:
        """What one run at a time may work on: the file, or a name for the server."""
        return self.warehouse if self.is_local else self.warehouse.parent / self.target


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        StepFailed: The current folder is not the repository's root, or a setting is
            no number.
    """
    if not Path("dbt_project.yml").is_file():
        raise StepFailed(
            f"There is no dbt_project.yml in {Path.cwd()}.",
            way_out="Change to the folder that you cloned and run the command again.",
        )
    return Settings(
        target=target_name(),
        warehouse=_path("LLM_COSTS_DUCKDB_PATH", "data/llm_costs.duckdb"),
        serving=_path("LLM_COSTS_SERVING_PATH", "data/serving/llm_costs.duckdb"),
        logs=_path("DBT_LOG_PATH", "logs"),
        tolerance_usd=_number("LLM_COSTS_RECONCILE_TOLERANCE_USD", "0.01"),
        clean_days=_whole_number("LLM_COSTS_MIGRATE_CLEAN_DAYS", "7"),
        tenant_files=_flag("LLM_COSTS_TENANT_FILES"),
    )


def target_name() -> str:
    """Return the target that LLM_COSTS_TARGET names, whether there is one or not."""
    return os.environ.get("LLM_COSTS_TARGET") or "duckdb"


def answering_target() -> str:
    """Return the target whose figures people are told, as the chat chooses it."""
    names = ("LLM_COSTS_CHAT_TARGET", "LLM_COSTS_PHASE_1", "LLM_COSTS_TARGET")
    return next((os.environ[name] for name in names if os.environ.get(name)), "duckdb")


def _path(name: str, default: str) -> Path:
    return Path(os.environ.get(name) or default)


def _number(name: str, default: str) -> Decimal:
    value = os.environ.get(name) or default
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise StepFailed(
            f"{name} is '{value}', which is no number from 0 up.",
            way_out=f"The default is {default}.",
        )
    return number


def _whole_number(name: str, default: str) -> int:
    number = _number(name, default)
    if number != number.to_integral_value() or number < 1:
        raise StepFailed(
            f"{name} is '{number}', which is no whole number from 1 up.",
            way_out=f"The default is {default}.",
        )
    return int(number)


def _flag(name: str) -> bool:
    value = (os.environ.get(name) or "false").lower()
    if value not in {"true", "false"}:
        raise StepFailed(f"{name} is '{value}'.", way_out="It is true or false.")
    return value == "true"
