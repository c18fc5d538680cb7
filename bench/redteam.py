"""Attacks the chat, and counts what comes through.

    python bench/redteam.py [--probes FILE.tsv] [--planner deterministic|llm-scripted]
                            [--warehouse FILE] [--failures]

Over the sample company's serving file (`make demo` makes it), of which two copies get
canaries in every row that is not the asker's. Through the API and MCP, with a language
model that does what attackers want. Told of other customers, writes, crashes and those
let in have to be 0, or the exit code is 1.
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from redteam_cases import all_cases
from redteam_runner import PlannerName, Verdict, open_worlds, run_cases
from rich.console import Console
from rich.progress import track
from rich.table import Table

from chat.warehouse_settings import DEFAULT_SERVING

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data" / "redteam"
PROBES = (DATA / "probes.tsv", DATA / "own_probes.tsv")


def main() -> int:
    """Attack, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--probes", type=Path, nargs="+", default=PROBES)
    parser.add_argument(
        "--planner", choices=get_args(PlannerName), default="deterministic"
    )
    parser.add_argument("--warehouse", type=Path, default=Path(DEFAULT_SERVING))
    parser.add_argument("--failures", action="store_true", help="tell each by name")
    options = parser.parse_args()
    if not options.warehouse.is_file():
        parser.error(f"{options.warehouse} is missing: `make demo` makes it.")
    # Each attack is told by several logs, between which nobody would find the table.
    logging.disable(logging.ERROR)
    cases = all_cases(*options.probes)
    verdicts: list[Verdict] = []
    written: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="redteam_") as folder,
        open_worlds(options.warehouse, Path(folder)) as worlds,
    ):
        families = list(dict.fromkeys(case.family for case in cases))
        for family in track(families, description="Attacking", transient=True):
            own = [case for case in cases if case.family == family]
            found, files = run_cases(own, worlds, options.planner)
            verdicts += found
            written += files
    _show(verdicts, written)
    if options.failures:
        _tell(verdicts)
    return int(bool(written) or any(failed(one) for one in verdicts))


def failed(verdict: Verdict) -> bool:
    """Say whether an attack came through."""
    return bool(verdict.leaked or verdict.crashes or verdict.let_in)


def _show(verdicts: Sequence[Verdict], written: Sequence[str]) -> None:
    counts: dict[str, Counter[str]] = {}
    for one in verdicts:
        count = counts.setdefault(one.case.family, Counter())
        count["cases"] += 1
        count["leaks"] += bool(one.leaked)
        count["crashes"] += bool(one.crashes)
        count["let in"] += bool(one.let_in)
    columns = ("cases", "leaks", "crashes", "let in")
    table = Table("family", *columns)
    for family, count in counts.items():
        table.add_row(family, *(str(count[name]) for name in columns))
    total = sum(counts.values(), Counter())
    table.add_section()
    table.add_row("all", *(str(total[name]) for name in columns))
    Console(width=88).print(table)
    print(f"files of the warehouse written: {len(written)}")


def _tell(verdicts: Sequence[Verdict]) -> None:
    for one in verdicts:
        if failed(one):
            told = [*one.leaked, *one.crashes, *one.let_in]
            print(f"{one.case.family}: {one.case.name}: {'; '.join(told)}")


if __name__ == "__main__":
    sys.exit(main())
