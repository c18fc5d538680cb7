"""One load at a time per folder of dlt's pipelines."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dlt.common.pipeline import get_dlt_pipelines_dir

from extract.errors import ExtractError, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = "llm_costs.lock"


@contextmanager
def only_load() -> Iterator[None]:
    """Keep other loads away from dlt's working folders, whatever warehouse they fill.

    The folders are named after the pipelines alone, and a load clears what a crashed
    one left in them. The system lets go of the lock when the process ends, however.
    """
    path = Path(get_dlt_pipelines_dir()) / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise ExtractError(
            f"The lock {path} cannot be made: {first_line(error)} Set DLT_DATA_DIR to "
            "a folder that can be written to."
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ExtractError(
                f"Another load is running and holds {path}. Wait for it to end, or set "
                "DLT_DATA_DIR to another folder to run beside it."
            ) from error
        yield
    finally:
        os.close(handle)
