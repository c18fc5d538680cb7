"""Commands in processes of their own that find everything imported.

    python tests/support/command_server.py MODULE...

A command that dbt or dlt is part of imports for seconds before it does a thing, and the
suite starts hundreds. This program imports the modules, then forks for each command
that `commands.run` sends it, one a line, and answers with the exit code. What a command
registers for the end of its process is done; only Python's own tidying is not.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import random
import re
import runpy
import sys
import threading
import time
import traceback
import warnings
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NoReturn


def main(modules: list[str]) -> None:
    """Import, then carry out commands until nobody sends any more.

    Args:
        modules: What is imported; what is not there, commands do without.
    """
    # Answers go where nothing else is written.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    assert threading.active_count() == 1, "A fork has no threads but the one."
    # Or the first collection in a child would write to all pages, and so copy them.
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        child = os.fork()
        if not child:
            answers.close()
            become(request)
            end(exit_code_of(request["command"]))
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()
    end(0)


def become(request: dict[str, Any]) -> None:
    """Take on what a process is given at its start."""
    places = {0: (os.devnull, os.O_RDONLY)}
    places |= {n: (request[name], os.O_WRONLY) for n, name in ((1, "out"), (2, "err"))}
    for number, (path, mode) in places.items():
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    time.tzset()
    random.seed()
    for rule in filter(None, os.environ.get("PYTHONWARNINGS", "").split(",")):
        action, _, message = rule.partition(":")
        warnings.filterwarnings(action, re.escape(message))  # type: ignore[arg-type]


def exit_code_of(command: list[str]) -> int:
    """Carry out a command; tell what its process would end with, and say why."""
    try:
        carry_out(command)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    else:
        return 0
    return 1


def end(code: int) -> NoReturn:
    """End this process, without taking all that was imported apart, for a second."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def carry_out(command: list[str]) -> None:
    """Run a script of the environment, or Python with a file or `-c`."""
    program, *arguments = command
    name = Path(program).name
    if name.startswith("python"):
        sys.argv = arguments
        if arguments[0] == "-c":
            sys.path.insert(0, "")
            exec(arguments[1], {"__name__": "__main__"})
        else:
            sys.path.insert(0, str(Path(arguments[0]).parent))
            runpy.run_path(arguments[0], run_name="__main__")
        return
    sys.argv = command
    (script,) = entry_points(group="console_scripts", name=name)
    sys.exit(script.load()())


if __name__ == "__main__":
    main(sys.argv[1:])
