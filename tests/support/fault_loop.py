"""Faults, one after the other, in a process that imports everything only once.

``python fault_loop.py SOURCE POINTS SEED FOLDER`` prints a JSON report. Loads run in
forked children, so that they can be killed like any process: at a random moment, when
the disk is full, by a second load at the same time, with a file whose end is broken.
After each fault the bill that readers see has to be that of one delivery or the other,
month by month; after the next clean run that of the last one, to the nano-dollar.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

import duckdb
from fault_bills import MONTHS, Bills
from fault_forms import ALL
from fault_reader import rows_without_a_load, seen_by_readers

import extract
import extract.api
from extract.sources import SPECS, import_module

if TYPE_CHECKING:
    from collections.abc import Sequence

Totals = dict[str, Decimal]
# Bytes at which a full disk ends a file: amid dlt's files, and amid the warehouse's.
SIZES = (2_000, 30_000, 60_000)
# Room for a reader's look, and not for a load.
ROOM = 64 * 1024
MOUNT = shutil.which("mount") or ""


class Faults:
    """A warehouse, a source's bills, and what was seen."""

    def __init__(self, bills: Bills, seed: int, root: Path) -> None:
        """Point the settings at an empty folder.

        Args:
            bills: The source's bills.
            seed: Of the random moments.
            root: The folder.
        """
        self.bills = bills
        self.root = root
        self.spec = SPECS[bills.source]
        self.random = random.Random(seed)
        self.delivery = 0
        self.seconds = 0.0
        self.warehouse = root / "warehouse.duckdb"
        self.report: dict[str, Any] = {"source": bills.name, "seed": seed}
        os.environ |= {
            "LLM_COSTS_TARGET": "duckdb",
            "LLM_COSTS_DUCKDB_PATH": str(self.warehouse),
            "DLT_DATA_DIR": str(root / "dlt"),
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            **bills.environment(root),
        }

    def deliver(self) -> None:
        """Deliver the next restatement."""
        self.delivery += 1
        self.bills.deliver(self.root, self.delivery)

    def start(self, **environment: str) -> tuple[int, int]:
        """Start a load; return its process and where its results can be read."""
        read, write = os.pipe()
        process = os.fork()
        if process:
            os.close(write)
            return process, read
        os.close(read)
        os.environ |= environment
        try:
            results = extract.run([self.bills.source], progress=False)
            told: Any = [[r.status, r.message] for r in results]
        except extract.ExtractError as error:
            told = [["error", str(error)]]
        except BaseException:  # noqa: BLE001 - told to the parent
            told = [["crash", traceback.format_exc()]]
        os.write(write, json.dumps(told).encode()[:60_000])
        os._exit(0)

    def load(self, **environment: str) -> list[list[str]]:
        """Run a load to its end."""
        process, read = self.start(**environment)
        return self.finish(process, read)

    @staticmethod
    def finish(process: int, read: int) -> list[list[str]]:
        """Wait for a load and return what it said."""
        with os.fdopen(read, "rb") as pipe:
            told = pipe.read()
        os.waitpid(process, 0)
        return list(json.loads(told)) if told else [["killed", ""]]

    def seen(self) -> Totals:
        """Return what a reader sees now."""
        rows = self.ask(seen_by_readers(self.spec))
        return {month: Decimal(cost) for month, cost in rows}

    def ask(self, query: str) -> list[list[Any]]:
        """Ask the warehouse from a process of its own, as a reader does."""
        read, write = os.pipe()
        process = os.fork()
        if not process:
            os.close(read)
            found: list[Any] = []
            try:
                if self.warehouse.exists():
                    with duckdb.connect(str(self.warehouse)) as connection:
                        found = connection.execute(query).fetchall()
            except duckdb.CatalogException:
                # The first load has not made its tables yet.
                found = []
            except BaseException:  # noqa: BLE001 - told to the parent
                traceback.print_exc()
                os._exit(1)
            os.write(write, json.dumps(found, default=str).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(process, 0)
        if status:
            raise AssertionError("a reader could not read the warehouse")
        return list(json.loads(told))

    def check_between(self, fault: str) -> dict[str, int]:
        """Check that every month is of one delivery; count which."""
        before = self.bills.totals(self.delivery - 1) if self.delivery > 1 else {}
        after = self.bills.totals(self.delivery)
        seen, counts = self.seen(), {"before": 0, "after": 0}
        for month in MONTHS:
            found = seen.get(month)
            if found == after[month]:
                counts["after"] += 1
            elif found == before.get(month):
                counts["before"] += 1
            else:
                raise AssertionError(
                    f"{fault}: {month} shows {found}; before {before.get(month)}, "
                    f"after {after[month]}"
                )
        return counts

    def clean(self, fault: str) -> None:
        """Run once more, undisturbed: everything has to be as delivered last."""
        started = time.monotonic()
        told = self.load()
        self.seconds = time.monotonic() - started
        if any(status not in {"loaded", "unchanged"} for status, _ in told):
            raise AssertionError(f"after {fault} a clean run says {told}")
        expected, seen = self.bills.totals(self.delivery), self.seen()
        if seen != expected:
            raise AssertionError(f"after {fault}: {seen} instead of {expected}")
        ((dead,),) = self.ask(rows_without_a_load(self.spec))
        if dead:
            raise AssertionError(f"after {fault}: {dead} rows of no current load")

    def kill(self, points: int) -> None:
        """Kill a load at random moments."""
        counts = {"before": 0, "after": 0, "ended by itself": 0}
        for point in range(points):
            self.deliver()
            moment = self.random.uniform(0, self.seconds * 1.05)
            process, read = self.start()
            time.sleep(moment)
            os.kill(process, signal.SIGKILL)
            ended = self.finish(process, read) != [["killed", ""]]
            counts["ended by itself"] += ended
            fault = f"kill {point + 1} after {moment:.3f} s"
            for state, months in self.check_between(fault).items():
                counts[state] += months
            self.clean(fault)
        self.report["kill"] = {"points": points, **counts}

    def fill_the_disk(self, sizes: Sequence[int]) -> None:
        """Let no file be written beyond a size: a limit is a full disk to a process."""
        said = {}
        for size in sizes:
            self.deliver()
            told = self.load_limited(size)
            self.check_between(f"disk full at {size}")
            if "crash" in {status for status, _ in told}:
                raise AssertionError(f"disk full at {size}: {told}")
            self.clean(f"disk full at {size}")
            said[str(size)] = told
        self.report["disk full"] = said

    def load_limited(self, size: int) -> list[list[str]]:
        """Run a load that may not write beyond some bytes of any file."""
        _, hard = before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            return self.load()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def fill_a_small_disk(self) -> None:
        """Load on a disk with hardly any room, where this process may mount one."""
        small, usual = self.root / "small", self.warehouse
        small.mkdir()
        room = usual.stat().st_size + ROOM
        options = ("-t", "tmpfs", "-o", f"size={room}")
        mount = [MOUNT, *options, "tmpfs", str(small)]
        if (
            not MOUNT
            or subprocess.run(mount, capture_output=True, check=False).returncode
        ):
            self.report["small disk"] = [["not mounted", "this takes a privilege"]]
            return
        try:
            self.warehouse = small / "warehouse.duckdb"
            shutil.copyfile(usual, self.warehouse)
            self.deliver()
            told = self.load(
                LLM_COSTS_DUCKDB_PATH=str(self.warehouse),
                DLT_DATA_DIR=str(small / "dlt"),
            )
            if {status for status, _ in told} & {"crash", "loaded"}:
                raise AssertionError(f"small disk: {told}")
            self.check_between("small disk")
        finally:
            self.warehouse = usual
            subprocess.run(["umount", str(small)], check=True)
        self.clean("small disk")
        self.report["small disk"] = told

    def break_a_footer(self) -> None:
        """Overwrite the end of a delivered file; deliver it whole afterwards."""
        files = sorted((self.root / self.bills.name).rglob("*.parquet"))
        if not files:
            self.report["broken footer"] = "no Parquet in this delivery"
            return
        self.deliver()
        whole = files[0].read_bytes()
        files[0].write_bytes(whole[:-8] + b"\xff" * 8)
        told = self.load()
        if not any(files[0].name in message for _, message in told):
            raise AssertionError(f"broken footer: {told} does not name {files[0]}")
        self.check_between("broken footer")
        files[0].write_bytes(whole)
        self.clean("broken footer")
        self.report["broken footer"] = told

    def run_two_at_once(self) -> None:
        """Start two loads at the same time, with one working folder and with two."""
        said = {}
        for name, other in (("one folder", {}), ("two folders", _beside(self.root))):
            self.deliver()
            pair = (self.start(), self.start(**other))
            told = [self.finish(*started) for started in pair]
            if all(x[0][0] in {"error", "crash"} for x in told):
                raise AssertionError(f"two at once: neither loaded, {told}")
            if "crash" in {status for x in told for status, _ in x}:
                raise AssertionError(f"two at once: {told}")
            self.check_between(f"two at once, {name}")
            self.clean(f"two at once, {name}")
            said[name] = told
        self.report["two at once"] = said


def _beside(root: Path) -> dict[str, str]:
    return {"DLT_DATA_DIR": str(root / "dlt-beside")}


def main() -> None:
    """Go through all faults and print what was seen."""
    source, points, seed, folder = sys.argv[1:]
    # What a load imports late must not be imported anew by each child.
    import_module(f"extract.sources.{ALL[source].source}")
    faults = Faults(ALL[source], int(seed), Path(folder))
    faults.deliver()
    faults.clean("nothing")
    faults.kill(int(points))
    faults.break_a_footer()
    # A few points are for every day; who wants many gets all of it. What is written,
    # and who else writes, is the same for every form of a source.
    is_thorough = int(points) > len(SIZES)
    if is_thorough or not ALL[source].form:
        faults.fill_the_disk(SIZES if is_thorough else [faults.random.choice(SIZES)])
        faults.fill_a_small_disk()
        faults.run_two_at_once()
    sys.stdout.write(json.dumps(faults.report) + "\n")


if __name__ == "__main__":
    main()
