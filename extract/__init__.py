"""Load the bills of AWS, Azure and Google Cloud into the raw tables of a warehouse.

From the command line: ``dlt pipeline run`` or ``dlt pipeline aws_cur run``.
From Python: ``extract.run(["aws_cur"], progress=False)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.api import run
    from extract.errors import ExtractError
    from extract.units import UnitResult

__all__ = ["ExtractError", "UnitResult", "run"]

_HOMES = {
    "run": "extract.api",
    "ExtractError": "extract.errors",
    "UnitResult": "extract.units",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for only then.

    Every dlt command imports this package for its plugin; `dlt pipeline … info` should
    not wait for DuckDB, Arrow and the cloud SDKs.
    """
    from importlib import import_module  # noqa: PLC0415

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
