"""Loads sample bills into an engine and builds everything on them, as a user would."""

import json
import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import commands
from engines import Engine
from loads import LOAD, ask_questions

from orchestrate.bills import source_settings
from sample_bills import write_bills

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
FIRST_PERIOD = "2026-10"
UNTESTED = ("--exclude-resource-type", "test", "unit_test")
# Enough days for anomalies, with few lines a day.
BILLS: dict[str, Any] = {
    "days": 40,
    "end": date(2026, 11, 20),
    "seed": 1,
    "rows_per_day": 60,
}


@dataclass(frozen=True, kw_only=True)
class Built:
    """An engine with everything built on it.

    Attributes:
        engine: The engine.
        folder: Where dbt and the commands wrote.
        environment: Of the commands that built it, for more of them.
        summary: What the second `llm-costs run` said.
        statements: What dbt compiled for it, by the file's name.
    """

    engine: Engine
    folder: Path
    environment: dict[str, str]
    summary: dict[str, Any]
    statements: dict[str, str]

    def run(self, *command: str) -> str:
        """Run a command of the environment, such as "dbt", "docs", "generate"."""
        return run(self.environment, *command)


def make_bills(folder: Path, bills: dict[str, Any] = BILLS) -> None:
    """Write bills, and what was asked of the chat on their days.

    Args:
        folder: Where they go.
        bills: What they are made with; by default those that every engine is given.
    """
    write_bills(folder, **bills)
    ask_questions(folder / "chat.db", days=bills["days"], end=bills["end"])


def build(engine: Engine, folder: Path, bills: Path) -> Built:
    """Build what the first month's bill says, then load the rest and build on.

    So the second build is an incremental one, and the marts are what both have made.
    """
    environment = environment_of(engine, folder, bills)
    load = f"import extract; extract.run(periods=['{FIRST_PERIOD}'])"
    run(environment, "python", "-c", load)
    run(environment, "dbt", "--quiet", "build", "--target", engine.target, *UNTESTED)
    summary = folder / "run.json"
    run(environment, "llm-costs", "run", "--summary", str(summary))
    return Built(
        engine=engine,
        folder=folder,
        environment=environment,
        summary=json.loads(summary.read_text(encoding="utf-8")),
        statements={
            path.name: path.read_text(encoding="utf-8")
            for path in sorted((folder / "target" / "compiled").rglob("*.sql"))
        },
    )


def build_at_once(engine: Engine, folder: Path, bills: Path) -> None:
    """Load all bills and build everything in one go; other tests test it."""
    environment = environment_of(engine, folder, bills)
    run(environment, "python", "-c", LOAD)
    run(environment, "dbt", "--quiet", "build", "--target", engine.target, *UNTESTED)


def environment_of(engine: Engine, folder: Path, bills: Path) -> dict[str, str]:
    """Give the environment of commands that build on an engine."""
    return {
        **os.environ,
        **source_settings(bills),
        "LLM_COSTS_DUCKDB_PATH": str(folder / "unused.duckdb"),
        **engine.environment,
        "LLM_COSTS_TARGET": engine.target,
        "LLM_COSTS_CHAT_STORE_URL": f"sqlite:///{bills}/chat.db",
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DLT_DATA_DIR": str(folder / "dlt"),
        "LLM_COSTS_SERVING_PATH": str(folder / "serving.duckdb"),
    }


def run(environment: dict[str, str], *command: str) -> str:
    """Run a command of the environment; fail with its words when it fails."""
    return commands.checked([BIN / command[0], *command[1:]], environment)
