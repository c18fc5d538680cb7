"""Runs commands of the environment as `subprocess.run` does, only sooner.

They run in processes of their own, forked from one that has imported dbt and dlt
already: see command_server.py. It lives as long as the worker that started it.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
SERVER = Path(__file__).with_name("command_server.py")
# No adapter whose driver a test replaces, and none that only a few commands need.
IMPORTED = (
    "dbt.cli.main",
    "dbt.task.build",
    "dbt.adapters.duckdb.environments.local",
    "dbt.adapters.postgres",
    "dlt.destinations.impl.duckdb.duck",
    "dlt.pipeline.pipeline",
    "extract.api",
    "orchestrate.cli",
    "pyarrow.parquet",
)
ONE_AT_A_TIME = threading.Lock()


def run(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end.

    Args:
        command: A script of the virtual environment, by its path, or Python with a
            file or with `-c`; and its arguments.
        environment: By default the process's own.
        folder: Where it runs.
    """
    words = [str(word) for word in command]
    with TemporaryDirectory() as place, ONE_AT_A_TIME:
        said = {name: Path(place, name) for name in ("out", "err")}
        for path in said.values():
            path.touch()
        request = {
            "command": words,
            "environment": dict(os.environ if environment is None else environment),
            "folder": str(folder),
            **{name: str(path) for name, path in said.items()},
        }
        server = _server()
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        assert answer, f"The process that starts commands died of {words}"
        out, err = (path.read_text(encoding="utf-8") for path in said.values())
    return subprocess.CompletedProcess(words, int(answer), out, err)


def checked(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> str:
    """Run a command to its end; fail with its words when it fails, or return them."""
    done = run(command, environment, folder)
    assert done.returncode == 0, (
        f"{' '.join(done.args)} ended with {done.returncode}\n"
        f"{done.stdout[-8000:]}\n{done.stderr[-4000:]}"
    )
    return done.stdout


@cache
def _server() -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, str(SERVER), *IMPORTED],
        # A thread of NumPy's would be one that no child has.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    atexit.register(_end, server)
    return server


def _end(server: subprocess.Popen[str]) -> None:
    server.communicate()
