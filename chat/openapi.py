"""Write the API's specification for the widget's types, or say that it is stale.

Run ``python -m chat.openapi`` to write it, ``--check`` to compare only.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from chat.app import create_app
from chat.settings import SHORTEST_SECRET, ChatSettings

SPECIFICATION = Path(__file__).parents[1] / "widget" / "openapi.json"


def render() -> str:
    """Give the specification as the file holds it."""
    # Nothing is served: what is needed to answer does not show in what may be asked.
    settings = ChatSettings(serving=Path("none.duckdb"), secret="-" * SHORTEST_SECRET)
    specification = create_app(settings).openapi()
    return json.dumps(specification, indent=2, ensure_ascii=False) + "\n"


def is_stale(path: Path = SPECIFICATION) -> bool:
    """Say whether a file is missing or differs from what would be written."""
    return not path.is_file() or path.read_text(encoding="utf-8") != render()


def main(arguments: list[str] | None = None) -> int:
    """Write or check from the command line; 1 when the file is stale."""
    parser = argparse.ArgumentParser(prog="python -m chat.openapi")
    parser.add_argument("--out", type=Path, default=SPECIFICATION)
    parser.add_argument("--check", action="store_true", help="write nothing")
    chosen = parser.parse_args(arguments)
    if not chosen.check:
        chosen.out.write_text(render(), encoding="utf-8")
        return 0
    if is_stale(chosen.out):
        sys.stderr.write(f"{chosen.out.name} is stale: make widget-types\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
