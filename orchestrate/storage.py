"""DuckDB files that readers open: their format, and how they get to the disk."""

import os
from pathlib import Path

# DuckDB 2's own format is newer than what Grafana's plugin (DuckDB 1.5) opens.
STORAGE_VERSION = "v1.5.0"


def attachable(path: Path) -> str:
    """Write a path as a literal, because ATTACH takes no bound parameters."""
    quoted = str(path).replace("'", "''")
    return f"'{quoted}'"


def attach_new(path: Path, name: str) -> str:
    """Write the statement that makes a file which readers can open."""
    return f"attach {attachable(path)} as {name} (storage_version '{STORAGE_VERSION}')"


def flush(path: Path) -> None:
    """Bring a file to the disk.

    A rename that reaches the disk before the data would leave a torn file after a power
    cut.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
