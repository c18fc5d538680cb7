"""Whatever breaks a load, readers see whole months, and the next run puts it right.

Some points a source here, and one for each other form in which its bills are delivered;
``LLM_COSTS_TEST_FAULT_POINTS=50`` tries as many as wanted of all of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import commands
import pytest
from fault_bills import BILLS, MONTHS
from fault_forms import ALL, InBucket
from fault_reader import seen_by_readers
from s3_server import Request, s3_server

import extract
from extract.sources import SPECS

ROOT = Path(__file__).resolve().parents[2]
LOOP = ROOT / "tests" / "support" / "fault_loop.py"
POINTS = int(os.environ.get("LLM_COSTS_TEST_FAULT_POINTS", "3"))
IS_ASKED = "LLM_COSTS_TEST_FAULT_POINTS" in os.environ
# A bucket's server takes as long to start as all the rest; other tests read from it.
FORMS = [name for name in ALL if IS_ASKED or not isinstance(ALL[name], InBucket)]


def seed() -> int:
    """Other moments at every commit, and the same ones for who looks into a failure."""
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return int(os.environ.get("LLM_COSTS_TEST_FAULT_SEED") or f"0x{head[:8] or 7}", 0)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", FORMS)
def test_no_fault_shows_half_a_month_or_outlives_the_next_run(name, tmp_path):
    """A night in which the machine died would leave costs missing, or there twice."""
    # Another form of a source takes the same steps; one point a day is enough for it.
    points = POINTS if IS_ASKED or name in SPECS else 1
    done = commands.run(
        [sys.executable, LOOP, name, str(points), str(seed()), tmp_path]
    )
    assert done.returncode == 0, f"seed {seed()}\n{done.stdout}\n{done.stderr}"
    report = json.loads(done.stdout.splitlines()[-1])
    kills = report["kill"]
    assert kills["points"] == points
    # Each kill leaves both months, as they were or as they are now.
    assert kills["before"] + kills["after"] == 2 * points
    assert "broken footer" in report
    if "disk full" not in report:
        assert name not in SPECS
        return
    for said in report["disk full"].values():
        for status, message in said:
            assert status == "loaded" or "Check the space on the disks" in message
    for status, message in report["small disk"]:
        assert status == "not mounted" or "Check the space on the disks" in message
    one, two = report["two at once"].values()
    assert any("Another load is running" in x[0][1] for x in one)
    assert any("in use by another process" in x[0][1] for x in two)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        *(("aws_cur", seen) for seen in ((3,), (1, 3), (2, 3), (1, 2, 3))),
        *(("azure_costs-exports", seen) for seen in ((1, 3), (1, 2, 3))),
        ("azure_costs", (1, 2, 3)),
        ("aws_cur-legacy", (1, 3)),
        ("gcp_billing-partitions", (1, 2, 3)),
        ("focus_costs-export", (2, 3)),
    ],
)
def test_the_last_of_three_deliveries_counts_whichever_a_run_saw(
    world, monkeypatch, name, seen
):
    """Lines grow, come late into past hours, and the tax grows under its old id."""
    bills = ALL[name]
    for setting, value in bills.environment(world.bucket.parent).items():
        monkeypatch.setenv(setting, value)
    for number in (1, 2, 3):
        bills.deliver(world.bucket.parent, number)
        if number in seen:
            results = extract.run([bills.source], progress=False)
            assert {result.status for result in results} == {"loaded"}
    found = dict(world.rows(seen_by_readers(SPECS[bills.source])))
    assert found == bills.totals(3)
    assert len({bills.totals(n)[MONTHS[0]] for n in (1, 2, 3)}) == 3


@pytest.mark.parametrize("source", ["gcp_billing", "focus_costs"])
def test_a_network_that_breaks_in_mid_file_keeps_or_completes_a_month(
    world, monkeypatch, source
):
    """Half a file must be neither half a month nor the end of the run."""
    bills = BILLS[source]
    with s3_server() as bucket:
        for name, value in bucket.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", bucket.endpoint)
        monkeypatch.setenv(bills.setting, "s3://real-bucket")
        for number in (1, 2):
            bills.deliver(world.bucket.parent, number)
            bucket.upload(world.bucket.parent / source)
            if number == 1:
                assert statuses(source) == {"loaded"}
        bucket.cuts = lambda r: (
            r.method == "GET" and "2026-09" in r.key.replace("202609", "2026-09")
        )
        assert "failed" in statuses(source)
        found = dict(world.rows(seen_by_readers(SPECS[source])))
        assert found[MONTHS[0]] == bills.totals(1)[MONTHS[0]]
        cut: list[str] = []

        def once(request: Request) -> bool:
            if request.method == "GET" and "09" in request.key and not cut:
                cut.append(request.key)
                return True
            return False

        bucket.cuts = once
        assert "failed" not in statuses(source)
        assert cut
    assert dict(world.rows(seen_by_readers(SPECS[source]))) == bills.totals(2)


def statuses(source: str) -> set[str]:
    return {result.status for result in extract.run([source], progress=False)}
