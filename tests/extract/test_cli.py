"""`dlt pipeline run`, as people type it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from extract_bills import (
    azure_row,
    cur_lines,
    gcp_row,
    write_azure,
    write_cur,
    write_gcp,
)
from rich.console import Console

import extract
from extract.progress import TerminalProgress

DLT = Path(sys.executable).with_name("dlt")


@pytest.fixture
def dlt(world):
    """Run a dlt command with the test's settings."""

    def run(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [DLT, *arguments],
            env={**os.environ, **world.environment, **extra},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def three_bills(world):
    """One month of every cloud."""
    write_cur(world.bucket, "2026-10", cur_lines())
    write_azure(world.azure, "2026-10", [azure_row()])
    write_gcp(world.gcp, "202610", [gcp_row()])
    return world


def test_one_command_loads_all_sources_and_dlts_own_commands_stay(three_bills, dlt):
    """The plugin must add to dlt, not take from it."""
    done = dlt("pipeline", "run")
    assert done.returncode == 0
    assert done.stdout.count(" loaded ") == 3
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "source",
        "aws_cur",
        "azure_costs",
        "gcp_billing",
    ]
    assert "10.50 USD" in done.stdout
    assert "reading llm-costs/2026-10" in done.stderr
    info = dlt("pipeline", "aws_cur", "info")
    assert info.returncode == 0
    assert "raw_aws" in info.stdout
    assert dlt("pipeline", "aws_cur", "trace").returncode == 0
    assert "--full-refresh" in dlt("pipeline", "run", "--help").stdout


def test_one_source_is_loaded_by_its_name(three_bills, dlt):
    """Whoever repairs one cloud does not want to wait for the others."""
    first = dlt("pipeline", "gcp_billing", "run")
    assert first.returncode == 0
    assert first.stdout.split()[6:9] == [
        "gcp_billing",
        "01A2B3-C4D5E6-F70819/2026-10",
        "loaded",
    ]
    again = dlt("pipeline", "gcp_billing", "run", "--period", "2026-10")
    assert "unchanged" in again.stdout
    anew = dlt("pipeline", "gcp_billing", "run", "--full-refresh")
    assert "unchanged" not in anew.stdout


def test_failure_is_one_message_and_an_exit_code(three_bills, dlt):
    """A scheduler sees the exit code, a person the last line."""
    done = dlt("pipeline", "nonsense", "run")
    assert done.returncode == 1
    message = (
        "Error: There is no source 'nonsense'; the sources are aws_cur, azure_costs, "
        "gcp_billing, focus_costs."
    )
    assert done.stderr.splitlines() == [message]
    assert "Traceback" not in done.stdout + done.stderr
    missing = dlt("pipeline", "run", SOURCES__AWS_CUR__BUCKET_URL="file:///nowhere")
    assert missing.returncode == 1
    assert missing.stdout.count(" loaded ") == 2
    assert missing.stderr.count("Error: ") == 1
    debug = dlt("pipeline", "nonsense", "run", LLM_COSTS_DEBUG="1")
    assert "Traceback" in debug.stderr
    unset = dlt("pipeline", "aws_cur", "run", "--period", "2026-20")
    assert unset.returncode == 1
    assert "written as YYYY-MM" in unset.stderr


def test_a_broken_recorded_page_ends_the_command_in_seconds(world, dlt):
    """A local server that breaks off looked like throttling, for minutes."""
    path = write_azure(world.azure, "2026-10", [azure_row()])
    path.write_text(path.read_text()[:100])
    started = time.monotonic()
    done = dlt("pipeline", "azure_costs", "run")
    assert time.monotonic() - started < 60
    assert done.returncode == 1
    assert f"The recorded page {path} is broken" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_force_says_all_that_it_accepts(dlt):
    """Whoever forces one refusal has to know which others pass with it."""
    words = " ".join(dlt("pipeline", "run", "--help").stdout.split())
    for part in ("lost most of its rows", "already loaded as another unit", "has gone"):
        assert part in words


WITHOUT_PANDAS = """
import runpy, sys
sys.modules["pandas"] = None
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_the_benchmark_says_what_it_lacks():
    """Minutes of making data ended in a traceback."""
    bench = Path(__file__).parents[2] / "bench" / "extract_cur.py"
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANDAS, bench],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "pandas is needed for the comparison: make setup\n"


def test_progress_is_shown_on_a_terminal(world):
    """A back-fill of years that shows nothing gets killed."""
    write_cur(world.bucket, "2026-10", cur_lines())
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    extract.run(["aws_cur"], progress=TerminalProgress(console))
    assert "aws_cur" in screen.getvalue()
    assert "1/1" in screen.getvalue()
