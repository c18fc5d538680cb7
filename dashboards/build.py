"""Write the dashboards' JSON, or say which of it is stale.

Run ``python -m dashboards.build`` to write all targets, ``--check`` to compare only,
``--target postgres`` for one of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from dashboards import house
from dashboards.dialects import DIALECTS, MARTS, dialect_for
from dashboards.registry import DASHBOARDS

GENERATED = Path(__file__).parent / "generated"


def render(target: str, schema: str = MARTS) -> dict[str, str]:
    """Give the text of each file of one target, by file name.

    Args:
        target: dbt target whose warehouse the dashboards read.
        schema: Schema of the marts.
    """
    dialect = dialect_for(target, schema)
    return {
        f"{contents.uid}.json": json.dumps(
            house.dashboard(contents, dialect),
            indent=2,
            sort_keys=True,
            ensure_ascii=False,
        )
        + "\n"
        for contents in DASHBOARDS
    }


def build(target: str, out: Path = GENERATED, schema: str = MARTS) -> list[Path]:
    """Write one target's dashboards into a folder of its name.

    Files of dashboards that no longer exist are removed: Grafana would keep them.

    Args:
        target: dbt target whose warehouse the dashboards read.
        out: Folder that holds the targets' folders.
        schema: Schema of the marts.
    """
    files = render(target, schema)
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        if path.name not in files:
            path.unlink()
    written = []
    for name, text in files.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def stale(target: str, out: Path = GENERATED, schema: str = MARTS) -> list[Path]:
    """Find files that are missing, differ from what would be written, or are left over.

    Args:
        target: dbt target whose warehouse the dashboards read.
        out: Folder that holds the targets' folders.
        schema: Schema of the marts.
    """
    folder = out / target
    files = render(target, schema)
    found = [
        folder / name
        for name, text in files.items()
        if not (folder / name).is_file()
        or (folder / name).read_text(encoding="utf-8") != text
    ]
    left_over = [path for path in folder.glob("*.json") if path.name not in files]
    return sorted(found + left_over)


def main(arguments: list[str] | None = None) -> int:
    """Build or check from the command line; 1 when something is stale."""
    parser = argparse.ArgumentParser(prog="python -m dashboards.build")
    parser.add_argument("--target", choices=sorted(DIALECTS), action="append")
    parser.add_argument("--out", type=Path, default=GENERATED)
    parser.add_argument("--schema", default=MARTS)
    parser.add_argument("--check", action="store_true", help="write nothing")
    chosen = parser.parse_args(arguments)
    targets = chosen.target or sorted(DIALECTS)
    make = stale if chosen.check else build
    paths = [path for each in targets for path in make(each, chosen.out, chosen.schema)]
    word = "stale" if chosen.check else "wrote"
    sys.stdout.writelines(f"{word} {path}\n" for path in paths)
    return 1 if chosen.check and paths else 0


if __name__ == "__main__":
    sys.exit(main())
