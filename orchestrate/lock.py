"""One run at a time per warehouse on this machine."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrate.steps import StepFailed


@contextmanager
def hold_lock(warehouse: Path) -> Iterator[None]:
    """Keep other runs away from the warehouse while the block lasts.

    The operating system frees the lock when the process ends, however it ends.

    Raises:
        StepFailed: Another run holds the lock.
    """
    path = warehouse.with_name(f"{warehouse.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StepFailed(
                f"Another run is working on {warehouse}.",
                way_out="Wait until it is done; two runs would write over each other.",
            ) from error
        yield
